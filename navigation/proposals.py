"""Sequences of speeds that are worth a thought: what a driver would think of, and deviations from the last plan."""

from __future__ import annotations

import math

from numba import njit

from navigation.cost_to_go import CostToGo, descent
from navigation.rollouts import Limits, obeyed, turned
from robot.types import FloatArray

SWERVE_TIME = 1.8  # s


@njit(cache=True)
def follow_way(
    pose: FloatArray,
    speeds: FloatArray,
    limits: Limits,
    ground: CostToGo,
    share: float,
    swerve: float,
    dt: float,
    out: FloatArray,
) -> None:
    """Fill `out` (H, 2) with speeds along the steepest descent at a `share` of the top speed.

    `swerve` (rad) is how far it first goes beside it, until `SWERVE_TIME` is over.
    """
    x, y, v, w = pose[0], pose[1], speeds[0], speeds[1]
    c, s = math.cos(pose[2]), math.sin(pose[2])
    for h in range(out.shape[0]):
        ux, uy = descent(ground, x, y)
        ahead, aside = c * ux + s * uy, c * uy - s * ux
        aim = swerve * max(0.0, 1.0 - h * dt / SWERVE_TIME)
        if aim != 0.0:
            ca, sa = math.cos(aim), math.sin(aim)
            ahead, aside = ca * ahead - sa * aside, sa * ahead + ca * aside
        out[h, 0] = share * limits.top * max(0.0, ahead)
        out[h, 1] = max(-limits.turn, min(limits.turn, 2.0 * math.atan2(aside, ahead)))
        v = obeyed(v, out[h, 0], limits.acceleration, limits.braking, dt)
        w = obeyed(w, out[h, 1], limits.turn_acceleration, limits.turn_acceleration, dt)
        c, s = turned(c, s, w * dt)
        x += v * c * dt
        y += v * s * dt


@njit(cache=True)
def manoeuvres(
    pose: FloatArray, speeds: FloatArray, limits: Limits, ground: CostToGo, dt: float, out: FloatArray
) -> int:
    """Fill `out` (H, 2, N) with what a driver would think of: go, pass on either side, wait, stand, turn, back off.

    Returns how many these are.
    """
    count, steps = 0, out.shape[0]
    for share in (1.0, 0.6, 0.3):
        for swerve in (0.0, 0.5, -0.5, 1.0, -1.0, 1.6, -1.6):
            follow_way(pose, speeds, limits, ground, share, swerve, dt, out[:, :, count])
            count += 1
    for wait in (0.8, 1.6):
        still = int(wait / dt)
        out[:still, :, count] = 0.0
        out[still:, :, count] = out[: steps - still, :, 0]
        count += 1
    for turn in (0.0, 0.8, -0.8, 0.4, -0.4):
        out[:, 0, count] = 0.0
        out[:, 1, count] = turn * limits.turn
        count += 1
        if limits.reverse < 0.0:
            out[:, 0, count] = limits.reverse
            out[:, 1, count] = turn * limits.turn
            count += 1
    return count


@njit(cache=True)
def spread(
    mean: FloatArray, knots: FloatArray, sigmas: tuple[float, float], held: int, first: int, out: FloatArray
) -> None:
    """Fill `out` (H, 2, K) from `first` on with `mean` (H, 2) and deviations from it.

    `knots` (N, 2, K - first) are standard normal, for `held` periods each; `sigmas` say how much (m/s, rad/s).
    """
    for h in range(out.shape[0]):
        for axis in range(2):
            knot, line, at, sigma = knots[h // held, axis], out[h, axis, first:], mean[h, axis], sigmas[axis]
            for k in range(line.size):
                line[k] = at + sigma * knot[k]

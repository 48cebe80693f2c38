"""Sequences of speeds, driven in thought: what the base can follow of them, and what each would cost."""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from navigation.cost_to_go import CostToGo, left, slope
from navigation.obstacles import Obstacles, clearance
from robot.types import FloatArray


class Limits(NamedTuple):
    """What the base can do now: m/s, rad/s, m/s², rad/s²; `reverse` is the fastest backwards, at most 0."""

    top: float
    reverse: float
    turn: float
    acceleration: float
    braking: float
    turn_acceleration: float


class Weights(NamedTuple):
    """What a sequence pays for, a step unless said otherwise, and the discs (m) that it is judged with."""

    goal: float  # per metre that is left at the end
    sooner: float  # per metre that is left after a third of the time, and after two: it is better to be there early
    heading: float  # per rad off the way at the end
    touch: float  # predicted touch of a person within `soon`; a third of it later
    room: float  # per person's lack of wanted air, at most
    back: float  # driving backwards
    wall: float  # lack of wanted air to a wall, at most
    turn_change: float  # per rad/s
    speed_change: float  # per m/s
    radius: float  # of the robot
    reach: float  # of robot and person together
    touch_air: float  # m of air that must stay
    wanted_air: float  # m of air to a person that is wanted
    wall_air: float  # m of air to a wall that is wanted
    grow: float  # m/s by which a person's disc grows
    soon: float  # s


@njit(cache=True)
def obeyed(now: float, wanted: float, faster: float, slower: float, dt: float) -> float:
    """The speed after `dt` (s) of a base that speeds up by `faster` and slows down by `slower` (m/s²)."""
    most = (slower if abs(wanted) < abs(now) else faster) * dt
    return min(max(wanted, now - most), now + most)


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

    `swerve` (rad) is how far it first goes beside it; that is over after 1.8 s.
    """
    x, y, theta, v, w = pose[0], pose[1], pose[2], speeds[0], speeds[1]
    for h in range(out.shape[0]):
        off = slope(ground, x, y) + swerve * max(0.0, 1.0 - h * dt / 1.8) - theta
        off = (off + math.pi) % (2.0 * math.pi) - math.pi
        out[h, 0] = share * limits.top * max(0.0, math.cos(off))
        out[h, 1] = max(-limits.turn, min(limits.turn, 2.0 * off))
        v = obeyed(v, out[h, 0], limits.acceleration, limits.braking, dt)
        w = obeyed(w, out[h, 1], limits.turn_acceleration, limits.turn_acceleration, dt)
        theta += w * dt
        x += v * math.cos(theta) * dt
        y += v * math.sin(theta) * dt


@njit(cache=True)
def manoeuvres(
    pose: FloatArray, speeds: FloatArray, limits: Limits, ground: CostToGo, dt: float, out: FloatArray
) -> int:
    """Fill `out` (N, H, 2) with what a driver would think of: go, pass on either side, wait, stand, turn, back off.

    Returns how many these are.
    """
    count, steps = 0, out.shape[1]
    for share in (1.0, 0.6, 0.3):
        for swerve in (0.0, 0.5, -0.5, 1.0, -1.0, 1.6, -1.6):
            follow_way(pose, speeds, limits, ground, share, swerve, dt, out[count])
            count += 1
    for wait in (0.8, 1.6):
        still = int(wait / dt)
        out[count, :still] = 0.0
        out[count, still:] = out[0, : steps - still]
        count += 1
    for turn in (0.0, 0.8, -0.8, 0.4, -0.4):
        out[count, :, 0] = 0.0
        out[count, :, 1] = turn * limits.turn
        count += 1
        if limits.reverse < 0.0:
            out[count, :, 0] = limits.reverse
            out[count, :, 1] = turn * limits.turn
            count += 1
    return count


@njit(cache=True)
def _wall_cost(air: float, soon: bool, weights: Weights) -> float:
    """What it costs to be so near (m) to a wall."""
    if air < 0.02:
        return 40.0 * (0.02 - air) + (8.0 if soon else 2.0)
    if air < weights.wall_air:
        return weights.wall * (1.0 - air / weights.wall_air)
    return 0.0


@njit(cache=True)
def _person_cost(x: float, y: float, px: FloatArray, py: FloatArray, ahead: float, weights: Weights) -> float:
    """What the nearest of the people ((P,) m) costs at a place, `ahead` s from now."""
    near = 81.0
    for p in range(px.size):
        dx, dy = px[p] - x, py[p] - y
        near = min(near, dx * dx + dy * dy)
    air = math.sqrt(near) - weights.reach - weights.grow * ahead
    if air < weights.touch_air:
        share = 1.0 if ahead <= weights.soon else 0.3
        return share * weights.touch * (1.0 + 4.0 * (weights.touch_air - air))
    if air < weights.wanted_air:
        return float(weights.room * (1.0 - air / weights.wanted_air) ** 2)
    return 0.0


@njit(cache=True)
def _at_its_end(cost: float, ground: CostToGo, x: float, y: float, theta: float, weights: Weights) -> float:
    """A plan's `cost` with what is left to the goal from where it ends, and whether it looks there."""
    far = left(ground, x, y)
    cost += weights.goal * far
    if far > 0.3:
        off = slope(ground, x, y) - theta
        cost += weights.heading * abs((off + math.pi) % (2.0 * math.pi) - math.pi)
    return cost


@njit(cache=True)
def drive_all(
    pose: FloatArray,
    speeds: FloatArray,
    limits: Limits,
    obstacles: Obstacles,
    ground: CostToGo,
    px: FloatArray,
    py: FloatArray,
    weights: Weights,
    dt: float,
    plans: FloatArray,
    costs: FloatArray,
    followed: FloatArray,
) -> None:
    """The cost of each of `plans` (K, H, 2) of wanted speeds; `followed` gets the speeds that the base comes to.

    `px`, `py`: (H, P) people's places, m. Which ends in a wall is worthless from there on; from a tight spot a plan
    may only lead out.
    """
    bound = min(0.0, clearance(pose[0], pose[1], obstacles) - weights.radius - 0.01)
    steps = plans.shape[1]
    third = steps // 3
    for k in range(plans.shape[0]):
        x, y, theta, v, w, cost = pose[0], pose[1], pose[2], speeds[0], speeds[1], 0.0
        for h in range(steps):
            last_v, last_w = v, w
            v = obeyed(v, min(max(plans[k, h, 0], limits.reverse), limits.top), limits.acceleration, limits.braking, dt)
            turn = min(max(plans[k, h, 1], -limits.turn), limits.turn)
            w = obeyed(w, turn, limits.turn_acceleration, limits.turn_acceleration, dt)
            followed[k, h, 0] = v
            followed[k, h, 1] = w
            middle = theta + 0.5 * w * dt
            x += v * math.cos(middle) * dt
            y += v * math.sin(middle) * dt
            theta += w * dt
            air = clearance(x, y, obstacles) - weights.radius
            if air < bound:
                cost += 10.0 * (steps - h)
                followed[k, h:] = 0.0
                break
            ahead = (h + 1) * dt
            cost += _wall_cost(air, ahead < 1.25, weights)
            cost += _person_cost(x, y, px[h], py[h], ahead, weights)
            cost += weights.turn_change * abs(w - last_w) + weights.speed_change * abs(v - last_v)
            cost += weights.back if v < -0.01 else 0.0
            if h % third == 0 and h > 0:
                cost += weights.sooner * left(ground, x, y)
        costs[k] = _at_its_end(cost, ground, x, y, theta, weights)

"""Sequences of speeds, driven in thought: what the base can follow of them, and what each would cost."""

from __future__ import annotations

import math
from typing import NamedTuple

from numba import njit

from navigation.cost_to_go import CostToGo, descent, left, slope
from navigation.obstacles import Obstacles, clearance
from robot.types import FloatArray

SWERVE_TIME = 1.8  # s
STEEPEST = 1.5  # m of what is left that are made good by a metre of way at most, where it leads out of a narrow place

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
def turned(c: float, s: float, angle: float) -> tuple[float, float]:
    """A direction's cosine and sine after a small turn (rad): by the series, to 1e-6 at half a radian."""
    square = angle * angle
    ca = 1.0 - square * (0.5 - square * (1.0 / 24.0 - square / 720.0))
    sa = angle * (1.0 - square * (1.0 / 6.0 - square * (1.0 / 120.0 - square / 5040.0)))
    return c * ca - s * sa, s * ca + c * sa


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
        off = math.atan2(aside, ahead)
        out[h, 0] = share * limits.top * max(0.0, ahead)
        out[h, 1] = max(-limits.turn, min(limits.turn, 2.0 * off))
        v = obeyed(v, out[h, 0], limits.acceleration, limits.braking, dt)
        w = obeyed(w, out[h, 1], limits.turn_acceleration, limits.turn_acceleration, dt)
        c, s = turned(c, s, w * dt)
        x += v * c * dt
        y += v * s * dt


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
def _drive(
    pose: FloatArray,
    speeds: FloatArray,
    limits: Limits,
    obstacles: Obstacles,
    ground: CostToGo,
    px: FloatArray,
    py: FloatArray,
    weights: Weights,
    dt: float,
    plan: FloatArray,
    bound: float,
    limit: float,
    followed: FloatArray,
) -> float:
    """One plan's cost, see `drive_all`; air (m) below `bound` is a wall, and above `limit` it does not matter."""
    steps = plan.shape[0]
    third = steps // 3
    x, y, theta, v, w, cost = pose[0], pose[1], pose[2], speeds[0], speeds[1], 0.0
    c, s = math.cos(theta), math.sin(theta)
    for h in range(steps):
        last_v, last_w = v, w
        v = obeyed(v, min(max(plan[h, 0], limits.reverse), limits.top), limits.acceleration, limits.braking, dt)
        turn = min(max(plan[h, 1], -limits.turn), limits.turn)
        w = obeyed(w, turn, limits.turn_acceleration, limits.turn_acceleration, dt)
        followed[h, 0] = v
        followed[h, 1] = w
        middle = turned(c, s, 0.5 * w * dt)
        c, s = turned(c, s, w * dt)
        x += v * middle[0] * dt
        y += v * middle[1] * dt
        theta += w * dt
        air = clearance(x, y, obstacles) - weights.radius
        if air < bound:
            followed[h:] = 0.0
            return _at_its_end(cost + 10.0 * (steps - h), ground, x, y, theta, weights)
        ahead = (h + 1) * dt
        cost += _wall_cost(air, ahead < 1.25, weights)
        cost += _person_cost(x, y, px[h], py[h], ahead, weights)
        cost += weights.turn_change * abs(w - last_w) + weights.speed_change * abs(v - last_v)
        cost += weights.back if v < -0.01 else 0.0
        if h % third == 0 and h > 0:
            far = left(ground, x, y)
            cost += weights.sooner * far
            least = cost + weights.goal * max(0.0, far - STEEPEST * limits.top * (steps - h) * dt)
            if least > limit:
                followed[h:] = 0.0
                return float(least)
    return _at_its_end(cost, ground, x, y, theta, weights)


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
    hopeless: float,
    plans: FloatArray,
    costs: FloatArray,
    followed: FloatArray,
) -> None:
    """The cost of each of `plans` (K, H, 2) of wanted speeds; `followed` gets the speeds that the base comes to.

    `px`, `py`: (H, P) people's places, m. Which ends in a wall is worthless from there on; from a tight spot a plan
    may only lead out. One that can't come within `hopeless` of the best so far is not driven to its end.
    """
    bound = min(0.0, clearance(pose[0], pose[1], obstacles) - weights.radius - 0.01)
    best = math.inf
    for k in range(plans.shape[0]):
        costs[k] = _drive(
            pose, speeds, limits, obstacles, ground, px, py, weights, dt, plans[k], bound, best + hopeless, followed[k]
        )
        best = min(best, costs[k])


@njit(cache=True)
def mix(
    costs: FloatArray,
    plans: FloatArray,
    followed: FloatArray,
    temperature: float,
    obeyed_after: int,
    limits: Limits,
    mean: FloatArray,
) -> tuple[float, float]:
    """Fill `mean` (H, 2) with the `plans` (K, H, 2) weighed by exp(-cost / temperature), within the `limits`.

    Returns the speeds that the base then has, `obeyed_after` periods on.
    """
    best = costs.min()
    mean[:] = 0.0
    total = v = w = 0.0
    for k in range(plans.shape[0]):
        share = math.exp((best - costs[k]) / temperature)
        if share < 1e-6:
            continue
        total += share
        v += share * followed[k, obeyed_after, 0]
        w += share * followed[k, obeyed_after, 1]
        mean += share * plans[k]
    for h in range(mean.shape[0]):
        mean[h, 0] = min(max(mean[h, 0] / total, limits.reverse), limits.top)
        mean[h, 1] = min(max(mean[h, 1] / total, -limits.turn), limits.turn)
    return v / total, w / total


@njit(cache=True)
def spread(mean: FloatArray, knots: FloatArray, held: int, out: FloatArray) -> None:
    """Fill `out` (K, H, 2) with deviations `knots` (K, N, 2) from `mean` (H, 2), each for `held` periods."""
    for k in range(out.shape[0]):
        for h in range(out.shape[1]):
            out[k, h, 0] = mean[h, 0] + knots[k, h // held, 0]
            out[k, h, 1] = mean[h, 1] + knots[k, h // held, 1]

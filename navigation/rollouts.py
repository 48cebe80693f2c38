"""Sequences of speeds, driven in thought: what the base can follow of them, and what each would cost.

All sequences are driven side by side, one step at a time, in loops that each touch few arrays: so the compiler makes
vector instructions of them.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from navigation.cost_to_go import CostToGo, descent, left
from navigation.obstacles import FAR, Obstacles, clearance
from robot.types import FloatArray

NEAR = 81.0  # m^2: as far as anybody is


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
    ca = 1.0 - square * (0.5 - square * (1.0 / 24.0 - square * (1.0 / 720.0)))
    sa = angle * (1.0 - square * (1.0 / 6.0 - square * (1.0 / 120.0 - square * (1.0 / 5040.0))))
    return c * ca - s * sa, s * ca + c * sa


class Rollouts(NamedTuple):
    """Where each of K sequences has come to: (K,) each; `alive` is 1 until one ends in a wall, then 0."""

    x: FloatArray  # m
    y: FloatArray
    c: FloatArray  # cosine of the heading
    s: FloatArray
    v: FloatArray  # m/s
    w: FloatArray  # rad/s
    alive: FloatArray
    cost: FloatArray
    air: FloatArray  # scratch


@njit(cache=True, error_model="numpy")
def _speed(
    now: FloatArray,
    wanted: FloatArray,
    cost: FloatArray,
    alive: FloatArray,
    least: float,
    most: float,
    faster: float,
    slower: float,
    price: float,
) -> None:
    """The speeds `now` (K,) come nearer to the `wanted` ones; each pays a `price` for what it changes."""
    for k in range(now.size):
        told, was = min(max(wanted[k], least), most), now[k]
        can = slower if abs(told) < abs(was) else faster
        will = alive[k] * min(max(told, was - can), was + can)
        now[k] = will
        cost[k] += alive[k] * price * abs(will - was)


@njit(cache=True, error_model="numpy")
def _turn(c: FloatArray, s: FloatArray, w: FloatArray, dt: float) -> None:
    """Every heading turns for `dt` (s)."""
    for k in range(c.size):
        c[k], s[k] = turned(c[k], s[k], w[k] * dt)


@njit(cache=True, error_model="numpy")
def _move(x: FloatArray, v: FloatArray, along: FloatArray, dt: float) -> None:
    """Every place moves for `dt` (s), by its heading's share `along` one axis."""
    for k in range(x.size):
        x[k] += v[k] * along[k] * dt


@njit(cache=True, error_model="numpy")
def _clearances(x: FloatArray, y: FloatArray, obstacles: Obstacles, radius: float, air: FloatArray) -> None:
    """The robot's air (K,) m to the nearest obstacle, between the four cells around it."""
    size = np.uint32(obstacles.field.shape[1])
    flat = obstacles.field.reshape(-1)  # whose unsigned places need no look at whether they are counted from its end
    inverse, half, most = 1.0 / obstacles.resolution, float(obstacles.half), float(size) - 1.0
    for k in range(x.size):
        row, col = (y[k] - obstacles.y) * inverse + half, (x[k] - obstacles.x) * inverse + half
        r, c = np.uint32(min(max(row, 0.0), most - 1.0)), np.uint32(min(max(col, 0.0), most - 1.0))
        up, right, at = row - r, col - c, r * size + c
        lower, upper = flat[at], flat[at + size]
        below = lower + (flat[at + np.uint32(1)] - lower) * right
        above = upper + (flat[at + size + np.uint32(1)] - upper) * right
        inside = (row >= 0.0) & (col >= 0.0) & (row < most) & (col < most)
        air[k] = (below + (above - below) * up if inside else FAR) - radius


@njit(cache=True, error_model="numpy")
def _pay_walls(
    air: FloatArray, alive: FloatArray, cost: FloatArray, bound: float, rest: float, hit: float, weights: Weights
) -> None:
    """What it costs to be so near to a wall; below `bound` (m) a sequence ends, and pays for its `rest`."""
    for k in range(air.size):
        near = weights.wall * (1.0 - air[k] / weights.wall_air) if air[k] < weights.wall_air else 0.0
        near = 40.0 * (0.02 - air[k]) + hit if air[k] < 0.02 else near
        dies = air[k] < bound
        cost[k] += alive[k] * (rest if dies else near)
        alive[k] = 0.0 if dies else alive[k]


@njit(cache=True, error_model="numpy")
def _nearest(x: FloatArray, y: FloatArray, px: float, py: float, near: FloatArray) -> None:
    """The squares of distances, `near` (K,) m², of a person at (px, py), where they are less."""
    for k in range(x.size):
        dx, dy = px - x[k], py - y[k]
        near[k] = min(near[k], dx * dx + dy * dy)


@njit(cache=True, error_model="numpy")
def _pay_people(
    near: FloatArray, alive: FloatArray, cost: FloatArray, reach: float, touch: float, weights: Weights
) -> None:
    """What the nearest of the people costs, whose square of a distance is `near` (K,) m²."""
    span = 1.0 / weights.wanted_air
    for k in range(near.size):
        air = math.sqrt(near[k]) - reach
        lack = max(0.0, 1.0 - air * span)
        price = weights.room * lack * lack
        price = touch * (1.0 + 4.0 * (weights.touch_air - air)) if air < weights.touch_air else price
        cost[k] += alive[k] * price


@njit(cache=True, error_model="numpy")
def _pay_way_back(v: FloatArray, cost: FloatArray, price: float) -> None:
    """Driving backwards costs."""
    for k in range(v.size):
        cost[k] += price if v[k] < -0.01 else 0.0


@njit(cache=True)
def _step(
    drive: Rollouts,
    wanted: FloatArray,
    limits: Limits,
    obstacles: Obstacles,
    people: tuple[FloatArray, FloatArray],
    weights: Weights,
    bound: float,
    ahead: float,
    rest: int,
    dt: float,
) -> None:
    """All sequences drive `wanted` (2, K) for `dt` (s) and pay for where they come to, `ahead` s from now."""
    x, y, c, s, v, w, alive, cost, air = drive
    up, down, turn = limits.acceleration * dt, limits.braking * dt, limits.turn_acceleration * dt
    _speed(v, wanted[0], cost, alive, limits.reverse, limits.top, up, down, weights.speed_change)
    _speed(w, wanted[1], cost, alive, -limits.turn, limits.turn, turn, turn, weights.turn_change)
    _turn(c, s, w, 0.5 * dt)  # on the way it heads as it does in the middle of the step
    _move(x, v, c, dt)
    _move(y, v, s, dt)
    _turn(c, s, w, 0.5 * dt)
    _clearances(x, y, obstacles, weights.radius, air)
    _pay_walls(air, alive, cost, bound, 10.0 * rest, 8.0 if ahead < 1.25 else 2.0, weights)
    px, py = people
    if px.size:
        air[:] = NEAR
        for p in range(px.size):
            _nearest(x, y, px[p], py[p], air)
        touch = weights.touch * (1.0 if ahead <= weights.soon else 0.3)
        _pay_people(air, alive, cost, weights.reach + weights.grow * ahead, touch, weights)
    if limits.reverse < 0.0:
        _pay_way_back(v, cost, weights.back)


@njit(cache=True)
def _pay_ends(drive: Rollouts, ground: CostToGo, weights: Weights) -> None:
    """What is left to the goal from where the sequences end, and whether they look there."""
    for k in range(drive.x.size):
        x, y = drive.x[k], drive.y[k]
        far = left(ground, x, y)
        drive.cost[k] += weights.goal * far
        if far > 0.3:
            ux, uy = descent(ground, x, y)
            c, s = drive.c[k], drive.s[k]
            drive.cost[k] += weights.heading * abs(math.atan2(c * uy - s * ux, c * ux + s * uy))


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
    obeyed_after: int,
    followed: FloatArray,
) -> FloatArray:
    """The cost (K,) of each of `plans` (H, 2, K) of wanted speeds; `px`, `py`: (H, P) people's places, m.

    `followed` (2, K) gets the speeds that the base has come to `obeyed_after` steps on. What ends in a wall is
    worthless from there on; from a tight spot a plan may only lead out.
    """
    bound = min(0.0, clearance(pose[0], pose[1], obstacles) - weights.radius - 0.01)
    steps, count = plans.shape[0], plans.shape[2]
    one = np.ones(count)
    drive = Rollouts(
        one * pose[0], one * pose[1], one * math.cos(pose[2]), one * math.sin(pose[2]), one * speeds[0],
        one * speeds[1], one.copy(), np.zeros(count), one,
    )  # fmt: skip
    third = steps // 3
    for h in range(steps):
        _step(drive, plans[h], limits, obstacles, (px[h], py[h]), weights, bound, (h + 1) * dt, steps - h, dt)
        if h == obeyed_after:
            followed[0] = drive.v * drive.alive
            followed[1] = drive.w * drive.alive
        if h % third == 0 and h > 0:
            for k in range(count):
                drive.cost[k] += drive.alive[k] * weights.sooner * left(ground, drive.x[k], drive.y[k])
    _pay_ends(drive, ground, weights)
    return drive.cost


@njit(cache=True)
def places_of(
    pose: FloatArray, speeds: FloatArray, limits: Limits, dt: float, plans: FloatArray, every: int
) -> FloatArray:
    """Where one in `every` of the `plans` (H, 2, K) leads: (N, H, 2) m, to be looked at."""
    out = np.empty(((plans.shape[2] + every - 1) // every, plans.shape[0], 2))
    for n in range(out.shape[0]):
        x, y, theta, v, w = pose[0], pose[1], pose[2], speeds[0], speeds[1]
        for h in range(plans.shape[0]):
            wanted = min(max(plans[h, 0, n * every], limits.reverse), limits.top)
            turn = min(max(plans[h, 1, n * every], -limits.turn), limits.turn)
            v = obeyed(v, wanted, limits.acceleration, limits.braking, dt)
            w = obeyed(w, turn, limits.turn_acceleration, limits.turn_acceleration, dt)
            theta += w * dt
            x += v * math.cos(theta) * dt
            y += v * math.sin(theta) * dt
            out[n, h] = x, y
    return out


@njit(cache=True)
def mix(
    costs: FloatArray, plans: FloatArray, followed: FloatArray, temperature: float, limits: Limits, mean: FloatArray
) -> tuple[float, float]:
    """Fill `mean` (H, 2) with the `plans` (H, 2, K) weighed by exp(-cost / temperature), within the `limits`.

    Returns the mean of the speeds (2, K) that the base comes to.
    """
    shares = np.exp((costs.min() - costs) / temperature)
    shares /= shares.sum()
    for h in range(mean.shape[0]):
        mean[h, 0] = min(max(np.dot(plans[h, 0], shares), limits.reverse), limits.top)
        mean[h, 1] = min(max(np.dot(plans[h, 1], shares), -limits.turn), limits.turn)
    return float(np.dot(followed[0], shares)), float(np.dot(followed[1], shares))

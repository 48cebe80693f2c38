"""Passive motion safety: stand still before anybody who walks on can meet the robot."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from robot.types import FloatArray

SHARES = 10  # steps in which the speed is lowered
STEP = 0.05  # s
LONGEST = 2.5  # s that are looked ahead at most; no robot here needs longer to stop


@njit(cache=True)
def passive_speed(
    linear: float, angular: float, speed: float, hazards: FloatArray, reaction: float, braking: float, spread: float
) -> float:
    """The fastest share of `linear` (m/s) with which it comes to rest before anybody who walks on meets it.

    Macek, Vasquez, Fraichard, Siegwart: Towards safe vehicle navigation in dynamic urban scenarios (2009). It drives
    on along the arc of `linear` and `angular` for `reaction` s, from its present `speed` where that is greater, and
    brakes (m/s^2). `hazards`: (P, 5) x, y, vx, vy, reach in `base`: they keep their velocity, and the discs of those
    who move grow by `spread` (m/s). What it drives away from does not count: standing would not help.
    """
    if linear == 0.0:
        return 0.0
    curvature = angular / linear
    for share in range(SHARES, 0, -1):
        if _stands_in_time(linear * share / SHARES, curvature, speed, hazards, reaction, braking, spread):
            return linear * share / SHARES
    return 0.0


@njit(cache=True)
def is_met_braking(linear: float, angular: float, hazards: FloatArray, braking: float, spread: float) -> bool:
    """Whether somebody meets it although it brakes (m/s^2) from its present speeds (m/s, rad/s) at once."""
    curvature = angular / linear if linear != 0.0 else 0.0
    return not _stands_in_time(0.0, curvature, linear, hazards, 0.0, braking, spread)


@njit(cache=True)
def _stands_in_time(
    wanted: float, curvature: float, speed: float, hazards: FloatArray, reaction: float, braking: float, spread: float
) -> bool:
    """Whether it stands before anybody meets it when it is told `wanted` (m/s) now and to stop at the next chance."""
    now = wanted if abs(wanted) > abs(speed) else speed  # a slower command takes time to be obeyed
    way = np.empty((round(LONGEST / STEP), 4))  # x, y, vx, vy
    x = y = heading = 0.0
    steps = 0
    while abs(now) > 1e-3 and steps < way.shape[0]:
        if (steps + 1) * STEP > reaction or abs(now) > abs(wanted):
            now -= math.copysign(min(abs(now), braking * STEP), now)
        heading += curvature * now * STEP
        vx, vy = now * math.cos(heading), now * math.sin(heading)
        x, y = x + vx * STEP, y + vy * STEP
        way[steps] = x, y, vx, vy
        steps += 1
    met = False
    for p in range(hazards.shape[0]):
        met = met or _is_met(way[:steps], hazards[p], spread)
    return not met


@njit(cache=True)
def _is_met(way: FloatArray, hazard: FloatArray, spread: float) -> bool:
    """Whether it drives into somebody on its way; who comes from behind and runs into it is not met by it."""
    moves = hazard[2] != 0.0 or hazard[3] != 0.0
    was_near = hazard[0] * hazard[0] + hazard[1] * hazard[1] < hazard[4] * hazard[4]
    for k in range(way.shape[0]):
        t = (k + 1) * STEP
        dx = hazard[0] + hazard[2] * t - way[k, 0]
        dy = hazard[1] + hazard[3] * t - way[k, 1]
        reach = hazard[4] + (spread * t if moves else 0.0)
        if dx * dx + dy * dy < reach * reach:
            if dx * way[k, 2] + dy * way[k, 3] > 0.0:
                return True
            if not was_near:
                return False
    return False


@njit(cache=True)
def comes_near(linear: float, bodies: FloatArray, near: float, air: float) -> bool:
    """Whether somebody ahead within `near` (m) comes nearer still and will pass with less than `air` (m) between.

    If both go on as they do: the robot straight on at `linear` (m/s, signed); `bodies` as in `passive_speed`.
    """
    for p in range(bodies.shape[0]):
        x, y = bodies[p, 0], bodies[p, 1]
        if x * linear <= 0.0 or math.hypot(x, y) >= near:
            continue
        ux, uy = bodies[p, 2] - linear, bodies[p, 3]
        if x * ux + y * uy < 0.0 and abs(x * uy - y * ux) < (bodies[p, 4] + air) * math.hypot(ux, uy):
            return True
    return False

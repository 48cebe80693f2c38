"""Passive motion safety: the robot stands before anybody who walks on can meet it (Macek et al. 2009)."""

from __future__ import annotations

import math

from numba import njit

from robot.types import FloatArray

STEP = 0.05  # s
LONGEST = 2.5  # s that are looked at


@njit(cache=True)
def _stands_in_time(
    v: float,
    w: float,
    now: float,
    pose: FloatArray,
    hazards: FloatArray,
    reaction: float,
    braking: float,
    spread: float,
) -> bool:
    x, y, theta, t, speed = pose[0], pose[1], pose[2], 0.0, now
    while abs(speed) > 1e-3 and t < LONGEST:
        t += STEP
        if t > reaction or abs(speed) > abs(v):
            speed -= math.copysign(min(abs(speed), braking * STEP), speed)
        theta += w * STEP
        vx, vy = speed * math.cos(theta), speed * math.sin(theta)
        x += vx * STEP
        y += vy * STEP
        for p in range(hazards.shape[0]):
            dx, dy = hazards[p, 0] + hazards[p, 2] * t - x, hazards[p, 1] + hazards[p, 3] * t - y
            walks = hazards[p, 2] != 0.0 or hazards[p, 3] != 0.0
            if dx * vx + dy * vy > 0.0 and math.hypot(dx, dy) < hazards[p, 4] + (spread * t if walks else 0.0):
                return False
    return True


@njit(cache=True)
def passive_share(
    v: float,
    w: float,
    speed: float,
    pose: FloatArray,
    hazards: FloatArray,
    reaction: float,
    braking: float,
    spread: float,
) -> float:
    """The largest share (in tenths) of a command `v`, `w` with which the robot stands before anybody can meet it.

    It drives on for `reaction` (s) and then brakes by `braking` (m/s²). `hazards`: (N, 5) x, y, vx, vy, reach (m):
    they keep their velocity, and their discs grow by `spread` (m/s) if they move. What it leaves does not count.
    """
    for tenth in range(10, 0, -1):
        share = tenth / 10.0
        now = v * share if abs(v * share) > abs(speed) else speed  # a slower command takes time to be obeyed
        if _stands_in_time(v * share, w * share, now, pose, hazards, reaction, braking, spread):
            return share
    return 0.0

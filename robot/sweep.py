"""What the footprint of a round robot sweeps along an arc, and the speed that still stops within a given room."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray

STRAIGHT = 1e-6  # 1/m below which an arc counts as a straight line
BESIDE = 1e-9  # m or rad: what lies exactly beside the robot is not ahead of it


@njit(cache=True)
def free_travel(points: FloatArray, curvature: float, radius: float, reach: float) -> float:
    """How far (m) a disc may go along an arc of `curvature` (1/m, signed) before it meets a point.

    `points`: (N, 2) m in `base`. Points inside the disc already count only when the motion goes on towards them. In
    closed form: on a line the chord of the disc, on a circle the law of cosines round its centre.
    """
    free = reach
    turn = 0.0 if abs(curvature) < STRAIGHT else 1.0 / abs(curvature)
    side = 1.0 if curvature > 0.0 else -1.0
    for i in range(points.shape[0]):
        x, y = points[i, 0], side * points[i, 1]  # mirrored, so that every arc turns left
        if x * x + y * y > (free + radius) ** 2:
            continue
        if turn == 0.0:
            if abs(y) >= radius or x <= BESIDE:
                continue
            met = x - math.sqrt(radius * radius - y * y)
        else:
            dy = y - turn  # as seen from the centre that it turns around
            away = math.hypot(x, dy)
            if abs(away - turn) >= radius or away < BESIDE:
                continue
            along = math.atan2(x, -dy)
            if along <= BESIDE:
                along += 2.0 * math.pi  # behind it: met again only after a whole round
            cosine = (away * away + turn * turn - radius * radius) / (2.0 * away * turn)
            met = turn * (along - math.acos(max(-1.0, min(1.0, cosine))))
        free = min(free, max(0.0, met))
    return free


def stopping_distance(speed: float, braking: float, reaction: float) -> float:
    """Metres that it drives on from `speed` (m/s): through the reaction time (s), then braking (m/s^2)."""
    return speed * reaction + 0.5 * speed * speed / braking


def stoppable(room: float, braking: float, reaction: float) -> float:
    """The greatest speed (m/s) whose stopping distance fits into `room` (m)."""
    if room <= 0.0:
        return 0.0
    return braking * (math.sqrt(reaction * reaction + 2.0 * room / braking) - reaction)


@njit(cache=True)
def leg_sized(points: FloatArray, gap: float, widest: float) -> NDArray[np.bool_]:
    """Which of `points` ((N, 2) m, in the order of the beams) stand in clusters no wider than `widest` (m): (N,).

    A cluster ends where two neighbours are farther apart than `gap` (m).
    """
    small = np.zeros(points.shape[0], np.bool_)
    i = 0
    while i < points.shape[0]:
        j = i
        while j + 1 < points.shape[0] and (
            math.hypot(points[j + 1, 0] - points[j, 0], points[j + 1, 1] - points[j, 1]) <= gap
        ):
            j += 1
        if math.hypot(points[j, 0] - points[i, 0], points[j, 1] - points[i, 1]) <= widest:
            small[i : j + 1] = True
        i = j + 1
    return small

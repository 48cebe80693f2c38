"""Where on its path the robot is: metres left, and a point some way ahead."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from robot.types import FloatArray, Pose

Point = tuple[float, float]


def ahead_on(
    path: FloatArray, pose: Pose, reach: float, sees: Callable[[Pose, Point], bool] = lambda pose, point: True
) -> tuple[float, Point]:
    """Metres left on a path ((N, 2) m), and its point `reach` (m) on, or the last that the robot `sees` before it."""
    steps = np.hypot(*(path - (pose.x, pose.y)).T)
    near = int(np.argmin(steps))
    lengths = np.hypot(*np.diff(path[near:], axis=0).T)
    remaining = float(steps[near] + lengths.sum())
    travelled, index = float(steps[near]), near
    for i, length in enumerate(lengths):
        following = (float(path[near + i + 1, 0]), float(path[near + i + 1, 1]))
        if travelled >= reach or (i and not sees(pose, following)):
            break  # but never the place where it is: heading for that is standing still
        travelled += float(length)
        index = near + i + 1
    return remaining, (float(path[index, 0]), float(path[index, 1]))


def is_open(pose: Pose, point: Point, clearance: Callable[[float, float], float], need: float) -> bool:
    """Whether the straight line to a point keeps `need` (m) from obstacles, so that corners are not cut."""
    away = math.hypot(point[0] - pose.x, point[1] - pose.y)
    for k in range(1, int(away / 0.1) + 1):
        share = k * 0.1 / away
        if clearance(pose.x + (point[0] - pose.x) * share, pose.y + (point[1] - pose.y) * share) < need:
            return False
    return True

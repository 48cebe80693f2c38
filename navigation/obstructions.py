"""Who or what stands between the robot and the point it heads for, and how much room past it a plan must leave."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from robot.types import FloatArray, Pose, Track

NEAR, ANGLE = 1.5, 1.0  # m, and rad off the way, within which something is in it
STANDS = 5.0  # s after which somebody stands
WALKS = 0.25  # m/s of somebody who will soon have passed
PERSON = 0.35  # m round somebody, with which a path leaves the air that the local planner wants
THING = 0.17  # m round a return of what nobody knows, likewise
ONE_BODY = 0.5  # m from a tracked person within which returns are theirs


def in_the_way(pose: Pose, ahead: tuple[float, float], people: Sequence[Track]) -> bool:
    """Whether anybody stands, or just walks, in the way from `pose` to `ahead` (m)."""
    return bool(_between(pose, ahead, np.array([(p.x, p.y) for p in people]).reshape(-1, 2)).any())


def obstructions(pose: Pose, ahead: tuple[float, float], people: Sequence[Track], points: FloatArray) -> FloatArray:
    """All that stands in the way: (N, 3) x, y and radius (m); `points` are returns ((N, 2) m) that the map lacks.

    Nothing while somebody walks by: what is in the way now may be on its way too.
    """
    if any(p.speed >= WALKS and math.hypot(p.x - pose.x, p.y - pose.y) < NEAR for p in people):
        return np.zeros((0, 3))
    for person in people:
        points = points[np.hypot(points[:, 0] - person.x, points[:, 1] - person.y) > ONE_BODY]
    points = points[_between(pose, ahead, points)]
    stand = [(p.x, p.y) for p in people if p.still >= STANDS]
    bodies = [(x, y, PERSON) for x, y in stand if _between(pose, ahead, np.array([[x, y]]))[0]]
    things = np.column_stack((points, np.full(len(points), THING)))
    return np.vstack((np.array(bodies).reshape(-1, 3), things))


def _between(pose: Pose, ahead: tuple[float, float], points: FloatArray) -> NDArray[np.bool_]:
    way = math.atan2(ahead[1] - pose.y, ahead[0] - pose.x)
    dx, dy = points[:, 0] - pose.x, points[:, 1] - pose.y
    off = (np.arctan2(dy, dx) - way + math.pi) % (2.0 * math.pi) - math.pi
    within: NDArray[np.bool_] = (np.hypot(dx, dy) < NEAR) & (np.abs(off) < ANGLE)
    return within

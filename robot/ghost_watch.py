"""Tells a lidar that shows the same wherever the robot drives, but for noise, from a hall that looks the same."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from robot.types import IDENTITY, FloatArray, Pose, Scan, wrap

WAY, TURN = (
    0.2,
    0.35,
)  # m driven or rad turned, after which a scan that still shows the same shows what is not there ...
SAME = 0.95  # share of its returns that are the same then ...
OFF = 0.04  # m to so much ...
RETURNS = 0.5  # and share of its beams that must have one to tell
CLEARLY = 0.05  # share by which it must fit worse to where it must be seen now
AROUND = 0.06  # m by which a return may be off from where an earlier one must be seen now


@njit(cache=True)
def _share_where_expected(points: FloatArray, ranges: FloatArray, angle_min: float, increment: float) -> float:
    """Of `points` ((N, 2) m in the lidar's frame) those that a scan shows, of those that its beams could show."""
    told, right = 0, 0
    around = int(round(2.0 * math.pi / abs(increment)))
    for i in range(points.shape[0]):
        away = math.hypot(points[i, 0], points[i, 1])
        first = int(math.floor((math.atan2(points[i, 1], points[i, 0]) - angle_min) / increment)) % around
        second = (first + 1) % around
        if first >= ranges.size or second >= ranges.size:
            continue
        near, far = min(ranges[first], ranges[second]), max(ranges[first], ranges[second])
        if near > 0.0 and far < math.inf:
            told += 1
            right += 1 if near - AROUND < away < far + AROUND else 0
    return right / max(1, told)


class GhostWatch:
    """`see` every scan; a ring that goes with the robot or an old picture is noticed, and lasts until it changes.

    A bare corridor that is longer than the lidar reaches shows the same too, but there what was seen a moment ago is
    also where it must be by the way that was driven. `mount` is the lidar's pose in `base`.
    """

    def __init__(self, mount: Pose = IDENTITY) -> None:
        self._mount = mount
        self._shows_ghosts = False
        self._compared: tuple[Pose, FloatArray] | None = None  # where which ranges (m) were seen

    def forget(self) -> None:
        """What was seen before tells nothing any more."""
        self._shows_ghosts = False
        self._compared = None

    def see(self, scan: Scan, pose: Pose) -> bool:
        """Whether a scan, taken at a `pose` of the odometry, is one of ghosts."""
        last = self._compared
        if last is None or last[1].size != scan.ranges.size:
            self._compared = (pose, scan.ranges)
            self._shows_ghosts = False
            return False
        turned = abs(wrap(pose.theta - last[0].theta))
        if not self._shows_ghosts and last[0].distance(pose) < WAY and turned < TURN:
            return False
        seen = scan.valid()
        told = int(np.count_nonzero(seen))
        same = float(np.count_nonzero(np.abs(scan.ranges[seen] - last[1][seen]) < OFF)) / max(1, told)
        alike = told >= RETURNS * seen.size and same >= SAME
        self._shows_ghosts = alike and self._as_driven(scan, pose, *last) < same - CLEARLY
        if not self._shows_ghosts:
            self._compared = (pose, scan.ranges)
        return self._shows_ghosts

    def _as_driven(self, scan: Scan, pose: Pose, before: Pose, ranges: FloatArray) -> float:
        """The share of `ranges`, taken at the pose `before`, that a scan shows where they must be seen from here."""
        moved = pose.compose(self._mount).between(before.compose(self._mount))
        earlier = Scan(scan.stamp, ranges, scan.angle_min, scan.angle_increment, scan.range_min, scan.range_max)
        return _share_where_expected(earlier.points(moved), scan.ranges, scan.angle_min, scan.angle_increment)

"""Tells a lidar that shows the same wherever the robot drives, but for noise, from a hall that looks the same."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from robot.types import IDENTITY, FloatArray, Pose, Scan

WAY = 0.3  # m driven, after which a scan that still shows the same shows what is not there ...
SAME = 0.95  # share of its returns that are the same then ...
OFF = 0.04  # m to so much ...
RETURNS = 0.5  # and share of its beams that must have one to tell
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
        if not self._shows_ghosts and last[0].distance(pose) < WAY:
            return False
        seen = scan.valid()
        same = np.abs(scan.ranges[seen] - last[1][seen]) < OFF
        alike = same.size >= RETURNS * seen.size and bool(np.count_nonzero(same) >= SAME * same.size)
        self._shows_ghosts = alike and not self._is_as_driven(scan, pose, *last)
        if not self._shows_ghosts:
            self._compared = (pose, scan.ranges)
        return self._shows_ghosts

    def _is_as_driven(self, scan: Scan, pose: Pose, before: Pose, ranges: FloatArray) -> bool:
        """Whether a scan shows what one of `ranges`, taken at the pose `before`, must look like from here."""
        moved = pose.compose(self._mount).between(before.compose(self._mount))
        earlier = Scan(scan.stamp, ranges, scan.angle_min, scan.angle_increment, scan.range_min, scan.range_max)
        points = earlier.points(moved)
        return _share_where_expected(points, scan.ranges, scan.angle_min, scan.angle_increment) >= SAME

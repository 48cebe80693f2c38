"""What recent scans say of a place: whether beams went through it a moment ago, so that what is there now has come."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray, Pose, Scan

KEPT = 5  # scans
APART = 0.2  # s between two that are kept
OLD = 0.35  # s since a scan, in which whoever walks takes their leg out of its place
AROUND = 0.08  # m on each side of a place that must have been free too
BEYOND = 0.25  # m by which a beam must have gone on past the place
LEAST = 2  # scans that must have seen the place, all of them free


class RecentScans:
    """The scans of the last second; a place that nothing was seen at because something nearer hid it says nothing."""

    def __init__(self) -> None:
        self._ranges: FloatArray = np.zeros((KEPT, 0))
        self._at: FloatArray = np.zeros((KEPT, 3))
        self._stamps: FloatArray = np.full(KEPT, -math.inf)
        self._beams = (0.0, 0.0)

    def add(self, scan: Scan, at: Pose) -> None:
        """Keep a scan taken `at` (the lidar in `map`), unless one was just before."""
        beams = scan.angle_min, scan.angle_increment
        if self._ranges.shape[1] != scan.ranges.size or self._beams != beams:
            self._ranges = np.zeros((KEPT, scan.ranges.size))
            self._stamps[:] = -math.inf
            self._beams = beams
        if scan.stamp - self._stamps.max() < APART - 0.01:
            return
        oldest = int(self._stamps.argmin())
        self._ranges[oldest] = np.where(scan.valid(), scan.ranges, 0.0)
        self._at[oldest] = at.x, at.y, at.theta
        self._stamps[oldest] = scan.stamp

    def were_free(self, places: FloatArray, now: float) -> NDArray[np.bool_]:
        """Which of `places` ((N, 2) m in `map`) all scans of a moment ago looked through."""
        return _were_free(places, self._ranges, self._at, self._stamps, *self._beams, now)


@njit(cache=True)
def _were_free(
    places: FloatArray,
    ranges: FloatArray,
    at: FloatArray,
    stamps: FloatArray,
    angle_min: float,
    step: float,
    now: float,
) -> NDArray[np.bool_]:
    free = np.zeros(places.shape[0], dtype=np.bool_)
    for i in range(places.shape[0]):
        looked = 0
        for k in range(stamps.size):
            if OLD <= now - stamps[k] < 2.0:
                seen = _look(places[i], ranges[k], at[k], angle_min, step)
                if seen == 0:
                    looked = -1
                    break
                looked += 1 if seen > 0 else 0
        free[i] = looked >= LEAST
    return free


@njit(cache=True)
def _look(place: FloatArray, ranges: FloatArray, at: FloatArray, angle_min: float, step: float) -> int:
    """What a scan saw at a place: 1 for nothing there, 0 for something, -1 when it could not tell."""
    dx, dy = place[0] - at[0], place[1] - at[1]
    away = math.hypot(dx, dy)
    turn = int(round(2.0 * math.pi / abs(step)))
    middle = (math.atan2(dy, dx) - at[2] - angle_min) / step
    half = max(1.5, AROUND / max(away, AROUND) / abs(step))
    seen = 1
    for k in range(int(math.ceil(middle - half)), int(math.floor(middle + half)) + 1):
        beam = k % turn
        if beam >= ranges.size or ranges[beam] < away - BEYOND:
            seen = -1 if seen == 1 else seen
        elif ranges[beam] < away + BEYOND:
            return 0
    return seen

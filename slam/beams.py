"""From a scan to end points in the robot's base frame: what may be used of it, and which beams to take."""

from __future__ import annotations

import numpy as np

from robot.types import FloatArray, Pose, Scan

AT_BASE = Pose(0.0, 0.0, 0.0)


def valid_beams(scan: Scan, reach: float = np.inf) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which beams hit something: finite, within the sensor's range and nearer than `reach` (m); (N,) bool."""
    ranges = scan.ranges
    top = min(reach, scan.range_max)
    with np.errstate(invalid="ignore"):
        return np.asarray(np.isfinite(ranges) & (ranges >= scan.range_min) & (ranges < top))


def end_points(scan: Scan, lidar: Pose = AT_BASE, reach: float = np.inf) -> FloatArray:
    """End points of the valid beams in `base`, (M, 2) metres; `lidar` is the sensor's pose in `base`."""
    valid = valid_beams(scan, reach)
    ranges = scan.ranges[valid]
    angles = scan.angles[valid] + lidar.theta
    points = np.empty((ranges.size, 2))
    points[:, 0] = lidar.x + ranges * np.cos(angles)
    points[:, 1] = lidar.y + ranges * np.sin(angles)
    return points


def thin_evenly(points: FloatArray, count: int) -> FloatArray:
    """At most `count` of the points, (count, 2), evenly spread over the scan."""
    if len(points) <= count:
        return np.ascontiguousarray(points)
    picked = (np.arange(count) * len(points)) // count + len(points) // (2 * count)
    return np.ascontiguousarray(points[picked])

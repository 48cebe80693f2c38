"""Which of a scan's points are used."""

from __future__ import annotations

import numpy as np

from robot.types import FloatArray


def thin_evenly(points: FloatArray, count: int) -> FloatArray:
    """At most `count` of the points, (count, 2), evenly spread over the scan."""
    if len(points) <= count:
        return np.ascontiguousarray(points)
    picked = (np.arange(count) * len(points)) // count + len(points) // (2 * count)
    return np.ascontiguousarray(points[picked])

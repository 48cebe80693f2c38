"""Which of a scan's points are used."""

from __future__ import annotations

import numpy as np
from numba import njit

from robot.types import FloatArray


@njit(cache=True)
def thin_evenly(points: FloatArray, count: int) -> FloatArray:
    """At most `count` of the points, (count, 2), evenly spread over the scan; a copy."""
    size = points.shape[0]
    if size <= count:
        return points.copy()
    picked = np.empty((count, 2), points.dtype)
    for k in range(count):
        picked[k] = points[k * size // count + size // (2 * count)]
    return picked

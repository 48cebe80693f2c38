"""Where a scan's beams end: the one place where ranges become points."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True)
def beam_ends(
    ranges: NDArray[np.float64],
    directions: NDArray[np.float64],
    least: float,
    most: float,
    x: float,
    y: float,
    c: float,
    s: float,
) -> NDArray[np.float64]:
    """The ends (M, 2), in m, of the beams with `ranges` (N,) from `least` to below `most` m along `directions` (N, 2).

    The lidar stands at (x, y), turned by the angle whose cosine and sine are `c` and `s`.
    """
    ends = np.empty((ranges.size, 2))
    count = 0
    for i in range(ranges.size):
        away = ranges[i]
        if least <= away < most:
            u, v = away * directions[i, 0], away * directions[i, 1]
            ends[count, 0] = c * u - s * v + x
            ends[count, 1] = s * u + c * v + y
            count += 1
    return ends[:count]

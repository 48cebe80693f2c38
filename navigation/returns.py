"""What the scan's returns near the robot are: of the map, of legs with a body over them, of somebody who walks on."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray

GAP = 0.13  # m between neighbouring returns of one cluster
LEG_WIDTH = 0.5  # m: a wider cluster is a wall or a table, which no body overhangs
OWN = 0.4  # m from a tracked person within which returns are theirs
WALKS = 0.25  # m/s: slower tracks stay obstacles, for many are no people but pieces of walls


@njit(cache=True)
def near_any(points: FloatArray, places: FloatArray, reach: float) -> NDArray[np.bool_]:
    """Which points ((N, 2) m) lie within `reach` of one of some places ((P, 2) m)."""
    found = np.zeros(points.shape[0], np.bool_)
    for i in range(points.shape[0]):
        for p in range(places.shape[0]):
            if math.hypot(points[i, 0] - places[p, 0], points[i, 1] - places[p, 1]) <= reach:
                found[i] = True
                break
    return found

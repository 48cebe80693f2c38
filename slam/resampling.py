"""Which particles live on: effective number, low-variance draw, and how many are needed (KLD sampling)."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray

IntArray = NDArray[np.int64]


@njit(cache=True)
def effective_number(weights: FloatArray) -> float:
    """1 / sum(w^2) of normalised weights (Doucet 2000; Grisetti 2007, eq. 20)."""
    total = 0.0
    for w in weights:
        total += w * w
    return 1.0 / total


@njit(cache=True)
def low_variance_draw(weights: FloatArray, count: int, start: float) -> IntArray:
    """`count` indices, each drawn count * w times on average (Thrun, Burgard, Fox 2005, table 4.4).

    `weights` (N,) normalised; `start` in [0, 1) is the one random number.
    """
    chosen = np.empty(count, np.int64)
    index, reached = 0, weights[0]
    for k in range(count):
        target = (k + start) / count
        while reached < target and index < weights.size - 1:
            index += 1
            reached += weights[index]
        chosen[k] = index
    return chosen


@njit(cache=True)
def kld_bound(bins: int, error: float, z: float) -> float:
    """Particles so that the KL distance stays below `error` with quantile `z` (Fox 2003, eq. 7)."""
    if bins < 2:
        return 0.0
    k = bins - 1.0
    a = 2.0 / (9.0 * k)
    return k / (2.0 * error) * (1.0 - a + math.sqrt(a) * z) ** 3


@njit(cache=True)
def occupied_bins(poses: FloatArray, weights: FloatArray, cell: float, turn: float) -> int:
    """How many histogram bins (`cell` metres, `turn` radians) the particles that matter stand in.

    A particle matters from a thousandth of the mean weight on: the rest will not be drawn.
    """
    least = 1e-3 / weights.size
    keys = np.empty(weights.size, np.int64)
    count = 0
    for i in range(weights.size):
        if weights[i] >= least:
            ix = np.int64(math.floor(poses[i, 0] / cell))
            iy = np.int64(math.floor(poses[i, 1] / cell))
            it = np.int64(math.floor((poses[i, 2] + math.pi) / turn))
            keys[count] = ((ix + 1048576) * 2097152 + iy + 1048576) * 1024 + it
            count += 1
    keys = np.sort(keys[:count])
    bins = 1 if count else 0
    for i in range(1, count):
        if keys[i] != keys[i - 1]:
            bins += 1
    return bins

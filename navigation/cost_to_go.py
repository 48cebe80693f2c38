"""What is left from every place to the goal: metres, weighted by how little room there is."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray

LOST = 300.0  # m that are left where nothing leads to the goal
KNOWN = 1e8  # above this a cell's value says that nobody has been there


class CostToGo(NamedTuple):
    """A grid of what is left, in cells times cost (`navigation.search.march`), row 0 at the bottom."""

    field: NDArray[np.float32]  # (rows, cols)
    origin: FloatArray  # (2,) x, y in m
    resolution: float  # m


@njit(cache=True)
def left(ground: CostToGo, x: float, y: float) -> float:
    """What is left (m) at a place: between the four cells around it those count that lead to the goal."""
    col, row = (x - ground.origin[0]) / ground.resolution - 0.5, (y - ground.origin[1]) / ground.resolution - 0.5
    r, c = int(math.floor(row)), int(math.floor(col))
    if not (0 <= r < ground.field.shape[0] - 1 and 0 <= c < ground.field.shape[1] - 1):
        return LOST
    field, up, right = ground.field, row - r, col - c
    a, b, d, e = field[r, c], field[r, c + 1], field[r + 1, c], field[r + 1, c + 1]
    if max(max(a, b), max(d, e)) < KNOWN:
        between = (a + (b - a) * right) * (1.0 - up) + (d + (e - d) * right) * up
        return float(min(between * ground.resolution, LOST))
    total = share = 0.0
    for k in range(4):
        value = ground.field[r + k // 2, c + k % 2]
        if value < KNOWN:
            part = 1.0 - abs(row - r - k // 2)
            part *= 1.0 - abs(col - c - k % 2)
            part += 1e-6  # so that one known corner is enough
            total += part * value
            share += part
    if share < 1e-9:
        return LOST
    return float(min(total / share * ground.resolution, LOST))


@njit(cache=True)
def slope(ground: CostToGo, x: float, y: float) -> float:
    """The heading (rad) of steepest descent; where nothing leads on one side it is away from there."""
    d = 1.5 * ground.resolution
    here = min(left(ground, x, y) + 2.0 * d, LOST)
    gx = min(left(ground, x + d, y), here) - min(left(ground, x - d, y), here)
    gy = min(left(ground, x, y + d), here) - min(left(ground, x, y - d), here)
    return math.atan2(-gy, -gx)


@njit(cache=True)
def descent(ground: CostToGo, x: float, y: float) -> tuple[float, float]:
    """The unit vector of steepest descent between the four cells around a place; as `slope` where one is not known."""
    field, resolution = ground.field, ground.resolution
    col, row = (x - ground.origin[0]) / resolution - 0.5, (y - ground.origin[1]) / resolution - 0.5
    r, c = int(math.floor(row)), int(math.floor(col))
    if 0 <= r < field.shape[0] - 1 and 0 <= c < field.shape[1] - 1:
        a, b, d, e = field[r, c], field[r, c + 1], field[r + 1, c], field[r + 1, c + 1]
        if max(max(a, b), max(d, e)) < KNOWN:
            up, right = row - r, col - c
            gx = (b - a) * (1.0 - up) + (e - d) * up
            gy = (d - a) * (1.0 - right) + (e - b) * right
            length = math.sqrt(gx * gx + gy * gy)
            if length > 1e-6:
                return -gx / length, -gy / length
    heading = slope(ground, x, y)
    return math.cos(heading), math.sin(heading)

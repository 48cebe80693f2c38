"""What is near the robot: distances to what the scan shows and to the map's walls, on one small grid around it."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit

from robot.types import FloatArray

RESOLUTION = 0.05  # m
FAR = 9.0  # m: as far as anything is


class Obstacles(NamedTuple):
    """Distances (m) to the nearest obstacle on a square grid around a place (x, y in m)."""

    field: FloatArray  # (2 half + 1, 2 half + 1)
    x: float
    y: float
    half: int
    resolution: float


@njit(cache=True)
def local_field(points: FloatArray, cx: float, cy: float, half: int, resolution: float, field: FloatArray) -> None:
    """Bring in points: distances (m) to the nearest on a square grid around (cx, cy), by chamfer (Borgefors 1986).

    `points`: (N, 3) x, y and how far its body may reach beyond it, m; `field`: (2 half + 1, 2 half + 1) distances (m)
    to what is there besides, FAR where that is nothing; in place.
    """
    size = 2 * half + 1
    for i in range(points.shape[0]):
        col = int(round((points[i, 0] - cx) / resolution)) + half
        row = int(round((points[i, 1] - cy) / resolution)) + half
        if 0 <= row < size and 0 <= col < size:
            field[row, col] = min(field[row, col], -points[i, 2])
    for row in range(size):
        if row:
            _from_row(field[row - 1], field[row], resolution)
        line, best = field[row], FAR
        for col in range(size):
            best = min(line[col], best + resolution)
            line[col] = best
    for row in range(size - 1, -1, -1):
        if row < size - 1:
            _from_row(field[row + 1], field[row], resolution)
        line, best = field[row], FAR
        for col in range(size - 1, -1, -1):
            best = min(line[col], best + resolution)
            line[col] = best


@njit(cache=True)
def _from_row(near: FloatArray, row: FloatArray, step: float) -> None:
    """Take in what the neighbouring row knows; apart from the pass along the row, so that it can be vectorised."""
    aslant = step * 1.4142135
    last = row.size - 1
    for col in range(1, last):
        row[col] = min(row[col], min(near[col] + step, min(near[col - 1], near[col + 1]) + aslant))
    row[0] = min(row[0], min(near[0] + step, near[1] + aslant))
    row[last] = min(row[last], min(near[last] + step, near[last - 1] + aslant))


@njit(cache=True)
def between(grid: FloatArray, row: float, col: float, outside: float) -> float:
    """The value between four cells, in proportion; `outside` the grid.

    A clearance that jumps from cell to cell would not tell a small step away from a wall from one along it.
    """
    r, c = int(math.floor(row)), int(math.floor(col))
    if not (0 <= r < grid.shape[0] - 1 and 0 <= c < grid.shape[1] - 1):
        return outside
    up, right = row - r, col - c
    below = grid[r, c] * (1.0 - right) + grid[r, c + 1] * right
    above = grid[r + 1, c] * (1.0 - right) + grid[r + 1, c + 1] * right
    return float(below * (1.0 - up) + above * up)


@njit(cache=True)
def _walls(
    static: FloatArray, x0: float, y0: float, coarse: float, cx: float, cy: float, resolution: float, field: FloatArray
) -> None:
    """Fill `field` with distances (m) to walls: `static`, (rows, cols), of cells of `coarse` m from x0, y0."""
    half = field.shape[0] // 2
    rows, cols = static.shape
    left = (cx - half * resolution - x0) / coarse - 0.5
    first = max(0, int(math.ceil(-left * coarse / resolution)))
    last = min(field.shape[1], int(math.ceil((cols - 1 - left) * coarse / resolution)))
    field[:] = FAR
    for i in range(field.shape[0]):
        row = (cy + (i - half) * resolution - y0) / coarse - 0.5
        r = int(math.floor(row))
        if not 0 <= r < rows - 1:
            continue
        up = row - r
        lower, upper, line = static[r], static[r + 1], field[i]
        for k in range(first, last):
            col = left + k * (resolution / coarse)
            c = min(int(col), cols - 2)
            right = col - c
            below = lower[c] + (lower[c + 1] - lower[c]) * right
            above = upper[c] + (upper[c + 1] - upper[c]) * right
            line[k] = min(FAR, below + (above - below) * up)


@njit(cache=True)
def clearance(x: float, y: float, obstacles: Obstacles) -> float:
    """Distance (m) from a place to the nearest obstacle; FAR outside the grid."""
    row = (y - obstacles.y) / obstacles.resolution + obstacles.half
    col = (x - obstacles.x) / obstacles.resolution + obstacles.half
    return between(obstacles.field, row, col, FAR)


class ObstacleWindow:
    """Makes the grid again and again in the same memory; it reaches `reach` (m) to each side of the robot."""

    def __init__(self, reach: float) -> None:
        self._half = int(math.ceil(reach / RESOLUTION))
        self._field = np.full((2 * self._half + 1, 2 * self._half + 1), FAR)

    def around(
        self, x: float, y: float, bodies: FloatArray, static: FloatArray, origin: tuple[float, float], coarse: float
    ) -> Obstacles:
        """What is near (x, y): `bodies` (N, 3) as for `local_field`, and walls by their distances on the map's grid."""
        _walls(static, origin[0], origin[1], coarse, x, y, RESOLUTION, self._field)
        local_field(bodies, x, y, self._half, RESOLUTION, self._field)
        return Obstacles(self._field, x, y, self._half, RESOLUTION)

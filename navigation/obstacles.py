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
    """Distances (m) to the nearest point on a square grid around (cx, cy), by a two-pass chamfer (Borgefors 1986).

    `points`: (N, 3) x, y and how far its body may reach beyond it, m; `field`: (2 half + 1, 2 half + 1), overwritten.
    """
    size = 2 * half + 1
    field[:] = FAR
    for i in range(points.shape[0]):
        col = int(round((points[i, 0] - cx) / resolution)) + half
        row = int(round((points[i, 1] - cy) / resolution)) + half
        if 0 <= row < size and 0 <= col < size:
            field[row, col] = min(field[row, col], -points[i, 2])
    d1, d2 = resolution, resolution * 1.4142135
    for row in range(size):
        for col in range(size):
            best = field[row, col]
            if col > 0:
                best = min(best, field[row, col - 1] + d1)
            if row > 0:
                best = min(best, field[row - 1, col] + d1)
                if col > 0:
                    best = min(best, field[row - 1, col - 1] + d2)
                if col < size - 1:
                    best = min(best, field[row - 1, col + 1] + d2)
            field[row, col] = best
    for row in range(size - 1, -1, -1):
        for col in range(size - 1, -1, -1):
            best = field[row, col]
            if col < size - 1:
                best = min(best, field[row, col + 1] + d1)
            if row < size - 1:
                best = min(best, field[row + 1, col] + d1)
                if col < size - 1:
                    best = min(best, field[row + 1, col + 1] + d2)
                if col > 0:
                    best = min(best, field[row + 1, col - 1] + d2)
            field[row, col] = best


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
def _join(
    static: FloatArray, x0: float, y0: float, coarse: float, cx: float, cy: float, resolution: float, field: FloatArray
) -> None:
    """Take the nearer of `field` and of the map's walls (`static`, (rows, cols) m, origin x0, y0) in every cell."""
    half = field.shape[0] // 2
    for row in range(field.shape[0]):
        at = (cy + (row - half) * resolution - y0) / coarse - 0.5
        for col in range(field.shape[1]):
            wall = between(static, at, (cx + (col - half) * resolution - x0) / coarse - 0.5, FAR)
            field[row, col] = min(field[row, col], wall)


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
        local_field(bodies, x, y, self._half, RESOLUTION, self._field)
        _join(static, origin[0], origin[1], coarse, x, y, RESOLUTION, self._field)
        return Obstacles(self._field, x, y, self._half, RESOLUTION)

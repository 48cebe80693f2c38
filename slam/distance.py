"""The distance to the nearest wall, tile by tile, and its bilinear interpolation: what scan matching climbs on.

A tile is 32 x 32 cells of uint8, in sixteenths of a cell, saturated at `FAR_CELLS`. A table of tile numbers covers the
map; tile 0 is the empty one, far from everything. Frozen maps and each particle's map read through the same kernels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from robot.types import FloatArray, GridMap

TILE = 32
SHIFT, MASK = 5, 31
UNIT = 16.0  # sixteenths of a cell
FAR = 160  # stored value of "far": ten cells
FAR_CELLS = FAR / UNIT

TileArray = NDArray[np.uint8]
TableArray = NDArray[np.int32]


class DistanceField(NamedTuple):
    """Distances to the nearest wall, as kernels read them: `table` (rows, cols) int32 into `tiles` (n, 32, 32) uint8;
    `origin` (2,) metres of the table's corner, `resolution` metres a cell.
    """

    table: TableArray
    tiles: TileArray
    origin: FloatArray
    resolution: float


def distance_cells(grid: GridMap) -> FloatArray:
    """Distance of each cell's centre to the nearest occupied one, (height, width), in cells; inf without walls."""
    occupied = grid.cells == 100
    if not occupied.any():
        return np.full(grid.cells.shape, np.inf)
    return np.asarray(distance_transform_edt(~occupied), dtype=np.float64)


def freeze(distances: FloatArray, grid: GridMap) -> DistanceField:
    """Cut an array of distances (cells) into tiles; tiles that are far everywhere share tile 0."""
    height, width = distances.shape
    rows, cols = -(-height // TILE), -(-width // TILE)
    padded = np.full((rows * TILE, cols * TILE), FAR, np.uint8)
    padded[:height, :width] = np.rint(np.minimum(distances * UNIT, FAR)).astype(np.uint8)
    blocks = padded.reshape(rows, TILE, cols, TILE).swapaxes(1, 2).reshape(-1, TILE, TILE)
    used = (blocks < FAR).any(axis=(1, 2))
    table = np.zeros(rows * cols, np.int32)
    table[used] = 1 + np.arange(np.count_nonzero(used), dtype=np.int32)
    tiles = np.concatenate([np.full((1, TILE, TILE), FAR, np.uint8), blocks[used]])
    origin = np.array([grid.origin.x, grid.origin.y])
    return DistanceField(table.reshape(rows, cols), np.ascontiguousarray(tiles), origin, grid.resolution)


@njit(cache=True, inline="always")
def stored(table: TableArray, tiles: TileArray, row: int, col: int) -> float:
    """The stored distance of one cell, in sixteenths of a cell; far outside the table."""
    if row < 0 or col < 0 or (row >> SHIFT) >= table.shape[0] or (col >> SHIFT) >= table.shape[1]:
        return float(FAR)
    return float(tiles[table[row >> SHIFT, col >> SHIFT], row & MASK, col & MASK])


@njit(cache=True)
def interpolate(table: TableArray, tiles: TileArray, u: float, v: float) -> tuple[float, float, float]:
    """Distance in cells at column `u`, row `v` (fractional cells), and its slopes along u and v.

    Bilinear between cell centres (Kohlbrecher 2011, eq. 4-6, on distances instead of occupancy).
    """
    u, v = u - 0.5, v - 0.5
    col, row = int(np.floor(u)), int(np.floor(v))
    a, b = u - col, v - row
    r, c = row & MASK, col & MASK
    if r < MASK and c < MASK and row >= 0 and col >= 0:  # all four in one tile
        tr, tc = row >> SHIFT, col >> SHIFT
        if tr >= table.shape[0] or tc >= table.shape[1]:
            return FAR_CELLS, 0.0, 0.0
        tile = table[tr, tc]
        if tile == 0:
            return FAR_CELLS, 0.0, 0.0
        d00, d01 = float(tiles[tile, r, c]), float(tiles[tile, r, c + 1])
        d10, d11 = float(tiles[tile, r + 1, c]), float(tiles[tile, r + 1, c + 1])
    else:
        d00, d01 = stored(table, tiles, row, col), stored(table, tiles, row, col + 1)
        d10, d11 = stored(table, tiles, row + 1, col), stored(table, tiles, row + 1, col + 1)
    near, far = d00 + a * (d01 - d00), d10 + a * (d11 - d10)
    slope_u = (1.0 - b) * (d01 - d00) + b * (d11 - d10)
    return (near + b * (far - near)) / UNIT, slope_u / UNIT, (far - near) / UNIT

"""Writing a scan into one particle's tiles: evidence along the rays, and distances kept exact as walls come and go."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray
from slam.distance import FAR, FAR_CELLS, MASK, SHIFT, UNIT, TableArray, TileArray
from slam.tiles import CountArray, EvidenceArray, writable

HIT, MISS = 3, -1  # a cell is a wall when more than one in four of the beams that met it ended there
MOST, LEAST = 120, -60  # bounds, so that what has moved is unlearnt in bounded time
FRACTION = 20  # binary digits of the fixed-point walk along a ray
ROUND = 1 << (FRACTION - 1)
_Marks = NDArray[np.uint8]


def _neighbours() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows, columns, stored distances of all cells nearer than `FAR`, nearest first; where each distance begins."""
    radius = int(FAR_CELLS)
    rows, cols = np.mgrid[-radius : radius + 1, -radius : radius + 1].reshape(2, -1)
    values = np.rint(UNIT * np.hypot(rows, cols)).astype(np.int64)
    order = np.argsort(values, kind="stable")
    order = order[values[order] < FAR]
    values = values[order]
    return rows[order], cols[order], values, np.searchsorted(values, values)


ROWS, COLS, VALUES, FIRST = _neighbours()


@njit(cache=True)
def add_hit(
    table: TableArray, evidence: EvidenceArray, distance: TileArray, counts: CountArray, row: int, col: int
) -> None:
    """A beam ended in this cell; when that makes it a wall, the distances around follow."""
    tile = writable(table, row >> SHIFT, col >> SHIFT, evidence, distance, counts)
    before = evidence[tile, row & MASK, col & MASK]
    evidence[tile, row & MASK, col & MASK] = min(before + HIT, MOST)
    if before <= 0 < before + HIT:
        lower_around(table, evidence, distance, counts, row, col)


@njit(cache=True)
def lower_around(
    table: TableArray, evidence: EvidenceArray, distance: TileArray, counts: CountArray, row: int, col: int
) -> None:
    """A new wall cell: nothing within reach is farther from a wall than from this one."""
    for k in range(VALUES.size):
        r, c = row + ROWS[k], col + COLS[k]
        if distance[table[r >> SHIFT, c >> SHIFT], r & MASK, c & MASK] > VALUES[k]:
            tile = writable(table, r >> SHIFT, c >> SHIFT, evidence, distance, counts)
            distance[tile, r & MASK, c & MASK] = VALUES[k]


@njit(cache=True)
def mend_around(
    table: TableArray, evidence: EvidenceArray, distance: TileArray, counts: CountArray, row: int, col: int
) -> None:
    """A wall cell less: only cells as far from a wall as from this one may have lost their nearest; they seek anew."""
    for k in range(VALUES.size):
        r, c = row + ROWS[k], col + COLS[k]
        if distance[table[r >> SHIFT, c >> SHIFT], r & MASK, c & MASK] == VALUES[k]:
            value = nearest_wall(table, evidence, r, c, FIRST[k])
            if value != VALUES[k]:
                tile = writable(table, r >> SHIFT, c >> SHIFT, evidence, distance, counts)
                distance[tile, r & MASK, c & MASK] = value


@njit(cache=True)
def nearest_wall(table: TableArray, evidence: EvidenceArray, row: int, col: int, first: int) -> int:
    """The stored distance from a cell to the nearest wall, knowing that none is nearer than neighbour `first`."""
    for k in range(first, VALUES.size):
        r, c = row + ROWS[k], col + COLS[k]
        if evidence[table[r >> SHIFT, c >> SHIFT], r & MASK, c & MASK] > 0:
            return int(VALUES[k])
    return FAR


@njit(cache=True)
def integrate(
    table: TableArray,
    evidence: EvidenceArray,
    distance: TileArray,
    counts: CountArray,
    pose: FloatArray,
    sensor: FloatArray,
    points: FloatArray,
    origin: FloatArray,
    resolution: float,
    free_reach: float,
    marks: _Marks,
) -> None:
    """Write one scan into one map: each cell once, and where beams end wins over where beams pass.

    `pose` (3,) of the base, `sensor` (2,) of the lidar in the base, `points` (M, 2) end points in the base, metres;
    `origin` (2,) of the table. Free space is written up to `free_reach` (m) from the sensor. `marks` (W, W) uint8 zeros
    is scratch space around the sensor, W cells wide; it is left zero. The table must hold all that can be reached.
    """
    c, s = math.cos(pose[2]), math.sin(pose[2])
    sx, sy = pose[0] + c * sensor[0] - s * sensor[1], pose[1] + s * sensor[0] + c * sensor[1]
    col0, row0 = int((sx - origin[0]) / resolution), int((sy - origin[1]) / resolution)
    half = marks.shape[0] // 2
    ends = np.empty((points.shape[0], 2), np.int64)
    for i in range(points.shape[0]):
        ends[i, 0] = int((pose[1] + s * points[i, 0] + c * points[i, 1] - origin[1]) / resolution)
        ends[i, 1] = int((pose[0] + c * points[i, 0] - s * points[i, 1] - origin[0]) / resolution)
        r, k = ends[i, 0] - row0 + half, ends[i, 1] - col0 + half
        if marks[r, k] == 0:
            marks[r, k] = 1
            add_hit(table, evidence, distance, counts, ends[i, 0], ends[i, 1])
    most = int(free_reach / resolution)
    for row, col in ends:
        clear_ray(table, evidence, distance, counts, row0, col0, row - row0, col - col0, most, half, marks)
    wide = min(most + 1, half)
    marks[half - wide : half + wide + 1, half - wide : half + wide + 1] = 0
    for row, col in ends:
        marks[row - row0 + half, col - col0 + half] = 0


@njit(cache=True)
def clear_ray(
    table: TableArray,
    evidence: EvidenceArray,
    distance: TileArray,
    counts: CountArray,
    row0: int,
    col0: int,
    down: int,
    right: int,
    most: int,
    half: int,
    marks: _Marks,
) -> None:
    """The cells from the sensor up to the one before the ray's end, as free, at most `most` cells away."""
    length = max(abs(down), abs(right))
    if length == 0:
        return
    step_r, step_c = (down << FRACTION) // length, (right << FRACTION) // length
    cells = int(min(length - 1.0, most * length / math.hypot(down, right)))
    tile, tile_row, tile_col = 0, -1, -1
    for k in range(cells):
        dr, dc = (k * step_r + ROUND) >> FRACTION, (k * step_c + ROUND) >> FRACTION
        if marks[half + dr, half + dc] != 0:
            continue
        marks[half + dr, half + dc] = 2
        row, col = row0 + dr, col0 + dc
        if row >> SHIFT != tile_row or col >> SHIFT != tile_col:
            tile_row, tile_col = row >> SHIFT, col >> SHIFT
            tile = writable(table, tile_row, tile_col, evidence, distance, counts)
        before = evidence[tile, row & MASK, col & MASK]
        if before > LEAST:
            evidence[tile, row & MASK, col & MASK] = before + MISS
            if before + MISS <= 0 < before:
                mend_around(table, evidence, distance, counts, row, col)

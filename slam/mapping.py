"""Writing a scan into the particles' tiles: evidence where beams end and along the way there."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray
from slam.distance import MASK, SHIFT, TableArray
from slam.distance_update import add_wall, remove_wall
from slam.tiles import Tiles, writable

HIT, MISS = 3, -1  # a cell is a wall when more than one in four of the beams that met it ended there
MOST, LEAST = 120, -60  # bounds, so that what has moved is unlearnt in bounded time
FRACTION = 20  # binary digits of the fixed-point walk along a ray
ROUND = 1 << (FRACTION - 1)
PASSED, ENDED = 1, 2  # marks of a cell
CellArray = NDArray[np.int64]


class MapFrame(NamedTuple):
    """Where the particles' tables lie: `origin` (2,) metres of their corner, `resolution` metres a cell."""

    origin: FloatArray
    resolution: float


class Rays(NamedTuple):
    """The cells that a scan passes, from the sensor's cell: `cells` (K, 2) rows and columns, `used` (1,) of them.

    `marks` (W, W) uint8 around the sensor's cell in its middle says which they are. All particles of nearly one
    heading share them: half a cell at the end of the farthest ray is not seen in free space.
    """

    marks: NDArray[np.uint8]
    cells: NDArray[np.int16]
    used: CellArray


def new_rays(reach: float, free_reach: float, beams: int, resolution: float) -> Rays:
    """Room for scans of `beams` beams up to `reach` (m), free up to `free_reach` (m)."""
    width = 2 * (math.ceil(reach / resolution) + 3) + 1
    most = beams * (math.ceil(min(reach, free_reach) / resolution) + 2)
    return Rays(np.zeros((width, width), np.uint8), np.empty((most, 2), np.int16), np.zeros(1, np.int64))


@njit(cache=True)
def integrate(
    tiles: Tiles,
    tables: NDArray[np.int32],
    poses: FloatArray,
    order: CellArray,
    begin: int,
    sensor: FloatArray,
    points: FloatArray,
    frame: MapFrame,
    free_reach: float,
    rays: Rays,
    most_tiles: int,
) -> int:
    """Write one scan into the particles' maps, each cell once; where beams end wins over where they pass.

    `tables` (N, rows, cols), `poses` (N, 3) of the base, `sensor` (2,) of the lidar in the base, `points` (M, 2) end
    points in the base, metres. Free space is written up to `free_reach` (m) from the sensor. Particles come in `order`
    (K,), neighbours of like heading, from place `begin` in it on. Stops when fewer than `most_tiles` tiles are free;
    returns the place to go on from, K when done. The tables must hold all that can be reached.
    """
    ends = np.empty((points.shape[0], 2), np.int64)
    near = 0.5 * frame.resolution / free_reach
    heading = math.inf
    reached = order.size
    for k in range(begin, order.size):
        if tiles.free[0] < most_tiles:
            reached = k
            break
        i = order[k]
        row, col = end_cells(poses[i], sensor, points, frame, ends)
        if not abs(poses[i, 2] - heading) < near:
            heading = poses[i, 2]
            walk_rays(ends, int(free_reach / frame.resolution), rays)
        write_ends(tiles, tables[i], row, col, ends, rays.marks)
        write_passed(tiles, tables[i], row, col, rays)
    forget_rays(rays)
    return reached


@njit(cache=True)
def end_cells(
    pose: FloatArray, sensor: FloatArray, points: FloatArray, frame: MapFrame, ends: CellArray
) -> tuple[int, int]:
    """The sensor's row and column; `ends` (M, 2) is filled with the rows and columns of end points seen from there."""
    c, s = math.cos(pose[2]), math.sin(pose[2])
    x0, y0 = (pose[0] - frame.origin[0]) / frame.resolution, (pose[1] - frame.origin[1]) / frame.resolution
    c, s = c / frame.resolution, s / frame.resolution
    row = int(y0 + s * sensor[0] + c * sensor[1])
    col = int(x0 + c * sensor[0] - s * sensor[1])
    for i in range(points.shape[0]):
        ends[i, 0] = int(y0 + s * points[i, 0] + c * points[i, 1]) - row
        ends[i, 1] = int(x0 + c * points[i, 0] - s * points[i, 1]) - col
    return row, col


@njit(cache=True)
def walk_rays(ends: CellArray, most: int, rays: Rays) -> None:
    """List the cells from the sensor up to the one before each end, at most `most` cells away, each once."""
    forget_rays(rays)
    half, count = rays.marks.shape[0] // 2, 0
    for i in range(ends.shape[0]):
        down, right = ends[i, 0], ends[i, 1]
        length = max(abs(down), abs(right))
        if length == 0:
            continue
        step_r, step_c = (down << FRACTION) // length, (right << FRACTION) // length
        for k in range(int(min(length - 1.0, most * length / math.hypot(down, right)))):
            dr, dc = (k * step_r + ROUND) >> FRACTION, (k * step_c + ROUND) >> FRACTION
            if rays.marks[half + dr, half + dc] == 0:
                rays.marks[half + dr, half + dc] = PASSED
                rays.cells[count, 0], rays.cells[count, 1] = dr, dc
                count += 1
    rays.used[0] = count


@njit(cache=True)
def forget_rays(rays: Rays) -> None:
    """Leave `marks` zero, and no cell listed."""
    half = rays.marks.shape[0] // 2
    for k in range(rays.used[0]):
        rays.marks[half + rays.cells[k, 0], half + rays.cells[k, 1]] = 0
    rays.used[0] = 0


@njit(cache=True)
def write_ends(
    tiles: Tiles, table: TableArray, row0: int, col0: int, ends: CellArray, marks: NDArray[np.uint8]
) -> None:
    """Beams ended in these cells. Those that others passed get back beforehand what `write_passed` will take."""
    evidence, counts, half = tiles.evidence, tiles.counts, marks.shape[0] // 2
    for i in range(ends.shape[0]):
        mark = marks[half + ends[i, 0], half + ends[i, 1]]
        if mark & ENDED:
            continue
        marks[half + ends[i, 0], half + ends[i, 1]] = mark | ENDED
        row, col = row0 + ends[i, 0], col0 + ends[i, 1]
        tile = int(table[row >> SHIFT, col >> SHIFT])
        if tile == 0 or counts[tile] != 1:
            tile = writable(tiles, table, row >> SHIFT, col >> SHIFT)
        before = int(evidence[tile, row & MASK, col & MASK])
        after = min(before + HIT, MOST)
        evidence[tile, row & MASK, col & MASK] = after - MISS if mark & PASSED else after
        if before <= 0 < after:
            add_wall(tiles, table, row, col)
    for i in range(ends.shape[0]):
        marks[half + ends[i, 0], half + ends[i, 1]] &= PASSED


@njit(cache=True)
def write_passed(tiles: Tiles, table: TableArray, row0: int, col0: int, rays: Rays) -> None:
    """Beams passed these cells; one that thereby stops being a wall leaves the distances around."""
    evidence, counts, cells = tiles.evidence, tiles.counts, rays.cells
    tile, tile_row, tile_col = 0, -1, -1
    for k in range(rays.used[0]):
        row, col = row0 + cells[k, 0], col0 + cells[k, 1]
        if row >> SHIFT != tile_row or col >> SHIFT != tile_col:
            tile_row, tile_col = row >> SHIFT, col >> SHIFT
            tile = int(table[tile_row, tile_col])
            if tile == 0 or counts[tile] != 1:
                tile = writable(tiles, table, tile_row, tile_col)
        before = evidence[tile, row & MASK, col & MASK]
        if before > LEAST:
            evidence[tile, row & MASK, col & MASK] = before + MISS
            if before == -MISS:
                remove_wall(tiles, table, row, col)

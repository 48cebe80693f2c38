"""Taking people out of a finished map: small things that beams mostly went through stood there only for a while."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.ndimage import label

from robot.types import FloatArray, Pose
from slam.distance import MASK, SHIFT, TILE, TableArray
from slam.distance_update import remove_wall
from slam.mapping import MISS, CellArray, MapFrame, Rays, end_cells, forget_rays, walk_rays
from slam.particle_maps import ParticleMaps
from slam.tiles import Tiles, writable
from slam.trajectory import Points

LARGEST = 20  # cells of a thing that may be somebody: two legs on the way
OFTEN = 1.5  # beams that went through for each that ended there
LabelArray = NDArray[np.int32]


def forget_dynamic_objects(
    maps: ParticleMaps, poses: FloatArray, points: Sequence[Points], lidar: Pose, free_reach: float
) -> int:
    """Free the cells of the first particle's map where the scans, `points` (M, 2) each at `poses` (K, 3), saw something
    small only now and then; return how many things that were.
    """
    evidence = maps.pool.tiles.evidence[maps.tables[0]]
    rows, cols = evidence.shape[:2]
    walls = evidence.swapaxes(1, 2).reshape(rows * TILE, cols * TILE) > 0
    numbered, count = label(walls, np.ones((3, 3)))
    things: LabelArray = np.array(numbered, dtype=np.int32)
    sizes = np.bincount(things.ravel(), minlength=count + 1)
    ended, passed = np.zeros(count + 1, np.int64), np.zeros(count + 1, np.int64)
    sensor = np.array([lidar.x, lidar.y])
    for pose, scan in zip(poses, points, strict=True):
        rays = maps.rays_for(scan, lidar, free_reach)
        count_beams(things, pose, sensor, scan.astype(np.float64), maps.frame, free_reach, rays, ended, passed)
    moved = (sizes <= LARGEST) & (passed > OFTEN * ended)
    moved[0] = False
    where = np.argwhere(moved[things])
    maps.pool.reserve(4 * len(where) + 16)
    free_cells(maps.pool.tiles, maps.tables[0], where)
    return int(np.count_nonzero(moved))


@njit(cache=True)
def count_beams(
    things: LabelArray,
    pose: FloatArray,
    sensor: FloatArray,
    points: FloatArray,
    frame: MapFrame,
    free_reach: float,
    rays: Rays,
    ended: CellArray,
    passed: CellArray,
) -> None:
    """Count for every thing, by its number in `things` (H, W), in how many of its cells a beam ended and how many
    were passed.
    """
    ends = np.empty((points.shape[0], 2), np.int64)
    row, col = end_cells(pose, sensor, points, frame, ends)
    walk_rays(ends, int(free_reach / frame.resolution), rays)
    for i in range(ends.shape[0]):
        ended[things[row + ends[i, 0], col + ends[i, 1]]] += 1
    for k in range(rays.used[0]):
        passed[things[row + rays.cells[k, 0], col + rays.cells[k, 1]]] += 1
    forget_rays(rays)


@njit(cache=True)
def free_cells(tiles: Tiles, table: TableArray, cells: CellArray) -> None:
    """Walls of the `cells` (K, 2) become free."""
    for row, col in cells:
        tile = writable(tiles, table, row >> SHIFT, col >> SHIFT)
        tiles.evidence[tile, row & MASK, col & MASK] = MISS
        remove_wall(tiles, table, row, col)

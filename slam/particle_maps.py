"""The maps of all particles: tables of shared tiles, grown as the robot comes to new places."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from robot.types import FloatArray, GridMap, LetanError, Pose
from slam.distance import FAR_CELLS, MASK, SHIFT, TILE, UNIT, DistanceField
from slam.mapping import MapFrame, Rays, integrate, new_rays
from slam.tiles import TilePool, inherit
from slam.trajectory import Points

MARGIN = 2 * int(FAR_CELLS) + 2  # cells round a wall that distances are kept in
WIDEST = 500.0  # metres: a larger building is a fault of the log, and its picture would not fit into memory


def farthest(points: FloatArray | Points, lidar: Pose) -> float:
    """The longest beam (m) among end points (M, 2) in the base frame."""
    return float(np.hypot(points[:, 0] - lidar.x, points[:, 1] - lidar.y).max())


class ParticleMaps:
    """`tables` (N, rows, cols) int32 of tile numbers in `pool`; `origin` (2,) metres of the tables' corner."""

    def __init__(self, count: int, resolution: float, start: Pose) -> None:
        self.pool = TilePool()
        self.resolution = resolution
        side = TILE * resolution
        # cells are centred on multiples of the resolution: walls of floor plans stand on round numbers, and a wall
        # on the border of two cells would pull the first scans half a cell aside
        whole = np.floor(np.array([start.x, start.y]) / side)
        self.origin: FloatArray = whole * side - 0.5 * resolution
        self.tables: NDArray[np.int32] = np.zeros((count, 1, 1), np.int32)
        self._rays = new_rays(0.0, 0.0, 1, resolution)

    def cover(self, poses: FloatArray, far: float) -> None:
        """Grow the tables so that `far` metres (and a margin) around each of `poses` (N, 3) lie inside.

        LetanError when they would become wider than `WIDEST`, before anything is taken.
        """
        side = TILE * self.resolution
        room = far + (MARGIN + 2) * self.resolution
        corner, far_corner = self.origin, self.origin + np.array(self.tables.shape[:0:-1]) * side
        reach = np.maximum(far_corner, poses[:, :2].max(axis=0) + room)
        if not np.all(reach - np.minimum(corner, poses[:, :2].min(axis=0) - room) <= WIDEST):
            raise LetanError(f"the map would be wider than {WIDEST:g} m: odometry or scans can't be right")
        low = np.floor((poses[:, :2].min(axis=0) - room - self.origin) / side).astype(int)
        high = np.floor((poses[:, :2].max(axis=0) + room - self.origin) / side).astype(int)
        rows, cols = self.tables.shape[1:]
        left, below = max(-low[0], 0), max(-low[1], 0)
        right, above = max(high[0] + 1 - cols, 0), max(high[1] + 1 - rows, 0)
        if left or below or right or above:
            self.tables = np.pad(self.tables, ((0, 0), (below, above), (left, right)))
            self.origin = self.origin - np.array([left, below]) * side

    def most_tiles(self, far: float) -> int:
        """The most tiles that one scan reaching `far` metres can touch."""
        across = math.ceil(2.0 * (far / self.resolution + MARGIN) / TILE) + 2
        rows, cols = self.tables.shape[1:]
        return min(across * across, int(rows) * int(cols))

    def write(self, poses: FloatArray, lidar: Pose, points: FloatArray, free_reach: float) -> None:
        """Write one scan into the maps of the first particles, seen from `poses` (K, 3) of the base.

        `points` (M, 2) end points in the base, metres; free space is written up to `free_reach` (m). LetanError when
        the map would become too large.
        """
        far = farthest(points, lidar)
        self.cover(poses, far + math.hypot(lidar.x, lidar.y))
        order = np.argsort(poses[:, 2], kind="stable")
        self._integrate(poses, order, lidar, points, free_reach, self.most_tiles(far))

    def write_all(self, poses: FloatArray, lidar: Pose, scans: Sequence[Points], free_reach: float) -> None:
        """Write many scans, seen from `poses` (K, 3), into the map of the first particle; else as `write`."""
        far = max(farthest(points, lidar) for points in scans)
        self.cover(poses, far + math.hypot(lidar.x, lidar.y))
        most, first = self.most_tiles(far), np.zeros(1, np.int64)
        for pose, points in zip(poses, scans, strict=True):
            self._integrate(pose[None], first, lidar, points.astype(np.float64), free_reach, most)

    def _integrate(
        self, poses: FloatArray, order: NDArray[np.int64], lidar: Pose, points: FloatArray, free_reach: float, most: int
    ) -> None:
        """Write one scan into covered ground, making room for `most` tiles at a time."""
        rays = self.rays_for(points, lidar, free_reach)
        sensor, done = np.array([lidar.x, lidar.y]), 0
        while done < len(order):
            self.pool.reserve(most)
            done = integrate(
                self.pool.tiles, self.tables, poses, order, done, sensor, points, self.frame, free_reach, rays, most
            )

    @property
    def frame(self) -> MapFrame:
        """Where the tables lie."""
        return MapFrame(self.origin, self.resolution)

    def rays_for(self, points: FloatArray | Points, lidar: Pose, free_reach: float) -> Rays:
        """Scratch space for a scan of end points (M, 2)."""
        far, beams = farthest(points, lidar), len(points)
        needed = 2 * math.ceil(far / self.resolution) + 5, beams * (math.ceil(free_reach / self.resolution) + 2)
        if self._rays.marks.shape[0] < needed[0] or self._rays.cells.shape[0] < needed[1]:
            self._rays = new_rays(far, free_reach, beams, self.resolution)
        return self._rays

    def choose(self, parents: NDArray[np.int64]) -> None:
        """Child i takes over the map of particle `parents[i]`; nothing but tables is copied."""
        self.tables = inherit(self.tables, parents, self.pool.tiles)

    @property
    def nbytes(self) -> int:
        """Bytes of all maps: tiles and tables."""
        return self.pool.nbytes + self.tables.nbytes

    def field(self, particle: int) -> DistanceField:
        """The distances of one particle's map, as they are now."""
        return DistanceField(self.tables[particle], self.pool.tiles.distance, self.origin, self.resolution)

    def read(self, particle: int, points: FloatArray) -> tuple[NDArray[np.int16], FloatArray]:
        """Evidence (M,) and distance to the nearest wall in cells (M,) at `points` (M, 2) metres; nothing is known
        outside.
        """
        cells = np.floor((points - self.origin) / self.resolution).astype(np.int64)
        table = self.tables[particle]
        inside = np.all((cells >= 0) & (cells >> SHIFT < table.shape[::-1]), axis=1)
        tile = np.zeros(len(points), np.int64)
        tile[inside] = table[cells[inside, 1] >> SHIFT, cells[inside, 0] >> SHIFT]
        where = tile, cells[:, 1] & MASK, cells[:, 0] & MASK
        return self.pool.tiles.evidence[where], self.pool.tiles.distance[where] / UNIT

    def grid(self, particle: int) -> GridMap:
        """One particle's map, cut to what is known."""
        evidence = self.pool.tiles.evidence[self.tables[particle]]
        rows, cols = evidence.shape[:2]
        dense = evidence.swapaxes(1, 2).reshape(rows * TILE, cols * TILE)
        known_rows, known_cols = np.nonzero(dense.any(axis=1))[0], np.nonzero(dense.any(axis=0))[0]
        if not known_rows.size:
            x, y = self.origin
            return GridMap(np.full((1, 1), -1, np.int8), self.resolution, Pose(float(x), float(y), 0.0))
        r0, r1, c0, c1 = known_rows[0], known_rows[-1] + 1, known_cols[0], known_cols[-1] + 1
        dense = dense[r0:r1, c0:c1]
        cells = np.where(dense > 0, np.int8(100), np.where(dense < 0, np.int8(0), np.int8(-1)))
        x, y = self.origin + np.array([c0, r0]) * self.resolution
        return GridMap(cells, self.resolution, Pose(float(x), float(y), 0.0))

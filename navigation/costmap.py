"""The costmap: how far every cell is from what the map, the keep-out zones and fresh scans say is in the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from robot.types import FloatArray, GridMap, Pose, Scan

Points = Sequence[tuple[float, float]]
UNMAPPED = 0.25  # m from the map's walls beyond which a return is of something that the map does not have
BEHIND = 0.15  # m before a return within which its beam does not say that the ground is free
NEVER = -math.inf


@dataclass(frozen=True, slots=True)
class CostmapConfig:
    """Times in s, distances in m."""

    memory: float = 20.0  # that a return counts, unless a beam has passed there since
    reach: float = 6.0  # of the returns that are remembered
    closed_for: float = 60.0  # that no way is planned past somebody who did not make way
    touched_for: float = 86400.0  # that a touch of what no lidar sees is remembered
    own_touch: float = 0.9  # from a tracked person within which a touch is theirs


@njit(cache=True)
def _fill_polygon(labels: NDArray[np.int16], value: int, xs: FloatArray, ys: FloatArray, corners: FloatArray) -> None:
    """Set the cells whose centre lies inside a polygon ((K, 2) m), by the even-odd rule."""
    count = corners.shape[0]
    for row in range(ys.size):
        for col in range(xs.size):
            inside = False
            j = count - 1
            for i in range(count):
                if (corners[i, 1] > ys[row]) != (corners[j, 1] > ys[row]):
                    slope = (corners[j, 0] - corners[i, 0]) / (corners[j, 1] - corners[i, 1])
                    if xs[col] < corners[i, 0] + slope * (ys[row] - corners[i, 1]):
                        inside = not inside
                j = i
            if inside:
                labels[row, col] = value


@njit(cache=True)
def _stamp(stamps: FloatArray, points: FloatArray, x0: float, y0: float, resolution: float, value: float) -> None:
    """Set the cells of some points ((N, 2) m)."""
    height, width = stamps.shape
    for i in range(points.shape[0]):
        col, row = int(math.floor((points[i, 0] - x0) / resolution)), int(math.floor((points[i, 1] - y0) / resolution))
        if 0 <= row < height and 0 <= col < width:
            stamps[row, col] = value


@njit(cache=True)
def _clear_rays(
    stamps: FloatArray, px: float, py: float, ends: FloatArray, reach: float, x0: float, y0: float, resolution: float
) -> None:
    """Forget what was seen in cells that the beams from (px, py) to their `ends` ((N, 2) m) have passed since."""
    height, width = stamps.shape
    step = 0.7 * resolution
    for i in range(ends.shape[0]):
        dx, dy = ends[i, 0] - px, ends[i, 1] - py
        away = math.hypot(dx, dy)
        for k in range(int((min(away, reach) - BEHIND) / step)):
            share = k * step / away
            col = int(math.floor((px + dx * share - x0) / resolution))
            row = int(math.floor((py + dy * share - y0) / resolution))
            if 0 <= row < height and 0 <= col < width:
                stamps[row, col] = -math.inf


class Costmap:
    """Distances (m) to the nearest obstacle on a grid of `resolution` (m), row 0 at the bottom.

    `walls` comes from the map once, `static` from it and the keep-out zones, `zones` names these; `zone_of` holds
    the number of the zone that a cell lies in, 0 for none. `refresh` adds to `distance` what scans have shown lately
    that the map does not explain, what was touched, and where it is closed.
    """

    def __init__(
        self,
        grid: GridMap,
        keep_out: Mapping[str, Points] | None = None,
        coarse: int = 2,
        config: CostmapConfig | None = None,
    ) -> None:
        self.config = config or CostmapConfig()
        blocked = grid.cells != 0  # unknown is no place to drive
        height, width = (side // coarse * coarse for side in blocked.shape)
        shape = (height // coarse, coarse, width // coarse, coarse)
        self.resolution = grid.resolution * coarse
        self.origin = (grid.origin.x, grid.origin.y)
        occupied = (grid.cells[:height, :width] > 50).reshape(shape).any(axis=(1, 3))
        unknown = blocked[:height, :width].reshape(shape).all(axis=(1, 3))
        mask = occupied | unknown
        rows, cols = mask.shape
        self.zones = tuple(keep_out or ())
        self.zone_of: NDArray[np.int16] = np.zeros(mask.shape, np.int16)
        xs = self.origin[0] + (np.arange(cols) + 0.5) * self.resolution
        ys = self.origin[1] + (np.arange(rows) + 0.5) * self.resolution
        for number, polygon in enumerate((keep_out or {}).values(), 1):
            _fill_polygon(self.zone_of, number, xs, ys, np.array(polygon, dtype=np.float64))
        self.walls: FloatArray = self._distances(mask)
        self.static: FloatArray = self._distances(mask | (self.zone_of > 0)) if self.zones else self.walls
        self.distance = self.static
        self._seen = np.full(mask.shape, NEVER)
        self._closed = np.full(mask.shape, NEVER)
        self._touched = np.full(mask.shape, NEVER)
        self._free_of_map = self.walls > UNMAPPED

    def _distances(self, mask: NDArray[np.bool_]) -> FloatArray:
        """How far each cell is from the nearest one of a mask (m); the same everywhere far when it is empty."""
        if not mask.any():
            return np.full(mask.shape, 1e3)
        away: FloatArray = ndimage.distance_transform_edt(~mask) * self.resolution
        return away

    def see(self, scan: Scan, pose: Pose, lidar: Pose) -> FloatArray:
        """Remember a scan's returns and that the ground before them is free; the near ones ((N, 2) m, `map`)."""
        at, reach = pose.compose(lidar), self.config.reach
        ends = scan.points(at)
        points: FloatArray = ends[np.hypot(ends[:, 0] - at.x, ends[:, 1] - at.y) < reach]
        _clear_rays(self._seen, at.x, at.y, ends, reach, *self.origin, self.resolution)
        _stamp(self._seen, points, *self.origin, self.resolution, scan.stamp)
        return points

    def unsee(self, points: FloatArray) -> None:
        """Forget that something was seen at `points` ((N, 2) m): they are of somebody who walks on."""
        _stamp(self._seen, points, *self.origin, self.resolution, NEVER)

    def touch(self, points: FloatArray, people: FloatArray, now: float) -> bool:
        """Remember that the robot met something at `points` ((N, 2) m), unless a person ((P, 2) m) stands there."""
        centre = points.mean(axis=0)
        if len(people) and np.hypot(*(people - centre).T).min() < self.config.own_touch:
            return False
        _stamp(self._touched, points, *self.origin, self.resolution, now + self.config.touched_for)
        return True

    def touched(self, now: float) -> FloatArray:
        """Where something is that the robot has met: (N, 2) m."""
        rows, cols = np.nonzero(self._touched > now)
        return np.column_stack((cols + 0.5, rows + 0.5)) * self.resolution + self.origin

    def is_unmapped(self, points: FloatArray) -> NDArray[np.bool_]:
        """Which points ((N, 2) m) the map does not explain."""
        rows = np.floor((points[:, 1] - self.origin[1]) / self.resolution).astype(np.int64)
        cols = np.floor((points[:, 0] - self.origin[0]) / self.resolution).astype(np.int64)
        height, width = self._free_of_map.shape
        inside = (rows >= 0) & (cols >= 0) & (rows < height) & (cols < width)
        news: NDArray[np.bool_] = self._free_of_map[np.clip(rows, 0, height - 1), np.clip(cols, 0, width - 1)]
        known: NDArray[np.bool_] = inside & news
        return known

    def close(self, places: FloatArray, pose: Pose, now: float) -> bool:
        """Plan no way past `places` ((N, 3) m: x, y and a radius) for a minute; False when that was known before.

        It is for what does not make way: longer than a return is remembered, so that the robot does not come back.
        The place where it stands, at `pose`, stays open.
        """
        news = False
        for x, y, radius in places:
            row, col = self.cell(x, y)
            reach = int(radius / self.resolution) + 1
            top, left = max(0, row - reach), max(0, col - reach)
            part = self._closed[top : row + reach + 1, left : col + reach + 1]
            rows, cols = np.ogrid[top : top + part.shape[0], left : left + part.shape[1]]
            near = np.hypot(rows - row, cols - col) * self.resolution < radius
            news = news or bool((part[near] <= now).mean() > 0.5)
            part[near] = now + self.config.closed_for
        row, col = self.cell(pose.x, pose.y)
        self._closed[max(0, row - 1) : row + 2, max(0, col - 1) : col + 2] = NEVER
        return news

    def open_all(self) -> None:
        """Whoever stood in the way of the last goal need not stand in the way of the next."""
        self._closed.fill(NEVER)

    def forget(self) -> None:
        """Drop what scans and touches have shown; the map stays."""
        self._seen.fill(NEVER)
        self._touched.fill(NEVER)
        self.distance = self.static

    def refresh(self, now: float) -> None:
        """Recompute `distance` with what was seen lately and is not the map's own walls, and where it is closed."""
        fresh = ((self._seen > now - self.config.memory) | (self._closed > now)) & self._free_of_map
        fresh |= self._touched > now
        if not fresh.any():
            self.distance = self.static
            return
        self.distance = np.minimum(self.static, self._distances(fresh))

    def clearance(self, x: float, y: float) -> float:
        """Distance (m) from a place to the nearest obstacle; 0 outside the map."""
        row, col = self.cell(x, y)
        if self.is_inside(row, col):
            return float(self.distance[row, col])
        return 0.0

    def zone_at(self, x: float, y: float) -> int:
        """The number of the keep-out zone that a place lies in, counted from 1; 0 for none."""
        row, col = self.cell(x, y)
        return int(self.zone_of[row, col]) if self.is_inside(row, col) else 0

    def is_inside(self, row: int, col: int) -> bool:
        """Whether a cell is one of the grid's."""
        rows, cols = self.static.shape
        return 0 <= row < int(rows) and 0 <= col < int(cols)

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of a place, perhaps outside the grid."""
        return (
            int(np.floor((y - self.origin[1]) / self.resolution)),
            int(np.floor((x - self.origin[0]) / self.resolution)),
        )

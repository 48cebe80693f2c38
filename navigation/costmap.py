"""The costmap: how far every cell is from what the map, the keep-out zones and fresh scans say is in the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from robot.types import FloatArray, GridMap, Pose, Scan

Points = Sequence[tuple[float, float]]
UNMAPPED = 0.25  # m from the map's walls beyond which a return is of something that the map does not have
CLOSED_FOR = 60.0  # s that no way is planned past somebody who did not make way


@njit(cache=True)
def _fill_polygon(mask: NDArray[np.bool_], xs: FloatArray, ys: FloatArray, corners: FloatArray) -> None:
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
                mask[row, col] = True


@njit(cache=True)
def _stamp(stamps: FloatArray, points: FloatArray, x0: float, y0: float, resolution: float, now: float) -> None:
    height, width = stamps.shape
    for i in range(points.shape[0]):
        col, row = int((points[i, 0] - x0) / resolution), int((points[i, 1] - y0) / resolution)
        if 0 <= row < height and 0 <= col < width:
            stamps[row, col] = now


class Costmap:
    """Distances (m) to the nearest obstacle on a grid of `resolution` (m), row 0 at the bottom.

    `static` comes from the map and the keep-out polygons once; `update` adds returns of the last `memory` seconds
    that the map does not explain, which is what re-planning goes round.
    """

    def __init__(self, grid: GridMap, keep_out: Sequence[Points] = (), coarse: int = 2, memory: float = 4.0) -> None:
        blocked = grid.cells != 0  # unknown is no place to drive
        height, width = (side // coarse * coarse for side in blocked.shape)
        shape = (height // coarse, coarse, width // coarse, coarse)
        self.resolution = grid.resolution * coarse
        self.origin = (grid.origin.x, grid.origin.y)
        occupied = (grid.cells[:height, :width] > 50).reshape(shape).any(axis=(1, 3))
        unknown = blocked[:height, :width].reshape(shape).all(axis=(1, 3))
        mask = occupied | unknown
        rows, cols = mask.shape
        xs = self.origin[0] + (np.arange(cols) + 0.5) * self.resolution
        ys = self.origin[1] + (np.arange(rows) + 0.5) * self.resolution
        for polygon in keep_out:
            _fill_polygon(mask, xs, ys, np.array(polygon, dtype=np.float64))
        self.static: FloatArray = ndimage.distance_transform_edt(~mask) * self.resolution
        self.distance = self.static
        self._seen = np.full(mask.shape, -np.inf)
        self._memory = memory
        self._closed = np.full(mask.shape, -np.inf)
        self._free_of_map = self.static > UNMAPPED

    def see(self, scan: Scan, pose: Pose, lidar: Pose, reach: float = 6.0) -> FloatArray:
        """Remember a scan's returns within `reach`; the points ((N, 2) m, `map`) are handed back."""
        points = scan.points(pose.compose(lidar), reach)
        _stamp(self._seen, points, *self.origin, self.resolution, scan.stamp)
        return points

    def is_unmapped(self, points: FloatArray) -> NDArray[np.bool_]:
        """Which points ((N, 2) m) the map does not explain."""
        rows = np.floor((points[:, 1] - self.origin[1]) / self.resolution).astype(np.int64)
        cols = np.floor((points[:, 0] - self.origin[0]) / self.resolution).astype(np.int64)
        height, width = self._free_of_map.shape
        inside = (rows >= 0) & (cols >= 0) & (rows < height) & (cols < width)
        news: NDArray[np.bool_] = self._free_of_map[np.clip(rows, 0, height - 1), np.clip(cols, 0, width - 1)]
        known: NDArray[np.bool_] = inside & news
        return known

    def close(self, places: FloatArray, now: float) -> bool:
        """Plan no way past `places` ((N, 3) m: x, y and a radius) for a minute; False when that was known before.

        It is for what does not make way: longer than a return is remembered, so that the robot does not come back.
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
            part[near] = now + CLOSED_FOR
        return news

    def open_all(self) -> None:
        """Whoever stood in the way of the last goal need not stand in the way of the next."""
        self._closed.fill(-np.inf)

    def forget(self) -> None:
        """Drop what scans have shown; the map stays."""
        self._seen.fill(-np.inf)
        self.distance = self.static

    def refresh(self, now: float) -> None:
        """Recompute `distance` with what was seen lately and is not the map's own walls, and where it is closed."""
        fresh = ((self._seen > now - self._memory) | (self._closed > now)) & self._free_of_map
        if not fresh.any():
            self.distance = self.static
            return
        away = ndimage.distance_transform_edt(~fresh) * self.resolution
        self.distance = np.minimum(self.static, away)

    def clearance(self, x: float, y: float) -> float:
        """Distance (m) from a place to the nearest obstacle; 0 outside the map."""
        row, col = self.cell(x, y)
        if 0 <= row < self.distance.shape[0] and 0 <= col < self.distance.shape[1]:
            return float(self.distance[row, col])
        return 0.0

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of a place, perhaps outside the grid."""
        return (
            int(np.floor((y - self.origin[1]) / self.resolution)),
            int(np.floor((x - self.origin[0]) / self.resolution)),
        )

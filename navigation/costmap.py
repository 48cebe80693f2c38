"""The costmap: how far every cell is from what the map, the keep-out zones and fresh scans say is in the way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage

from robot.types import FloatArray, GridMap, Pose, Scan

Points = Sequence[tuple[float, float]]
UNMAPPED = 0.25  # m from the map's walls beyond which a return is of something that the map does not have
BEHIND = 0.15  # m before a return within which its beam does not say that the ground is free
NEVER = -math.inf


class Grid(NamedTuple):
    """Where a grid lies: its corner (m, `map`) and the side of its cells (m)."""

    x: float
    y: float
    resolution: float


class Beams(NamedTuple):
    """How a lidar looks: first beam and step (rad), ranges (m) that are returns, and how far they matter."""

    first: float
    increment: float
    least: float
    most: float
    reach: float


@dataclass(frozen=True, slots=True)
class CostmapConfig:
    """Times in s, distances in m."""

    memory: float = 20.0  # that a return counts, unless a beam has passed there since
    reach: float = 6.0  # of the returns that are remembered
    matters: float = 1.0  # how near what was seen shortens the distances around: farther away none asks for that room
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
def _cell_of(x: float, y: float, x0: float, y0: float, resolution: float) -> tuple[int, int]:
    """Row and column of a place (m), perhaps outside the grid."""
    return int(math.floor((y - y0) / resolution)), int(math.floor((x - x0) / resolution))


@njit(cache=True)
def _clear_seen(stamps: FloatArray, grid: Grid, lidar: FloatArray, ranges: FloatArray, beams: Beams) -> None:
    """Forget what was seen in cells whose middle a beam has passed since, from `lidar` (3,) x, y, theta in `map`.

    Only cells that hold something are looked at, each by the one beam that passes nearest to its middle.
    """
    rows, cols = stamps.shape
    x, y, reach = lidar[0], lidar[1], beams.reach
    top, left = _cell_of(x - reach, y - reach, grid.x, grid.y, grid.resolution)
    bottom, right = _cell_of(x + reach, y + reach, grid.x, grid.y, grid.resolution)
    round_trip = 2.0 * math.pi / abs(beams.increment)
    for row in range(max(0, top), min(rows, bottom + 1)):
        for col in range(max(0, left), min(cols, right + 1)):
            if stamps[row, col] == -math.inf:
                continue
            dx = grid.x + (col + 0.5) * grid.resolution - x
            dy = grid.y + (row + 0.5) * grid.resolution - y
            away = math.hypot(dx, dy)
            beam = int(round((math.atan2(dy, dx) - lidar[2] - beams.first) / beams.increment % round_trip))
            if beam == ranges.size and beam + 0.5 >= round_trip:
                beam = 0  # the last gap of a lidar that looks all round
            if away >= reach or beam >= ranges.size:
                continue
            if beams.least <= ranges[beam] < beams.most and away < ranges[beam] - BEHIND:
                stamps[row, col] = -math.inf


@njit(cache=True)
def _see(
    stamps: FloatArray,
    free_of_map: NDArray[np.bool_],
    grid: Grid,
    lidar: FloatArray,
    ranges: FloatArray,
    beams: Beams,
    now: float,
) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Clear along the beams, then remember where the near ones of them end that the map does not explain."""
    _clear_seen(stamps, grid, lidar, ranges, beams)
    rows, cols = stamps.shape
    points = np.empty((ranges.size, 2))
    unmapped = np.zeros(ranges.size, np.bool_)
    count = 0
    for i in range(ranges.size):
        if not (beams.least <= ranges[i] < min(beams.most, beams.reach)):
            continue
        angle = lidar[2] + beams.first + i * beams.increment
        points[count, 0] = lidar[0] + ranges[i] * math.cos(angle)
        points[count, 1] = lidar[1] + ranges[i] * math.sin(angle)
        row, col = _cell_of(points[count, 0], points[count, 1], grid.x, grid.y, grid.resolution)
        if 0 <= row < rows and 0 <= col < cols and free_of_map[row, col]:
            unmapped[count] = True
            stamps[row, col] = now
        count += 1
    return points[:count], unmapped[:count]


@njit(cache=True)
def _come_nearer(distance: FloatArray, fresh: NDArray[np.bool_], resolution: float, reach: float) -> None:
    """Shorten the distances (m) around the cells of a mask, as far as `reach` (m) from them."""
    rows, cols = distance.shape
    whole = int(reach / resolution)
    for row in range(rows):
        for col in range(cols):
            if not fresh[row, col]:
                continue
            inner = row > 0 and col > 0 and row < rows - 1 and col < cols - 1
            if inner and fresh[row - 1, col] and fresh[row + 1, col] and fresh[row, col - 1] and fresh[row, col + 1]:
                distance[row, col] = 0.0
                continue  # those around it are nearer to all others
            for r in range(max(0, row - whole), min(rows, row + whole + 1)):
                for c in range(max(0, col - whole), min(cols, col + whole + 1)):
                    away = resolution * math.sqrt(float((r - row) * (r - row) + (c - col) * (c - col)))
                    if away < distance[r, c] and away <= reach:
                        distance[r, c] = away


NOWHERE: FloatArray = np.zeros((0, 2))


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
        self._grid = Grid(*self.origin, self.resolution)
        self._seen = np.full(mask.shape, NEVER)
        self._closed = np.full(mask.shape, NEVER)
        self._touched = np.full(mask.shape, NEVER)
        self._perhaps = np.full(mask.shape, NEVER)
        self._touched_until = NEVER
        self._free_of_map = self.walls > UNMAPPED

    def _distances(self, mask: NDArray[np.bool_]) -> FloatArray:
        """How far each cell is from the nearest one of a mask (m); the same everywhere far when it is empty."""
        if not mask.any():
            return np.full(mask.shape, 1e3)
        away: FloatArray = ndimage.distance_transform_edt(~mask) * self.resolution
        return away

    def see(self, scan: Scan, pose: Pose, lidar: Pose) -> tuple[FloatArray, NDArray[np.bool_]]:
        """Remember what a scan shows that the map does not, and that the ground before its returns is free.

        The near returns, (N, 2) m in `map`, and which of them the map does not explain, (N,).
        """
        at = pose.compose(lidar)
        beams = Beams(scan.angle_min, scan.angle_increment, scan.range_min, scan.range_max, self.config.reach)
        place = np.array((at.x, at.y, at.theta))
        return _see(self._seen, self._free_of_map, self._grid, place, scan.ranges, beams, scan.stamp)

    def unsee(self, points: FloatArray) -> None:
        """Forget that something was seen at `points` ((N, 2) m): they are of somebody who walks on."""
        _stamp(self._seen, points, *self.origin, self.resolution, NEVER)

    def touch(self, points: FloatArray, people: FloatArray, now: float, beyond: FloatArray = NOWHERE) -> bool:
        """Remember that the robot met something at `points` ((N, 2) m), unless a person ((P, 2) m) stands there.

        It may go on at places `beyond` ((M, 2) m): no way is planned there while there is another.
        """
        centre = points.mean(axis=0)
        if len(people) and np.hypot(*(people - centre).T).min() < self.config.own_touch:
            return False
        self._touched_until = now + self.config.touched_for
        _stamp(self._touched, points, *self.origin, self.resolution, self._touched_until)
        _stamp(self._perhaps, beyond, *self.origin, self.resolution, self._touched_until)
        return True

    def touched(self, now: float) -> FloatArray:
        """Where something is that the robot has met: (N, 2) m."""
        if now >= self._touched_until:
            return np.zeros((0, 2))
        rows, cols = np.nonzero(self._touched > now)
        return np.column_stack((cols + 0.5, rows + 0.5)) * self.resolution + self.origin

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
        self._perhaps.fill(NEVER)
        self._touched_until = NEVER
        self.distance = self.static

    def guesses(self, now: float) -> bool:
        """Whether it keeps clear of more than was seen and touched."""
        return now < self._touched_until

    def refresh(self, now: float, perhaps: bool = True) -> None:
        """Recompute `distance` with what was seen lately and is not the map's own walls, and where it is closed.

        And, `perhaps`, with where what was touched may go on.
        """
        fresh = ((self._seen > now - self.config.memory) | (self._closed > now)) & self._free_of_map
        fresh |= self._touched > now
        if perhaps and self.guesses(now):
            fresh |= self._perhaps > now
        if not fresh.any():
            self.distance = self.static
            return
        self.distance = self.static.copy()
        _come_nearer(self.distance, fresh, self.resolution, self.config.matters)

    def clearance(self, x: float, y: float) -> float:
        """Distance (m) from a place to the nearest obstacle; 0 outside the map."""
        row, col = self.cell(x, y)
        return float(self.distance[row, col]) if self.is_inside(row, col) else 0.0

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
            math.floor((y - self.origin[1]) / self.resolution),
            math.floor((x - self.origin[0]) / self.resolution),
        )

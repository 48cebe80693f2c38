"""The global planner: ways over the costmap, cheapest where there is room, and why there is none."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from navigation.buckets import Buckets, buckets
from navigation.cost_to_go import CostToGo
from navigation.costmap import Costmap
from navigation.search import (
    TIGHT,
    Float32Array,
    fill_costs,
    march,
    nearest_cell,
    open_round,
    search,
    shortcut,
    way_back,
)
from robot.types import FloatArray

ESCAPE = 0.8  # m round the robot within which it may pass what is too tight to stay in
NEAR_GOAL = 0.5  # m along each axis within which a goal that is not free is replaced
SPACING = 0.25  # m between the points of a path, at most
BEYOND = 8.0  # m of cost by which a cost-to-go is known beyond the robot's place

Place = tuple[float, float]
EIGHT = np.ones((3, 3), dtype=np.int64)  # neighbours, diagonal ones too


class Planner:
    """Plans on one costmap, again and again in the same memory; keeps `radius` (m) from all and likes `comfort` (m).

    Which places are connected on the map alone is known from the start, so that a goal which can't be reached is
    answered at once.
    """

    def __init__(self, costmap: Costmap, radius: float, comfort: float) -> None:
        self.costmap = costmap
        self.radius = radius
        self.comfort = comfort
        shape = costmap.static.shape
        self._costs: Float32Array = np.empty(shape, np.float32)
        self._best: Float32Array = np.empty(costmap.static.size, np.float32)
        self._parent: NDArray[np.int8] = np.zeros(costmap.static.size, np.int8)
        self._waits: NDArray[np.bool_] = np.zeros(costmap.static.size, np.bool_)
        self._queue: Buckets = buckets(max(1024, costmap.static.size // 16))
        self._parts: NDArray[np.int32] = np.empty(shape, np.int32)
        ndimage.label(costmap.static >= radius, output=self._parts)
        self._room_of = self._rooms_of_parts()
        self._beside_zone = [self._parts_beside(number) for number in range(1, len(costmap.zones) + 1)]

    def _rooms_of_parts(self) -> NDArray[np.int32]:
        """By the number of a part, which room it is in: what would be connected without the keep-out zones."""
        numbers = np.arange(int(self._parts.max()) + 1)
        if not self.costmap.zones:
            return numbers.astype(np.int32)
        rooms = ndimage.label(self.costmap.walls >= self.radius)[0]
        return np.asarray(ndimage.maximum(rooms, self._parts, numbers)).astype(np.int32)

    def _parts_beside(self, zone: int) -> frozenset[int]:
        """The parts of the map that touch a keep-out zone."""
        reach = int(self.radius / self.costmap.resolution) + 2
        near = ndimage.binary_dilation(self.costmap.zone_of == zone, EIGHT, iterations=reach)
        return frozenset(np.unique(self._parts[near]).tolist()) - {0}

    def plan(self, start: Place, goal: Place) -> FloatArray | None:
        """A path ((N, 2) m, `map`, points at most 0.25 m apart) from start to goal, or None when there is none.

        A goal that is not free is replaced by the nearest free cell within 0.5 m. Out of a keep-out zone it goes
        the nearest way.
        """
        costmap, distance = self.costmap, self._prepare(start)
        begin, end = self._end(start, 0.0), self._end(goal, self.radius)
        if begin is None or end is None or not self._may_connect(start, end):
            return None
        cols = distance.shape[1]
        a, b = begin[0] * cols + begin[1], end[0] * cols + end[1]
        if self._grown(lambda: search(self._costs, a, b, self._best, self._parent, self._waits, self._queue)) == 0:
            return None
        cells = shortcut(distance, way_back(self._parent, cols, a, b), self.comfort)
        points = np.empty((cells.size, 2))
        points[:, 0] = costmap.origin[0] + (cells % cols + 0.5) * costmap.resolution
        points[:, 1] = costmap.origin[1] + (cells // cols + 0.5) * costmap.resolution
        points[0] = start
        if end == costmap.cell(*goal):
            points[-1] = goal
        return _densify(points, SPACING)

    def cost_to_go(self, start: Place, goal: Place, field: Float32Array | None = None) -> CostToGo | None:
        """What is left to the goal from every cell round the robot's way, in the memory of `field` if given."""
        costmap, _ = self.costmap, self._prepare(start)
        begin, end = self._end(start, 0.0), self._end(goal, self.radius)
        if begin is None or end is None:
            return None
        field = np.empty(self._costs.shape, np.float32) if field is None else field
        cols, beyond = self._costs.shape[1], BEYOND / costmap.resolution
        a, b = begin[0] * cols + begin[1], end[0] * cols + end[1]
        found = self._grown(lambda: march(self._costs, b, a, beyond, field, self._waits, self._queue))
        return CostToGo(field, np.array(costmap.origin), costmap.resolution) if found else None

    def why_not(self, start: Place, goal: Place) -> str:
        """Why the map alone forbids the way, in words; "" when it does not."""
        costmap = self.costmap
        if not costmap.is_inside(*costmap.cell(*goal)):
            return "lies outside the map"
        end = nearest_cell(costmap.static, *costmap.cell(*goal), self._near_goal, self.radius)
        if end[0] < 0:
            zone = costmap.zone_at(*goal)
            return f"lies in keep-out `{costmap.zones[zone - 1]}`" if zone else "is too close to a wall"
        if self._may_connect(start, end):
            return ""
        part = int(self._parts[end])
        parts = {other for other in self._parts_of(start) if self._room_of[other] == self._room_of[part]}
        for name, beside in zip(costmap.zones, self._beside_zone, strict=True):
            if part in beside and not beside.isdisjoint(parts):
                return f"keep-out `{name}` between"
        return "keep-out zones between" if parts else "a wall between"

    @property
    def _near_goal(self) -> int:
        return int(NEAR_GOAL / self.costmap.resolution)

    def _end(self, place: Place, need: float) -> tuple[int, int] | None:
        """The free cell of a place or the nearest one; for the robot's own place any that is no obstacle."""
        grid = self.costmap.distance
        if need == 0.0 and self.costmap.zone_at(*place):
            grid = self.costmap.walls
        row, col = nearest_cell(grid, *self.costmap.cell(*place), self._near_goal, need)
        return (row, col) if row >= 0 else None

    def _parts_of(self, start: Place) -> set[int]:
        """The parts of the map that can be reached from a place by getting out of where it is tight."""
        zone = self.costmap.zone_at(*start)
        if zone and self._beside_zone:
            return set(self._beside_zone[zone - 1])
        row, col = self.costmap.cell(*start)
        reach = int((ESCAPE + NEAR_GOAL) / self.costmap.resolution) + 1
        rows, cols = (slice(max(0, middle - reach), max(0, middle + reach + 1)) for middle in (row, col))
        here = int(self._parts[row, col]) if self.costmap.is_inside(row, col) else 0
        return {here} if here else set(np.unique(self._parts[rows, cols]).tolist()) - {0}

    def _may_connect(self, start: Place, end: tuple[int, int]) -> bool:
        """Whether the map alone may let the robot from a place to a cell; only a sure no is a no."""
        return int(self._parts[end]) in self._parts_of(start)

    def _prepare(self, start: Place) -> FloatArray:
        """The costs of all cells for a robot at `start`, and the distances that they come from."""
        costmap = self.costmap
        fill_costs(costmap.distance, self.radius, self.comfort, self._costs)
        row, col = costmap.cell(*start)
        if not costmap.is_inside(row, col) or np.isinf(self._costs[row, col]):
            open_round(costmap.distance, row, col, ESCAPE / costmap.resolution, self._costs)
        zone = costmap.zone_at(*start)
        if zone:
            within = costmap.zone_of == zone
            near = ndimage.distance_transform_edt(~within) * costmap.resolution < self.radius
            self._costs[near & np.isinf(self._costs) & (costmap.walls >= self.radius)] = TIGHT
        return costmap.distance

    def _grown(self, run: Callable[[], int]) -> int:
        """Run a search, with a longer queue when the one there is does not suffice."""
        while True:
            found = run()
            if found >= 0:
                return found
            self._queue = buckets(2 * self._queue.nodes.size)


def plan(costmap: Costmap, start: Place, goal: Place, radius: float, comfort: float) -> FloatArray | None:
    """One path, as `Planner.plan` gives it: for who plans seldom."""
    return Planner(costmap, radius, comfort).plan(start, goal)


def _densify(points: FloatArray, spacing: float) -> FloatArray:
    pieces = []
    for a, b in itertools.pairwise(points):
        count = math.ceil(float(np.hypot(*(b - a))) / spacing)
        pieces.append(a + (b - a) * np.arange(count)[:, None] / count)
    return np.vstack([*pieces, points[-1:]])

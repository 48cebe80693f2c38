"""A floor plan as a raster: where something solid stands, how far it is from there, and what hangs together."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt, label

from centre.floor import Floor, Point

CELL = 0.05  # m
MOST_CELLS = 2000  # along a side: a larger hall has larger cells
MARGIN = 1.0  # m of the street around the hall
ENTRANCE = 2.2  # m around the entrance pose that a door may be wide

Mask = NDArray[np.bool_]


class FloorPlan:
    """Rows are y, columns x; (0, 0) is MARGIN below and left of the hall's corner. Distances in m."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.cell = max(CELL, max(floor.size) / MOST_CELLS)
        width, height = (math.ceil((side + 2 * MARGIN) / self.cell) for side in floor.size)
        self._x = (np.arange(width) + 0.5) * self.cell - MARGIN
        self._y = (np.arange(height) + 0.5) * self.cell - MARGIN
        self.solid = self._solid()
        self.clearance = distance_transform_edt(~self.solid) * self.cell
        self.keep_out = self._any(self._in_polygon(zone.polygon) for zone in floor.keep_out)

    def index(self, x: float, y: float) -> tuple[int, int] | None:
        """The cell of a point, None when it lies outside."""
        row, column = math.floor((y + MARGIN) / self.cell), math.floor((x + MARGIN) / self.cell)
        return (row, column) if 0 <= row < self.solid.shape[0] and 0 <= column < self.solid.shape[1] else None

    def room(self, x: float, y: float) -> float:
        """How far the nearest solid thing is from a point; 0 within one, and outside."""
        at = self.index(x, y)
        return float(self.clearance[at]) if at is not None else 0.0

    def forbids(self, x: float, y: float) -> str:
        """The keep-out zone in which a point lies, "" when in none."""
        return next((zone.name for zone in self.floor.keep_out if _contains(zone.polygon, x, y)), "")

    def for_robot(self, radius: float) -> Mask:
        """Where a circle may be, in the hall and outside all keep-out zones."""
        return (self.clearance >= radius) & ~self.keep_out & self._in_size()

    def for_people(self, radius: float) -> Mask:
        """Where a circle may be, in the hall and on the street around it."""
        return np.asarray(self.clearance >= radius - self.cell)

    def connected(self, mask: Mask, x: float, y: float) -> Mask:
        """All of a mask that hangs together with a point; nothing when that lies not in it."""
        names, _ = label(mask)
        at = self.index(x, y)
        if at is None or not mask[at]:
            return np.zeros_like(mask)
        return np.asarray(names == names[at])

    def has(self, mask: Mask, x: float, y: float) -> bool:
        """Whether a point lies in a mask, or touches it."""
        at = self.index(x, y)
        if at is None:
            return False
        rows, columns = (slice(max(0, k - 1), k + 2) for k in at)
        return bool(mask[rows, columns].any())

    def street(self, mask: Mask) -> Mask:
        """All of a mask that hangs together with the edge of the raster."""
        names, _ = label(mask)
        edge = np.concatenate([names[0], names[-1], names[:, 0], names[:, -1]])
        return np.isin(names, np.unique(edge[edge > 0]))

    def hall(self, street: Mask | None = None) -> Mask:
        """All within the hall's size that is not on the street."""
        return self._in_size() if street is None else self._in_size() & ~street

    def closed_at_entrance(self, mask: Mask) -> Mask:
        """A mask without the way in."""
        entrance = self.floor.entrance
        away = np.hypot(self._x[None, :] - entrance.x, self._y[:, None] - entrance.y)
        return np.asarray(mask & (away > ENTRANCE))

    def _in_size(self) -> Mask:
        wide, high = self.floor.size
        return ((self._x > 0.0) & (self._x < wide))[None, :] & ((self._y > 0.0) & (self._y < high))[:, None]

    def _solid(self) -> Mask:
        solid = np.zeros((self._y.size, self._x.size), dtype=bool)
        for x0, y0, x1, y1 in self.floor.solid_boxes:
            solid |= ((self._x >= x0) & (self._x <= x1))[None, :] & ((self._y >= y0) & (self._y <= y1))[:, None]
        for x0, y0, x1, y1 in self.floor.wall_segments:
            steps = max(1, math.ceil(math.hypot(x1 - x0, y1 - y0) / (0.4 * self.cell)))
            columns = np.floor((np.linspace(x0, x1, steps + 1) + MARGIN) / self.cell).astype(int)
            rows = np.floor((np.linspace(y0, y1, steps + 1) + MARGIN) / self.cell).astype(int)
            inside = (rows >= 0) & (rows < solid.shape[0]) & (columns >= 0) & (columns < solid.shape[1])
            solid[rows[inside], columns[inside]] = True
        return solid

    def _in_polygon(self, polygon: tuple[Point, ...]) -> Mask:
        inside = np.zeros((self._y.size, self._x.size), dtype=bool)
        for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
            if y0 == y1:
                continue
            crosses = (self._y >= min(y0, y1)) & (self._y < max(y0, y1))
            at = x0 + (self._y - y0) * (x1 - x0) / (y1 - y0)
            inside ^= crosses[:, None] & (self._x[None, :] < at[:, None])
        return inside

    def _any(self, masks: Iterable[Mask]) -> Mask:
        found = np.zeros(self.solid.shape, dtype=bool)
        for mask in masks:
            found |= mask
        return found


def _contains(polygon: tuple[Point, ...], x: float, y: float) -> bool:
    inside = False
    for (x0, y0), (x1, y1) in zip(polygon, (*polygon[1:], polygon[0]), strict=True):
        if (y0 > y) != (y1 > y) and x < x0 + (y - y0) * (x1 - x0) / (y1 - y0):
            inside = not inside
    return inside

"""A site looked at as a whole: whether its map is that of its plan, and what the ward has still to confirm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import binary_dilation, distance_transform_edt

from centre.floor_plan import FloorPlan
from centre.site import Site
from robot.types import GridMap

NEAR = 0.2  # m that a wall may be off: a map is drawn by a lidar, a plan by hand
LEAST_EXPLAINED = 0.85  # of the map's walls that stand in the plan
LEAST_SEEN = 0.7  # of the plan's walls that stand in the map


@dataclass(frozen=True, slots=True)
class MapReview:
    """Shares (0-1): `explained` of the map's occupied cells near something solid in the plan, `seen` the other way."""

    explained: float
    seen: float

    @property
    def trouble(self) -> str:
        """What is wrong in words, "" when the map is that of the plan."""
        if self.explained >= LEAST_EXPLAINED and self.seen >= LEAST_SEEN:
            return ""
        return (
            f"the map is not that of this floor plan: {self.explained:.0%} of its walls stand in the plan, and "
            f"{self.seen:.0%} of the plan's in it; map the hall anew (`letan map --robot …`, `letan sim run mapping`)"
        )


def review_map(site: Site, grid: GridMap) -> MapReview:
    """How far a site's map and its floor plan agree."""
    plan = FloorPlan(site.floor)
    rows, columns = np.nonzero(grid.cells == 100)
    x = grid.origin.x + (columns + 0.5) * grid.resolution
    y = grid.origin.y + (rows + 0.5) * grid.resolution
    at = [plan.index(float(a), float(b)) for a, b in zip(x, y, strict=True)]
    to_solid = distance_transform_edt(~plan.solid) * plan.cell
    explained = [to_solid[cell] <= NEAR if cell is not None else False for cell in at]
    drawn = np.zeros_like(plan.solid)
    for cell in at:
        if cell is not None:
            drawn[cell] = True
    inside = plan.connected(~plan.solid, site.floor.reception.x, site.floor.reception.y)
    faces = plan.solid & binary_dilation(inside)
    to_drawn = distance_transform_edt(~drawn) * plan.cell
    seen = to_drawn[faces] <= NEAR
    return MapReview(float(np.mean(explained)) if explained else 0.0, float(np.mean(seen)) if seen.size else 0.0)


def unconfirmed(site: Site) -> list[str]:
    """The procedures that the ward has not confirmed, by id."""
    return [
        name for name, each in site.procedures.items() if each.checked == "unconfirmed" or not each.papers_confirmed
    ]

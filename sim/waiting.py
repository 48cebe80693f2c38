"""Where people stand while they wait: before the robot's place in the order in which they came, and at the doors."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from centre.floor import Floor
from navigation.costmap import Costmap
from robot.types import Pose

APART = 0.75  # m between two who wait
ROOM = 0.4  # m to walls and furniture
KEPT_FREE = 1.3  # m round places that others need
BEHIND = 2.0  # m that a place behind counts as farther than one before

Spot = tuple[float, float]


def spots_round(floor: Floor, walls: Costmap, centre: Pose, needed: tuple[Pose, ...], reach: float) -> list[Spot]:
    """Places to stand within `reach` (m) of a pose, the best first: near, rather before it, and nobody in the way.

    `needed`: the places that are kept free.
    """
    found: list[tuple[float, Spot]] = []
    steps = np.arange(-reach, reach + 1e-9, APART)
    for along in steps.tolist():
        for across in steps.tolist():
            spot = centre.compose(Pose(along, across, 0.0))
            if not floor.is_free(spot.x, spot.y) or walls.static[walls.cell(spot.x, spot.y)] < ROOM:
                continue
            if math.hypot(along, across) > reach or any(spot.distance(place) < KEPT_FREE for place in needed):
                continue
            found.append((math.hypot(along, across) + (BEHIND if along < 0.0 else 0.0), (spot.x, spot.y)))
    return [spot for _, spot in sorted(found)]


class WaitingLine:
    """Who waits, in the order in which they came; each keeps the first place that was free.

    `taken` is shared by all lines of a hall: nobody stands where somebody of another line does.
    """

    def __init__(self, spots: list[Spot], taken: dict[Any, Spot] | None = None) -> None:
        self._spots = spots
        self._taken = {} if taken is None else taken
        self._waiting: dict[Any, None] = {}

    def join(self, who: Any) -> Spot | None:  # noqa: ANN401
        """The place of somebody who comes; None when there is none left."""
        if who not in self._waiting:
            self._waiting[who] = None
            place = next(filter(self._is_free, self._spots), None)
            if place is not None:
                self._taken[who] = place
        return self._taken.get(who)

    def _is_free(self, spot: Spot) -> bool:
        return all(math.dist(spot, other) > 0.8 * APART for other in self._taken.values())

    def leave(self, who: Any) -> None:  # noqa: ANN401
        """Somebody's turn has come, or they have gone."""
        if who in self._waiting:
            del self._waiting[who]
            self._taken.pop(who, None)

    def is_first(self, who: Any) -> bool:  # noqa: ANN401
        """Whether nobody came before them."""
        return bool(next(iter(self._waiting), None) == who)

"""How a robot that does not know where it is looks around: turns on the spot, then short hops where there is room."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from navigation.goals import LookAround
from robot.sweep import free_travel
from robot.types import Command, FloatArray, wrap

DIRECTIONS = 24
REACH = 2.0  # m that are looked at for room
STRAIGHT = 0.1  # rad within which it faces the way
SLACK = 2.0  # s that a hop may take longer than it should


@dataclass
class LookAroundController:
    """One round of looking around; needs no pose, only returns in `base` and the present speeds.

    `radius` (m) is what must be free along a hop, `margin` (m) what stays free beyond its end. Full turns and hops
    take turns until somebody else gets the wheels; where no hop is possible it goes on turning.
    """

    goal: LookAround
    radius: float
    margin: float = 0.35
    _turned: float = 0.0  # rad of the present full turn
    _aim: float | None = None  # rad still to turn towards the hop
    _left: float = 0.0  # m of the hop
    _late: float = 0.0  # s after which the hop is given up

    def step(
        self, dt: float, speeds: tuple[float, float], points: FloatArray, may: Callable[[float, float], bool]
    ) -> Command:
        """The speeds for the next `dt` (s).

        `speeds` m/s and rad/s; `points` (N, 2) m in `base`; `may(heading, length)` says whether a hop is allowed
        as far as anybody knows, `heading` in `base`.
        """
        linear, angular = speeds
        if self._aim is not None:
            self._aim = wrap(self._aim - angular * dt)
            self._late -= dt
            return self._hop(linear * dt, points)
        self._turned += abs(angular) * dt
        if self._turned >= 2.0 * math.pi:
            self._turned = 0.0
            self._choose(points, may)
        return Command(0.0, self.goal.turn)

    def _choose(self, points: FloatArray, may: Callable[[float, float], bool]) -> None:
        """Aim where most room is; the hop ends well before what stands there."""
        best, least = None, 0.5 * self.goal.hop
        for k in range(DIRECTIONS):
            heading = wrap(2.0 * math.pi * k / DIRECTIONS)
            length = min(self.goal.hop, self._room(points, heading) - self.margin)
            better = length > least + 1e-6 or (best is not None and length == least and abs(heading) < abs(best))
            if length > 0.0 and better and may(heading, length):
                best, least = heading, length
        if best is not None:
            self._aim = best
            self._left = least
            self._late = least / self.goal.speed + abs(best / self.goal.turn) + SLACK

    def _hop(self, driven: float, points: FloatArray) -> Command:
        assert self._aim is not None
        if abs(self._aim) > STRAIGHT and self._late > 0.0:
            return Command(0.0, math.copysign(min(abs(self.goal.turn), max(0.15, 1.5 * abs(self._aim))), self._aim))
        self._left -= driven
        if self._left <= 0.0 or self._late <= 0.0 or self._room(points, 0.0) < self.margin:
            self._aim = None
            return Command()
        return Command(self.goal.speed, 0.0)

    def _room(self, points: FloatArray, heading: float) -> float:
        """Metres that a body may go straight along `heading` before it meets a return."""
        c, s = math.cos(heading), math.sin(heading)
        turned = np.ascontiguousarray(points @ np.array([[c, -s], [s, c]]))
        return free_travel(turned, 0.0, self.radius, REACH)

"""How the robot truly drove: how long it got nowhere, how far it went blind, how long it came too near."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from robot.types import Pose
from sim.faults import FaultKind
from sim.world import World

GETS_ON = 0.1  # m by which it must get on not to be stuck
INTIMATE = 0.45  # m of air (Hall's zone, as HuNavSim measures it)
WIDEST = 1.0  # m: nobody, whatever they push, has a wider radius
CLOSING = 0.05  # m/s at which it comes nearer by itself
BLIND: tuple[FaultKind, ...] = ("covered", "all_inf", "frozen", "silent")


@dataclass
class Driving:
    """Looks at the true world ten times a second."""

    longest_stuck: float = 0.0  # s
    blind: float = 0.0  # m driven while the lidar told nothing of the world
    intimate: float = 0.0  # s for which it drove nearer to somebody who was within the intimate zone
    _anchor: Pose | None = field(default=None, repr=False)
    _since: float = 0.0
    _last: Pose | None = field(default=None, repr=False)

    def look(self, world: World, wants: bool) -> None:
        """At the world as it is now; `wants` says that the robot has somewhere to go."""
        pose, now = world.robot.pose, world.time
        if not wants or self._anchor is None or pose.distance(self._anchor) > GETS_ON:
            self._anchor = pose if wants else None
            self._since = now
        self.longest_stuck = max(self.longest_stuck, now - self._since)
        if self._last is not None and any(world.faults.active(kind, now) for kind in BLIND):
            self.blind += pose.distance(self._last)
        self._last = pose
        self._look_for_people(world)

    def _look_for_people(self, world: World) -> None:
        pose, people = world.robot.pose, world.crowd.people
        if world.robot.linear == 0.0 or not len(people):
            return
        dx, dy = people["state"][:, 0] - pose.x, people["state"][:, 1] - pose.y
        away = np.hypot(dx, dy)
        if away.min() > world.model.body_radius + INTIMATE + WIDEST:
            return
        near = (away - people["radius"] - world.model.body_radius < INTIMATE) & ~people["sitting"]
        closing = world.robot.linear * (dx * math.cos(pose.theta) + dy * math.sin(pose.theta)) > CLOSING * away
        self.intimate += 0.1 * bool((near & closing).any())

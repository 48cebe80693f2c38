"""What a leaf sees in one tick: the world (a frozen snapshot), its claims, and the office."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from behaviours.claims import Intent
from navigation.goals import Progress
from perception.attention import NEVER
from reception.desk import Desk
from reception.visits import Visit
from robot.ports import Outcome
from robot.types import FloatArray, Localization, Touch, Track

NEEDS_HELP = 30.0  # s of a standstill


@dataclass(frozen=True, slots=True)
class Spoken:
    """The utterance claimed last: its key, and its outcome (None while it is being said)."""

    key: str = ""
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One tick's snapshot; `stamp` in s on the robot's clock, `wall` the office's local time."""

    stamp: float
    wall: datetime
    where: Localization
    battery: float = 1.0
    charging: bool = False
    docked: bool = False
    emergency_stop: bool = False
    stopped: bool = False  # latched by emergency stop, bumper or power until a person confirms
    held: float = 0.0  # s since the safety layer lets nothing move, whatever the cause
    blind: float = 0.0  # s since the lidar can't be trusted
    touched: bool = False  # somebody leans on it, or did a moment ago
    standstill: float = 0.0  # s that it has somewhere to go and has not moved
    tray_items: int = 0
    people: tuple[Track, ...] = ()
    legs: FloatArray = field(default_factory=lambda: np.zeros((0, 2)))  # (L, 2) m in `map`, seen near and perhaps legs
    person: Track | None = None  # who stands before the screen
    came_up: bool = False  # and stopped there after the robot had
    person_gone: float = NEVER  # s since somebody stood there
    touches: tuple[Touch, ...] = ()
    progress: Progress = field(default_factory=Progress)
    spoken: Spoken = field(default_factory=Spoken)
    visit: Visit | None = None
    office_open: bool = True
    troubles: Mapping[str, str] = field(default_factory=dict)  # of each device in words, "" when it is well

    @property
    def is_stuck(self) -> bool:
        """Whether it needs somebody's help to get on."""
        return self.progress.needs_help or self.standstill > NEEDS_HELP

    @property
    def person_distance(self) -> float:
        """Metres to the person before the screen; far away when there is nobody."""
        if self.person is None:
            return 99.0
        return math.hypot(self.person.x - self.where.pose.x, self.person.y - self.where.pose.y)

    @property
    def somebody_comes_up(self) -> bool:
        """Whether anybody is on their way to the robot."""
        return any(each.intent == "comes up" for each in self.people)

    @property
    def company(self) -> int:
        """How many belong together before the screen."""
        if self.person is None or not self.person.group:
            return int(self.person is not None)
        return sum(each.group == self.person.group for each in self.people)


@dataclass(frozen=True, slots=True)
class Context:
    """The three parts of a tick; a `Tick` of the tree language, for which a visit is what must not be broken off."""

    world: Snapshot
    intent: Intent
    desk: Desk

    @property
    def now(self) -> float:
        """The time in s on the robot's clock."""
        return self.world.stamp

    @property
    def is_busy(self) -> bool:
        """Whether somebody is being helped."""
        return self.world.visit is not None

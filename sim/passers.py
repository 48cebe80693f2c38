"""People who want nothing of the robot: they stroll, come along, stand about or round it, run across, touch it."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from robot.types import Pose
from sim.hall import Hall
from sim.person import Kind
from sim.walker import Life, Walker

BESIDE = 0.7  # m from a companion to the one they come with
RUNS = 2.0  # m/s of a child that runs
CROSSES_IN = 1.4  # s from a child's start to the robot's way
ROUND = 0.95  # m from the robot's middle to those who stand round it
LONG = 900.0  # s after which nobody strolls any more


def free_place(hall: Hall, rng: np.random.Generator, room: float = 0.5) -> tuple[float, float]:
    """Somewhere in the hall with `room` (m) around."""
    width, height = hall.site.floor.size
    while True:
        x, y = float(rng.uniform(0.5, width - 0.5)), float(rng.uniform(0.5, height - 0.5))
        if hall.world.crowd.walls.clearance(x, y) > room:
            return x, y


def entrance(hall: Hall, rng: np.random.Generator) -> tuple[float, float]:
    """A place just outside the entrance (m)."""
    place = hall.site.floor.entrance.compose(Pose(-0.9, float(rng.uniform(-0.4, 0.4)), 0.0))
    return place.x, place.y


class Stroller(Walker):
    """Walks from place to place for a while, then leaves."""

    def __init__(self, hall: Hall, rng: np.random.Generator) -> None:
        super().__init__(hall, entrance(hall, rng), rng)
        self._until = hall.clock.now() + float(rng.uniform(0.3, 1.0)) * LONG

    def life(self) -> Life:
        """Here and there."""
        while self.hall.clock.now() < self._until:
            yield from self.walk_to(*free_place(self.hall, self.rng), 40.0)
            yield from self.pause(float(self.rng.uniform(0.0, 8.0)))
        out = self.hall.site.floor.entrance
        yield from self.walk_to(out.x, out.y, 90.0)


class Companion(Walker):
    """Walks beside somebody, or stands near them, until they have left."""

    def __init__(self, hall: Hall, leader: Walker, rng: np.random.Generator) -> None:
        x, y = leader.place
        self.leader = leader
        super().__init__(hall, (x, y - BESIDE), rng)

    def life(self) -> Life:
        """At the leader's left or right hand."""
        side = BESIDE if self.rng.random() < 0.5 else -BESIDE
        again = 0.0
        while not self.leader.gone:
            if self.hall.clock.now() >= again:
                again = self.hall.clock.now() + 0.6
                x, y = self.leader.place
                beside = Pose(x, y, self.leader.body.heading).compose(Pose(-0.1, side, 0.0))
                if self.is_at(beside.x, beside.y, 0.4):
                    self.body.path = None
                else:
                    self.hall.walk(self.body, (beside.x, beside.y))
            yield


class Bystander(Walker):
    """Comes to a place, or is there already, stands there for a while whatever happens, and leaves."""

    def __init__(
        self,
        hall: Hall,
        to: tuple[float, float],
        seconds: float,
        rng: np.random.Generator,
        kind: Kind | None = None,
        is_there: bool = False,
    ) -> None:
        self._to = to
        self._seconds = seconds
        super().__init__(hall, to if is_there else entrance(hall, rng), rng, kind)

    def life(self) -> Life:
        """There, a while, and out; who was asked to step aside comes back."""
        yield from self.walk_to(*self._to, 60.0)
        until = self.hall.clock.now() + self._seconds
        while self.hall.clock.now() < until:
            if self.body.aside <= 0.0 and not self.is_at(*self._to, 0.4):
                yield from self.walk_to(*self._to, 10.0)
            yield
        out = self.hall.site.floor.entrance
        yield from self.walk_to(out.x, out.y, 90.0)


class Onlooker(Walker):
    """Comes up to the robot, stands at a bearing from it and goes with it for a while; one of a crowd round it."""

    def __init__(self, hall: Hall, bearing: float, seconds: float, rng: np.random.Generator) -> None:
        self._bearing = bearing
        self._until = hall.clock.now() + seconds
        super().__init__(hall, entrance(hall, rng), rng)

    def life(self) -> Life:
        """Round the robot."""
        hall, again = self.hall, 0.0
        self.body.attentive = True
        while hall.clock.now() < self._until:
            spot = Pose(hall.robot.x, hall.robot.y, self._bearing).compose(Pose(ROUND, 0.0, 0.0))
            if self.is_at(spot.x, spot.y, 0.25):
                self.body.path = None
            elif hall.clock.now() >= again and self.body.aside <= 0.0:
                again = hall.clock.now() + 1.0
                hall.walk(self.body, (spot.x, spot.y))
            yield
        out = hall.site.floor.entrance
        yield from self.walk_to(out.x, out.y, 90.0)


class Toucher(Walker):
    """Comes up to the robot, walks into it as if it were not there, and leaves."""

    def __init__(self, hall: Hall, rng: np.random.Generator) -> None:
        super().__init__(hall, entrance(hall, rng), rng, "adult")

    def life(self) -> Life:
        """Up to it, into it, out."""
        hall = self.hall
        until = hall.clock.now() + 90.0
        while hall.clock.now() < until and hall.away(self.body) > 1.3:
            hall.walk(self.body, (hall.robot.x, hall.robot.y))
            yield from self.pause(1.0)
        self.body.attentive = False
        self.body.noticed = 0.0
        touches = hall.clock.now() + 6.0
        while hall.clock.now() < touches and self.body.noticed <= 0.0:
            self.body.path = np.array([[hall.robot.x, hall.robot.y]])
            yield
        self.body.path = None
        yield from self.pause(1.0)
        out = hall.site.floor.entrance
        yield from self.walk_to(out.x, out.y, 90.0)


class Runner(Walker):
    """A child that darts across right before the robot as soon as it drives, and is gone."""

    def __init__(self, hall: Hall, begin: Pose, rng: np.random.Generator) -> None:
        self._begin = begin
        super().__init__(hall, (begin.x, begin.y), rng, "child")
        self.body.speed = RUNS
        self.body.attentive = False
        self.body.heading = begin.theta

    def life(self) -> Life:
        """Straight on for three metres, then a few steps more slowly to the entrance."""
        end = self._begin.compose(Pose(5.0, 0.0, 0.0))
        self.body.path = np.array([[end.x, end.y]])
        yield from self.pause(2.5)
        self.body.speed = 1.0
        self.on_phone = False
        out = self.hall.site.floor.entrance
        yield from self.walk_to(out.x, out.y, 60.0)


def run_across(hall: Hall, rng: np.random.Generator, patience: float = 120.0) -> Generator[None, None, Runner | None]:
    """Wait for the robot to drive with room at its side; then a child runs across before it."""
    until = hall.clock.now() + patience
    while hall.clock.now() < until:
        if hall.world.robot.linear > 0.25:
            side = 1.0 if rng.random() < 0.5 else -1.0
            meets = 0.2 + CROSSES_IN * hall.world.robot.linear  # m ahead, where the robot will be by then
            begin = hall.robot.compose(Pose(meets, 2.2 * side, -side * math.pi / 2))
            if hall.world.crowd.walls.clearance(begin.x, begin.y) > 0.3:
                return Runner(hall, begin, rng)
        yield
    return None

"""The whole robot on its way through the hall, with everything at hand that may go wrong, and what it then does."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from letan.events import RobotSaid
from letan.setup import Setup
from letan.simulate import Run
from navigation.goals import Goal
from reception.events import Alarm
from robot.types import Command, Observation, Pose
from sim.events import Contact
from sim.faults import Fault, FaultKind
from sim.scenario import Scenario

FASTER = 0.3  # m/s at which it is on its way
WAY = (0.5, 3.0)  # m that it has driven when things go wrong
Spoil = Callable[[Observation], Observation]


@dataclass(frozen=True, slots=True)
class Moment:
    """One turn of 0.05 s: its end (s), the true pose and speed (m/s), and whether the wheels were told to stand."""

    t: float
    pose: Pose
    linear: float
    is_told_to_stand: bool


class Witness:
    """Between the loop and its robot: spoils what is sensed, and writes down what is done."""

    def __init__(self, run: Run) -> None:
        self._robot = run.loop.parts.robot
        self._world = run.world
        self.spoil: Spoil | None = None
        self.moments: list[Moment] = []

    def sense(self) -> Observation:
        """What the robot tells, or what is made of it."""
        observation = self._robot.sense()
        return self.spoil(observation) if self.spoil else observation

    def act(self, command: Command) -> None:
        """Obey, and note it."""
        self._robot.act(command)
        body = self._world.robot
        self.moments.append(Moment(self._world.time, body.pose, body.linear, command.is_still))

    def close(self) -> None:
        """Stop the wheels."""
        self._robot.close()


class Stage:
    """One drill: a counter calls the robot, it sets out, something goes wrong at `began` (s)."""

    def __init__(self, setup: Setup, seed: int) -> None:
        self.rng = np.random.default_rng([seed, 21])
        door = str(self.rng.choice(sorted(setup.site.floor.doors)))
        self.run = Run(_scenario(door), seed, place=setup)
        self.world = self.run.world
        self.safety = self.run.loop.parts.safety
        self.witness = Witness(self.run)
        self.run.loop.parts.robot = self.witness
        self.began = 0.0
        self.speed = 0.0  # m/s, when it went wrong
        self.failures: list[str] = []
        self.pinned: dict[int, tuple[float, float]] = {}  # who does not budge: slot in the crowd, and where (m)
        self.figures: dict[str, float] = {}

    def drive_up(self) -> None:
        """Until it is well on its way."""
        far = float(self.rng.uniform(*WAY))
        driven = 0.0
        last = self.world.robot.pose
        while not (driven > far and self.world.robot.linear > FASTER):
            if self.run.clock.now() > 90.0:
                raise RuntimeError("the robot does not set out")
            self.run.step()
            driven += last.distance(self.world.robot.pose)
            last = self.world.robot.pose
        if self.rng.random() < 0.5:
            self.run.loop.turn()  # between two scans
        self.begin()

    def begin(self) -> None:
        """From now on it counts."""
        self.began = self.world.time
        self.speed = self.world.robot.linear
        self.witness.moments[:] = [Moment(self.began, self.world.robot.pose, self.speed, False)]

    def fault(self, kind: FaultKind, seconds: float, amount: float | None = None) -> None:
        """One of the simulator's faults, from now on."""
        self.world.faults.add(Fault(kind, self.world.time, seconds, amount))

    def spoil(self, make: Callable[[np.ndarray], np.ndarray]) -> None:
        """From now on other ranges than those measured."""

        def spoilt(observation: Observation) -> Observation:
            scan = observation.scan
            return observation if scan is None else replace(observation, scan=replace(scan, ranges=make(scan.ranges)))

        self.witness.spoil = spoilt

    def heal(self) -> None:
        """What is sensed is true again."""
        self.witness.spoil = None

    def live(self, seconds: float) -> None:
        """So long."""
        until = self.run.clock.now() + seconds - 1e-6
        while self.run.clock.now() < until:
            self.run.step()
            for slot, (x, y) in self.pinned.items():
                self.world.crowd.state[slot] = x, y, 0.0, 0.0

    def until(self, holds: Callable[[], bool], seconds: float) -> bool:
        """Live until something holds; False when it still does not after so long."""
        end = self.run.clock.now() + seconds
        while not holds() and self.run.clock.now() < end:
            self.live(0.1)
        return holds()

    def expect(self, words: str, holds: bool) -> None:
        """Note what does not hold."""
        if not holds and words not in self.failures:
            self.failures.append(words)

    def note(self) -> None:
        """Take the figures of what came of it so far: times in s, metres."""
        self.figures = {
            "told": self.told_to_stand(),
            "rest": self.at_rest(),
            "driven": self.driven(),
            "said": self.said("speech.blind"),
            "called": self.called(),
        }

    def since(self, kind: type, reason: str = "") -> float:
        """Seconds after which the first event of a kind came, with these words or of this reason; inf for never."""
        for entry in self.run.log.of(kind):
            told = getattr(entry.event, "text", "") or getattr(entry.event, "reason", "")
            if entry.t > self.began and reason in ("", told):
                return float(entry.t - self.began)
        return math.inf

    def said(self, key: str) -> float:
        """Seconds after which a text of the site was said."""
        return self.since(RobotSaid, self.run.texts["vi"][key])

    def called(self) -> float:
        """Seconds after which the staff were called."""
        return self.since(Alarm)

    def told_to_stand(self) -> float:
        """Seconds after which the wheels were told to stand; inf for never."""
        return next((m.t - self.began for m in self.witness.moments if m.is_told_to_stand), math.inf)

    def at_rest(self) -> float:
        """Seconds after which it stood."""
        return next((m.t - self.began for m in self.witness.moments if m.linear == 0.0), math.inf)

    def driven(self) -> float:
        """Metres since it began."""
        return sum(a.pose.distance(b.pose) for a, b in pairwise(self.witness.moments))

    def fastest(self) -> float:
        """The fastest speed since then (m/s)."""
        return max(abs(moment.linear) for moment in self.witness.moments)

    def contacts(self, *by: str) -> int:
        """Contacts that the robot caused, with people and with things."""
        found = [entry.event for entry in self.run.log.of(Contact) if entry.t > self.began]
        return sum(c.by in (by or ("robot",)) for c in found)

    def driven_into(self) -> float:
        """The fastest (m/s) that the robot itself came at whom or what it touched; 0 for no contact."""
        found = [entry.event.robot_speed for entry in self.run.log.of(Contact) if entry.t > self.began]
        return max(found, default=0.0)

    def error(self) -> float:
        """Metres between where it is and where it believes to be."""
        where = self.run.loop.where
        return math.inf if where is None else where.pose.distance(self.world.robot.pose)

    def goes_on(self, seconds: float = 25.0) -> bool:
        """Whether it drives a metre on, or to where it wanted, within so long."""
        there = self.world.robot.pose
        parts = self.run.loop.parts
        return self.until(
            lambda: (
                self.world.robot.pose.distance(there) > 1.0
                or (parts.navigator.progress.state == "arrived" and isinstance(parts.navigator.progress.goal, Goal))
            ),
            seconds,
        )


def _scenario(door: str) -> Scenario:
    """Nobody comes, and a counter calls."""
    return Scenario.model_validate(
        {
            "scenario": "drill",
            "about": "A counter calls the robot.",
            "start": "08:00",
            "close": "08:30",
            "latest": "09:00",
            "happenings": [{"at": "08:00:04", "do": "call_robot", "door": door}],
        }
    )

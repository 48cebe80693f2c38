"""Steps everybody in the hall: arrivals, citizens, counters, who fills the tray, and the scenario's happenings."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from datetime import timedelta
from pathlib import Path

import numpy as np

from robot.types import Pose
from sim.citizens import Citizen
from sim.events import Confirmed, TrayFilled
from sim.hall import Hall
from sim.happenings import Happenings, random_faults
from sim.passers import Companion, Stroller
from sim.ports import SimPrinter
from sim.scenario import Happening, RecordedPeople, Scenario
from sim.staff import called_by_somebody, counter
from sim.trajectories import Replay, in_hall, read_trajectories
from sim.walker import Walker

ROOM = 0.3  # m to a wall where somebody recorded may appear


def arrival_times(scenario: Scenario, is_open: Callable[[float], bool], rng: np.random.Generator) -> list[float]:
    """Arrivals in seconds since the start: a Poisson process (uniform given its number) with a rush, in open hours."""
    arrivals, length = scenario.arrivals, float(scenario.close - scenario.start)
    number = arrivals.people if arrivals.exactly else int(rng.poisson(arrivals.people))
    times: list[float] = []
    while len(times) < number:
        in_rush = len(times) < round(arrivals.rush * number)
        until = min(arrivals.rush_minutes * 60.0, length) if in_rush else length
        second = float(rng.uniform(0.0, until))
        if is_open(second):
            times.append(second)
    return sorted(times)


class PeopleFlow:
    """`step` ten times a second of simulated time; `confirm` is the person who lets the robot move again."""

    def __init__(
        self,
        hall: Hall,
        printer: SimPrinter,
        seed: int,
        is_stopped: Callable[[], bool],
        confirm: Callable[[], bool],
    ) -> None:
        self.hall = hall
        self._is_stopped = is_stopped
        self._confirm = confirm
        scenario, site = hall.scenario, hall.site
        self._rng = np.random.default_rng([seed, 4])
        begins = scenario.begins
        self._arrivals = arrival_times(
            scenario, lambda second: site.place.is_open(begins + timedelta(seconds=second)), self._rng
        )
        self.citizens: list[Citizen] = []
        self.all: list[Citizen] = []
        self.others: list[Walker] = []  # who want nothing of the robot
        self._strollers_rng = np.random.default_rng([seed, 9])
        self._next_stroller = 0.0
        self._staff: list[Generator[None, None, None]] = [
            counter(hall, number, door.minutes, np.random.default_rng([seed, 5, int(number), k]))
            for number, door in site.doors.items()
            if number not in hall.clerks
            for k in range(door.counters)
        ]
        self._staff += [called_by_somebody(hall, door) for door in sorted(hall.clerks)]
        self._planned = sorted(scenario.happenings, key=lambda h: h.at)
        self._jobs: list[Generator[None, None, None]] = [self._fill_tray(), self._look_after(), self._help_out()]
        for fault in random_faults(scenario, seed):
            hall.world.faults.add(fault)
        if scenario.recorded is not None:
            self._jobs.append(self._replay(scenario.recorded))
        self._happenings = Happenings(hall, printer, seed, self._jobs.append, self.others.append)

    @property
    def is_over(self) -> bool:
        """Nobody will come and nobody is left."""
        return not (self._arrivals or self.citizens or self._planned or self.others)

    def step(self) -> None:
        """A tenth of a second of everybody's life."""
        now = self.hall.clock.now()
        while self._arrivals and self._arrivals[0] <= now:
            self._arrivals.pop(0)
            self._arrive()
        while self._planned and self.hall.scenario.start + now >= self._planned[0].at:
            self.happen(self._planned.pop(0))
        self._stroll(now)
        self.citizens = [citizen for citizen in self.citizens if self._lives(citizen)]
        self.others[:] = [other for other in self.others if self._lives(other)]
        for work in self._staff:
            next(work)
        self._jobs[:] = [job for job in self._jobs if next(job, job) is not job]

    def _lives(self, walker: Walker) -> bool:
        """Step somebody; False once they have left."""
        walker.step()
        if walker.gone:
            self.hall.world.crowd.leave(walker.body)
        return not walker.gone

    def _stroll(self, now: float) -> None:
        """Until closing somebody else comes in, one after the other, while there are too few who stroll about."""
        scenario = self.hall.scenario
        strolling = sum(isinstance(other, Stroller) for other in self.others)
        if strolling < scenario.arrivals.strollers and self._next_stroller <= now < scenario.close - scenario.start:
            self._next_stroller = now + float(self._strollers_rng.uniform(1.0, 4.0))
            rng = np.random.default_rng(self._strollers_rng.integers(2**63))
            self.others.append(Stroller(self.hall, rng))

    def _replay(self, recorded: RecordedPeople) -> Generator[None, None, None]:
        """Recorded people, until the last of them has gone."""
        hall, begins = self.hall, recorded.begins or self.hall.scenario.start
        trajectories = read_trajectories(Path(recorded.file))
        origin = in_hall(trajectories, hall.site.floor.size)
        if recorded.to is not None:
            x, y, heading = recorded.to
            origin = Pose(x, y, math.radians(heading))
        crowd = hall.world.crowd
        replay = Replay(crowd, trajectories, origin, lambda x, y: crowd.walls.clearance(x, y) > ROOM)
        while not replay.is_over:
            replay.step(hall.scenario.start + hall.clock.now() - begins)
            yield

    def happen(self, what: Happening) -> None:
        """Let something happen now, as the scenario does at its time."""
        self._happenings.begin(what)

    def _arrive(self) -> None:
        wishes = self.hall.scenario.wishes
        weights = np.array([wish.weight for wish in wishes])
        wish = wishes[int(self._rng.choice(len(wishes), p=weights / weights.sum()))]
        citizen = Citizen(
            self.hall, f"citizen {len(self.all) + 1}", wish, np.random.default_rng(self._rng.integers(2**63))
        )
        self.citizens.append(citizen)
        self.all.append(citizen)
        if citizen.comes_with_somebody:
            rng = np.random.default_rng(self._strollers_rng.integers(2**63))
            self.others.append(Companion(self.hall, citizen, rng))

    def _look_after(self) -> Generator[None, None, None]:
        """Let a stopped robot move again once its button is released, after a look at it."""
        while True:
            if self._is_stopped() and not self.hall.world.robot.emergency_stop and self.hall.staff_are_there:
                yield from self._pause(2.0)
                if self._confirm():
                    self.hall.record(Confirmed())
            yield

    def _help_out(self) -> Generator[None, None, None]:
        """The staff answer a call in steps of some seconds: take it, set out, be there."""
        while True:
            if self.hall.counters.staff_wanted() and self.hall.staff_are_there:
                yield from self._pause(6.0)
                self.hall.counters.help_out()
            yield

    def _fill_tray(self) -> Generator[None, None, None]:
        """Fill an empty tray when the robot waits at the drinks station."""
        tray, spot = self.hall.site.robot.tray, self.hall.site.floor.drinks
        while True:
            robot = self.hall.world.robot
            at_station = robot.pose.distance(spot) < 0.6 and self.hall.robot_stands
            if robot.cups == 0 and at_station and self.hall.staff_are_there:
                yield from self._pause(6.0)
                robot.cups, robot.candies = tray.cups, tray.candies
                self.hall.record(TrayFilled())
            yield

    def _pause(self, seconds: float) -> Generator[None, None, None]:
        until = self.hall.clock.now() + seconds
        while self.hall.clock.now() < until:
            yield

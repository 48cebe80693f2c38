"""Steps everybody in the hall: arrivals, citizens, counters, who fills the tray, and the scenario's happenings."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from datetime import timedelta

import numpy as np

from robot.types import Pose
from sim.citizens import Citizen
from sim.events import Confirmed, Happened, TrayFilled
from sim.hall import Hall
from sim.scenario import Happening, Scenario
from sim.staff import counter


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

    def __init__(self, hall: Hall, seed: int, is_stopped: Callable[[], bool], confirm: Callable[[], bool]) -> None:
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
        self._staff: list[Generator[None, None, None]] = [
            counter(hall, number, door.minutes, np.random.default_rng([seed, 5, int(number), k]))
            for number, door in site.doors.items()
            for k in range(door.counters)
        ]
        self._happenings = sorted(scenario.happenings, key=lambda h: h.at)
        self._jobs: list[Generator[None, None, None]] = [self._fill_tray(), self._look_after(), self._help_out()]

    @property
    def is_over(self) -> bool:
        """Nobody will come and nobody is left."""
        return not (self._arrivals or self.citizens or self._happenings)

    def step(self) -> None:
        """A tenth of a second of everybody's life."""
        now = self.hall.clock.now()
        while self._arrivals and self._arrivals[0] <= now:
            self._arrivals.pop(0)
            self._arrive()
        while self._happenings and self.hall.scenario.start + now >= self._happenings[0].at:
            self._happen(self._happenings.pop(0))
        for citizen in self.citizens:
            citizen.step()
            if citizen.gone:
                self.hall.world.crowd.leave(citizen.body)
        self.citizens = [citizen for citizen in self.citizens if not citizen.gone]
        for work in self._staff:
            next(work)
        self._jobs = [job for job in self._jobs if next(job, job) is not job]

    def _arrive(self) -> None:
        wishes = self.hall.scenario.wishes
        weights = np.array([wish.weight for wish in wishes])
        wish = wishes[int(self._rng.choice(len(wishes), p=weights / weights.sum()))]
        citizen = Citizen(
            self.hall, f"citizen {len(self.all) + 1}", wish, np.random.default_rng(self._rng.integers(2**63))
        )
        self.citizens.append(citizen)
        self.all.append(citizen)

    def _happen(self, what: Happening) -> None:
        robot = self.hall.world.robot
        self.hall.record(Happened(what.do))
        if what.do == "call_robot":
            self.hall.counters.call_robot(what.door)
        elif what.do == "emergency_stop":
            robot.emergency_stop = True
            self._jobs.append(self._release(what.seconds))
        elif what.do == "battery":
            robot.battery = what.level
        elif what.do == "carry_off":
            x, y, degrees = what.to
            self.hall.world.carry_off(Pose(x, y, math.radians(degrees)))

    def _release(self, seconds: float) -> Generator[None, None, None]:
        """Release the emergency button after a while."""
        yield from self._pause(seconds)
        self.hall.world.robot.emergency_stop = False

    def _look_after(self) -> Generator[None, None, None]:
        """Let a stopped robot move again once its button is released, after a look at it."""
        while True:
            if self._is_stopped() and not self.hall.world.robot.emergency_stop:
                yield from self._pause(2.0)
                if self._confirm():
                    self.hall.record(Confirmed())
            yield

    def _help_out(self) -> Generator[None, None, None]:
        """The staff answer a call in steps of some seconds: take it, set out, be there."""
        while True:
            if self.hall.counters.staff_wanted():
                yield from self._pause(6.0)
                self.hall.counters.help_out()
            yield

    def _fill_tray(self) -> Generator[None, None, None]:
        """Fill an empty tray when the robot waits at the drinks station."""
        tray, spot = self.hall.site.robot.tray, self.hall.site.floor.drinks
        while True:
            robot = self.hall.world.robot
            if robot.cups == 0 and robot.pose.distance(spot) < 0.6 and self.hall.robot_stands:
                yield from self._pause(6.0)
                robot.cups, robot.candies = tray.cups, tray.candies
                self.hall.record(TrayFilled())
            yield

    def _pause(self, seconds: float) -> Generator[None, None, None]:
        until = self.hall.clock.now() + seconds
        while self.hall.clock.now() < until:
            yield

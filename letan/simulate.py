"""Runs a scenario: the robot of `letan.app` in the simulated hall, with pictures and figures at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from centre.export import coarsened, csv_lines
from centre.label import label_of
from centre.ratings import ratings_in
from centre.texts import export_words
from letan.app import Devices, OpenOffice, assemble
from letan.eventlog import EventLog
from letan.events import RobotSaid
from letan.figures import Figures, figures
from letan.files import write_whole
from letan.loop import PERIOD, Loop
from letan.remote_office import RemoteOffice
from letan.setup import Setup, open_setup
from letan.status_report import StatusSender, reporting
from letan.stopping import StopRequest
from robot.clock import SimClock
from robot.ports import Clock, Screen
from robot.types import GridMap, Texts
from sim.counters import OfficeCounters
from sim.driving import Driving
from sim.errors import Errors
from sim.hall import Hall
from sim.people_flow import PeopleFlow
from sim.ports import SimEars, SimMusic, SimPrinter, SimScreen, SimVoice
from sim.recorder import Recorder
from sim.robot import SimRobot
from sim.scenario import Scenario
from sim.world import World

if TYPE_CHECKING:  # what speaks, listens and prints, which most runs do without
    from letan.devices import RealDevices

MAKE_WAY = "speech.make_way"  # the text by which the robot asks people to let it pass
RUSH = "speech.rush"  # and by which it tells them that numbers are given at the doors too


@dataclass(frozen=True)
class RunResult:
    """One run's outcome: figures, what does not hold, how fast the loop was, and whether it came to its end."""

    figures: Figures
    problems: tuple[str, ...]
    loop_seconds: float
    complete: bool = True

    @property
    def speed(self) -> float:
        """Simulated seconds a second of the loop."""
        return self.figures.simulated_s / self.loop_seconds if self.loop_seconds else 0.0


@dataclass(frozen=True)
class OfficeElsewhere:
    """An office of its own process: how to reach it, and the doors at which people call numbers there."""

    open: OpenOffice
    clerks: frozenset[str] = frozenset()


@dataclass
class Run:
    """A scenario on its way: `step` until `is_over`, then `finish`."""

    scenario: Scenario
    seed: int
    out: Path | None = None
    make_screen: Callable[[Texts, Clock], Screen] | None = None
    pace: float | None = None
    place: Setup | None = None
    grid: GridMap | None = None
    elsewhere: OfficeElsewhere | None = None
    real: RealDevices | None = None  # besides the simulated ones
    errors: Errors = field(default_factory=Errors)
    driving: Driving = field(default_factory=Driving)

    def __post_init__(self) -> None:
        scenario, seed = self.scenario, self.seed
        place = self.place or open_setup(scenario.site, scenario.tree, self.grid)
        scenario.check_against(place.site)
        place = replace(place, texts=dict(place.texts), site=scenario.staffed(place.site))  # its own, which may change
        self.site = place.site
        self.texts = place.texts
        if self.out is not None:
            self.out.mkdir(parents=True, exist_ok=True)
        self.clock = SimClock(scenario.begins, pace=self.pace)
        self.log = EventLog(self.clock, self.out / "events.jsonl" if self.out else None)
        self.world = World(place.site.floor, place.site.robot, seed)
        self.world.robot.battery = scenario.battery
        self.world.on_contact = self.log.record
        self.screen = self.make_screen(place.texts, self.clock) if self.make_screen else None
        self._rng = np.random.default_rng([seed, 6])
        real = self.real
        ears = SimEars(self.clock, real and real.ears)
        self.seen = SimScreen(self.screen)
        self.voice = SimVoice(self.clock, seed, self._heard, real and real.voice)
        self.printer = SimPrinter(self.clock, seed, real and real.printer)
        robot = SimRobot(self.world, seed)
        music = SimMusic(real and real.music)
        devices = Devices(robot, self.clock, self.seen, self.voice, ears, music, self.printer)
        closes = scenario.begins + timedelta(seconds=scenario.close - scenario.start)
        database = self.out / "office.db" if self.out else ":memory:"
        there = self.elsewhere.open if self.elsewhere else None
        self.loop: Loop = assemble(place, devices, seed, self.log.record, database, closes, there)
        self.office = self.loop.parts.desk.office
        counters = OfficeCounters(self.office)
        self.hall = Hall(place.site, scenario, self.world, self.clock, self.seen, ears, counters, self.log.record)
        self.hall.clerks = self.elsewhere.clerks if self.elsewhere else frozenset()
        self.people = PeopleFlow(self.hall, self.printer, seed, lambda: self.loop.parts.safety.stopped, self._confirm)
        self.recorder = Recorder(self.world)
        self._sender = StatusSender(self.office.client.another()) if isinstance(self.office, RemoteOffice) else None
        self._report = reporting(self.loop, self._sender, self._page) if self._sender else None
        self.loop_seconds = 0.0

    def _heard(self, text: str, language: str) -> None:
        """What the robot says; people know when it asks them to let it pass, and when it sends them to the doors."""
        self.log.record(RobotSaid(text, language))
        if text == self.texts[language].get(MAKE_WAY):
            self.world.crowd.ask(self.world.robot.pose, self._rng)
        if text == self.texts[language].get(RUSH):
            self.hall.sent_to_doors = self.clock.now()

    def _confirm(self) -> bool:
        observation = self.loop.observation
        return observation is not None and self.loop.parts.safety.confirm(observation)

    @property
    def is_over(self) -> bool:
        """Everybody has left after closing and the robot is in its dock, or it is too late."""
        scenario = self.scenario
        second = self.clock.now() + scenario.start
        return second >= scenario.latest or (second >= scenario.close and self.people.is_over and self.is_docked)

    @property
    def is_docked(self) -> bool:
        """Whether the charger truly gives current."""
        return self.world.robot.charging

    @property
    def share(self) -> float:
        """How much of the scenario's own time is over."""
        return min(1.0, self.clock.now() / max(1, self.scenario.close - self.scenario.start))

    def step(self) -> None:
        """A tenth of a second: two turns of the loop, one of the people."""
        began = time.perf_counter()
        self.loop.turn()
        true = self.world.robot.pose  # as it is when the second turn senses it
        self.loop.turn()
        self.people.step()
        self.driving.look(self.world, self.loop.parts.navigator.progress.state in ("driving", "waiting"))
        self.loop_seconds += time.perf_counter() - began
        if self.loop.turns % round(1.0 / PERIOD) == 0 and self.loop.where is not None:
            self.errors.add(self.loop.where.pose, true)
            self.recorder.take(self.loop.where.pose, self._page())
        if self._report:
            self._report()

    def _page(self) -> str:
        return self.seen.state.page if self.seen.state else ""

    def run(self, progress: Callable[[float], None] = lambda share: None, stop: StopRequest | None = None) -> RunResult:
        """The whole scenario, or until a `stop`; `progress` hears the share now and then."""
        while not self.is_over and not stop:
            self.step()
            if self.loop.turns % 400 == 0:
                progress(self.share)
        return self.finish()

    def finish(self) -> RunResult:
        """Close the log and write the figures; of a run that was cut short nothing is expected."""
        complete = self.is_over
        outcome = figures(self.log.entries, self.errors, self.driving, self.is_docked, self.clock.now())
        problems = tuple(outcome.problems(self.scenario.expect)) if complete else ()
        result = RunResult(outcome, problems, self.loop_seconds, complete)
        self.log.close()
        if self.out is not None:
            summary = {
                "scenario": self.scenario.scenario,
                "seed": self.seed,
                "loop_seconds": round(self.loop_seconds, 2),
                "speed": round(result.speed, 1),
                "complete": complete,
                "problems": list(result.problems),
                **outcome.as_dict(),
            }
            write_whole(self.out / "summary.json", json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
        return result

    def ratings_csv(self) -> bytes:
        """The run's ratings as the leaders would export them."""
        day = self.scenario.begins.date()
        words = export_words(self.site.languages[0])
        return b"".join(
            csv_lines(coarsened(ratings_in(self.office.reading(day, day)), label_of(self.site), words), words)
        )

    def close(self) -> None:
        """Close the office's database, and the log of a run that was broken off."""
        self.log.close()
        if self._sender:
            self._sender.close()
        self.loop.parts.desk.close()

"""What a scenario has planned: how each happening begins, and how it ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator

import numpy as np

from robot.types import Pose
from sim.events import Happened
from sim.faults import Fault
from sim.hall import Hall
from sim.passers import Bystander, Onlooker, Toucher, run_across
from sim.ports import SimPrinter
from sim.scenario import Happening, HappeningKind, Scenario
from sim.things import board, box, chair, made_of
from sim.walker import Walker

Job = Generator[None, None, None]


def random_faults(scenario: Scenario, seed: int) -> list[Fault]:
    """The faults that a scenario leaves to chance: a Poisson process until closing, the same for the same seed."""
    asked = scenario.random_faults
    if asked is None:
        return []
    rng = np.random.default_rng([seed, 10])
    length = float(scenario.close - scenario.start)
    starts = sorted(rng.uniform(0.0, length, int(rng.poisson(asked.per_hour * length / 3600.0))).tolist())
    return [
        Fault(asked.kinds[int(rng.integers(len(asked.kinds)))], start, float(rng.uniform(*asked.seconds)))
        for start in starts
    ]


class Happenings:
    """Begins happenings; what ends later is handed to `work`, who comes is handed to `come`."""

    def __init__(
        self, hall: Hall, printer: SimPrinter, seed: int, work: Callable[[Job], None], come: Callable[[Walker], None]
    ) -> None:
        self._hall = hall
        self._printer = printer
        self._rng = np.random.default_rng([seed, 8])
        self._work = work
        self._come = come
        self._ways: dict[HappeningKind, Callable[[Happening], None]] = {
            "call_robot": lambda what: self._hall.counters.call_robot(what.door),
            "emergency_stop": self._press,
            "battery": self._discharge,
            "carry_off": lambda what: self._hall.world.carry_off(_pose(what)),
            "fault": self._break,
            "put": self._put,
            "take_away": lambda what: self._hall.world.remove_obstacle(what.name),
            "close_door": self._close_door,
            "child": self._child,
            "block": lambda what: self._block(what, is_there=False),
            "stand": lambda what: self._block(what, is_there=True),
            "crowd_round": self._crowd_round,
            "touch": lambda what: self._come(Toucher(self._hall, self._child_rng())),
            "printer_trouble": self._spoil_printer,
            "empty_tray": self._empty_tray,
            "staff_away": self._staff_away,
        }

    def begin(self, what: Happening) -> None:
        """Let it happen."""
        self._hall.record(Happened(f"fault {what.fault}" if what.fault else what.do))
        self._ways[what.do](what)

    def _child_rng(self) -> np.random.Generator:
        return np.random.default_rng(self._rng.integers(2**63))

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        def wait() -> Job:
            until = self._hall.clock.now() + seconds
            while self._hall.clock.now() < until:
                yield
            then()

        self._work(wait())

    def _press(self, what: Happening) -> None:
        robot = self._hall.world.robot

        def release() -> None:
            robot.emergency_stop = False

        robot.emergency_stop = True
        self._later(what.seconds, release)

    def _discharge(self, what: Happening) -> None:
        self._hall.world.robot.battery = what.level

    def _break(self, what: Happening) -> None:
        assert what.fault is not None
        world = self._hall.world
        first, last = (math.radians(degrees) for degrees in what.sector)
        world.faults.add(Fault(what.fault, world.time, what.seconds, what.amount, (first, last), what.side))

    def _put(self, what: Happening) -> None:
        pose = _pose(what)
        made = {
            "chair": lambda: chair(pose),
            "board": lambda: board(pose, surface=what.surface),
            "box": lambda: box(pose, 0.6, 0.4, what.surface),
        }
        assert what.thing is not None
        self._hall.world.add_obstacle(what.name, made[what.thing]())

    def _close_door(self, what: Happening) -> None:
        assert what.line is not None
        world = self._hall.world
        world.add_obstacle(what.name, made_of(what.surface, (what.line,), "wall"))
        self._later(what.seconds, lambda: world.remove_obstacle(what.name))

    def _child(self, what: Happening) -> None:
        def run() -> Job:
            for _ in range(what.people):
                runner = yield from run_across(self._hall, self._child_rng())
                if runner is not None:
                    self._come(runner)

        self._work(run())

    def _block(self, what: Happening, is_there: bool) -> None:
        """Side by side, across the heading of the place."""
        for k in range(what.people):
            spot = _pose(what).compose(Pose(0.0, 0.55 * (k - (what.people - 1) / 2), 0.0))
            rng = self._child_rng()
            who = Bystander(self._hall, (spot.x, spot.y), what.seconds, rng, "adult", is_there)
            who.body.heading = _pose(what).theta
            self._come(who)

    def _crowd_round(self, what: Happening) -> None:
        for k in range(what.people):
            self._come(Onlooker(self._hall, 2 * math.pi * k / what.people, what.seconds, self._child_rng()))

    def _spoil_printer(self, what: Happening) -> None:
        def mend() -> None:
            self._printer.trouble = ""

        self._printer.trouble = what.trouble
        self._later(what.seconds, mend)

    def _empty_tray(self, what: Happening) -> None:
        self._hall.world.robot.cups = 0
        self._hall.world.robot.candies = 0

    def _staff_away(self, what: Happening) -> None:
        hall = self._hall
        hall.staff_away_until = max(hall.staff_away_until, hall.clock.now() + what.seconds)


def _pose(what: Happening) -> Pose:
    assert what.to is not None
    x, y, degrees = what.to
    return Pose(x, y, math.radians(degrees))

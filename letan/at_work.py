"""The robot at work: its office, devices and body started in order, its loop kept going, all ended in order."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from centre.owner import Owner
from hmi.screen import TkScreen
from letan.app import Devices, OpenOffice, assemble
from letan.devices import RealDevices, open_devices
from letan.drivers import find_driver, open_robot
from letan.eventlog import EventLog
from letan.loop import Loop
from letan.office_client import OfficeClient
from letan.remote_errands import elsewhere
from letan.setup import Setup, open_setup
from letan.simulate import OfficeElsewhere, Run
from letan.status_report import StatusSender, reporting
from letan.stopping import StopRequest
from letan.supervised_office import SupervisedOffice
from letan.systemd import notify, watchdog_period
from robot.clock import RealClock
from robot.ports import Clock, Screen
from robot.types import Texts
from sim.ports import SimScreen
from sim.scenario import load_scenario

SIMULATED = "sim"
WINDOW = (1152, 648)  # px of the screen where it is not the whole one
FRESH = 1.0  # s within which scan and turn have to come for the robot to count as alive
KEPT_EVENTS = 2000  # in memory; all are in the file
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class WorkOptions:
    """What is at work: `robot` a driver's NAME or NAME:ARGUMENT, `seconds` None for ever, `folder` for all it keeps.

    `sim` is the simulated hall in real time, with the citizens of `scenario`.
    """

    site: str
    robot: str
    folder: Path
    seconds: float | None = None
    screen: Literal["full", "window", "none"] = "full"
    scenario: str = "day"
    seed: int = 1


@dataclass(frozen=True, slots=True)
class AtWork:
    """A loop with what makes a step of it."""

    loop: Loop
    step: Callable[[], object]
    screen: TkScreen | None


def work(options: WorkOptions, say: Say, stop: StopRequest) -> None:
    """Until the time is over or somebody stops it; LetanError when it can't begin."""
    with ExitStack() as stack:
        stack.callback(notify, "STOPPING=1")
        began = time.monotonic()
        at_work = _started(options, say, stack)
        say(f"ready in {time.monotonic() - began:.1f} s; the wheels stand until somebody confirms on the staff's page")
        notify("READY=1")
        _keep_going(at_work, options.seconds, stop)
        say("ending")


def _started(options: WorkOptions, say: Say, stack: ExitStack) -> AtWork:
    if options.robot != SIMULATED:
        find_driver(options.robot)  # a name that nobody has is told before anything starts
    options.folder.mkdir(parents=True, exist_ok=True)
    setup = open_setup(options.site)
    say(f"site {setup.site.folder.name}")
    office = SupervisedOffice(options.site, options.folder / "office.db", say)
    stack.callback(office.close)
    say(f"office at {office.owner.url}")
    devices = open_devices(setup.site, setup.texts)
    stack.callback(devices.close)
    for name, trouble in devices.troubles().items():
        say(f"{name}: {trouble or 'works'}")
    if options.robot == SIMULATED:
        return _simulated(options, setup, devices, office.owner, stack)
    return _driven(options, setup, devices, office.owner, stack)


def _office(options: WorkOptions, owner: Owner) -> OpenOffice:
    return elsewhere(owner, options.folder / "outbox.db", may_be_away=True)


def _simulated(options: WorkOptions, setup: Setup, devices: RealDevices, owner: Owner, stack: ExitStack) -> AtWork:
    """The same robot in the simulated hall."""
    shown: list[TkScreen] = []

    def make(texts: Texts, clock: Clock) -> Screen:
        shown.append(_screen(options, texts, clock))
        return shown[0]

    scenario = load_scenario(options.scenario).model_copy(update={"site": options.site})
    screen = make if options.screen != "none" else None
    there = OfficeElsewhere(_office(options, owner))
    run = Run(scenario, options.seed, None, screen, 1.0, setup, elsewhere=there, real=devices)
    stack.callback(run.close)
    for each in shown:
        stack.callback(each.close)
    return AtWork(run.loop, run.step, shown[0] if shown else None)


def _driven(options: WorkOptions, setup: Setup, real: RealDevices, owner: Owner, stack: ExitStack) -> AtWork:
    """A robot that the site's driver drives."""
    clock = RealClock()
    log = EventLog(clock, options.folder / "events.jsonl", KEPT_EVENTS)
    stack.callback(log.close)
    screen = _screen(options, setup.texts, clock) if options.screen != "none" else None
    if screen is not None:
        stack.callback(screen.close)
    robot = open_robot(options.robot, setup.site)
    stack.callback(robot.close)
    shown = SimScreen(screen)
    devices = Devices(robot, clock, shown, real.voice, real.ears, real.music, real.printer)
    texts = dict(setup.texts)  # its own, which a reload may change
    loop = assemble(replace(setup, texts=texts), devices, options.seed, log.record, open_office=_office(options, owner))
    stack.callback(loop.parts.desk.close)
    sender = StatusSender(OfficeClient(owner))
    stack.callback(sender.close)
    report = reporting(loop, sender, lambda: shown.state.page if shown.state else "")

    def step() -> None:
        loop.turn()
        report()

    return AtWork(loop, step, screen)


def _screen(options: WorkOptions, texts: Texts, clock: Clock) -> TkScreen:
    if options.screen == "window":
        return TkScreen(texts, clock, fullscreen=False, size=WINDOW)
    return TkScreen(texts, clock)


def _keep_going(at_work: AtWork, seconds: float | None, stop: StopRequest) -> None:
    period = watchdog_period()
    until = None if seconds is None else time.monotonic() + seconds
    told = time.monotonic()
    while not stop and (until is None or time.monotonic() < until):
        at_work.step()
        now = time.monotonic()
        if period is not None and now - told > period / 4 and _is_alive(at_work):
            notify("WATCHDOG=1")
            told = now


def _is_alive(at_work: AtWork) -> bool:
    """Whether scans come and the screen, if there is one, answers; that turns go on is shown by being asked."""
    seen = at_work.loop.parts.safety.lidar.since
    return seen is None and (at_work.screen is None or at_work.screen.is_alive)

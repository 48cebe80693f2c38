"""Every fault of lidar, odometry, people, bumper, battery and tray, what must come of it, and what protects from it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from fault_protections import BUMPER, CALLS, GAUGE, LATCH, LIDAR_WATCH, LOCALISER, SAFETY, SCALE, TOLERANCE, Protection
from fault_stage import Stage

from letan.setup import Setup
from reception.events import DrinksOffered
from robot.types import Pose
from sim.events import Confirmed
from sim.faults import FaultKind

TURN = 0.05  # s
LASTS = 35.0  # s of a fault that calls for people
REST = 0.5  # s until it stands, whatever is wrong with the lidar
ALLOWED = 0.3  # m that may be driven blind
Play = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Drill:
    """One fault. `figures` are those that mean something here."""

    name: str
    play: Play
    protection: Protection
    figures: tuple[str, ...] = ()
    setup: Callable[[Setup], Setup] = field(default=lambda setup: setup)


# ---- the lidar


def _stands_and_calls(stage: Stage, notice: float) -> None:
    """At rest as soon as brakes can, said at five seconds, staff called at thirty, and on when it is over."""
    late = notice + TURN + 1e-6
    stage.live(LASTS)
    stage.expect("brakes too late", stage.told_to_stand() <= late)
    stage.expect("at rest too late", stage.at_rest() <= REST + 1e-6)
    stage.expect("driven too far", stage.driven() <= ALLOWED)
    stage.expect("not said at 5 s", 4.5 <= stage.said("speech.blind") <= 6.5)
    stage.expect("staff not called at 30 s", 29.0 <= stage.called() <= 32.5)
    stage.note()


def _over(stage: Stage) -> None:
    """It goes on, has touched nothing, and knows where it is."""
    stage.heal()
    stage.expect("does not go on", stage.goes_on())
    stage.expect("contact", stage.contacts("robot", "shared") == 0)
    stage.expect("lost", stage.error() < 0.2)


def _blind(kind: FaultKind, notice: float, amount: float | None = None) -> Play:
    def play(stage: Stage) -> None:
        stage.drive_up()
        stage.fault(kind, LASTS, amount)
        _stands_and_calls(stage, notice)
        _over(stage)

    return play


def _spoilt(make: Callable[[np.ndarray], np.ndarray], notice: float = 0.3) -> Play:
    def play(stage: Stage) -> None:
        stage.drive_up()
        stage.spoil(make)
        _stands_and_calls(stage, notice)
        _over(stage)

    return play


def _bad_share(share: float, value: float) -> Callable[[np.ndarray], np.ndarray]:
    """Every so many-th range is nonsense."""
    return lambda ranges: np.where(np.arange(ranges.size) % 100 < 100 * share, value, ranges)


def _few_bad(stage: Stage) -> None:
    stage.drive_up()
    stage.spoil(_bad_share(0.1, math.nan))
    stage.expect("does not drive on", stage.goes_on(10.0))
    stage.expect("stopped", not stage.safety.stop)
    _over(stage)


def _bursts(stage: Stage) -> None:
    stage.drive_up()
    for share in (0.5, 0.8):
        stage.fault("dropout", 5.0, share)
        stage.live(8.0)
    _over(stage)


def _ghost_ring(stage: Stage) -> None:
    stage.drive_up()
    noise = np.random.default_rng(1)
    stage.spoil(lambda ranges: 1.0 + noise.normal(0.0, 0.01, ranges.size))
    stage.live(LASTS + 10.0)
    stage.expect("faster", stage.fastest() <= stage.speed + 0.1)
    stage.expect("driven too far", stage.driven() < 1.0)
    stage.expect("staff not called", stage.called() <= LASTS + 10.0)
    stage.note()
    stage.heal()
    stage.expect("does not go on", stage.goes_on(90.0))
    stage.expect("contact", stage.contacts("robot", "shared") == 0)


def _turned_map(setup: Setup) -> Setup:
    return replace(setup, grid=replace(setup.grid, cells=np.ascontiguousarray(setup.grid.cells[::-1, ::-1])))


def _wrong_map(stage: Stage) -> None:
    stage.begin()
    stage.live(LASTS)
    stage.expect("does not notice", stage.run.loop.where is not None and stage.run.loop.where.unsure)
    stage.expect("drives", stage.fastest() <= 0.2)
    stage.expect("staff not called", stage.called() <= LASTS)
    stage.note()
    stage.expect("contact", stage.contacts("robot", "shared") == 0)


# ---- wheels and odometry


def _wheels(kind: FaultKind, seconds: float, amount: float | None, calls: bool) -> Play:
    def play(stage: Stage) -> None:
        stage.drive_up()
        stage.run.hall.staff_away_until = stage.run.clock.now() + seconds
        stage.fault(kind, seconds, amount)
        stage.live(seconds)
        stage.expect("staff not called", not calls or stage.called() <= seconds)
        stage.note()
        stage.expect("does not go on", stage.goes_on(60.0))
        stage.expect("contact", stage.contacts("robot", "shared") == 0)
        stage.expect("does not know where it is", stage.until(lambda: stage.error() < 0.2, 20.0))

    return play


def _kidnapped(stage: Stage) -> None:
    stage.drive_up()
    floor = stage.world.floor
    clear = stage.world.crowd.walls.clearance
    here = stage.world.robot.pose
    while True:
        x, y = (float(stage.rng.uniform(0.8, side - 0.8)) for side in floor.size)
        if clear(x, y) > 0.6 and math.hypot(x - here.x, y - here.y) > 2.0 and not _is_kept_out(stage, x, y):
            break
    stage.world.carry_off(Pose(x, y, float(stage.rng.uniform(-math.pi, math.pi))))
    loop = stage.run.loop
    noticed = stage.until(lambda: bool(loop.where and (loop.where.unsure or stage.error() < 0.3)), 10.0)
    stage.expect("not noticed in 10 s", noticed)
    stage.expect("does not find itself in 60 s", stage.until(lambda: stage.error() < 0.3, 60.0))
    stage.expect("does not go on", stage.goes_on(60.0))
    stage.expect("contact", stage.contacts("robot", "shared") == 0)


def _is_kept_out(stage: Stage, x: float, y: float) -> bool:
    return bool(stage.run.loop.parts.navigator.costmap.zone_at(x, y))


# ---- people


def _encircled(stage: Stage) -> None:
    """A closed ring of people who neither hear that they are asked nor budge, for 75 s."""
    stage.drive_up()
    world = stage.world
    world.crowd.ask = lambda *_: None
    stage.run.loop.parts.desk.is_dismissed = lambda *_: True  # nor do they want anything
    bodies = []
    for k in range(11):
        at = world.robot.pose.compose(Pose(0.0, 0.0, 2.0 * math.pi * k / 11)).compose(Pose(0.75, 0.0, 0.0))
        if world.crowd.walls.clearance(at.x, at.y) > 0.2:
            bodies.append(world.crowd.enter(at.x, at.y, 1.0, attentive=False))
            stage.pinned[bodies[-1].slot] = at.x, at.y
    stage.live(75.0)
    stage.expect("nobody asked", stage.said("speech.make_way") <= 10.0)
    stage.expect("staff not called", stage.called() <= 40.0)
    stage.note()
    stage.pinned.clear()
    for body in bodies:
        world.crowd.leave(body)
    stage.expect("does not go on", stage.goes_on(60.0))
    stage.expect("contact", stage.contacts() == 0)


def _child(stage: Stage) -> None:
    """Runs across right before it, at 1.6 m/s."""
    stage.drive_up()
    crowd = stage.world.crowd
    pose = stage.world.robot.pose
    side = float(stage.rng.choice([-1.0, 1.0]))
    ahead = 0.2 + 2.2 / 1.6 * stage.speed
    begin = pose.compose(Pose(ahead, 2.2 * side, 0.0))
    end = pose.compose(Pose(ahead, -3.0 * side, 0.0))
    child = crowd.enter(begin.x, begin.y, 1.6, attentive=False, kind="child")
    child.heading = math.atan2(end.y - begin.y, end.x - begin.x)
    child.path = np.array([[end.x, end.y]])
    crowd.state[child.slot, 2:] = 1.6 * math.cos(child.heading), 1.6 * math.sin(child.heading)
    stage.live(3.0)
    crowd.leave(child)
    stage.expect("not at rest before a contact", stage.driven_into() <= 0.05)
    stage.expect("does not go on", stage.goes_on(40.0))


# ---- bumper, button, battery, tray


def _hit(stage: Stage) -> None:
    """Something that no lidar sees is met while it drives; nobody comes for ten seconds."""
    stage.drive_up()
    stage.run.hall.staff_away_until = stage.run.clock.now() + 10.0
    stage.fault("bumper_stuck", 0.5)
    stage.live(0.2)
    stage.expect("not stopped", stage.safety.stopped)
    stage.live(1.5)
    here = stage.world.robot.pose
    stage.live(7.0)
    stage.expect("moves before a person says so", stage.world.robot.pose == here)
    stage.expect("does not go on", stage.goes_on(25.0))
    stage.expect("goes on without a person", stage.since(Confirmed) < math.inf)


def _touched(stage: Stage) -> None:
    """Somebody leans on it for a second while it stands in its dock, before it is called."""
    stage.until(lambda: stage.since(Confirmed) < math.inf, 4.0)
    stage.begin()
    stage.fault("bumper_stuck", 1.0)
    stage.live(2.5)
    stage.expect("not said", stage.said("speech.touched") <= 1.0)
    stage.expect("moves", stage.driven() < 0.01)
    stage.expect("needs a person", not stage.safety.stopped)
    stage.expect("does not go on", stage.goes_on(30.0))


def _pressed_for_long(stage: Stage) -> None:
    stage.drive_up()
    stage.run.hall.staff_away_until = stage.run.clock.now() + LASTS
    stage.fault("bumper_stuck", LASTS)
    stage.live(LASTS)
    stage.expect("staff not called", stage.called() <= 35.0)
    stage.expect("driven too far", stage.driven() < 0.3)
    stage.note()
    stage.expect("does not go on", stage.goes_on(40.0))


def _button(stage: Stage) -> None:
    stage.drive_up()
    stage.run.hall.staff_away_until = stage.run.clock.now() + 10.0
    stage.world.robot.emergency_stop = True
    stage.live(2.0)
    stage.world.robot.emergency_stop = False
    here = stage.world.robot.pose
    stage.live(7.0)
    stage.expect("moves before a person says so", stage.world.robot.pose == here)
    stage.expect("does not go on", stage.goes_on(25.0))


def _battery_low(stage: Stage) -> None:
    """Finishes its task, then docks."""
    stage.drive_up()
    stage.world.robot.battery = 0.15
    answered = stage.until(lambda: stage.said("speech.here") < math.inf, 90.0)
    stage.expect("does not finish its task", answered)
    stage.expect("does not charge", stage.until(lambda: stage.world.robot.charging, 120.0))


def _battery_critical(stage: Stage) -> None:
    stage.drive_up()
    stage.world.robot.battery = 0.06
    stage.live(10.0)
    stage.expect("drives on", stage.at_rest() <= 2.0 and stage.world.robot.linear == 0.0)
    stage.expect("not said", stage.said("speech.battery_low") <= 3.0)
    stage.expect("staff not called", stage.called() <= 1.0)
    stage.note()


def _tray_empty(stage: Stage) -> None:
    """The tray is emptied on its first round; people wait before three doors, and nobody fills it."""
    for door in ("2", "5", "8"):
        procedure = next(p for p, what in stage.run.site.procedures.items() if what.door == door)
        stage.run.hall.counters.issue(door, procedure)
    stage.run.hall.staff_away_until = math.inf
    stage.live(1.0)
    stage.run._confirm()
    stage.world.robot.cups = 8
    offered = stage.until(lambda: stage.since(DrinksOffered) < math.inf, 420.0)
    stage.expect("offers nothing while it has something", offered)
    stage.world.robot.cups = 0
    stage.begin()
    stage.live(60.0)
    stage.expect("offers what it does not have", stage.since(DrinksOffered) == math.inf)


STOP = ("told", "rest", "driven", "said", "called")
DRILLS = (
    Drill("covered", _blind("covered", 0.3), LIDAR_WATCH, STOP),
    Drill("all-inf", _blind("all_inf", 0.3), LIDAR_WATCH, STOP),
    Drill("frozen", _blind("frozen", 0.5), LIDAR_WATCH, STOP),
    Drill("silent", _blind("silent", 0.3), LIDAR_WATCH, STOP),
    Drill("half a second late", _blind("latency", 0.3, 0.5), LIDAR_WATCH, STOP),
    Drill("stamps back", _blind("stamps_back", 0.3), LIDAR_WATCH, STOP),
    Drill("all NaN", _spoilt(lambda ranges: np.full(ranges.size, math.nan)), LIDAR_WATCH, STOP),
    Drill("25 % negative", _spoilt(_bad_share(0.25, -1.0)), LIDAR_WATCH, STOP),
    Drill("one beam only", _spoilt(lambda ranges: ranges[:1]), LIDAR_WATCH, STOP),
    Drill("10 % NaN", _few_bad, TOLERANCE),
    Drill("drop-out bursts", _bursts, SAFETY),
    Drill("ghost ring", _ghost_ring, LIDAR_WATCH, ("driven", "called")),
    Drill("map turned by 180°", _wrong_map, LOCALISER, ("driven", "called"), _turned_map),
    Drill("odometry jumps", _wheels("odometry_jump", 0.05, 1.0, False), LOCALISER),
    Drill("wheels slip", _wheels("slip", 10.0, 0.7, False), LOCALISER),
    Drill("a dead wheel", _wheels("dead_wheel", LASTS, None, True), CALLS, ("driven", "called")),
    Drill("no odometry", _wheels("no_odometry", LASTS, None, True), CALLS, ("driven", "called")),
    Drill("kidnapped", _kidnapped, LOCALISER),
    Drill("encircled", _encircled, CALLS, ("called",)),
    Drill("a child darts", _child, SAFETY),
    Drill("a hit", _hit, BUMPER),
    Drill("a touch", _touched, BUMPER),
    Drill("pressed on and on", _pressed_for_long, BUMPER, ("driven", "called")),
    Drill("stop button", _button, LATCH),
    Drill("battery low", _battery_low, GAUGE),
    Drill("battery critical", _battery_critical, GAUGE, ("rest", "called")),
    Drill("tray empty", _tray_empty, SCALE),
)

"""The loop is a fortress: nothing leaves a turn, and an error in a part stops the wheels in the same turn."""

import math
import random
from dataclasses import replace

import numpy as np
import pytest

from behaviours.leaves.screen import ShowBoard
from letan.events import PartFailed, SensorTrouble, Touched
from letan.part_guard import LEFT_OUT
from letan.setup import open_setup
from letan.simulate import Run
from robot.types import Command, Localization, Pose, Touch
from sim.events import Contact
from sim.scenario import Scenario, load_scenario

BAD = [math.nan, math.inf, -math.inf, -1.0, 0.0, 1e308, -1e308, 1e-320, 1e9, 1e100]


@pytest.fixture(scope="module")
def place():
    return open_setup("cua_nam")


@pytest.fixture
def run(place):
    """A robot that drives: the short scenario, some seconds after it has left its dock."""
    made = Run(load_scenario("short"), 1, place=place)
    while made.clock.now() < 300.0 and not made.world.robot.linear > 0.3:
        made.step()
    assert made.world.robot.linear > 0.3
    yield made
    made.close()


@pytest.fixture
def commands(run):
    """What the wheels were told since then."""
    told, act = [], run.loop.parts.robot.act
    run.loop.parts.robot.act = lambda command: told.append(command) or act(command)
    return told


def raising(*_arguments, **_more):
    raise ZeroDivisionError("for the test")


@pytest.mark.parametrize(
    ("part", "where", "then"),
    [
        ("localizer", "localizer.update", "restarted"),
        ("tracker", "tracker.update", "restarted"),
        ("navigator", "navigator.step", "restarted"),
        ("navigator", "navigator.see", "restarted"),
        ("tree", "tree.tick", "restarted"),
        ("safety", "safety.limit", "tried again"),
        ("desk", "desk.attend", "tried again"),
        ("ears", "ears.poll", "left out"),
        ("ears", "ears.listen", "left out"),
        ("screen", "screen.poll", "left out"),
        ("screen", "outputs.show", "left out"),
        ("voice", "outputs.say", "left out"),
        ("music", "outputs.play", "left out"),
    ],
)
def test_an_error_in_a_part_stops_the_wheels_in_the_same_turn_and_is_told_once(
    run, commands, monkeypatch, part, where, then
):
    owner, method = where.split(".")
    broken = run.loop._outputs if owner == "outputs" else getattr(run.loop.parts, owner)
    monkeypatch.setattr(broken, method, raising)
    for _ in range(6):
        run.loop.turn()
        if run.log.of(PartFailed):
            break
    assert commands[-1].is_still
    for _ in range(10):
        run.loop.turn()
    (failed,) = run.log.of(PartFailed)
    assert (failed.event.part, failed.event.then) == (part, then)
    assert failed.event.error == "ZeroDivisionError: for the test"
    assert failed.event.place.startswith("test_loop.py:")


@pytest.mark.parametrize("method", ["sense", "act"])
def test_a_driver_that_raises_ends_no_turn_and_is_told(run, monkeypatch, method):
    monkeypatch.setattr(run.loop.parts.robot, method, raising)
    for _ in range(5):
        run.loop.turn()
    assert [failed.event.part for failed in run.log.of(PartFailed)] == ["robot"]


def test_a_robot_that_senses_nothing_is_told_to_stand(run, commands, monkeypatch):
    monkeypatch.setattr(run.loop.parts.robot, "sense", raising)
    run.loop.turn()
    assert commands[-1] == Command(hard=True)


def test_after_an_error_has_gone_the_robot_drives_on(run, commands, monkeypatch):
    parts = run.loop.parts
    for part, method in (("localizer", "update"), ("tracker", "update"), ("tree", "tick"), ("navigator", "step")):
        with monkeypatch.context() as broken:
            broken.setattr(getattr(parts, part), method, raising)
            run.loop.turn()
            run.loop.turn()
        assert commands[-1].is_still or commands[-2].is_still
    for _ in range(200):
        run.loop.turn()
    assert not run.loop.where.unsure
    assert any(command.linear > 0.2 for command in commands[-150:])


def test_a_screen_that_raises_is_left_alone_for_a_while_and_the_robot_drives_on(run, commands, monkeypatch):
    looked = []
    monkeypatch.setattr(run.loop.parts.screen, "poll", lambda: looked.append(run.clock.now()) or raising())
    for _ in range(int(2.5 * LEFT_OUT / 0.05)):
        run.loop.turn()
    assert len(looked) == 3
    assert sum(command.is_still for command in commands) < len(commands) / 2


def test_a_pose_that_is_no_number_is_never_believed(run, commands, monkeypatch):
    odd = Localization(run.clock.now(), Pose(math.nan, 0.0, 0.0))
    monkeypatch.setattr(run.loop.parts.localizer, "update", lambda observation: odd)
    run.loop.turn()
    assert commands[-1].is_still
    assert math.isfinite(run.loop.where.pose.x)


def test_an_error_in_the_log_of_events_ends_no_turn(run, commands):
    run.log.listeners.append(raising)
    run.loop.touches.append(Touch(run.clock.now(), "driving_face", "stop"))
    for _ in range(4):
        run.loop.turn()
    assert any(command.is_still for command in commands)


def test_a_leaf_that_raises_fails_and_the_loop_goes_on(run, monkeypatch):
    monkeypatch.setattr(ShowBoard, "update", raising)
    for _ in range(4):
        run.loop.turn()
    assert not run.log.of(PartFailed)


class BadSensors:
    """Passes on what the simulated robot senses, spoilt in one way while `way` is set."""

    def __init__(self, robot, seed):
        self.robot, self.rng, self.random, self.way = robot, np.random.default_rng(seed), random.Random(seed), None
        self.told = []

    def act(self, command):
        self.told.append(command)
        self.robot.act(command)

    def sense(self):
        seen, pick = self.robot.sense(), self.random.choice
        odometry, scan, way = seen.odometry, seen.scan, self.way
        if way == "odometry":
            return replace(seen, odometry=replace(odometry, pose=Pose(pick(BAD), odometry.pose.y, pick([0.1, *BAD]))))
        if way == "jump":
            x = odometry.pose.x + self.random.uniform(-50, 50)
            return replace(seen, odometry=replace(odometry, pose=Pose(x, odometry.pose.y, self.random.uniform(-9, 9))))
        if way == "speeds":
            return replace(seen, odometry=replace(odometry, linear=pick(BAD), angular=pick(BAD)))
        if way == "stamp":
            return replace(seen, stamp=pick([*BAD, seen.stamp - 100.0, seen.stamp + 100.0]))
        if way == "tray":
            return replace(seen, tray_items=pick([-1, 10**9]))
        if way == "battery":
            return replace(seen, battery=pick(BAD))
        return seen if scan is None or way is None else replace(seen, scan=self.spoilt(scan, way))

    def spoilt(self, scan, way):
        pick, ranges = self.random.choice, scan.ranges.copy()
        if way == "angles":
            return replace(scan, angle_min=pick(BAD), angle_increment=pick([scan.angle_increment, *BAD]))
        if way == "range limits":
            return replace(scan, range_max=pick(BAD), range_min=pick([0.05, *BAD]))
        if way == "scan stamp":
            return replace(scan, stamp=pick([*BAD, scan.stamp - 100.0, scan.stamp + 100.0]))
        if way == "some":
            ranges[self.rng.random(ranges.size) < self.random.random()] = pick(BAD)
        elif way == "all":
            ranges[:] = pick(BAD)
        elif way == "ring":
            ranges[:] = pick([0.06, 0.3, 2.0, 11.9])
        elif way == "length":
            ranges = pick([ranges[: pick([0, 1, 2, 10])], np.tile(ranges, pick([2, 20]))])
        elif way == "shape":
            ranges = pick([ranges.reshape(-1, 1), ranges.reshape(2, -1), np.float64(1.0)])
        elif way == "type":
            ranges = pick([ranges.astype(np.float32), np.nan_to_num(ranges, posinf=0.0).astype(int)])
        return replace(scan, ranges=ranges)


class OneBadSample:
    """Passes on what a robot senses; the next odometry is another."""

    def __init__(self, robot, odometry):
        self.robot, self.odometry = robot, odometry

    def act(self, command):
        self.robot.act(command)

    def sense(self):
        seen = self.robot.sense()
        changed, self.odometry = self.odometry, {}
        pose = replace(seen.odometry.pose, **{key: changed.pop(key) for key in ("x", "theta") if key in changed})
        return replace(seen, odometry=replace(seen.odometry, pose=pose, **changed))


@pytest.mark.parametrize(
    "odometry",
    [{"x": 1e100}, {"x": 1e6}, {"theta": 1e308}, {"x": 200.0}, {"linear": math.inf}, {"linear": 1e6}],
    ids=str,
)
def test_one_bad_sample_of_odometry_loses_nobody(run, odometry):
    run.loop.parts.robot = OneBadSample(run.loop.parts.robot, odometry)
    for _ in range(30):
        run.step()
    assert run.loop.where.pose.distance(run.world.robot.pose) < 0.1
    assert not run.loop.where.unsure


class SetClock:
    """Passes on what a robot senses, by a clock that somebody has set."""

    def __init__(self, robot, by):
        self.robot, self.by = robot, by

    def act(self, command):
        self.robot.act(command)

    def sense(self):
        seen, by = self.robot.sense(), self.by
        scan = seen.scan and replace(seen.scan, stamp=seen.scan.stamp + by)
        odometry = replace(seen.odometry, stamp=seen.odometry.stamp + by)
        return replace(seen, stamp=seen.stamp + by, odometry=odometry, scan=scan)


@pytest.mark.parametrize("by", [-100.0, 3600.0])
def test_a_drivers_clock_that_is_set_blinds_nobody(run, commands, by):
    run.loop.parts.robot = SetClock(run.loop.parts.robot, by)
    for _ in range(150):
        run.step()
        scan = run.loop.parts.safety.lidar.scan
        assert commands[-1].is_still or abs(run.loop.observation.stamp - scan.stamp) < 0.3
    assert not run.log.of(Contact)
    assert run.loop.where.pose.distance(run.world.robot.pose) < 0.1
    assert any(command.linear > 0.2 for command in commands[-150:])


def test_a_lasting_fault_of_the_lidar_is_told_once(run):
    sensors = run.loop.parts.robot = BadSensors(run.loop.parts.robot, 1)
    sensors.way = "shape"
    sensors.random.choice = lambda choices: choices[0]
    for _ in range(60):
        run.step()
    assert len(run.log.of(SensorTrouble)) == 1


class Unspeakable(Exception):
    """An error without words."""

    def __str__(self):
        raise ValueError("no words")


@pytest.mark.parametrize("error", [Unspeakable(), SystemExit(3), ValueError(10**5000)], ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("where", ["robot.sense", "tracker.update", "tree.tick", "printer.status"])
def test_no_kind_of_error_leaves_a_turn(run, commands, monkeypatch, where, error):
    owner, method = where.split(".")

    def refuse(*_arguments):
        raise error

    if where == "printer.status" and isinstance(error, SystemExit):
        pytest.skip("a device does not end programs")
    monkeypatch.setattr(getattr(run.loop.parts, owner), method, refuse)
    for _ in range(4):
        before = len(commands)
        run.loop.turn()
        assert len(commands) == before + 1
    assert where == "printer.status" or any(command.is_still for command in commands[-4:])


def test_who_senses_nothing_still_talks_and_calls_for_help(run, monkeypatch):
    monkeypatch.setattr(run.loop.parts.robot, "sense", raising)
    before = run.loop._snapshot
    seen = []
    monkeypatch.setattr(run.loop, "_snapshot", lambda *arguments: seen.append(before(*arguments)) or seen[-1])
    for _ in range(40):
        run.loop.turn()
    assert len(seen) == 20
    assert seen[-1].stamp - seen[0].stamp == pytest.approx(1.9)


def test_a_touch_of_a_page_that_there_is_not_changes_nothing(run):
    run.loop.touches.append(Touch(run.clock.now(), "nowhere", "start"))
    for _ in range(2):
        run.loop.turn()
    assert not run.log.of(PartFailed)


def test_a_full_disk_under_the_log_of_events_does_not_end_the_run(run, commands, caplog):
    with open("/dev/full", "w") as full:
        run.log._file = full
        run.loop.touches.append(Touch(run.clock.now(), "driving_face", "stop"))
        for _ in range(40):
            run.step()
    assert len([record for record in caplog.records if record.name == "letan.events"]) == 1
    assert run.loop.turns > 40
    assert run.log.of(Touched)
    assert not run.log.of(PartFailed)


WAYS = (
    "odometry", "jump", "speeds", "stamp", "tray", "battery",
    "angles", "range limits", "scan stamp", "some", "all", "ring", "length", "shape", "type",
)  # fmt: skip


def test_whatever_the_sensors_tell_no_turn_raises_no_command_is_odd_and_the_robot_finds_itself_again(place):
    times = {"start": "08:00", "close": "09:00", "latest": "09:10"}
    quiet = Scenario.model_validate({"scenario": "quiet", "about": "Nobody comes.", **times})
    run = Run(quiet, 1, place=place)
    sensors = run.loop.parts.robot = BadSensors(run.loop.parts.robot, 1)
    raised = []
    while run.clock.now() < 40.0:
        run.step()
    for way in WAYS:
        sensors.way = way
        for _ in range(sensors.random.randint(3, 14)):
            run.step()
            command, where = sensors.told[-1], run.loop.where
            assert math.isfinite(command.linear), way
            assert math.isfinite(command.angular), way
            grid = place.grid
            inside = 0.0 <= where.pose.x - grid.origin.x <= grid.cells.shape[1] * grid.resolution
            assert inside or where.unsure, way
        sensors.way = None
        for _ in range(300):
            run.step()
            if run.loop.where.pose.distance(run.world.robot.pose) < 0.3 and not run.loop.where.unsure:
                break
        assert run.loop.where.pose.distance(run.world.robot.pose) < 0.3, way
        assert not run.loop.where.unsure, way
        raised += run.log.of(PartFailed)
    assert raised == []
    assert run.log.of(SensorTrouble)[-1].event.what == ""
    run.close()

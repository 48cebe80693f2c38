"""A robot whose lidar goes blind while it drives stands, says so, and calls the staff; so does one that is touched."""

import math
from dataclasses import replace

import numpy as np
import pytest

from letan.events import RobotSaid, SafetyFree, SafetyStop
from letan.setup import open_setup
from letan.simulate import Run
from reception.events import Alarm
from sim.scenario import load_scenario


@pytest.fixture(scope="module")
def place():
    return open_setup("cua_nam")


class Spoilt:
    """Passes on what a robot senses, its scans spoilt from now on."""

    def __init__(self, robot, spoil):
        self.robot, self.spoil = robot, spoil

    def act(self, command):
        self.robot.act(command)

    def sense(self):
        seen = self.robot.sense()
        return seen if seen.scan is None else self.spoil(seen)


def with_ranges(make):
    return lambda seen: replace(seen, scan=replace(seen.scan, ranges=make(seen.scan.ranges)))


def frozen():
    """The scan of now, again and again."""
    kept = []

    def spoil(ranges):
        kept.append(ranges)
        return kept[0]

    return with_ranges(spoil)


RNG = np.random.default_rng(0)
WAYS = {
    "covered": lambda: with_ranges(lambda ranges: RNG.uniform(0.01, 0.049, ranges.size)),
    "all inf": lambda: with_ranges(lambda ranges: np.full(ranges.size, math.inf)),
    "frozen": frozen,
    "silent": lambda: lambda seen: replace(seen, scan=None),
    "covered ahead": lambda: with_ranges(lambda ranges: np.where(abs(np.arange(ranges.size) - 180) < 40, 0.0, ranges)),
}


@pytest.fixture
def run(place):
    """A robot that drives: the short scenario, some seconds after it has left its dock."""
    made = Run(load_scenario("short"), 1, place=place)
    made.people.step = lambda: made.people._confirm() if made.clock.now() < 2.0 else None  # nobody comes in
    while made.clock.now() < 120.0 and not made.world.robot.linear > 0.4:
        made.step()
    assert made.world.robot.linear > 0.4
    yield made
    made.close()


def drive(run, seconds):
    """How far it drives (m), and how long until it stands (s)."""
    driven, stood, began = 0.0, None, run.clock.now()
    while run.clock.now() < began + seconds:
        before = run.world.robot.pose
        run.step()
        driven += before.distance(run.world.robot.pose)
        if stood is None and run.world.robot.linear == 0.0:
            stood = run.clock.now() - began
    return driven, stood


@pytest.mark.parametrize("way", WAYS)
def test_a_lidar_that_goes_blind_is_a_stop_that_is_said_at_five_seconds_and_calls_the_staff_at_thirty(run, way):
    robot, began, speed = run.loop.parts.robot, run.clock.now(), run.world.robot.linear
    run.loop.parts.robot = Spoilt(robot, WAYS[way]())
    driven, stood = drive(run, 40.0)
    braking = speed / run.world.model.braking  # s, from this speed, however soon it is noticed
    late = 0.35  # s that may pass before it is noticed
    assert stood <= late + braking + 0.11
    assert driven <= speed * late + 0.5 * speed * braking + 0.02
    said = [entry.t - began for entry in run.log.of(RobotSaid) if entry.event.text == run.texts["vi"]["speech.blind"]]
    assert said[0] == pytest.approx(5.0 + late, abs=0.5)
    (called,) = [entry for entry in run.log.of(Alarm) if entry.event.reason == "speech.held"]
    assert called.t - began == pytest.approx(30.0 + late, abs=0.6)
    run.loop.parts.robot = robot
    assert drive(run, 15.0)[0] > 1.0
    freed = [entry.t - began for entry in run.log.of(SafetyFree) if entry.t > began]
    assert freed == [pytest.approx(41.0, abs=0.5)]


def test_without_the_watch_over_the_lidar_it_drives_on_blind(run, monkeypatch):
    monkeypatch.setattr(type(run.loop.parts.safety.lidar), "_odd_about", lambda *_: "")
    run.loop.parts.robot = Spoilt(run.loop.parts.robot, WAYS["all inf"]())
    assert drive(run, 5.0)[0] > 1.0


def test_a_touch_while_it_stands_is_said_and_two_seconds_later_it_moves_away_and_goes_on(run):
    robot, began = run.loop.parts.robot, run.clock.now()
    run.loop.parts.robot = Spoilt(robot, lambda seen: replace(seen, scan=None))
    drive(run, 3.0)
    run.loop.parts.robot = robot
    run.world.touched = (0.0,)  # somebody leans on it
    run.loop.turn()
    drive(run, 12.0)
    stops = [entry.event.reason for entry in run.log.of(SafetyStop) if entry.t >= began]
    assert "touched" in stops
    assert "bumper" not in stops
    texts = [entry.event.text for entry in run.log.of(RobotSaid) if entry.t >= began]
    assert run.texts["vi"]["speech.touched"] in texts
    assert run.world.robot.linear > 0.2

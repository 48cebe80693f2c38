"""Whoever can't move for half a minute has called the staff, whatever the cause, and goes on once it can."""

import math

import pytest

from letan.events import RobotSaid
from letan.setup import open_setup
from letan.simulate import Run
from reception.events import Alarm
from robot.types import Pose
from sim.faults import Fault
from sim.scenario import load_scenario
from sim.things import board


@pytest.fixture(scope="module")
def place():
    return open_setup("cua_nam")


@pytest.fixture
def run(place):
    """A robot that drives across the hall; nobody comes in, and whoever is called lets it go on."""
    made = Run(load_scenario("short"), 1, place=place)
    made.people.step = lambda: made.people._confirm()
    while made.clock.now() < 120.0 and not made.world.robot.linear > 0.4:
        made.step()
    yield made
    made.close()


def wall_in(world):
    """Four boards round it."""
    for k, degrees in enumerate((0.0, 90.0, 180.0, 270.0)):
        side = world.robot.pose.compose(Pose(0.0, 0.0, math.radians(degrees)))
        world.add_obstacle(f"board {k}", board(side.compose(Pose(0.6, 0.0, 0.0)), 1.2))


def stand_round(world):
    """People who look at their telephones."""
    for k in range(8):
        at = world.robot.pose.compose(Pose(0.0, 0.0, k * 0.785)).compose(Pose(0.75, 0.0, 0.0))
        world.crowd.enter(at.x, at.y, 1.0, attentive=False)


def stand_round_and_stay(world):
    """People who do not hear what they are asked."""
    stand_round(world)
    world.crowd.ask = lambda *_: None


def called_for(run):
    """What it may say then."""
    return {run.texts["vi"][key] for key in ("speech.held", "speech.lost", "speech.look_around")}


CAUSES = {
    "walled in": wall_in,
    "people all round": stand_round_and_stay,
    "motors that do not turn": lambda world: [
        world.faults.add(Fault("dead_wheel", world.time, side=side)) for side in ("left", "right")
    ],
    "wheels that slip": lambda world: world.faults.add(Fault("slip", world.time, amount=1.0)),
    "a bumper that hangs": lambda world: world.faults.add(Fault("bumper_stuck", world.time)),
}


@pytest.mark.parametrize("cause", CAUSES)
def test_whatever_keeps_it_the_staff_have_been_called_after_half_a_minute(run, cause):
    began = run.clock.now()
    CAUSES[cause](run.world)
    while run.clock.now() < began + 45.0:
        run.step()
    called = [entry.t - began for entry in run.log.of(Alarm) if entry.t > began]
    assert called, f"{cause}: nobody was called"
    assert called[0] < 40.0  # people let it wriggle for a moment
    assert called_for(run) & {entry.event.text for entry in run.log.of(RobotSaid) if entry.t > began}


def test_people_in_the_way_are_asked_also_when_nobody_is_led(run):
    began = run.clock.now()
    stand_round(run.world)
    while run.clock.now() < began + 8.0:
        run.step()
    assert run.texts["vi"]["speech.make_way"] in [e.event.text for e in run.log.of(RobotSaid) if e.t > began]

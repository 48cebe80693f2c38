"""A robot that does not know where it is: it looks around, finds itself and goes on, or calls for help."""

import math
from dataclasses import replace

import pytest

from letan.events import Found, Unsure
from letan.setup import open_setup
from letan.simulate import Run
from reception.events import Alarm
from robot.types import wrap
from sim.events import Contact
from sim.scenario import Happening, Scenario

AMBIGUOUS = (1.9, 14.4, -13.0)  # a room that has a twin next to it: standing there it can not tell the two apart


@pytest.fixture(scope="module")
def place():
    return open_setup("cua_nam")


def quiet(place, *happenings):
    """Half an hour in which nobody comes."""
    times = {"start": "08:00", "close": "08:30", "latest": "08:40"}
    scenario = Scenario.model_validate({"scenario": "quiet", "about": "Nobody comes.", **times})
    return Run(scenario.model_copy(update={"happenings": happenings}), 1, place=place)


def carried_off(second, to=AMBIGUOUS):
    return Happening.model_construct(at=8 * 3600 + second, do="carry_off", to=to, door="", seconds=1.0, level=0.5)


def go_on(run, until):
    while run.clock.now() < until:
        run.step()


def is_found(run):
    true, found = run.world.robot.pose, run.loop.where
    return not found.unsure and found.pose.distance(true) < 0.1 and abs(wrap(found.pose.theta - true.theta)) < 0.1


def test_a_robot_carried_off_to_a_place_that_looks_like_another_turns_until_it_knows_and_drives_on(place):
    run = quiet(place, carried_off(40))
    go_on(run, 41.0)
    assert run.loop.where.unsure
    assert run.world.robot.linear == run.world.robot.angular == 0.0
    go_on(run, 46.0)
    assert is_found(run)
    assert [type(entry.event) for entry in run.log.entries if isinstance(entry.event, Unsure | Found)] == [
        Unsure,
        Found,
    ]
    there = run.world.robot.pose
    go_on(run, 70.0)
    assert run.world.robot.pose.distance(there) > 1.0
    assert is_found(run)
    assert not run.log.of(Contact)
    assert not run.log.of(Alarm)
    run.close()


def test_a_robot_that_is_started_in_another_place_than_its_dock_finds_itself(place):
    run = quiet(place, carried_off(0, (14.0, 9.0, 120.0)))
    go_on(run, 3.0)
    assert is_found(run)
    run.close()


def test_a_lost_robot_that_is_stopped_does_not_move_before_a_person_says_so(place):
    run = quiet(place, carried_off(40))
    go_on(run, 40.5)
    run.world.robot.emergency_stop = True
    go_on(run, 40.7)
    here = run.world.robot.pose
    go_on(run, 50.0)
    assert run.loop.where.unsure
    assert run.world.robot.pose == here
    run.world.robot.emergency_stop = False
    go_on(run, 60.0)
    assert is_found(run)
    run.close()


class NeverSure:
    """A localizer that knows the pose but never says so."""

    def __init__(self, localizer):
        self.localizer = localizer
        self.temporary_map = None

    def update(self, observation):
        return replace(self.localizer.update(observation), unsure=True, health=0.1)


def test_a_robot_that_stays_lost_turns_and_hops_without_touching_anything_and_then_calls_the_staff(place):
    run = quiet(place)
    go_on(run, 20.0)
    run.loop.parts.localizer = NeverSure(run.loop.parts.localizer)
    turned = driven = 0.0
    while run.clock.now() < 105.0:
        run.step()
        assert run.clock.now() > 45.0 or run.log.of(Alarm) == []
        turned += 0.1 * abs(run.world.robot.angular)
        driven += 0.1 * abs(run.world.robot.linear)
        assert abs(run.world.robot.linear) <= 0.16 or run.clock.now() < 21.5
    assert turned > 6.0 * math.pi
    assert 1.0 < driven < 5.0
    assert [alarm.event.reason for alarm in run.log.of(Alarm)] == ["speech.lost"], "after half a minute"
    go_on(run, 115.0)
    assert [alarm.event.reason for alarm in run.log.of(Alarm)] == ["speech.lost"] * 2, "and when it gives up looking"
    assert run.world.robot.linear == run.world.robot.angular == 0.0
    assert not run.log.of(Contact)
    run.close()

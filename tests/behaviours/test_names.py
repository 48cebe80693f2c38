"""What trees ask of people: who comes up to the robot, and how many have come together."""

from datetime import datetime
from types import SimpleNamespace

from behaviours.context import Snapshot
from behaviours.names import NAMES
from robot.types import Localization, Pose, Track

ME = Track(1, 1.0, 0.0, 0.0, 0.0, still=3.0)


def told(name, people=(), person=None):
    where = Localization(0.0, Pose(0.0, 0.0, 0.0))
    world = Snapshot(0.0, datetime(2026, 11, 30, 8), where, people=tuple(people), person=person)
    return NAMES[name].read(SimpleNamespace(context=SimpleNamespace(world=world)))


def test_somebody_comes_up_when_one_of_the_people_does():
    passes, comes = Track(2, 3.0, 0.0, -0.9, 0.3, intent="passes by"), Track(3, 3.0, 1.0, -0.9, -0.3, intent="comes up")
    assert told("person.comes_up", [passes, comes])
    assert not told("person.comes_up", [passes, ME])


def test_the_company_of_who_stands_before_the_screen_is_their_group():
    mother, child = Track(4, 1.0, 0.0, 0.0, 0.0, group=4), Track(7, 1.2, 0.3, 0.0, 0.0, group=4)
    assert told("person.company", [mother, child, ME], mother) == 2
    assert told("person.company", [mother, child, ME], ME) == 1
    assert told("person.company", [mother, child]) == 0

"""Who stands before the screen: seen by the lidar, or felt by a touch."""

import math

import pytest

from perception.attention import UNSEEN_STAYS, Attention, before_screen
from robot.types import Pose, Track

HERE = Pose(2.0, 3.0, math.pi / 2)  # the screen looks along y


def person(number, x, y, speed=0.0, still=5.0):
    return Track(number, x, y, speed, 0.0, still=still)


def test_the_nearest_who_stands_in_front_is_the_one():
    near, far = person(1, 2.1, 3.8), person(2, 2.0, 4.1)
    assert before_screen(HERE, [far, near]) == near


@pytest.mark.parametrize(
    "other",
    [person(1, 2.0, 4.6), person(1, 2.0, 2.2), person(1, 2.0, 3.9, speed=0.8)],
    ids=["far", "behind", "passing"],
)
def test_who_is_far_or_behind_or_walks_by_is_not_before_the_screen(other):
    assert before_screen(HERE, [other]) is None


def test_who_stopped_after_the_robot_came_up_and_who_stood_before_did_not():
    attention = Attention()
    attention.drives(10.0, 0.4)
    assert attention.update(20.0, HERE, [person(1, 2.0, 3.9, still=6.0)], False).came_up
    assert not attention.update(20.0, HERE, [person(1, 2.0, 3.9, still=15.0)], False).came_up
    assert not attention.update(20.0, HERE, [person(1, 2.0, 3.9, still=0.1)], False).came_up


def test_it_counts_the_seconds_since_somebody_was_seen():
    attention = Attention()
    assert attention.update(1.0, HERE, [], False).gone > 1000.0
    assert attention.update(2.0, HERE, [person(1, 2.0, 3.9)], False).gone == 0.0
    assert attention.update(7.0, HERE, [], False).gone == 5.0


def test_a_touch_is_presence_also_when_nobody_is_seen():
    attention = Attention()
    attention.update(0.0, HERE, [person(1, 2.0, 3.9)], False)
    assert attention.update(30.0, HERE, [], True).gone == 0.0
    assert attention.update(30.0 + UNSEEN_STAYS, HERE, [], False).gone == 0.0
    assert attention.update(33.0 + UNSEEN_STAYS, HERE, [], False).gone == pytest.approx(3.0)


def test_who_was_seen_after_an_unseen_touch_is_gone_when_they_are_gone():
    attention = Attention()
    attention.update(10.0, HERE, [], True)
    attention.update(12.0, HERE, [person(1, 2.0, 3.9)], True)
    assert attention.update(20.0, HERE, [], False).gone == 8.0

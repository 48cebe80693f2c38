"""Who follows the robot stays the same person, whatever becomes of the tracks."""

import math

import pytest

from perception.followed import FollowedPerson
from robot.types import Pose, Track


class Walk:
    """The robot drives along x at 0.5 m/s, looked at ten times a second; people are given by their distance behind."""

    def __init__(self, *behind, speed=0.5):
        self.now, self.x, self.speed = 0.0, 0.0, speed
        first = Track(1, -behind[0], 0.0, 0.0, 0.0) if behind else None
        self.followed = FollowedPerson(first, Pose(0.0, 0.0, 0.0), 0.0)

    def step(self, **tracks):
        """`t1=(1.2, 0.0)`: track 1 is 1.2 m behind the robot and 0 m to its left."""
        self.now += 0.1
        self.x += 0.1 * self.speed
        people = [
            Track(int(name[1:]), self.x - back, left, 0.0, 0.0, still=2.0) for name, (back, left) in tracks.items()
        ]
        return self.followed.update(self.now, Pose(self.x, 0.0, 0.0), people)


def test_who_is_nearer_is_not_taken_for_who_follows():
    walk = Walk(1.0)
    for _ in range(30):
        assert walk.step(t1=(1.5, 0.0), t2=(0.8, 0.5)) == pytest.approx(1.5)


def test_a_new_track_where_the_old_one_was_lost_is_the_same_person():
    walk = Walk(1.0)
    for _ in range(10):
        walk.step(t1=(1.2, 0.0), t2=(1.0, 0.9))
    assert walk.step(t2=(1.0, 0.9)) == math.inf, "the other one is known to be another"
    assert walk.step(t2=(1.0, 0.9), t3=(1.3, 0.1)) == pytest.approx(math.hypot(1.3, 0.1))
    assert walk.step(t1=(2.0, 0.0), t3=(1.3, 0.1)) == pytest.approx(math.hypot(1.3, 0.1)), "and stays it"


def test_the_longer_nobody_is_seen_the_farther_they_may_be():
    walk = Walk(1.0)
    walk.step(t1=(1.0, 0.0))
    assert walk.step(t5=(1.0, 4.0)) == math.inf
    for _ in range(35):
        walk.step()
    assert walk.step(t5=(1.0, 4.0)) < 5.0


def test_when_two_tracks_have_swapped_persons_the_one_who_follows_is_followed():
    walk = Walk(1.0)
    for step in range(60):  # theirs passes to somebody who walks off, the other's to them
        away = walk.step(t1=(1.0 + 0.12 * step, 0.3), t2=(1.2, 0.0))
    assert away == pytest.approx(1.2)


def test_whoever_stands_far_off_is_not_followed_because_the_robot_stands_near_them():
    walk = Walk(1.0, speed=0.0)
    for step in range(60):
        away = walk.step(t1=(1.0 + 0.1 * step, 0.0), t2=(1.0, 1.0))
    assert away > 5.0, "who stood there all the while has not followed"


def test_who_comes_back_to_the_waiting_robot_is_the_one_it_waits_for():
    walk = Walk(1.0)
    for _ in range(10):
        walk.step(t1=(1.0, 0.0), t2=(3.0, 4.0))
    walk.speed = 0.0
    for _ in range(100):  # theirs is lost; the other one's track is theirs now
        walk.step(t2=(3.0, 4.0))
    for step in range(60):
        away = walk.step(t2=(max(1.0, 3.0 - 0.1 * step), max(0.0, 4.0 - 0.2 * step)))
    assert away == pytest.approx(1.0)


def test_without_a_first_track_whoever_is_near_the_robot_is_taken():
    walk = Walk()
    assert walk.step(t4=(0.9, 0.0)) == pytest.approx(0.9)

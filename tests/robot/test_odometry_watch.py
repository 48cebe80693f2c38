"""Odometry that tells speeds and does not move contradicts itself."""

import pytest

from robot.odometry_watch import OdometryWatch
from robot.types import Odometry, Pose


def drive(watch, seconds, linear=0.0, angular=0.0, share=1.0, start=0.0):
    """Feed a curve of which the poses show a `share`; what it said at the end, and when it first found it odd."""
    pose, first = Pose(0.0, 0.0, 0.0), None
    for k in range(round(seconds / 0.05) + 1):
        watch.see(Odometry(start + 0.05 * k, pose, linear, angular))
        pose = pose.compose(Pose(share * linear * 0.05, 0.0, share * angular * 0.05))
        if watch.is_odd and first is None:
            first = 0.05 * k
    return watch.is_odd, first


@pytest.mark.parametrize(("linear", "angular"), [(0.6, 0.0), (-0.3, 0.0), (0.0, 1.0), (0.4, 1.0), (0.02, 0.0)])
def test_poses_that_move_as_they_are_told_to_are_well(linear, angular):
    assert drive(OdometryWatch(), 5.0, linear, angular) == (False, None)
    assert drive(OdometryWatch(), 5.0, linear, angular, share=0.7) == (False, None)


@pytest.mark.parametrize(("linear", "angular"), [(0.6, 0.0), (-0.3, 0.0), (0.0, 1.0)])
def test_poses_that_stay_while_the_wheels_are_said_to_turn_are_noticed_within_a_second(linear, angular):
    odd, first = drive(OdometryWatch(), 2.0, linear, angular, share=0.2)
    assert odd
    assert first <= 1.0


def test_it_stays_well_while_it_stands_and_samples_that_come_twice_count_once():
    watch = OdometryWatch()
    assert drive(watch, 5.0) == (False, None)
    for _ in range(100):
        watch.see(Odometry(5.0, Pose(0.0, 0.0, 0.0), 0.5))
    assert not watch.is_odd


def test_a_person_who_has_had_a_look_begins_anew():
    watch = OdometryWatch()
    drive(watch, 2.0, 0.5, share=0.0)
    watch.forget()
    assert drive(watch, 2.0, 0.5, start=2.1) == (False, None)

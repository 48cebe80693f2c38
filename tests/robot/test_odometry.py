import math

import pytest

from robot.odometry import JumpGuard, OdometryTrack
from robot.types import Odometry, Pose

HERE = Pose(30.0, 4.0, 1.0)


def steps(guard, *samples):
    return [guard.add(stamp, pose) for stamp, pose in samples]


def test_a_jump_no_robot_can_make_is_not_followed_and_the_poses_go_on_from_before():
    guard = JumpGuard()
    assert steps(guard, (0.0, HERE), (0.1, Pose(90.0, 4.0, 1.0))) == [True, False]
    assert guard.rebased(Pose(90.0, 4.0, 1.0)).distance(HERE) < 1e-9
    assert guard.add(0.2, Pose(90.5, 4.0, 1.0))
    assert guard.rebased(Pose(90.5, 4.0, 1.0)).distance(Pose(30.5, 4.0, 0.0)) < 1e-9


def test_a_counter_reset_is_not_followed_even_after_a_long_gap():
    assert steps(JumpGuard(), (0.0, HERE), (60.0, Pose(0.0, 0.0, 0.0))) == [True, False]
    assert steps(JumpGuard(), (0.0, HERE), (60.0, Pose(2.0, 0.0, 0.0))) == [True, True]


def test_with_the_robots_own_speeds_a_smaller_jump_shows():
    guard = JumpGuard(slack=0.3, top_speed=2.0, slack_turn=0.5, top_turn=6.0)
    assert guard.add(0.0, HERE)
    assert guard.add(0.05, Pose(30.2, 4.0, 1.3))
    assert not guard.add(0.10, Pose(30.8, 4.0, 1.3))
    assert not guard.add(0.15, Pose(30.8, 4.0, 2.3))
    assert guard.add(10.15, Pose(48.0, 4.0, 2.3))  # it had the time


def test_poses_are_untouched_until_the_first_jump():
    guard = JumpGuard()
    steps(guard, (0.0, HERE), (0.1, Pose(31.0, 4.0, 1.0)))
    assert guard.rebased(HERE) is HERE


def test_odometry_is_interpolated_to_a_stamp_and_carried_on_for_a_moment():
    track = OdometryTrack()
    assert track.add(Odometry(1.0, Pose(0.0, 0.0, 3.1)))
    assert track.add(Odometry(2.0, Pose(1.0, 0.0, -3.1), linear=1.0))
    assert not track.add(Odometry(1.5, Pose(9.0, 9.0, 9.0)))
    half = track.at(1.5)
    assert half.x == pytest.approx(0.5)
    assert abs(half.theta) == pytest.approx(math.pi, abs=1e-9)
    assert track.at(0.0) == Pose(0.0, 0.0, 3.1)
    assert track.at(2.1).distance(Pose(1.0, 0.0, 0.0)) == pytest.approx(0.1)
    assert track.at(9.0).distance(Pose(1.0, 0.0, 0.0)) == pytest.approx(0.2)

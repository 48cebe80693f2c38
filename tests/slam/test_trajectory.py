import numpy as np
import pytest

from robot.odometry import OdometryTrack
from robot.types import Odometry, Pose
from slam.trajectory import History


def history():
    """Two particles, three updates; the second's ancestor at the middle update was the first."""
    return History(
        poses=[np.array([[0.0, k, 0.0], [100.0, k, 0.0]]) + [[k, 0, 0]] * 2 for k in (0.0, 1.0, 2.0)],
        parents=[np.array([0, 1]), np.array([0, 1]), np.array([0, 0])],
        odometry=[Pose(0.0, 0.0, 0.0), Pose(1.0, 0.0, 0.0), Pose(2.0, 0.0, 0.0)],
    )


def test_a_path_follows_the_ancestors():
    assert [pose.x for pose in history().path_of(0)] == [0.0, 1.0, 2.0]
    assert [pose.x for pose in history().path_of(1)] == [0.0, 1.0, 102.0]


def test_scans_between_updates_follow_odometry_and_arrive_at_the_next_update():
    track = history()
    track.scans = [
        (0.0, Pose(0.0, 0.0, 0.0), 1),
        (1.0, Pose(1.0, 0.0, 0.0), 2),
        (0.5, Pose(1.5, 0.0, 0.0), 2),  # its stamp is wrong
        (2.0, Pose(2.0, 0.0, 0.0), 3),
        (2.5, Pose(2.5, 0.0, 0.0), 3),
    ]
    found = track.trajectory(track.path_of(0))
    assert [stamp for stamp, _ in found] == [0.0, 1.0, 0.5, 2.0, 2.5]
    places = np.array([[pose.x, pose.y] for _, pose in found])
    assert places == pytest.approx(np.array([[0, 0], [1, 1], [1.5, 1.5], [2, 2], [2.5, 2]]))


def test_without_updates_there_is_no_trajectory():
    assert History().trajectory([]) == []


def test_odometry_is_interpolated_to_a_stamp_and_held_or_carried_outside():
    track = OdometryTrack()
    assert track.latest is None
    track.add(Odometry(1.0, Pose(0.0, 0.0, 3.0)))
    track.add(Odometry(2.0, Pose(2.0, 0.0, -3.0), linear=1.0))
    middle = track.at(1.5)
    assert middle.x == pytest.approx(1.0)
    assert abs(abs(middle.theta) - np.pi) < 1e-9  # the short way round
    assert track.at(0.0) == Pose(0.0, 0.0, 3.0)
    assert track.at(2.1).distance(Pose(2.0, 0.0, 0.0)) == pytest.approx(0.1)
    assert track.at(9.0).distance(Pose(2.0, 0.0, 0.0)) == pytest.approx(0.2)
    assert not track.add(Odometry(1.5, Pose(9.0, 9.0, 0.0)))
    assert track.latest.stamp == 2.0

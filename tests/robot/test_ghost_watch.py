"""Ghosts: what goes with the robot is noticed, a hall that looks the same all along is not taken for it."""

import math

import numpy as np
import pytest

from robot.ghost_watch import GhostWatch
from robot.types import IDENTITY, Pose, Scan

BEARINGS = -math.pi + np.arange(360) * 2 * math.pi / 360
RNG = np.random.default_rng(1)


def scan(stamp, ranges):
    noisy = ranges + RNG.normal(0.0, 0.01, 360)
    return Scan(stamp, np.where(noisy < 12.0, noisy, np.inf), -math.pi, 2 * math.pi / 360, 0.05, 12.0)


def corridor(pose, end=math.inf, mount=IDENTITY):
    """What is seen at a pose in a corridor along x, 2.4 m wide, that has an `end` (m) perhaps."""
    at = pose.compose(mount)
    directions = BEARINGS + at.theta
    with np.errstate(divide="ignore"):
        sides = np.where(np.sin(directions) > 0, 1.2 - at.y, 1.2 + at.y) / np.abs(np.sin(directions))
        ahead = np.where(np.cos(directions) > 0, end - at.x, np.inf) / np.abs(np.cos(directions))
    return np.minimum(sides, ahead)


def driven(watch, see, metres=2.0):
    """Whether ghosts were noticed, scan by scan, on a straight way."""
    poses = [Pose(0.05 * k, 0.0, 0.0) for k in range(round(metres / 0.05))]
    return [watch.see(scan(0.1 * k, see(pose)), pose) for k, pose in enumerate(poses)]


def test_a_ring_that_goes_with_the_robot_is_ghosts_after_twenty_centimetres():
    told = driven(GhostWatch(), lambda pose: np.ones(360))
    assert told.index(True) == 4
    assert all(told[4:])


def test_an_old_picture_of_the_end_of_a_corridor_is_ghosts():
    assert driven(GhostWatch(), lambda pose: corridor(Pose(0.0, 0.0, 0.0), 3.0))[-1]


@pytest.mark.parametrize("mount", [IDENTITY, Pose(0.15, 0.0, math.pi / 2)], ids=["amidships", "ahead"])
def test_a_bare_corridor_longer_than_the_lidar_reaches_is_no_ghost(mount):
    see = lambda pose: corridor(pose, mount=mount)  # noqa: E731
    assert not any(driven(GhostWatch(mount), see, 6.0))
    first, last = (np.nan_to_num(np.minimum(see(Pose(x, 0.0, 0.0)), 12.0)) for x in (0.0, 5.0))
    assert np.abs(first - last).max() < 0.01, "it does look the same"


def test_without_a_look_at_the_way_driven_the_bare_corridor_would_be_one(monkeypatch):
    monkeypatch.setattr(GhostWatch, "_as_driven", lambda *_: 0.0)
    assert driven(GhostWatch(), corridor)[-1]


def test_ghosts_are_over_when_something_else_is_seen():
    watch = GhostWatch()
    driven(watch, lambda pose: np.ones(360))
    assert not watch.see(scan(9.0, corridor(Pose(2.0, 0.0, 0.0), 8.0)), Pose(2.0, 0.0, 0.0))


def test_another_lidar_is_compared_with_itself():
    watch = GhostWatch()
    driven(watch, lambda pose: np.ones(360), 0.3)
    half = Scan(9.0, np.ones(180), -math.pi / 2, math.pi / 180, 0.05, 12.0)
    assert not watch.see(half, Pose(5.0, 0.0, 0.0))


def test_an_old_picture_is_noticed_by_turning_too_and_an_honest_view_is_not():
    def turned(see):
        watch = GhostWatch()
        poses = [Pose(0.0, 0.0, 0.1 * k) for k in range(20)]
        return [watch.see(scan(0.1 * k, see(pose)), pose) for k, pose in enumerate(poses)]

    assert turned(lambda pose: corridor(Pose(0.0, 0.0, 0.0), 3.0)).index(True) == 4
    assert not any(turned(lambda pose: corridor(pose, 3.0)))


def test_somebody_who_stands_in_a_bare_corridor_makes_no_ghosts_of_it():
    def see(pose):
        ranges = corridor(pose)
        ranges[(np.abs(BEARINGS) < 0.1) & (ranges > 6.0 - pose.x)] = 6.0 - pose.x
        return ranges

    assert not any(driven(GhostWatch(), see, 4.0))

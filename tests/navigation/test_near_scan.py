"""The returns near the robot are told apart: legs with a body over them, walls, who walks, what was touched."""

import math

import numpy as np
import pytest

from navigation.costmap import Costmap
from navigation.near_scan import OVERHANG, NearScan
from navigation.returns import near_any
from robot.sweep import leg_sized
from robot.types import IDENTITY, GridMap, Pose, Scan, Track

AT = Pose(3.0, 3.0, 0.0)


@pytest.fixture
def near():
    """A leg-sized thing 1 m ahead and a board 2 m wide 2 m to the left."""
    scan = NearScan(Costmap(GridMap(np.zeros((120, 120), np.int8), 0.05, Pose(0.0, 0.0, 0.0))), IDENTITY)
    angles = np.linspace(-0.5, 2.2, 271)
    ranges = np.full(271, np.inf)
    ranges[np.abs(angles) < 0.06] = 1.0
    board = np.abs(angles - np.pi / 2) < 0.46
    ranges[board] = 2.0 / np.cos(angles[board] - np.pi / 2)
    scan.see(Scan(1.0, ranges, -0.5, 0.01, 0.05, 12.0), AT)
    return scan


def test_a_body_reaches_beyond_legs_and_not_beyond_a_board(near):
    near.drop_walkers([])
    bodies = near.bodies(1.0)
    ahead = bodies[:, 1] < 4.0
    assert (bodies[ahead, 2] == OVERHANG).all()
    assert (bodies[~ahead, 2] == 0.0).all()
    assert 0 < ahead.sum() < len(bodies)


@pytest.mark.parametrize(("speed", "stays"), [(0.2, True), (0.3, False)])
def test_who_walks_is_no_obstacle_and_who_stands_or_creeps_is(near, speed, stays):
    near.drop_walkers([Track(1, 4.1, 3.0, 0.0, speed)])
    assert (near.bodies(1.0)[:, 1] < 4.0).any() == stays
    assert len(near.legs(AT)) > 0  # passive safety sees legs all the same


def test_what_was_touched_is_an_obstacle_that_no_scan_shows(near):
    before = len(near.bodies(1.0))
    assert near.touch(1.0, Pose(2.0, 2.0, 0.0), 0.0, 0.225, [])
    met = near.bodies(2.0)[before:]
    assert met[:, 0].min() > 2.0
    assert np.ptp(met[:, 1]) == pytest.approx(1.6, abs=0.15)
    assert near.touch(1.0, Pose(5.0, 2.0, 0.0), math.pi, 0.225, [])
    assert near.bodies(2.0)[before:, 0].max() < 5.0
    assert not near.touch(1.0, Pose(2.0, 1.0, 0.0), 0.0, 0.225, [Track(1, 2.6, 1.0, 0.0, 0.0)])


@pytest.mark.parametrize("skew", [-22.0, -8.0, 0.0, 13.0])
def test_also_a_pane_that_stands_askew_is_kept_clear_of_on_its_whole_length(near, skew):
    """The bumper tells its direction to 22.5 degrees."""
    before, robot = len(near.bodies(1.0)), Pose(2.0, 2.0, 0.0)
    assert near.touch(1.0, robot, 0.0, 0.225, [])
    met = near.bodies(2.0)[before:, :2]
    pane = robot.compose(Pose(0.0, 0.0, math.radians(skew))).compose(Pose(0.225, 0.0, 0.0))
    ends = [pane.compose(Pose(0.0, 0.1 * k, 0.0)) for k in range(-7, 8)]
    assert max(np.hypot(*(met - (end.x, end.y)).T).min() for end in ends) < 0.2


def test_what_was_touched_at_its_side_lies_along_it(near):
    before = len(near.bodies(1.0))
    assert near.touch(1.0, Pose(5.0, 2.0, 0.0), -0.5 * math.pi, 0.225, [])
    met = near.bodies(2.0)[before:]
    assert met[:, 1].max() < 2.0
    assert np.ptp(met[:, 0]) == pytest.approx(1.6, abs=0.15)


def test_what_the_lidar_sees_where_it_was_touched_needs_no_memory(near):
    assert not near.touch(1.0, Pose(3.75, 3.0, 0.0), 0.0, 0.225, [])
    assert len(near._costmap.touched(2.0)) == 0


def test_returns_come_back_in_the_robots_own_frame(near):
    assert near.in_base()[:, 0].max() == pytest.approx(1.0, abs=0.05)
    assert near.in_base()[:, 1].max() == pytest.approx(2.0, abs=0.05)


def test_neighbours_form_a_cluster_and_only_a_small_one_may_be_a_leg():
    row = np.column_stack((np.arange(0.0, 1.0, 0.1), np.zeros(10)))
    points = np.vstack((row, [[2.0, 0.0], [2.1, 0.0]]))
    assert leg_sized(points, 0.13, 0.5).tolist() == [False] * 10 + [True] * 2
    assert leg_sized(points[:0], 0.13, 0.5).size == 0


def test_points_near_any_of_some_places_are_found():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]])
    assert near_any(points, np.array([[0.3, 0.0], [2.0, 0.4]]), 0.4).tolist() == [True, False, True]
    assert not near_any(points, points[:0], 0.4).any()

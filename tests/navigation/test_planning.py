"""Costmap and planners: paths keep clear of what is in the way."""

import math

import numpy as np
import pytest

from navigation.costmap import Costmap
from navigation.obstacles import FAR, local_field
from navigation.planner import plan
from robot.types import GridMap, Pose, Scan


def hall(width=10.0, height=6.0, walls=()):
    """A walled hall with boxes (left, bottom, right, top) in it, 5 cm cells, origin (0, 0)."""
    cells = np.zeros((round(height / 0.05), round(width / 0.05)), dtype=np.int8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 100
    for x0, y0, x1, y1 in walls:
        cells[round(y0 / 0.05) : round(y1 / 0.05), round(x0 / 0.05) : round(x1 / 0.05)] = 100
    return GridMap(cells, 0.05, Pose(0.0, 0.0, 0.0))


def least_clearance(costmap, path):
    return min(costmap.clearance(x, y) for x, y in path)


def test_a_path_goes_round_a_wall_with_room_to_spare():
    costmap = Costmap(hall(walls=[(4.8, 0.0, 5.2, 4.0)]))
    path = plan(costmap, (2.0, 1.0), (8.0, 1.0), 0.27, 0.6)
    assert path is not None
    assert tuple(path[0]) == (2.0, 1.0)
    assert tuple(path[-1]) == (8.0, 1.0)
    assert least_clearance(costmap, path) > 0.27
    assert np.hypot(*np.diff(path, axis=0).T).max() <= 0.26


def test_there_is_no_path_through_a_closed_wall_or_a_keep_out_zone():
    assert plan(Costmap(hall(walls=[(4.8, 0.0, 5.2, 6.0)])), (2.0, 3.0), (8.0, 3.0), 0.27, 0.6) is None
    zone = [(4.8, 0.0), (5.2, 0.0), (5.2, 6.0), (4.8, 6.0)]
    assert plan(Costmap(hall(), {"stairs": zone}), (2.0, 3.0), (8.0, 3.0), 0.27, 0.6) is None


def test_a_robot_in_a_tight_spot_finds_the_way_out():
    costmap = Costmap(hall())
    path = plan(costmap, (0.2, 3.0), (8.0, 3.0), 0.27, 0.6)
    assert path is not None


def test_a_goal_inside_an_obstacle_becomes_the_nearest_free_place():
    path = plan(Costmap(hall(walls=[(7.8, 2.8, 8.2, 3.2)])), (2.0, 3.0), (8.0, 3.0), 0.27, 0.6)
    assert path is not None
    assert 0.4 < math.hypot(path[-1][0] - 8.0, path[-1][1] - 3.0) < 0.8


def test_planning_goes_round_what_the_lidar_saw_and_forgets_it_again():
    costmap = Costmap(hall())
    angles = np.linspace(-0.5, 0.5, 60)
    across = Scan(1.0, 2.0 / np.cos(angles), -0.5, 1.0 / 59, 0.05, 12.0)
    costmap.see(across, Pose(3.0, 3.0, 0.0), Pose(0.0, 0.0, 0.0))
    costmap.refresh(1.5)
    assert costmap.clearance(5.0, 3.0) < 0.1
    path = plan(costmap, (3.0, 3.0), (8.0, 3.0), 0.27, 0.6)
    assert path is not None
    assert least_clearance(costmap, path) > 0.27
    costmap.refresh(22.0)
    assert costmap.clearance(5.0, 3.0) > 1.0


def test_what_the_map_explains_is_no_news():
    costmap = Costmap(hall())
    four = Scan(1.0, np.array([5.0, 1.0, 2.95, 9.0]), 0.0, 0.5 * math.pi, 0.05, 12.0)
    points, unmapped = costmap.see(four, Pose(3.0, 3.0, 0.0), Pose(0.0, 0.0, 0.0))
    assert points == pytest.approx(np.array([[8.0, 3.0], [3.0, 4.0], [0.05, 3.0]]))
    assert unmapped.tolist() == [True, True, False]


@pytest.mark.parametrize("reach", [0.0, 0.15])
def test_the_local_field_gives_distances_to_points_and_the_bodies_behind_them(reach):
    field = np.full((101, 101), FAR)
    local_field(np.array([[1.0, 0.0, reach]]), 0.0, 0.0, 50, 0.05, field)
    assert field[50, 50] == pytest.approx(1.0 - reach, abs=0.03)
    assert field[50, 70] == pytest.approx(-reach, abs=1e-9)
    assert field[90, 70] == pytest.approx(2.0 - reach, abs=0.12)

"""The costmap remembers what scans show until a beam has passed there, and what the robot has touched for a day."""

import numpy as np
import pytest

from navigation.costmap import Costmap, CostmapConfig
from robot.types import IDENTITY, GridMap, Pose, Scan

HALL = GridMap(np.zeros((120, 200), np.int8), 0.05, Pose(0.0, 0.0, 0.0))
AT = Pose(2.0, 3.0, 0.0)
NOBODY = np.zeros((0, 2))


def scan(stamp, ranges):
    """A fan of 61 beams of ±0.3 rad with these ranges (m), one or one a beam."""
    return Scan(stamp, np.broadcast_to(np.asarray(ranges, float), 61).copy(), -0.3, 0.01, 0.05, 12.0)


@pytest.fixture
def costmap():
    return Costmap(HALL)


def test_what_a_beam_has_passed_since_is_free_again_and_what_it_ends_at_is_not(costmap):
    costmap.see(scan(1.0, 2.0), AT, IDENTITY)
    costmap.refresh(1.5)
    assert costmap.clearance(4.0, 3.0) < 0.1
    costmap.see(scan(1.1, 4.0), AT, IDENTITY)
    costmap.refresh(1.5)
    assert costmap.clearance(4.0, 3.0) > 0.5
    assert costmap.clearance(6.0, 3.0) < 0.1


def test_what_is_hidden_behind_something_nearer_is_remembered_for_a_while(costmap):
    costmap.see(scan(1.0, 4.0), AT, IDENTITY)
    costmap.see(scan(1.1, 2.0), AT, IDENTITY)
    costmap.refresh(19.0)
    assert costmap.clearance(6.0, 3.0) < 0.1
    costmap.refresh(1.1 + CostmapConfig().memory)
    assert costmap.clearance(6.0, 3.0) > 0.5


def test_beams_without_a_return_clear_nothing(costmap):
    costmap.see(scan(1.0, 2.0), AT, IDENTITY)
    costmap.see(scan(1.1, np.inf), AT, IDENTITY)
    costmap.refresh(1.5)
    assert costmap.clearance(4.0, 3.0) < 0.1


def test_a_return_beyond_the_reach_is_not_remembered_but_its_beam_clears(costmap):
    costmap.see(scan(1.0, 2.0), AT, IDENTITY)
    points, _ = costmap.see(scan(1.1, 7.5), AT, IDENTITY)
    costmap.refresh(1.5)
    assert len(points) == 0
    assert costmap.clearance(4.0, 3.0) > 0.5


def test_rays_start_at_the_lidar_and_not_at_the_robot(costmap):
    costmap.see(scan(1.0, 1.0), Pose(2.0, 1.0, 0.0), Pose(0.0, 2.0, 0.0))
    costmap.see(scan(1.1, 4.0), AT, IDENTITY)
    costmap.refresh(1.5)
    assert costmap.clearance(3.0, 3.0) > 0.5


def test_whoever_walks_is_forgotten_where_they_were(costmap):
    points, _ = costmap.see(scan(1.0, 2.0), AT, IDENTITY)
    costmap.unsee(points)
    costmap.refresh(1.5)
    assert costmap.clearance(4.0, 3.0) > 0.5


def test_a_touch_is_remembered_for_a_day_whatever_the_lidar_sees_there(costmap):
    assert costmap.touch(np.array([[4.0, 3.0], [4.0, 3.1]]), NOBODY, 10.0)
    costmap.see(scan(11.0, 5.0), AT, IDENTITY)
    costmap.refresh(3600.0)
    assert costmap.clearance(4.0, 3.0) < 0.1
    assert costmap.touched(3600.0) == pytest.approx(np.array([[4.05, 3.05], [4.05, 3.15]]))
    costmap.refresh(10.0 + 86400.0)
    assert costmap.clearance(4.0, 3.0) > 0.5


@pytest.mark.parametrize(("away", "remembered"), [(0.8, False), (1.0, True)])
def test_a_touch_where_somebody_stands_is_theirs(costmap, away, remembered):
    assert costmap.touch(np.array([[4.0, 3.0]]), np.array([[4.0 + away, 3.0]]), 0.0) == remembered
    assert len(costmap.touched(1.0)) == remembered


def test_what_is_closed_stays_so_for_a_minute_but_never_where_the_robot_stands(costmap):
    assert costmap.close(np.array([[4.0, 3.0, 0.35]]), Pose(3.75, 3.0, 0.0), 0.0)
    costmap.refresh(59.0)
    assert costmap.clearance(4.0, 3.0) < 0.1
    assert costmap.clearance(3.75, 3.0) > 0.0
    assert not costmap.close(np.array([[4.0, 3.0, 0.35]]), AT, 1.0)
    costmap.refresh(62.0)
    assert costmap.clearance(4.0, 3.0) > 0.5


def test_zones_are_known_by_number_and_name_and_no_walls():
    costmap = Costmap(HALL, {"stairs": [(4.0, 2.0), (6.0, 2.0), (6.0, 4.0), (4.0, 4.0)]})
    assert costmap.zones == ("stairs",)
    assert [costmap.zone_at(x, 3.0) for x in (3.9, 5.0, 6.1, 99.0)] == [0, 1, 0, 0]
    row, col = costmap.cell(5.0, 3.0)
    assert costmap.static[row, col] == 0.0
    assert costmap.walls[row, col] > 1.0

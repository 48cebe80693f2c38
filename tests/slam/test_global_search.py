import math

import numpy as np
import pytest

from robot.types import GridMap, Pose, wrap
from slam.global_search import FULL, SearchConfig, bound, branch_and_bound, build_search, search
from slam.likelihood import build_field
from slam.scan_points import thin_evenly
from slam.testing import Wanderer, box, hall_map, hall_walls

CONFIG = SearchConfig()


@pytest.fixture(scope="module")
def grid():
    return hall_map(hall_walls())


@pytest.fixture(scope="module")
def field(grid):
    return build_search(build_field(grid, 0.1, 0.1), CONFIG)


def scan_points(grid, seed, people=40):
    robot = Wanderer(hall_walls(), grid, seed, people)
    return robot.pose, robot.step(0.0, 0.0).scan.points()


@pytest.mark.parametrize("seed", range(10))
def test_the_best_hypothesis_of_a_scan_among_forty_people_is_the_true_pose(grid, field, seed):
    truth, points = scan_points(grid, seed)
    poses, scores = search(field, points, CONFIG)
    assert math.hypot(poses[0, 0] - truth.x, poses[0, 1] - truth.y) < 0.15
    assert abs(wrap(poses[0, 2] - truth.theta)) < 0.06
    assert (np.diff(scores) <= 0.0).all()


def test_hypotheses_are_distinct_places(grid, field):
    _, points = scan_points(grid, 3)
    wide = SearchConfig(margin=0.4, hypotheses=6)
    poses, _ = search(field, points, wide)
    assert len(poses) == 6
    for i in range(6):
        for j in range(i):
            apart = math.hypot(*(poses[i, :2] - poses[j, :2]))
            assert apart > wide.apart_xy - 1e-9 or abs(wrap(poses[i, 2] - poses[j, 2])) > wide.apart_theta - 1e-9


def test_the_same_scan_gives_the_same_bytes(grid, field):
    _, points = scan_points(grid, 4)
    first, again = (search(field, points, CONFIG) for _ in range(2))
    assert [a.tobytes() for a in first] == [a.tobytes() for a in again]


def test_a_window_promises_at_least_what_any_pose_in_it_keeps(grid, field):
    _, points = scan_points(grid, 5)
    cells = np.rint(thin_evenly(points, 50)[:, ::-1] / field.cell).astype(np.int32)
    rows, cols = np.ascontiguousarray(cells[:, 0]), np.ascontiguousarray(cells[:, 1])
    rng = np.random.default_rng(1)
    for level in range(1, CONFIG.levels):
        for row, col in rng.integers(0, 120, (50, 2)):
            r, c = row + rng.integers(1 << level), col + rng.integers(1 << level)
            promised = bound(field.pools[level], row, col, rows, cols, 0)
            assert promised >= bound(field.pools[0], min(r, field.pools.shape[1] - 1), c, rows, cols, 0)


def test_branch_and_bound_finds_what_trying_everything_finds():
    walls = np.array(box(0.0, 0.0, 4.0, 3.0) + box(1.0, 1.0, 1.5, 1.3))
    grid = hall_map(walls)
    field = build_search(build_field(grid, 0.1, 0.1), CONFIG)
    robot = Wanderer(walls, grid, 1)
    points = thin_evenly(robot.step(0.0, 0.0).scan.points(), 40)
    angles = np.linspace(-math.pi, math.pi, 24, endpoint=False)
    c, s = np.cos(angles)[:, None], np.sin(angles)[:, None]
    rows = np.rint((s * points[:, 0] + c * points[:, 1]) / field.cell).astype(np.int32)
    cols = np.rint((c * points[:, 0] - s * points[:, 1]) / field.cell).astype(np.int32)
    _, scores, _ = branch_and_bound(
        field.pools, field.standing, field.pad, rows, cols, 5.0, 0.35, 0.15, 0.0, math.pi / 12, (1, 1_000_000)
    )
    places = np.argwhere(field.standing[0])
    best = max(bound(field.pools[0], r, c, rows[k], cols[k], 0) for k in range(24) for r, c in places)
    assert scores[0] == pytest.approx(best / (FULL * len(points)))


def test_the_nodes_are_bounded(grid, field):
    _, points = scan_points(grid, 6)
    poses, _ = search(field, points, SearchConfig(nodes_max=1))
    assert len(poses) == 0


def test_a_map_of_narrow_passages_is_searched_where_it_is_free():
    cells = np.full((40, 40), -1, np.int8)
    cells[10, 5:35] = cells[12, 5:35] = 100
    cells[11, 5:35] = 0
    field = build_search(build_field(GridMap(cells, 0.05, Pose(0.0, 0.0, 0.0)), 0.1, 0.1), CONFIG)
    assert field.standing[0].any()

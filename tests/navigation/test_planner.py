"""The global planner's parts: the cheapest way over a field of clearances, pulled straight."""

import itertools
import math

import numpy as np
import pytest
from scipy import sparse

from navigation.costmap import Costmap
from navigation.planner import (
    _free_cell,
    _heap_pop,
    _heap_push,
    _line_of_sight,
    _search,
    _shortcut,
    cell_cost,
    plan,
)
from robot.types import GridMap, Pose

RADIUS, COMFORT = 0.2, 0.6  # m


def over(clearance, x=0.0, y=0.0):
    """A costmap of 10 cm cells with these clearances (m), its origin at x, y (m)."""
    costmap = Costmap(GridMap(np.zeros((2, 2), dtype=np.int8), 0.05, Pose(x, y, 0.0)))
    costmap.distance = clearance
    return costmap


def free(rows, cols, *blocked):
    clearance = np.full((rows, cols), 1.0)
    for cell in blocked:
        clearance[cell] = 0.0
    return clearance


def rough(seed, rows, cols):
    """Clearances (m) as they come: all that the planner tells apart, and its very limits."""
    levels = [0.0, 0.1, RADIUS, 0.3, 0.4, COMFORT, 1.0]
    return np.random.default_rng(seed).choice(levels, (rows, cols), p=[0.2, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1])


def test_a_way_is_dear_where_it_is_narrow_and_dearest_where_the_robot_would_touch():
    costs = [cell_cost(distance, RADIUS, COMFORT) for distance in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 2.0)]
    assert costs == pytest.approx([60.0, 7.0, 4.375, 2.5, 1.375, 1.0, 1.0])


@pytest.mark.parametrize("length", [*range(1, 10), 20, 40, 60])
def test_the_heap_gives_its_keys_back_in_order_and_each_with_its_own_node(length):
    keys = np.random.default_rng(length).integers(-20, 20, length).tolist()
    heap, ids, size = np.empty(60), np.empty(60, np.int32), 0
    for node, key in enumerate(keys):
        size = _heap_push(heap, ids, size, float(key), node)
    popped = []
    while size:
        popped.append((heap[0], int(ids[0])))
        size = _heap_pop(heap, ids, size)
    assert [key for key, _ in popped] == sorted(keys)
    assert sorted((node, key) for key, node in popped) == list(enumerate(keys))


def graph_of(clearance, start, escape):
    """Every step that a robot from `start` may take, with its cost: for another algorithm to look at."""
    rows, cols = clearance.shape
    graph = sparse.lil_array((clearance.size, clearance.size))
    for (row, col), (dr, dc) in itertools.product(np.ndindex(rows, cols), itertools.product((-1, 0, 1), repeat=2)):
        r, c = row + dr, col + dc
        if (dr, dc) == (0, 0) or not (0 <= r < rows and 0 <= c < cols):
            continue
        near = math.dist((r, c), divmod(start, cols)) <= escape
        if clearance[r, c] >= RADIUS or (near and clearance[r, c] > 0.0):
            graph[row * cols + col, r * cols + c] = math.hypot(dr, dc) * cell_cost(clearance[r, c], RADIUS, COMFORT)
    return graph.tocsr()


@pytest.mark.parametrize("shape", [(1, 7), (7, 1), (2, 5), (9, 13), (14, 8)])
def test_the_way_found_is_as_cheap_as_the_cheapest_and_there_is_none_when_there_is_none(shape):
    told = 0
    for seed in range(25):
        clearance = rough(seed, *shape)
        start, goal = (int(cell) for cell in np.random.default_rng(seed).choice(clearance.size, 2, replace=False))
        graph = graph_of(clearance, start, 3.0)
        cheapest = sparse.csgraph.dijkstra(graph, indices=start)[goal]
        cells = _search(clearance, start, goal, RADIUS, COMFORT, 3.0)
        if math.isinf(cheapest):
            assert cells.size == 0
            continue
        told += 1
        assert (cells[0], cells[-1]) == (start, goal)
        costs = [graph[a, b] for a, b in itertools.pairwise(cells)]
        assert min(costs) > 0.0
        assert sum(costs) == pytest.approx(cheapest, rel=1e-3)
    assert told > 3


def test_where_one_stands_is_a_way_of_one_cell():
    assert _search(free(3, 3), 4, 4, RADIUS, COMFORT, 3.0).tolist() == [4]


def share_within(cell, a, b):
    """Which share of the line between the centres of two cells runs through a cell."""
    line = np.linspace(a, b, 2001)
    return (np.abs(line - cell) < 0.5).all(axis=1).mean()


@pytest.mark.parametrize(
    "end", [(0, 0), (8, 0), (8, 1), (7, 3), (6, 4), (8, 7), (7, 8), (5, 8), (2, 8), (1, 8), (0, 8), (1, 2), (2, 1)]
)
@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_cell_hides_what_is_behind_it_when_the_line_runs_through_it(end, swapped, mirrored):
    a, b = ((8, 0), (8 - end[0], end[1])) if mirrored else ((0, 0), end)
    a, b = (b, a) if swapped else (a, b)
    longest = max(abs(a[0] - b[0]), abs(a[1] - b[1]), 1)
    for cell in np.ndindex(9, 9):
        clearance = free(9, 9)
        clearance[cell] = 0.4
        sees = _line_of_sight(clearance, a[0] * 9 + a[1], b[0] * 9 + b[1], 0.5)
        share = share_within(cell, a, b)
        if cell in (a, b) or share == 0.0:  # what has its end in a narrow place may be as narrow all along
            assert sees
        elif share * longest > 0.5:
            assert not sees


def test_a_straight_line_keeps_the_clearance_asked_for_or_what_its_ends_have():
    clearance = np.array([[0.5, 0.4, 0.5, 0.3, 0.4]])
    assert _line_of_sight(clearance, 0, 2, 0.4)
    assert not _line_of_sight(clearance, 0, 2, 0.45)
    assert not _line_of_sight(clearance, 0, 4, 0.4)
    assert _line_of_sight(clearance, 0, 3, 0.5)
    assert _line_of_sight(clearance, 3, 0, 0.5)


def test_a_straight_way_keeps_a_waypoint_every_sixty_cells():
    assert _shortcut(free(1, 140), np.arange(3, 134, dtype=np.int32), COMFORT).tolist() == [3, 63, 123, 133]


@pytest.mark.parametrize("seed", range(3))
def test_a_waypoint_is_the_farthest_that_the_one_before_it_sees(seed):
    clearance = rough(seed, 9, 9)
    cells = np.arange(81, dtype=np.int32).reshape(9, 9)
    cells[1::2] = cells[1::2, ::-1]  # to and fro through the whole field
    path = cells.ravel()
    kept = [path.tolist().index(cell) for cell in _shortcut(clearance, path, 0.4)]
    assert (kept[0], kept[-1]) == (0, 80)
    for here, there in itertools.pairwise(kept):
        ahead = range(here + 1, min(here + 60, 80) + 1)
        assert there == max(j for j in ahead if _line_of_sight(clearance, path[here], path[j], 0.4))


@pytest.mark.parametrize("x", [0.0, -2.0])
@pytest.mark.parametrize("y", [0.0, 3.0])
def test_waypoints_lie_in_the_middle_of_their_cells_wherever_the_map_lies(x, y):
    path = plan(over(free(5, 100), x, y), (x + 0.29, y + 0.21), (x + 9.11, y + 0.27), RADIUS, COMFORT)
    assert path is not None
    assert path[0] == pytest.approx((x + 0.29, y + 0.21))
    assert path[24] == pytest.approx((x + 6.25, y + 0.25))
    assert path[-1] == pytest.approx((x + 9.11, y + 0.27))
    assert len(path) == 24 + 12 + 1
    up = plan(over(free(100, 5), x, y), (x + 0.21, y + 0.29), (x + 0.27, y + 9.11), RADIUS, COMFORT)
    assert up is not None
    assert up[24] == pytest.approx((x + 0.25, y + 6.25))


def test_a_step_to_the_next_cell_is_two_points_and_no_step_is_one():
    for goal, points in (((0.32, 0.25), [[0.25, 0.25], [0.32, 0.25]]), ((0.27, 0.25), [[0.27, 0.25]])):
        path = plan(over(free(5, 5)), (0.25, 0.25), goal, RADIUS, COMFORT)
        assert path is not None
        assert path.tolist() == points


def test_a_goal_that_is_not_free_is_left_for_the_middle_of_the_nearest_cell_that_is():
    clearance = free(5, 40)
    clearance[:, 30:] = RADIUS
    path = plan(over(clearance), (0.55, 0.25), (3.31, 0.21), RADIUS, COMFORT)
    assert path is not None
    assert path[-1] == pytest.approx((2.95, 0.25))


@pytest.mark.parametrize("depth", [8, 9])
def test_a_robot_gets_out_of_a_pocket_that_is_not_deeper_than_80_centimetres(depth):
    clearance = np.zeros((9, 30))
    clearance[4] = 0.1
    clearance[:, 3 + depth :] = 1.0
    path = plan(over(clearance), (0.25, 0.45), (2.55, 0.45), RADIUS, COMFORT)
    assert (path is not None) == (depth == 8)


def test_a_robot_whose_pose_is_inside_a_wall_starts_beside_it():
    clearance = free(9, 30)
    clearance[:, :6] = 0.0
    path = plan(over(clearance), (0.25, 0.45), (2.55, 0.45), RADIUS, COMFORT)
    assert path is not None
    assert path[0] == pytest.approx((0.25, 0.45))
    assert path[-1] == pytest.approx((2.55, 0.45))


@pytest.mark.parametrize(
    ("open_cells", "found"),
    [
        ([(7, 7)], (7, 7)), ([(12, 7)], (12, 7)), ([(7, 12)], (7, 12)), ([(2, 7)], (2, 7)), ([(7, 2)], (7, 2)),
        ([(13, 7)], None), ([(7, 13)], None), ([(1, 7)], None), ([(7, 1)], None), ([], None),
        ([(8, 8), (7, 9)], (8, 8)), ([(4, 7), (8, 7)], (8, 7)), ([(7, 4), (7, 8)], (7, 8)),
        ([(4, 7), (9, 9)], (9, 9)), ([(9, 9), (7, 10)], (9, 9)), ([(10, 10), (7, 11)], (7, 11)),
    ],
)  # fmt: skip
def test_the_nearest_free_cell_is_at_most_half_a_metre_away_along_each_axis(open_cells, found):
    clearance = np.zeros((16, 17))
    for cell in open_cells:
        clearance[cell] = 0.3
    clearance[9, 7] = RADIUS  # as near as the robot must not come
    assert _free_cell(over(clearance), (0.75, 0.75), RADIUS) == found


@pytest.mark.parametrize(
    ("place", "found"), [((0.05, 0.05), (0, 0)), ((1.65, 1.55), (15, 16)), ((-0.25, 1.85), (15, 0))]
)
def test_a_free_cell_is_found_up_to_the_edges_of_the_map_and_from_beyond_them(place, found):
    assert _free_cell(over(free(16, 17)), place, RADIUS) == found


def test_the_other_end_of_the_map_is_not_near():
    clearance = free(16, 17)
    clearance[:7, :7] = 0.0
    assert _free_cell(over(clearance), (0.15, 0.15), RADIUS) is None


def test_there_is_no_path_from_or_to_where_nothing_near_is_free():
    clearance = free(5, 30)
    clearance[:, 12:] = 0.0
    assert plan(over(clearance), (2.55, 0.25), (0.25, 0.25), RADIUS, COMFORT) is None
    assert plan(over(clearance), (0.25, 0.25), (2.55, 0.25), RADIUS, COMFORT) is None

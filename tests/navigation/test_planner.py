"""The global planner's parts: the cheapest way over a field of clearances, pulled straight."""

import itertools
import math

import numpy as np
import pytest
from scipy import sparse

from navigation.buckets import SPAN, WIDTH, buckets, empty, pop, push
from navigation.cost_to_go import LOST, left, slope
from navigation.costmap import Costmap
from navigation.planner import Planner, plan
from navigation.search import (
    UNKNOWN,
    cell_cost,
    fill_costs,
    line_of_sight,
    march,
    nearest_cell,
    open_round,
    search,
    shortcut,
    way_back,
)
from robot.types import GridMap, Pose

RADIUS, COMFORT = 0.2, 0.6  # m


def over(clearance, x=0.0, y=0.0):
    """A costmap of 10 cm cells with these clearances (m), its origin at x, y (m)."""
    costmap = Costmap(GridMap(np.zeros((2, 2), dtype=np.int8), 0.05, Pose(x, y, 0.0)))
    costmap.distance = costmap.static = costmap.walls = clearance
    costmap.zone_of = np.zeros(clearance.shape, np.int16)
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
    assert costs == pytest.approx([math.inf, 7.0, 4.375, 2.5, 1.375, 1.0, 1.0])
    opened = costs_of(np.array([[0.0, 0.1, 0.3, 0.1]]), 1, 1.5)
    assert opened[0].tolist() == pytest.approx([math.inf, 60.0, 4.375, math.inf])
    assert np.isinf(costs_of(np.array([[0.4, 0.1, 0.3]]), 0, 5.0)[0, 1])  # who stands free needs no way out


def costs_of(clearance, start, escape):
    """Cost factors with the way out of a tight spot at the cell `start` opened for `escape` cells."""
    costs = np.empty(clearance.shape, np.float32)
    fill_costs(clearance, RADIUS, COMFORT, costs)
    if np.isinf(costs.ravel()[start]):
        open_round(clearance, *divmod(start, clearance.shape[1]), escape, costs)
    return costs


def searched(clearance, start, goal, escape=3.0):
    """The cells of the way that the search finds, none if there is none."""
    costs, size = costs_of(clearance, start, escape), clearance.size
    parent = np.zeros(size, np.int8)
    waits = np.zeros(size, np.bool_)
    found = search(costs, start, goal, np.empty(size, np.float32), parent, waits, buckets(8 * size + 8))
    return way_back(parent, clearance.shape[1], start, goal) if found == 1 else np.empty(0, np.int32)


@pytest.mark.parametrize("least", [0.0, 7.3, 1000.0])
@pytest.mark.parametrize("seed", range(4))
def test_the_queue_gives_its_nodes_back_in_the_order_of_their_keys_to_the_width_of_a_bucket(seed, least):
    """Also while others come in, as long as none is more than the ring's span above the least."""
    rng, queue = np.random.default_rng(seed), buckets(40)
    for _ in range(2):  # as good as new after being emptied
        empty(queue, least)
        keys, popped = {}, []
        for node in range(400):
            if len(keys) - len(popped) < 40:
                keys[node] = (popped[-1] if popped else least) + rng.uniform(0.0, SPAN - 1.0)
                assert push(queue, keys[node], node)
            if rng.random() < 0.6 or len(keys) - len(popped) == 40:
                popped.append(keys[pop(queue)])
        while (node := pop(queue)) >= 0:
            popped.append(keys[node])
        assert sorted(popped) == sorted(keys.values())
        assert min(np.diff(popped)) > -WIDTH


def test_a_full_queue_says_so():
    queue = buckets(2)
    assert [push(queue, 1.0, 1), push(queue, 1.0, 2), push(queue, 1.0, 3)] == [True, True, False]
    assert pop(queue) == 2
    assert push(queue, 1.0, 3)


def graph_of(clearance, start, escape):
    """Every step that a robot from `start` may take, with its cost: for another algorithm to look at."""
    rows, cols = clearance.shape
    costs = costs_of(clearance, start, escape)
    graph = sparse.lil_array((clearance.size, clearance.size))
    for (row, col), (dr, dc) in itertools.product(np.ndindex(rows, cols), itertools.product((-1, 0, 1), repeat=2)):
        r, c = row + dr, col + dc
        if (dr, dc) == (0, 0) or not (0 <= r < rows and 0 <= c < cols) or np.isinf(costs[r, c]):
            continue
        if not (dr and dc and np.isinf(costs[[row, r], [c, col]]).any()):  # no corner is cut
            graph[row * cols + col, r * cols + c] = math.hypot(dr, dc) * costs[r, c]
    return graph.tocsr()


@pytest.mark.parametrize("shape", [(1, 7), (7, 1), (2, 5), (9, 13), (14, 8)])
def test_the_way_found_is_as_cheap_as_the_cheapest_and_there_is_none_when_there_is_none(shape):
    told = 0
    for seed in range(25):
        clearance = rough(seed, *shape)
        start, goal = (int(cell) for cell in np.random.default_rng(seed).choice(clearance.size, 2, replace=False))
        graph = graph_of(clearance, start, 3.0)
        cheapest = sparse.csgraph.dijkstra(graph, indices=start)[goal]
        cells = searched(clearance, start, goal)
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
    assert searched(free(3, 3), 4, 4).tolist() == [4]


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
        sees = line_of_sight(clearance, a[0] * 9 + a[1], b[0] * 9 + b[1], 0.5)
        share = share_within(cell, a, b)
        if cell in (a, b) or share == 0.0:  # what has its end in a narrow place may be as narrow all along
            assert sees
        elif share * longest > 0.5:
            assert not sees


def test_a_straight_line_keeps_the_clearance_asked_for_or_what_its_ends_have():
    clearance = np.array([[0.5, 0.4, 0.5, 0.3, 0.4]])
    assert line_of_sight(clearance, 0, 2, 0.4)
    assert not line_of_sight(clearance, 0, 2, 0.45)
    assert not line_of_sight(clearance, 0, 4, 0.4)
    assert line_of_sight(clearance, 0, 3, 0.5)
    assert line_of_sight(clearance, 3, 0, 0.5)


def test_a_straight_way_keeps_a_waypoint_every_sixty_cells():
    assert shortcut(free(1, 140), np.arange(3, 134, dtype=np.int32), COMFORT).tolist() == [3, 63, 123, 133]


@pytest.mark.parametrize("seed", range(3))
def test_a_waypoint_is_the_farthest_that_the_one_before_it_sees(seed):
    clearance = rough(seed, 9, 9)
    cells = np.arange(81, dtype=np.int32).reshape(9, 9)
    cells[1::2] = cells[1::2, ::-1]  # to and fro through the whole field
    path = cells.ravel()
    kept = [path.tolist().index(cell) for cell in shortcut(clearance, path, 0.4)]
    assert (kept[0], kept[-1]) == (0, 80)
    for here, there in itertools.pairwise(kept):
        ahead = range(here + 1, min(here + 60, 80) + 1)
        assert there == max(j for j in ahead if line_of_sight(clearance, path[here], path[j], 0.4))


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
    assert nearest_cell(clearance, 7, 7, 5, RADIUS) == (found or (-1, -1))


@pytest.mark.parametrize(("place", "found"), [((0, 0), (0, 0)), ((15, 16), (15, 16)), ((18, -3), (15, 0))])
def test_a_free_cell_is_found_up_to_the_edges_of_the_map_and_from_beyond_them(place, found):
    assert nearest_cell(free(16, 17), *place, 5, RADIUS) == found


def test_the_other_end_of_the_map_is_not_near():
    clearance = free(16, 17)
    clearance[:7, :7] = 0.0
    assert nearest_cell(clearance, 1, 1, 5, RADIUS) == (-1, -1)


def test_there_is_no_path_from_or_to_where_nothing_near_is_free():
    clearance = free(5, 30)
    clearance[:, 12:] = 0.0
    assert plan(over(clearance), (2.55, 0.25), (0.25, 0.25), RADIUS, COMFORT) is None
    assert plan(over(clearance), (0.25, 0.25), (2.55, 0.25), RADIUS, COMFORT) is None


def marched(clearance, goal, start, beyond=1e6):
    """Costs to go, in cells times cost."""
    field = np.empty(clearance.shape, np.float32)
    waits = np.zeros(clearance.size, np.bool_)
    found = march(costs_of(clearance, start, 3.0), goal, start, beyond, field, waits, buckets(8 * clearance.size))
    return found, field


def test_costs_to_go_are_distances_in_the_open_and_lead_round_what_is_in_the_way():
    _, field = marched(free(41, 41), 20 * 41 + 20, 0)
    rows, cols = np.mgrid[:41, :41]
    assert np.abs(field - np.hypot(rows - 20, cols - 20)).max() < 1.2  # the scheme's own error, along diagonals
    wall = free(41, 41, *((row, 20) for row in range(35)))
    found, field = marched(wall, 5 * 41 + 30, 5 * 41 + 10)
    assert found == 1
    assert field[5, 10] == pytest.approx(2 * math.hypot(30, 10), rel=0.1)


@pytest.mark.parametrize("seed", range(5))
def test_costs_to_go_lie_between_those_of_the_straightest_and_of_the_squarest_ways(seed):
    """Marching is never dearer than steps along the axes, and never cheaper than half of all eight directions'."""
    clearance = rough(seed, 12, 14)
    goal = int(np.argmax(clearance))
    costs = costs_of(clearance, goal, 0.0)
    _, field = marched(clearance, goal, goal)
    square, eight = sparse.lil_array((168, 168)), sparse.lil_array((168, 168))
    for (row, col), (dr, dc) in itertools.product(np.ndindex(12, 14), itertools.product((-1, 0, 1), repeat=2)):
        r, c = row + dr, col + dc
        if (dr, dc) != (0, 0) and 0 <= r < 12 and 0 <= c < 14 and np.isfinite(costs[r, c]):
            eight[row * 14 + col, r * 14 + c] = math.hypot(dr, dc) * costs[r, c]
            if not (dr and dc):
                square[row * 14 + col, r * 14 + c] = costs[r, c]
    most = sparse.csgraph.dijkstra(square.tocsr(), indices=goal).reshape(12, 14)
    least = sparse.csgraph.dijkstra(eight.tocsr(), indices=goal).reshape(12, 14)
    reached = np.isfinite(most)
    assert reached.sum() > 1
    assert (field[~reached] == UNKNOWN).all()
    assert (field[reached] <= most[reached] + 0.01).all()
    assert (field[reached] >= 0.5 * least[reached] - 0.01).all()


def test_costs_to_go_end_a_little_beyond_the_robot():
    found, field = marched(free(5, 200), 2 * 200, 2 * 200 + 20, beyond=10.0)
    assert found == 1
    assert field[2, 30] == pytest.approx(30.0)
    assert field[2, 100] == UNKNOWN


def test_beside_a_wall_only_cells_that_lead_to_the_goal_count_and_the_way_leads_off_it():
    clearance = free(20, 20)
    clearance[:, :3] = 0.0
    found = Planner(over(clearance), RADIUS, COMFORT).cost_to_go((1.05, 1.05), (0.35, 1.85))
    assert found is not None
    assert left(found, 0.32, 1.05) == pytest.approx(0.8, abs=0.1)
    assert left(found, 0.1, 1.05) == LOST
    assert slope(found, 0.32, 1.05) == pytest.approx(math.pi / 2, abs=0.8)
    assert left(found, -1.0, 1.05) == LOST


def zoned():
    """A hall of 10 x 6 m with a keep-out zone across it, one that hems in a corner, and a room walled off."""
    cells = np.zeros((120, 200), np.int8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 100
    cells[60:, 150:152] = cells[60:62, 150:] = 100
    across = ((4.0, 0.0), (5.0, 0.0), (5.0, 6.0), (4.0, 6.0))
    corner = ((0.0, 4.0), (2.0, 4.0), (2.0, 6.0), (0.0, 6.0))
    costmap = Costmap(GridMap(cells, 0.05, Pose(0.0, 0.0, 0.0)), {"stairs": across, "corner": corner})
    return costmap, Planner(costmap, 0.27, 0.6)


@pytest.mark.parametrize(
    ("start", "goal", "why"),
    [
        ((1.0, 1.0), (3.0, 1.0), ""),
        ((1.0, 1.0), (4.5, 3.0), "lies in keep-out `stairs`"),
        ((1.0, 1.0), (1.0, 5.0), "lies in keep-out `corner`"),
        ((1.0, 1.0), (7.0, 1.0), "keep-out `stairs` between"),
        ((7.0, 1.0), (9.0, 5.0), "a wall between"),
        ((7.0, 1.0), (40.0, 5.0), "lies outside the map"),
    ],
)
def test_a_goal_that_the_map_forbids_is_told_with_the_reason(start, goal, why):
    _, planner = zoned()
    assert planner.why_not(start, goal) == why
    assert (planner.plan(start, goal) is None) == bool(why)


@pytest.mark.parametrize(
    ("start", "goal"), [((4.3, 3.0), (1.0, 1.0)), ((4.8, 3.0), (1.0, 1.0)), ((1.0, 5.0), (3.0, 1.0))]
)
def test_a_robot_that_stands_in_a_keep_out_zone_drives_out_of_it_the_nearest_way(start, goal):
    costmap, planner = zoned()
    assert planner.why_not(start, goal) == ""
    path = planner.plan(start, goal)
    assert path is not None
    inside = [costmap.zone_at(x, y) > 0 for x, y in path]
    assert inside[0]
    assert not any(inside[inside.index(False) :])
    found = planner.cost_to_go(start, goal)
    assert found is not None
    assert left(found, *start) > left(found, *goal)


def test_a_search_that_needs_more_room_gets_it():
    rng = np.random.default_rng(3)
    clearance = np.where(rng.random((200, 200)) < 0.3, 0.0, rng.uniform(0.2, 0.6, (200, 200)))
    clearance[:2] = clearance[-2:] = clearance[:, :2] = clearance[:, -2:] = 0.3
    planner = Planner(over(clearance), RADIUS, COMFORT)
    planner._queue = buckets(4)
    assert planner.plan((0.05, 0.05), (19.95, 19.95)) is not None
    assert planner._queue.nodes.size > 4

"""What a footprint sweeps along an arc, and the speeds that stop in time."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from robot.sweep import free_travel, leg_sized, stoppable, stopping_distance

RADIUS, REACH = 0.25, 2.25


def swept(points, curvature, step=0.001):
    """The same by driving the arc in small steps: the first place where a point is inside and comes nearer still."""
    along = np.arange(0.0, REACH, step)
    if curvature == 0.0:
        x, y = along, 0.0 * along
    else:
        x, y = np.sin(curvature * along) / curvature, (1.0 - np.cos(curvature * along)) / curvature
    away = np.hypot(points[:, None, 0] - x, points[:, None, 1] - y)
    met = (away[:, :-1] < RADIUS) & (away[:, 1:] < away[:, :-1] - 1e-12)
    return along[:-1][met.any(axis=0)][0] if met.any() else REACH


places = st.lists(st.tuples(st.floats(-3.0, 3.0), st.floats(-3.0, 3.0)), min_size=1, max_size=6)
bends = st.one_of(st.just(0.0), st.floats(0.05, 8.0), st.floats(-8.0, -0.05))


@settings(deadline=None)  # the first call compiles
@given(places=places, curvature=bends)
def test_the_free_part_of_an_arc_is_what_driving_it_in_small_steps_finds(places, curvature):
    points = np.array(places)
    exact, stepped = free_travel(points, curvature, RADIUS, REACH), swept(points, curvature)
    assert exact <= stepped + 0.002  # never longer than what is free
    if exact < stepped - 0.002:  # the steps may only miss what is touched for less than a step
        grazing = free_travel(points, curvature, RADIUS - 0.001, REACH)
        assert grazing > exact + 0.002 or exact < 0.002


@pytest.mark.parametrize(
    ("point", "curvature", "free"),
    [
        ((1.0, 0.0), 0.0, 0.75), ((1.0, 0.15), 0.0, 0.8), ((1.0, 0.25), 0.0, REACH), ((1.0, -0.2501), 0.0, REACH),
        ((-1.0, 0.0), 0.0, REACH), ((0.2, 0.0), 0.0, 0.0), ((-0.2, 0.0), 0.0, REACH), ((0.0, 0.2), 0.0, REACH),
        ((0.0, 2.0), 1.0, math.pi - 2 * math.asin(0.125)), ((0.0, -2.0), -1.0, math.pi - 2 * math.asin(0.125)),
        ((0.0, 1.0), 1.0, REACH), ((0.0, 0.2), 1.0, REACH), ((-0.1, 0.0), 4.0, None),
        ((0.1, 0.1), 1.0, 0.0),
        ((9.0, 0.0), 0.0, REACH), ((2.5, 0.0), 0.0, REACH), ((2.4999, 0.0), 0.0, 2.2499),
    ],
)  # fmt: skip
def test_known_cases_of_arcs_and_points(point, curvature, free):
    if free is None:  # left behind, and met again after a round of a small circle
        x, y, turn = -0.1, -0.25, 0.25
        away = math.hypot(x, y)
        along = math.atan2(x, -y) + 2 * math.pi
        free = turn * (along - math.acos((away**2 + turn**2 - RADIUS**2) / (2 * away * turn)))
    reach = 10.0 if free > REACH else REACH
    assert free_travel(np.array([point]), curvature, RADIUS, reach) == pytest.approx(free, abs=1e-9)


def test_the_nearest_of_many_points_counts_in_any_order():
    points = np.array([[2.0, 0.0], [0.8, 0.0], [1.5, 0.1]])
    for order in ([0, 1, 2], [2, 1, 0], [1, 0, 2]):
        assert free_travel(points[order], 0.0, RADIUS, REACH) == pytest.approx(0.55)


def test_no_points_leave_the_whole_reach():
    assert free_travel(np.zeros((0, 2)), 0.3, RADIUS, REACH) == REACH


@given(room=st.floats(0.001, 5.0), braking=st.floats(0.1, 3.0), reaction=st.floats(0.0, 1.0))
def test_the_stoppable_speed_needs_exactly_the_room(room, braking, reaction):
    assert stopping_distance(stoppable(room, braking, reaction), braking, reaction) == pytest.approx(room)


def test_no_room_leaves_no_speed():
    assert stoppable(0.0, 0.5, 0.25) == stoppable(-1.0, 0.5, 0.25) == 0.0


def test_the_stopping_distance_is_the_reactions_and_the_brakes():
    assert stopping_distance(0.5, 0.5, 0.25) == pytest.approx(0.125 + 0.25)


def test_what_is_as_narrow_as_legs_is_told_from_walls():
    wall = np.column_stack((np.linspace(0.0, 1.0, 21), np.ones(21)))
    leg = np.array([[2.0, 1.0], [2.05, 1.0], [2.1, 1.0]])
    alone = np.array([[3.0, 1.0]])
    points = np.vstack([wall, leg, alone])
    found = points[leg_sized(points, 0.13, 0.5)]
    assert found.tolist() == [*leg.tolist(), *alone.tolist()]


@pytest.mark.parametrize(("width", "is_small"), [(0.5, True), (0.51, False)])
def test_a_cluster_is_small_up_to_the_width_of_two_legs(width, is_small):
    row = np.column_stack((np.linspace(0.0, width, 6), np.zeros(6)))
    assert leg_sized(row, 0.13, 0.5).sum() == (6 if is_small else 0)


@pytest.mark.parametrize(("gap", "is_one"), [(0.125, True), (0.135, False)])
def test_a_gap_parts_clusters(gap, is_one):
    row = np.column_stack((gap * np.arange(6), np.zeros(6)))
    assert leg_sized(row, 0.13, 0.5).sum() == (0 if is_one else 6)

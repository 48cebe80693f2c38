"""Passive motion safety: the robot stands before anybody who walks on can meet it."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from robot.passive import comes_near, passive_speed

REACTION, BRAKING, SPREAD, REACH = 0.25, 0.5, 0.2, 0.47


def allowed(linear, angular=0.0, speed=0.0, people=(), spread=SPREAD):
    hazards = np.array([(*person, REACH) for person in people], dtype=float).reshape(-1, 5)
    return passive_speed(linear, angular, speed, hazards, REACTION, BRAKING, spread)


def test_where_nobody_is_every_speed_is_allowed():
    assert allowed(0.7, 1.2, 0.7) == 0.7
    assert allowed(-0.3) == -0.3
    assert allowed(0.0) == 0.0


def test_who_comes_towards_it_slows_it_and_who_walks_away_does_not():
    assert allowed(0.7, people=[(1.6, 0.0, -1.0, 0.0)]) < 0.7
    assert allowed(0.7, people=[(1.6, 0.0, 1.0, 0.0)]) == 0.7


def test_who_crosses_its_way_slows_it_and_who_has_crossed_does_not():
    assert allowed(0.7, people=[(0.9, -1.0, 0.0, 1.2)]) < 0.7
    assert allowed(0.7, people=[(0.9, 1.0, 0.0, 1.2)]) == 0.7


def test_a_curve_leads_into_people_or_away_from_them():
    person = [(0.8, 0.6, 0.0, -0.3)]
    assert allowed(0.6, -1.2, people=person) > allowed(0.6, 0.6, people=person)


def test_what_it_drives_away_from_does_not_hold_it():
    assert allowed(0.5, people=[(-0.5, 0.0, 1.5, 0.0)]) == 0.5
    assert allowed(-0.5, people=[(-0.6, 0.0, 1.5, 0.0)]) == 0.0


def test_a_robot_that_is_fast_now_is_counted_as_fast_as_it_is():
    person = [(0.88, 0.0, 0.0, 0.0)]
    assert allowed(0.3, speed=0.3, people=person) == 0.3
    assert abs(allowed(0.3, speed=0.7, people=person)) < 0.3


def test_the_places_of_those_who_walk_get_less_sure_with_time():
    beside = [(0.6, 0.52, 0.001, 0.0)]
    assert allowed(0.7, people=beside, spread=0.0) == 0.7
    assert allowed(0.7, people=beside, spread=0.2) < 0.7


def driven(linear, angular, speed, person):
    """How near (m) they come while the robot drives as told for its reaction time and brakes, by small steps."""
    x = y = heading = t = 0.0
    now, dt, nearest = speed, 0.001, math.inf
    while t < REACTION or abs(now) > 1e-6:
        now = now if t < REACTION else now - math.copysign(min(abs(now), BRAKING * dt), now)
        heading += angular / linear * now * dt
        x, y, t = x + now * math.cos(heading) * dt, y + now * math.sin(heading) * dt, t + dt
        dx, dy = person[0] + person[2] * t - x, person[1] + person[3] * t - y
        if (dx * math.cos(heading) + dy * math.sin(heading)) * now > 0.02:
            nearest = min(nearest, math.hypot(dx, dy))
        elif math.hypot(dx, dy) < REACH + SPREAD * t:
            return nearest  # who comes from behind and runs into it is not met by it
    return nearest


@settings(deadline=None)  # the first call compiles
@example(linear=0.5, angular=0.0, place=(-1.0, 0.0), velocity=(1.5, 0.0))
@example(linear=0.5, angular=0.0, place=(-0.5, -1.0), velocity=(1.5, 1.0))
@given(
    linear=st.floats(0.05, 0.7),
    angular=st.floats(-1.2, 1.2),
    place=st.tuples(st.floats(-2.0, 2.5), st.floats(-2.0, 2.0)),
    velocity=st.tuples(st.floats(-1.5, 1.5), st.floats(-1.5, 1.5)),
)
def test_it_stands_before_anybody_who_keeps_their_way_meets_it(linear, angular, place, velocity):
    person = (*place, *velocity)
    speed = allowed(linear, angular, linear, [person])
    if speed == linear:  # then it may go on as it is for one more turn
        assert driven(linear, angular, speed, person) > REACH - 0.06


def test_the_same_without_the_rule_meets_people():
    person = (0.9, 0.0, -1.0, 0.0)
    assert driven(0.7, 0.0, 0.7, person) < REACH - 0.06
    assert allowed(0.7, speed=0.7, people=[person]) < 0.7


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
def test_speeds_come_in_tenths_of_what_is_wanted(share):
    steps = [round(10 * allowed(0.7, people=[(x, 0.0, -0.5, 0.0)]) / 0.7, 9) for x in np.linspace(0.5, 3.0, 60)]
    assert all(step == round(step) for step in steps)
    assert round(10 * share) in steps


@pytest.mark.parametrize(
    ("linear", "person", "near"),
    [
        (0.5, (1.0, 0.0, 0.0, 0.0), True), (-0.5, (1.0, 0.0, -2.0, 0.0), False), (-0.5, (-1.0, 0.0, 0.0, 0.0), True),
        (0.5, (1.8, 0.0, 0.0, 0.0), False), (0.5, (1.0, 0.0, 0.6, 0.0), False), (0.5, (1.0, 0.0, 0.4, 0.0), True),
        (0.5, (1.0, 0.73, 0.0, 0.0), False), (0.5, (1.0, 0.71, 0.0, 0.0), True), (0.5, (1.0, -0.71, 0.0, 0.0), True),
        (0.5, (1.0, 1.0, 0.0, -1.0), True), (0.5, (1.0, 1.0, 0.0, 1.0), False), (0.0, (1.0, 0.0, -1.0, 0.0), False),
    ],
)  # fmt: skip
def test_somebody_ahead_comes_near_when_both_go_on(linear, person, near):
    other = (3.0, 3.0, 0.0, 0.0)
    hazards = np.array([(*each, REACH) for each in (other, person)])
    assert comes_near(linear, hazards, 1.75, 0.25) is near

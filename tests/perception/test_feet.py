"""One leg of somebody who walks tells where they are, if it is known where the other was."""

import math

import numpy as np
import pytest

from perception.feet import KEPT, measured, note_feet
from perception.legs import COLUMNS
from perception.tracks import TRACK

NOISE = np.array([0.08, 0.12, 0.18])
LEG, BOTH, PAIR = (3, 3, 0.0, 0.0), (3, 3, 0.0, 1.0), (0, 1, 0.2, 0.0)


def walker(speed=1.0, person=True):
    """Somebody who walks along x with a foot at y = 0.1 and one at y = -0.1, both seen at 1 s."""
    track = np.zeros(1, TRACK)[0]
    track["state"] = 0.0, 0.0, speed, 0.0
    track["person"] = person
    clusters = np.zeros((2, COLUMNS))
    clusters[:, :2] = (0.0, 0.1), (0.0, -0.1)
    note_feet(track, np.array((0.0, 0.0, *PAIR)), clusters, 1.0)
    return track


def at(track, x, y, kind=LEG, now=1.1):
    return measured(track, np.array((x, y, *kind), dtype=float), NOISE, now)


def test_a_foot_that_stands_has_the_other_swing_on_beside_it():
    assert at(walker(), 0.0, 0.1)[:2] == pytest.approx((0.1, 0.0))


def test_a_foot_that_swings_has_the_other_stand_where_it_was():
    assert at(walker(), 0.2, -0.1)[:2] == pytest.approx((0.1, 0.0))


def test_it_is_surer_than_a_leg_of_which_nothing_is_known():
    assert at(walker(), 0.0, 0.1)[2] < NOISE[2] ** 2
    assert at(walker(person=False), 0.0, 0.1) == pytest.approx((0.0, 0.1, NOISE[2] ** 2))


@pytest.mark.parametrize(("x", "y", "now"), [(0.5, 0.4, 1.1), (0.0, 0.1, 1.0 + KEPT + 0.01)], ids=["far", "late"])
def test_a_leg_far_from_both_feet_or_long_after_them_is_only_itself(x, y, now):
    assert at(walker(), x, y, now=now)[:2] == (x, y)


@pytest.mark.parametrize(("kind", "noise"), [(PAIR, NOISE[0]), (BOTH, NOISE[1])])
def test_two_legs_and_both_in_one_cluster_are_where_they_are_seen(kind, noise):
    assert at(walker(), 0.3, 0.0, kind) == pytest.approx((0.3, 0.0, noise**2))


def test_the_hidden_foot_is_forgotten_after_a_while_and_also_when_both_are_one_cluster():
    track = walker()
    for k in range(5):
        note_feet(track, np.array((0.0, 0.1, *LEG)), np.zeros((4, COLUMNS)), 1.0 + 0.1 * k)
    assert at(track, 0.0, 0.1, now=1.5)[:2] == (0.0, 0.1)
    track = walker()
    note_feet(track, np.array((0.0, 0.0, *BOTH)), np.zeros((4, COLUMNS)), 1.1)
    assert at(track, 0.0, 0.1, now=1.2)[:2] == (0.0, 0.1)
    assert math.isinf(track["feet_seen"].min())

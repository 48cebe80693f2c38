"""Which legs are whose."""

import numpy as np
import pytest

from perception.assignment import assign
from perception.legs import COLUMNS, STOOD
from perception.tracks import TRACK

NOISE = np.array([0.1, 0.12, 0.18])


def tracks_at(*states):
    """Persons whose legs were last seen where they are now, 0.1 m to each side."""
    made = np.zeros(len(states), TRACK)
    made["state"] = states
    made["legs"][:, :, :2] = made["state"][:, None, :2] + np.array([[0.0, 0.1], [0.0, -0.1]])
    made["covariance"] = 0.02, 0.0, 0.1
    made["person"] = True
    made["hits"] = 10
    return made


def chosen(tracks, *people, gate=0.9, now=0.1):
    """Whose legs each track gets, of people given by one leg or two: their index, -1 for none, and how many legs."""
    legs = [leg for person in people for leg in person]
    clusters = np.zeros((len(legs), COLUMNS))
    clusters[:, :2] = legs
    candidates, whose, first = [], [], 0
    for k, person in enumerate(people):
        for a in range(first, first + len(person)):
            candidates.append((*legs[a], a, a, 0.0, 0.0))
            whose.append((k, 1))
        if len(person) == 2:
            x, y = np.mean(person, axis=0)
            candidates.append((x, y, first, first + 1, float(np.hypot(*np.subtract(*person))), 0.0))
            whose.append((k, 2))
        first += len(person)
    found = assign(tracks, np.array(candidates, dtype=float), clusters, NOISE, gate, now)
    return [whose[k] if k >= 0 else (-1, 0) for k in found.tolist()]


def test_both_legs_are_worth_more_than_one():
    assert chosen(tracks_at((0.0, 0.0, 0.0, 0.0)), [(0.0, 0.1), (0.0, -0.02)]) == [(0, 2)]


def test_a_leg_is_one_persons():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0), (0.1, 0.0, 0.0, 0.0), (3.0, 0.0, 0.0, 0.0))
    assert chosen(tracks, [(0.02, 0.0)]) == [(0, 1), (-1, 0), (-1, 0)]


@pytest.mark.parametrize(("unseen", "who"), [(0.1, -1), (0.3, 0)])
def test_who_was_just_seen_is_expected_nearer_than_who_was_not(unseen, who):
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0))
    tracks["covariance"] = 0.2, 0.0, 0.1
    assert chosen(tracks, [(0.65, 0.1), (0.65, -0.1)], now=unseen)[0][0] == who


def test_nobody_is_expected_beyond_the_gate():
    assert chosen(tracks_at((0.0, 0.0, 0.0, 0.0)), [(0.35, 0.0)], gate=0.3) == [(-1, 0)]


def test_a_person_comes_before_a_track_that_is_not_sure_yet():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0), (0.12, 0.0, 0.0, 0.0))
    tracks["person"] = False, True
    assert chosen(tracks, [(0.05, 0.0)]) == [(-1, 0), (0, 1)]


def test_who_would_get_nothing_gets_what_another_can_do_without():
    """Both want the legs in the middle; the second also has others, a little farther off."""
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0), (0.35, 0.0, 0.0, 0.0))
    tracks["covariance"] = 0.01, 0.0, 0.1
    tracks["legs"][:, :, :2] = ((0.2, 0.1), (0.2, -0.1)), ((0.2, 0.1), (0.52, -0.1))
    assert chosen(tracks, [(0.2, 0.1), (0.2, -0.1)], [(0.52, 0.1), (0.52, -0.1)], gate=0.5) == [(0, 2), (1, 2)]


def test_whose_foot_stood_there_a_scan_ago_gets_the_leg():
    """Both are expected in the same place; one of them stood on that foot."""
    tracks = tracks_at((0.0, 0.0, 0.9, 0.0), (0.0, 0.0, -0.9, 0.0))
    tracks["legs"][0, :, 0] = 0.4
    tracks["legs"][1, :, :2] = (0.06, 0.0), (-0.4, 0.0)
    assert chosen(tracks, [(0.05, 0.0)]) == [(-1, 0), (0, 1)]
    tracks["legs"][0, :, :2] = (0.06, 0.0), (0.4, 0.0)
    tracks["legs"][1, :, :2] = (-0.4, 0.0), (-0.4, 0.0)
    assert chosen(tracks, [(0.05, 0.0)]) == [(0, 1), (-1, 0)]


def test_two_who_cross_get_what_is_likelier_for_both_together():
    """The first takes the nearest, and what is left does not suit the other at all."""
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0), (0.3, 0.0, 0.0, 0.0))
    tracks["legs"][:] = 9.0
    assert chosen(tracks, [(0.14, 0.0)], [(-0.2, 0.0)]) == [(1, 1), (0, 1)]


@pytest.mark.parametrize(("still", "gets"), [(0.2, 1), (5.0, 0)])
def test_who_walks_is_rather_seen_elsewhere_than_where_something_has_stood_for_a_while(still, gets):
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0))
    tracks["stood_since"] = 10.0 - still
    tracks["seen"] = 9.9
    tracks["legs"][:] = 9.0
    clusters = np.zeros((2, COLUMNS))
    clusters[:, :2] = (0.02, 0.0), (0.2, 0.0)
    clusters[0, STOOD] = 1.0
    candidates = np.array([(0.02, 0.0, 0, 0, 0.0, 0.0), (0.2, 0.0, 1, 1, 0.0, 0.0)])
    assert assign(tracks, candidates, clusters, NOISE, 0.9, 10.0).tolist() == [gets]

"""Many filters as one array."""

import math

import numpy as np
import pytest

from perception.tracks import TRACK, assign, miss, predict, take

NOISE = np.array([0.06, 0.08, 0.13])


def tracks_at(*states, person=True):
    made = np.zeros(len(states), TRACK)
    made["state"] = states
    made["covariance"] = 0.02, 0.0, 0.1
    made["person"] = person
    made["hits"] = 10
    return made


def alone(x, y, k):
    return (x, y, k, k, 0.0, 0.0)


def pair(x, y, a, b, apart=0.2):
    return (x, y, a, b, apart, 0.0)


def test_a_prediction_is_that_of_a_constant_velocity_filter():
    tracks = tracks_at((1.0, 2.0, 0.5, -0.5))
    tracks["covariance"] = 0.1, 0.02, 0.3
    predict(tracks, 0.1, 2.0, 0.1)
    f, g = np.array([[1.0, 0.1], [0.0, 1.0]]), np.array([[0.005], [0.1]]) * 2.0
    expected = f @ np.array([[0.1, 0.02], [0.02, 0.3]]) @ f.T + g @ g.T
    assert tracks["state"][0] == pytest.approx([1.05, 1.95, 0.5, -0.5])
    assert tracks["covariance"][0] == pytest.approx([expected[0, 0], expected[0, 1], expected[1, 1]])


def test_who_is_unseen_for_long_is_not_believed_to_go_on_walking():
    tracks = tracks_at((0.0, 0.0, 1.0, 0.0), (5.0, 0.0, 1.0, 0.0))
    tracks["seen"] = 0.0, 9.5
    for _ in range(10):
        predict(tracks, 0.1, 2.0, 10.0)
    assert tracks["state"][0, 0] < 0.6
    assert tracks["state"][1, 0] == pytest.approx(6.0)


def test_a_correction_is_that_of_a_kalman_filter():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0))
    tracks["covariance"] = 0.1, 0.02, 0.3
    candidates, clusters = np.array([pair(0.1, -0.2, 0, 1)]), np.zeros((2, 5))
    take(tracks, candidates, clusters, np.array([0]), NOISE, 1.0, 0.017, (0.12, 0.34), 0.35)
    p, h = np.array([[0.1, 0.02], [0.02, 0.3]]), np.array([[1.0, 0.0]])
    gain = p @ h.T / (h @ p @ h.T + 0.06**2)
    after = p - gain @ h @ p
    assert tracks["state"][0] == pytest.approx([*(gain[0] * [0.1, -0.2]), *(gain[1] * [0.1, -0.2])])
    assert tracks["covariance"][0] == pytest.approx([after[0, 0], after[0, 1], after[1, 1]])
    assert (tracks["hits"][0], tracks["seen"][0], tracks["missed"][0]) == (11, 1.0, 0.0)


def test_both_legs_are_worth_more_than_one():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0))
    candidates = np.array([alone(0.0, 0.1, 0), alone(0.0, -0.1, 1), pair(0.0, 0.05, 0, 1)])
    assert assign(tracks, candidates, 2, NOISE, 0.9).tolist() == [2]


def test_a_leg_is_one_persons_and_nobody_is_expected_beyond_the_gate():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0), (0.1, 0.0, 0.0, 0.0), (3.0, 0.0, 0.0, 0.0))
    candidates = np.array([alone(0.02, 0.0, 0)])
    assert assign(tracks, candidates, 1, NOISE, 0.9).tolist() == [0, -1, -1]
    assert assign(tracks_at((0.0, 0.0, 0.0, 0.0)), np.array([alone(0.35, 0.0, 0)]), 1, NOISE, 0.3).tolist() == [-1]


def test_a_person_comes_before_a_track_that_is_not_sure_yet():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0), (0.12, 0.0, 0.0, 0.0))
    tracks["person"] = False, True
    assert assign(tracks, np.array([alone(0.05, 0.0, 0)]), 1, NOISE, 0.9).tolist() == [-1, 0]


def test_who_would_get_nothing_gets_what_another_can_do_without():
    """Both want the legs in the middle; the second also has others, a little farther off."""
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0), (0.3, 0.0, 0.0, 0.0))
    candidates = np.array([pair(0.16, 0.0, 0, 1), pair(0.48, 0.0, 2, 3)])
    assert assign(tracks, candidates, 4, NOISE, 0.9).tolist() == [0, 1]


def test_a_leg_left_over_beside_a_person_who_was_seen_is_theirs():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0))
    clusters = np.array([[0.0, 0.1, 0.1, 2.0, 0.0], [0.0, -0.2, 0.1, 2.0, 0.0], [0.9, 0.0, 0.1, 2.0, 0.0]])
    used = take(tracks, np.array([alone(0.0, 0.1, 0)]), clusters, np.array([0]), NOISE, 1.0, 0.017, (0.12, 0.34), 0.35)
    assert used.tolist() == [True, True, False]


@pytest.mark.parametrize(("nearer", "missed"), [(1.0, 0.025), (5.0, 0.1)])
def test_time_counts_less_for_who_is_hidden_by_something_nearer(nearer, missed):
    tracks = tracks_at((3.0, 0.0, 0.0, 0.0), (0.0, 3.0, 0.0, 0.0))
    tracks["seen"] = 0.0, 1.0
    ranges = np.full(360, 6.0)
    ranges[175:186] = nearer
    miss(tracks, np.zeros(3), ranges, -math.pi, math.radians(1), 0.1, 0.25, 1.0)
    assert tracks["missed"].tolist() == pytest.approx([missed, 0.0])


def test_out_of_the_field_of_view_is_hidden_too():
    tracks = tracks_at((-3.0, 0.0, 0.0, 0.0))
    miss(tracks, np.zeros(3), np.full(180, 6.0), -math.pi / 2, math.radians(1), 0.1, 0.25, 1.0)
    assert tracks["missed"].tolist() == pytest.approx([0.025])

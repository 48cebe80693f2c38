"""Many filters as one array."""

import math

import numpy as np
import pytest

from perception.legs import COLUMNS, STOOD
from perception.tracks import KNOWN, TRACK, mark_things, miss, predict, take

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
    candidates, clusters = np.array([pair(0.1, -0.2, 0, 1)]), np.zeros((2, COLUMNS))
    take(tracks, candidates, clusters, np.array([0]), NOISE, 1.0, 0.017, (0.12, 0.34), 0.35)
    p, h = np.array([[0.1, 0.02], [0.02, 0.3]]), np.array([[1.0, 0.0]])
    gain = p @ h.T / (h @ p @ h.T + 0.06**2)
    after = p - gain @ h @ p
    assert tracks["state"][0] == pytest.approx([*(gain[0] * [0.1, -0.2]), *(gain[1] * [0.1, -0.2])])
    assert tracks["covariance"][0] == pytest.approx([after[0, 0], after[0, 1], after[1, 1]])
    assert (tracks["hits"][0], tracks["seen"][0], tracks["missed"][0]) == (11, 1.0, 0.0)


def test_a_leg_left_over_beside_a_person_who_was_seen_is_theirs():
    tracks = tracks_at((0.0, 0.0, 0.0, 0.0))
    clusters = np.zeros((3, COLUMNS))
    clusters[:, :3] = (0.0, 0.1, 0.1), (0.0, -0.2, 0.1), (0.9, 0.0, 0.1)
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


@pytest.mark.parametrize(("hits", "missed"), [(5, 0.1), (30, 0.025)])
def test_what_was_seen_for_a_while_is_waited_for_when_it_is_hidden_also_when_it_is_no_person(hits, missed):
    tracks = tracks_at((3.0, 0.0, 0.0, 0.0), person=False)
    tracks["hits"] = hits
    miss(tracks, np.zeros(3), np.full(360, 1.0), -math.pi, math.radians(1), 0.1, 0.25, 1.0)
    assert tracks["missed"].tolist() == pytest.approx([missed])


@pytest.mark.parametrize(
    ("facts", "stands"),
    [({}, 1.0), ({"person": True}, 0.0), ({"hits": KNOWN - 1}, 0.0), ({"walked": 0.4}, 0.0)],
    ids=["a chair", "a person", "just seen", "it has moved"],
)
def test_what_was_there_for_a_while_without_moving_is_a_thing(facts, stands):
    tracks = tracks_at((1.0, 2.0, 0.0, 0.0), person=False)
    tracks["hits"] = KNOWN
    tracks["legs"][0, :, :2] = (1.0, 2.0), (1.4, 2.0)
    for name, value in facts.items():
        tracks[name] = value
    clusters = np.zeros((3, COLUMNS))
    clusters[:, :2] = (1.02, 2.0), (1.41, 2.0), (1.2, 2.0)
    mark_things(clusters, tracks, KNOWN, 0.15)
    assert clusters[:, STOOD].tolist() == [stands, stands, 0.0]

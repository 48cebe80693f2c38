"""What of a scan may be somebody's legs."""

import math

import numpy as np
import pytest

from perception.legs import COLUMNS, FRAGMENT, RANGE, WIDTH, are_legs, candidates_of, clusters_of, kinds_of
from robot.types import Pose, Scan

STEP = math.radians(1.0)
APART = (0.12, 0.34)


def scan_of(*discs, beams=360, background=6.0):
    """A scan of discs (x, y, radius) before a round wall."""
    angles = -math.pi + 2 * math.pi / beams * np.arange(beams)
    ranges = np.full(beams, background)
    for x, y, radius in discs:
        along = x * np.cos(angles) + y * np.sin(angles)
        under = radius**2 - (x * np.sin(angles) - y * np.cos(angles)) ** 2
        hit = (under > 0) & (along > 0)
        ranges[hit] = np.minimum(ranges[hit], along[hit] - np.sqrt(under[hit]))
    return Scan(0.0, ranges, -math.pi, 2 * math.pi / beams, 0.05, 12.0)


def clusters(*discs, kinds=None, widest=0.5):
    scan = scan_of(*discs)
    beams = np.flatnonzero(scan.valid())
    points = scan.points(Pose(0.0, 0.0, 0.0))
    out = np.empty((64, COLUMNS))
    known = np.where(scan.ranges < 5.9, 2.0, 1.0) if kinds is None else np.full(len(points), kinds)
    return out[: clusters_of(points, scan.ranges[beams], beams, scan.ranges, STEP, known, 0.13, widest, out)]


def test_a_leg_is_one_cluster_with_its_place_width_and_range():
    (found,) = clusters((2.0, 1.0, 0.06))
    assert found[:2] == pytest.approx([2.0, 1.0], abs=0.06)
    assert 0.05 < found[WIDTH] < 0.13
    assert found[RANGE] == pytest.approx(math.hypot(2.0, 1.0) - 0.05, abs=0.02)
    assert found[FRAGMENT] == 0.0


def test_what_the_map_explains_is_nobody():
    assert len(clusters((2.0, 1.0, 0.06), kinds=1.0)) == 0


@pytest.mark.parametrize(("widest", "count"), [(0.45, 1), (0.35, 0)])
def test_what_is_wider_than_a_person_is_none(widest, count):
    assert len(clusters((2.5, 0.0, 0.22), widest=widest)) == count


def test_two_legs_side_by_side_are_two_clusters_and_one_behind_the_other_is_a_fragment():
    assert len(clusters((2.0, 0.1, 0.06), (2.0, -0.1, 0.06))) == 2
    found = clusters((2.0, 0.0, 0.06), (2.4, 0.07, 0.06))
    assert sorted(found[:, FRAGMENT]) == [0.0, 1.0]
    assert found[found[:, FRAGMENT] == 1.0, 0] > 2.2


def test_everybody_alone_and_every_two_near_each_other_may_be_somebody():
    found = clusters((2.0, 0.1, 0.06), (2.0, -0.1, 0.06), (-2.0, 1.0, 0.06))
    candidates = candidates_of(found, 0.24, 0.5)
    pairs = candidates[candidates[:, 2] != candidates[:, 3]]
    assert len(candidates) == 4
    assert pairs[0, :2] == pytest.approx([1.95, 0.0], abs=0.03)
    assert pairs[0, 4] == pytest.approx(0.2, abs=0.03)


def test_a_wide_cluster_is_both_legs_and_pairs_with_none():
    found = clusters((2.0, 0.0, 0.2), (2.0, 0.35, 0.06))
    candidates = candidates_of(found, 0.24, 0.5)
    assert len(candidates) == 2
    assert sorted(candidates[:, 5]) == [0.0, 1.0]


@pytest.mark.parametrize(
    ("discs", "legs"),
    [
        (((2.0, 0.1, 0.06), (2.0, -0.1, 0.06)), True),
        (((2.0, 0.2, 0.06), (2.0, -0.2, 0.06)), False),  # as far apart as the legs of a chair
        (((2.0, 0.1, 0.015), (2.0, -0.1, 0.015)), False),  # and as thin
        (((2.0, 0.0, 0.06), (2.2, 0.09, 0.06)), True),  # somebody from the side, one leg half hidden
    ],
)
def test_two_clusters_look_like_legs_when_they_are_as_far_apart_and_wide(discs, legs):
    found = clusters(*discs)
    candidates = candidates_of(found, 0.24, 0.5)
    (pair,) = candidates[candidates[:, 2] != candidates[:, 3]]
    assert are_legs(pair, found, STEP, APART) is legs


def test_one_cluster_alone_does_not_look_like_legs_however_wide():
    for radius in (0.06, 0.2):
        found = clusters((2.0, 0.0, radius))
        assert not are_legs(candidates_of(found, 0.24, 0.5)[0], found, STEP, APART)


def test_returns_near_walls_and_where_nothing_is_known_are_the_maps_but_not_close_to_people():
    clear = np.full((20, 20), 1.0)
    clear[:, :2] = 0.15
    clear[:, 10:] = -1.0
    points = np.array([[0.25, 0.5], [0.05, 0.5], [0.75, 0.5], [9.0, 9.0]])
    nobody, somebody = np.zeros((0, 2)), np.array([[0.3, 0.5]])
    args = clear, np.zeros(2), 0.05, 0.2
    assert kinds_of(points, *args, nobody).tolist() == [2.0, 1.0, 1.0, 1.0]
    assert kinds_of(points, *args, somebody).tolist() == [2.0, 2.0, 1.0, 1.0]


def box_scan(x, y, size, turn):
    """A scan of a square box (m) at a place (m), turned (rad), before a round wall of 6.5 m."""
    angles = -math.pi + STEP * np.arange(360)
    ranges = np.full(360, 6.5)
    corners = [
        complex(x, y) + size / 2 * complex(*each) * np.exp(1j * turn) for each in ((1, 1), (-1, 1), (-1, -1), (1, -1))
    ]
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        for k, angle in enumerate(angles):
            beam, side = np.exp(1j * angle), b - a
            across = (np.conj(beam) * side).imag
            share = -(np.conj(beam) * a).imag / across if abs(across) > 1e-9 else -1.0
            along = (np.conj(beam) * (a + share * side)).real
            if 0.0 <= share <= 1.0 and along > 0.0:
                ranges[k] = min(ranges[k], along)
    return Scan(0.0, ranges, -math.pi, STEP, 0.05, 12.0)


def looks_like_legs(scan):
    """Whether any two clusters of a scan look like legs."""
    beams = np.flatnonzero(scan.ranges < 6.0)
    points, out = scan.points(Pose(0.0, 0.0, 0.0))[beams], np.empty((64, COLUMNS))
    known = np.full(len(points), 2.0)
    found = out[: clusters_of(points, scan.ranges[beams], beams, scan.ranges, STEP, known, 0.13, 0.5, out)]
    return any(are_legs(each, found, STEP, APART) for each in candidates_of(found, 0.24, 0.5))


def test_the_sides_of_a_box_that_fall_apart_are_not_two_legs():
    turned = [box_scan(*(5.2 * np.array([math.cos(a), math.sin(a)])), 0.3, 0.8) for a in np.linspace(0.0, STEP, 9)]
    assert sum(map(looks_like_legs, turned)) <= 1


def test_two_legs_that_a_beam_goes_between_are_legs_also_far_away():
    turned = []
    for a in np.linspace(0.0, STEP, 9):
        middle, aside = 5.2 * np.array([math.cos(a), math.sin(a)]), 0.1 * np.array([-math.sin(a), math.cos(a)])
        turned.append(scan_of((*(middle + aside), 0.06), (*(middle - aside), 0.06)))
    assert sum(map(looks_like_legs, turned)) >= 4


def test_one_leg_behind_the_other_is_legs_and_no_slanting_face():
    assert looks_like_legs(scan_of((2.5, 0.0, 0.06), (2.69, 0.07, 0.06)))


def test_what_carries_on_a_wall_that_is_not_in_the_map_may_be_a_piece_of_it():
    """A wall of 1 m, and after a gap of a few returns another piece of 0.2 m: it begins nobody."""
    angles = np.radians(np.arange(-180.0, 180.0))
    ahead = np.abs(angles) < 1.2
    ranges = np.where(ahead, 3.0 / np.where(ahead, np.cos(angles), 1.0), 9.0)
    across = ranges * np.sin(angles)
    ranges[(np.abs(across) > 0.5) & ~((across > 0.9) & (across < 1.1))] = 9.0
    scan = Scan(0.0, ranges, -math.pi, STEP, 0.05, 12.0)
    beams = np.flatnonzero(ranges < 8.0)
    points, out = scan.points(Pose(0.0, 0.0, 0.0), 8.0), np.empty((64, COLUMNS))
    known = np.full(len(points), 2.0)
    found = out[: clusters_of(points, ranges[beams], beams, ranges, STEP, known, 0.13, 0.5, out)]
    assert found[:, FRAGMENT].tolist() == [1.0]
    apart = clusters((3.0, 1.0, 0.06))
    assert apart[:, FRAGMENT].tolist() == [0.0]

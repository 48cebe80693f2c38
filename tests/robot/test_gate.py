"""Only observations with figures that a robot can have come through."""

import math
from dataclasses import replace

import numpy as np
import pytest

from robot.gate import AGREE, ObservationGate
from robot.types import Observation, Odometry, Pose, Scan

NAN, INF = math.nan, math.inf


def seen(at=1.0, **facts):
    """An observation at `at` (s), its scan with these `facts`."""
    scan = Scan(at, np.full(360, 3.0), -math.pi, 2 * math.pi / 360, 0.05, 12.0)
    return Observation(at, Odometry(at, Pose(0.0, 0.0, 0.0), 0.1, 0.0), replace(scan, **facts))


@pytest.fixture
def gate(model):
    made = ObservationGate(model)
    assert made.check(seen(0.9)) is not None
    return made


def test_what_a_robot_can_tell_comes_through_as_it_is(gate):
    told = seen(1.0, range_min=0.25)
    assert gate.check(told) is told
    assert gate.troubles == ()


def test_a_return_from_within_its_own_body_is_dirt_and_one_of_what_touches_it_is_not(gate, model):
    ranges = np.full(360, 3.0)
    ranges[:60] = 0.12
    ranges[60:90] = model.body_radius - 0.01
    scan = gate.check(seen(1.0, ranges=ranges)).scan
    assert scan.valid().tolist() == [False] * 60 + [True] * 300


@pytest.mark.parametrize(
    "facts",
    [
        {"ranges": np.zeros(0)},
        {"ranges": np.zeros(1)},
        {"ranges": np.zeros((360, 1))},
        {"ranges": np.zeros((18, 20))},
        {"ranges": np.array(["a", "b"])},
        {"ranges": np.zeros(30_000)},
        {"ranges": np.zeros(800)},  # more than once round
        {"stamp": NAN},
        {"stamp": -99.0},
        {"stamp": 101.0},
        {"angle_min": INF},
        {"angle_increment": NAN},
        {"angle_increment": 0.0},
        {"angle_increment": 1e9},
        {"range_min": NAN},
        {"range_max": NAN},
        {"range_max": -1.0},
        {"range_max": 0.0},
    ],
    ids=str,
)
def test_a_scan_that_no_lidar_takes_is_left_out_and_told(gate, facts):
    checked = gate.check(seen(1.0, **facts))
    assert checked.scan is None
    assert len(gate.troubles) == 1
    assert gate.check(seen(1.1)).scan is not None
    assert gate.troubles == ()


@pytest.mark.parametrize("kind", [np.float32, np.int64, np.uint8])
def test_ranges_of_another_type_are_taken_as_metres(gate, kind):
    checked = gate.check(seen(1.0, ranges=np.full(360, 3, kind)))
    assert checked.scan.ranges.dtype == np.float64
    assert (checked.scan.ranges == 3.0).all()


@pytest.mark.parametrize(
    "odometry",
    [
        Odometry(1.0, Pose(NAN, 0.0, 0.0)),
        Odometry(1.0, Pose(0.0, INF, 0.0)),
        Odometry(1.0, Pose(1e100, 0.0, 0.0)),
        Odometry(1.0, Pose(0.0, 0.0, -1e9)),
        Odometry(1.0, Pose(0.0, 0.0, 0.0), linear=1e9),
        Odometry(1.0, Pose(0.0, 0.0, 0.0), angular=NAN),
        Odometry(NAN, Pose(0.0, 0.0, 0.0)),
    ],
    ids=str,
)
def test_odometry_that_no_wheels_tell_leaves_the_last_one_with_its_old_stamp(gate, odometry):
    checked = gate.check(replace(seen(1.0), odometry=odometry))
    assert checked.odometry == seen(0.9).odometry
    assert checked.scan is not None
    assert len(gate.troubles) == 1


def test_without_any_good_odometry_nothing_comes_through(model):
    gate = ObservationGate(model)
    assert gate.check(replace(seen(1.0), odometry=Odometry(1.0, Pose(NAN, 0.0, 0.0)))) is None


@pytest.mark.parametrize(("told", "taken"), [(NAN, 0.0), (INF, 0.0), (-0.5, 0.0), (1.7, 1.0), (0.4, 0.4)])
def test_a_battery_is_between_empty_and_full(gate, told, taken):
    assert gate.check(replace(seen(1.0), battery=told)).battery == taken


@pytest.mark.parametrize("odd", [NAN, INF, -INF, 0.2, 1e9, -1e308])
def test_a_stamp_that_does_not_go_on_is_kept_out_and_the_next_good_one_comes_through(gate, odd):
    assert gate.check(seen(odd)) is None
    assert gate.troubles
    assert gate.check(seen(1.0)) is not None


@pytest.mark.parametrize("begins", [1e9, -100.0, 0.0])
def test_another_clock_is_believed_once_it_has_gone_on_for_a_while_and_its_stamps_go_on_from_the_old(gate, begins):
    through = [gate.check(seen(begins + 0.05 * k)) for k in range(AGREE + 3)]
    assert through[: AGREE - 1] == [None] * (AGREE - 1)
    last = through[-1]
    assert 0.9 < last.stamp < 1.2
    assert last.odometry.stamp == last.scan.stamp == last.stamp
    stamps = [each.stamp for each in through if each is not None]
    assert stamps == sorted(stamps)


@pytest.mark.parametrize("off", [0.45, 60.0, 1e9, -6.0])
def test_odometry_and_scans_of_another_time_are_kept_out(gate, off):
    told = seen(1.0, stamp=1.0 + off)
    checked = gate.check(replace(told, odometry=replace(told.odometry, stamp=1.0 + off)))
    assert checked.scan is None
    assert checked.odometry == seen(0.9).odometry
    assert len(gate.troubles) == 2


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"bumper": None}, {"bumper": True}),
        ({"bumper": np.zeros(2)}, {"bumper": True}),
        ({"emergency_stop": "no"}, {"emergency_stop": True}),
        ({"charging": "no"}, {"charging": False}),
        ({"tray_items": None}, {"tray_items": 32}),
        ({"tray_items": NAN}, {"tray_items": 32}),
        ({"tray_items": -1}, {"tray_items": 32}),
        ({"battery": None}, {"battery": 0.0}),
        ({"odometry": None}, {"odometry": seen(0.9).odometry}),
        ({"scan": 3}, {"scan": None}),
    ],
    ids=str,
)
def test_what_cannot_be_read_is_taken_for_the_worse_and_the_rest_is_used(gate, facts, found):
    checked = gate.check(replace(seen(1.0), **facts))
    assert {key: getattr(checked, key) for key in found} == found
    assert checked.stamp == 1.0
    assert len(gate.troubles) == 1


@pytest.mark.parametrize("stamp", [None, "now", [1.0]])
def test_a_stamp_that_cannot_be_read_is_none(gate, stamp):
    assert gate.check(replace(seen(1.0), stamp=stamp)) is None


def test_the_trouble_with_a_scan_stays_until_the_next_one(gate):
    gate.check(seen(1.0, ranges=np.zeros(0)))
    told = gate.troubles
    gate.check(replace(seen(1.05), scan=None))
    assert gate.troubles == told != ()
    gate.check(seen(1.1))
    assert gate.troubles == ()


def test_ranges_in_a_list_are_taken(gate):
    assert gate.check(seen(1.0, ranges=[3.0] * 360)).scan.ranges.dtype == np.float64
    assert gate.check(seen(1.1, ranges=[[3.0], [1.0, 2.0]])).scan is None

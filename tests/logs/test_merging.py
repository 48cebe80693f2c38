from collections import Counter

import numpy as np
import pytest

from logs.merging import Merger
from robot.types import Odometry, Pose, Scan


def scan(stamp):
    return Scan(stamp, np.full(3, 1.0), 0.0, 0.1)


def merged(*entries):
    """The scans' stamps with the x of their odometry, in the order they come out, and what was counted.

    Entries are scans or (stamp, x) of odometry, in the order they were recorded.
    """
    warnings = Counter()
    merger, out = Merger(warnings), []
    for entry in entries:
        out += merger.add_scan(entry) if isinstance(entry, Scan) else merger.add_odometry(
            Odometry(entry[0], Pose(entry[1], 0.0, 0.0))
        )  # fmt: skip
    out += merger.rest()
    assert all(o.stamp == o.scan.stamp == o.odometry.stamp for o in out)
    return [(o.stamp, pytest.approx(o.odometry.pose.x)) for o in out], dict(warnings)


def test_a_scan_waits_for_the_odometry_after_it_and_lies_between():
    assert merged((0.0, 0.0), scan(0.05), (0.2, 2.0)) == ([(0.05, 0.5)], {})


def test_a_scan_that_comes_late_lies_between_samples_long_gone():
    odometry = [(0.01 * k, 1.0 * k) for k in range(500)]
    assert merged(*odometry, scan(1.005), scan(3.0), (5.0, 500.0)) == ([(1.005, 100.5), (3.0, 300.0)], {})


def test_the_order_of_recording_within_a_second_does_not_matter():
    entries = [(0.0, 0.0), scan(0.1), scan(0.3), (0.2, 2.0), (0.4, 4.0), (0.6, 6.0), scan(0.5)]
    expected = ([(0.1, 1.0), (0.3, 3.0), (0.5, 5.0)], {})
    assert merged(*entries) == expected


def test_when_odometry_ends_the_scans_go_on_where_it_ended_and_are_counted():
    out, warnings = merged((0.0, 0.0), (1.0, 1.0), scan(1.1), scan(1.5), scan(3.0))
    assert out == [(1.1, 1.0), (1.5, 1.0), (3.0, 1.0)]
    assert warnings == {"scan without odometry at its time": 2}


def test_scans_before_the_first_odometry_are_left_out_unless_it_follows_at_once():
    out, warnings = merged(scan(0.0), scan(4.9), scan(5.0), (5.1, 7.0), scan(5.1))
    assert out == [(4.9, 7.0), (5.0, 7.0), (5.1, 7.0)]
    assert warnings == {"scan before the first odometry": 1}


def test_odometry_whose_stamp_goes_back_is_left_out_and_counted():
    out, warnings = merged((0.0, 0.0), (1.0, 1.0), (0.5, 99.0), scan(0.75), (2.0, 2.0))
    assert out == [(0.75, 0.75)]
    assert warnings == {"odometry stamp went back": 1}


def test_one_scan_from_the_future_holds_up_nobody():
    out, _ = merged((0.0, 0.0), scan(1e9), scan(0.1), (0.2, 2.0), scan(0.3), (0.4, 4.0))
    assert out[:2] == [(0.1, 1.0), (0.3, 3.0)]

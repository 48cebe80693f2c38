"""Whether nothing was at a place a moment ago."""

import math

import numpy as np
import pytest

from perception.recent_scans import RecentScans
from robot.types import Pose, Scan

PLACE = np.array([[3.0, 0.0]])
AT = Pose(0.0, 0.0, 0.0)


def scan(stamp, ahead, beams=360):
    """A scan in a round room of 6 m; the beams within 5 degrees of straight ahead measure `ahead` (m)."""
    ranges = np.full(beams, 6.0)
    angles = -math.pi + 2 * math.pi / beams * np.arange(beams)
    ranges[np.abs(angles) < math.radians(5.0)] = ahead
    return Scan(stamp, ranges, -math.pi, 2 * math.pi / beams, 0.05, 12.0)


def seen(*ahead, at=AT):
    """Scans 0.2 s apart."""
    scans = RecentScans()
    for k, each in enumerate(ahead):
        scans.add(scan(0.2 * k, each), at)
    return scans


@pytest.mark.parametrize(
    ("ahead", "free"),
    [
        ((6.0, 6.0, 6.0), True),
        ((3.0, 3.0, 3.0), False),  # something has stood there all the while
        ((6.0, 3.1, 6.0), False),  # and was missed now and then
        ((1.0, 1.0, 1.0), False),  # something nearer hid the place
        ((math.inf, math.inf, math.inf), False),  # glass, or nothing at all
        ((1.0, 1.0, 6.0), False),  # one look is not enough
    ],
)
def test_a_place_was_free_if_every_scan_that_could_see_it_looked_through(ahead, free):
    assert seen(*ahead).were_free(PLACE, 0.8).tolist() == [free]


def test_what_came_in_the_last_moment_does_not_count():
    scans = seen(6.0, 6.0, 6.0)
    scans.add(scan(0.7, 3.0), AT)
    assert scans.were_free(PLACE, 0.8).tolist() == [True]
    assert scans.were_free(PLACE, 1.2).tolist() == [False]


def test_scans_are_looked_at_from_where_they_were_taken():
    place = np.array([[1.0, 5.0]])
    assert seen(6.0, 6.0, 6.0, at=Pose(1.0, 2.0, math.pi / 2)).were_free(place, 0.8).tolist() == [True]
    assert seen(3.0, 3.0, 3.0, at=Pose(1.0, 2.0, math.pi / 2)).were_free(place, 0.8).tolist() == [False]


def test_another_lidar_begins_anew():
    scans = seen(6.0, 6.0, 6.0)
    scans.add(scan(0.6, 6.0, beams=720), AT)
    assert scans.were_free(PLACE, 0.9).tolist() == [False]

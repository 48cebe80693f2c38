"""A blind lidar is told from a hall with nothing in it."""

import math

import numpy as np
import pytest

from robot.lidar_watch import LidarWatch
from robot.types import Observation, Odometry, Pose, Scan

BEAMS, STEP = 360, 2 * math.pi / 360


def ranges(seed=0, at=3.0):
    return at + np.random.default_rng(seed).normal(0.0, 0.01, BEAMS)


def seen(stamp, told, linear=0.0, angular=0.0, x=0.0, theta=0.0, scan_stamp=None):
    scan = None if told is None else Scan(stamp if scan_stamp is None else scan_stamp, told, -math.pi, STEP, 0.05, 12.0)
    return Observation(stamp, Odometry(stamp, Pose(x, 0.0, theta), linear, angular), scan)


def feed(watch, seconds, make, start, **motion):
    """Scans at 10 Hz, `make(k)` the ranges of each; what the watch said after each."""
    said = []
    for k in range(round(seconds * 10)):
        watch.see(seen(start + 0.1 * k, make(k), **motion))
        said.append(watch.trouble)
    return said


@pytest.fixture
def watch():
    made = LidarWatch()
    assert feed(made, 1.0, ranges, 0.0) == [""] * 10
    return made


BLINDS = {
    "all inf": lambda k: np.full(BEAMS, np.inf),
    "as far as it sees": lambda k: np.full(BEAMS, 12.0),
    "zeros": lambda k: np.zeros(BEAMS),
    "a hand": lambda k: np.random.default_rng(k).uniform(0.01, 0.049, BEAMS),
    "nan": lambda k: np.full(BEAMS, np.nan),
    "negative": lambda k: np.full(BEAMS, -1.0),
    "few left": lambda k: np.where(np.arange(BEAMS) % 5 == 0, ranges(k), np.inf),
}


@pytest.mark.parametrize("blind", BLINDS.values(), ids=BLINDS.keys())
def test_a_lidar_that_sees_no_more_is_noticed_at_once_and_trusted_after_a_second_of_good_scans(watch, blind):
    assert "" not in feed(watch, 2.0, blind, 1.0)
    assert watch.since == pytest.approx(1.0)
    after = feed(watch, 1.5, ranges, 3.0)
    assert "" not in after[:10]
    assert set(after[10:]) == {""}
    assert watch.since is None


@pytest.mark.parametrize("nonsense", [np.nan, -1.0, -np.inf, 0.03])
def test_more_than_a_fifth_of_nonsense_is_a_bad_scan(watch, nonsense):
    def spoilt(count):
        told = ranges(9)
        told[: 5 * count : 5] = nonsense  # spread, so that no sector is lost
        return told

    assert feed(watch, 0.1, lambda k: spoilt(72), 1.0) == [""]
    told = spoilt(72)
    told[1] = nonsense
    assert feed(watch, 0.1, lambda k: told, 1.1) == ["bad scan"]


def test_a_scan_without_beams_is_bad(watch):
    watch.see(seen(1.0, np.zeros(0)))
    assert watch.trouble == "bad scan"
    assert watch.view(0.0) == "blind"


def hall(x, size=60.0, reach=12.0):
    """Ranges in the middle line of an empty hall, seen from `x` m from one of its walls."""
    angles = -math.pi + STEP * np.arange(BEAMS)
    with np.errstate(divide="ignore"):
        along = np.where(np.cos(angles) > 0, (size - x) / np.cos(angles), -x / np.cos(angles))
    return np.where(along < reach, along, np.inf)


def test_a_large_empty_hall_whose_walls_are_lost_from_sight_one_after_the_other_is_not_blind():
    watch = LidarWatch()
    said = feed(watch, 15.5, lambda k: hall(1.0 + 0.07 * k), 0.0, linear=0.7)
    assert set(said) == {""}
    assert watch.view(0.0) == "seen"
    assert np.isfinite(hall(1.0 + 0.07 * 154)).sum() < 0.1 * BEAMS


def test_who_sees_nothing_at_all_is_blind_even_in_a_hall_that_is_larger_than_the_lidar_reaches():
    watch = LidarWatch()
    said = feed(watch, 17.0, lambda k: hall(1.0 + 0.07 * k), 0.0, linear=0.7)
    assert next(filter(None, said)) == "no returns"


def test_people_who_step_aside_before_a_far_wall_are_no_lost_sector():
    watch = LidarWatch()

    def somebody(k):
        told = np.where(np.arange(BEAMS) < 90, 3.0, np.inf) + ranges(k, 0.0)
        first = 170 + 8 * k  # two legs close before the robot: 8 degrees a scan
        told[first : first + 14] = 0.45
        told[first + 18 : first + 32] = 0.45
        return told

    assert set(feed(watch, 1.0, somebody, 0.0)) == {""}
    assert watch.view(0.0) == "seen"


def test_a_sector_that_is_covered_is_blind_until_it_sees_something_again(watch):
    def covered(k):
        told = ranges(k)
        told[155:206] = np.inf
        return told

    assert set(feed(watch, 2.0, covered, 1.0)) == {""}  # as long as it does not drive there
    assert watch.view(0.0) == "blind"
    assert watch.view(math.pi) == watch.view(1.5) == "seen"
    watch.blind_ahead(3.0, 0.0)
    assert set(feed(watch, 2.0, covered, 3.1)) == {"blind ahead"}
    assert watch.since == 3.0
    after = feed(watch, 1.5, ranges, 5.1)
    assert set(after[:10]) == {"blind ahead"}
    assert after[10:] == [""] * 5


def test_beams_that_say_nothing_ahead_are_blind_there(watch):
    def hidden(k):
        told = ranges(k)
        told[160:201] = np.nan
        return told

    feed(watch, 0.1, hidden, 1.0)
    assert watch.view(0.0) == "blind"
    assert watch.view(0.5) == "seen"  # less than half of what is looked at there
    feed(watch, 0.1, ranges, 1.1)
    assert watch.view(0.0) == "seen"


def test_what_was_covered_is_forgotten_when_a_person_has_had_a_look(watch):
    def covered(k):
        told = ranges(k)
        told[155:206] = np.inf
        return told

    feed(watch, 1.0, covered, 1.0)
    watch.forget()
    feed(watch, 0.5, covered, 2.0)
    assert watch.view(0.0) == "seen"


@pytest.mark.parametrize("step", [1.0, -1.0])
def test_where_no_beam_looks_nothing_is_seen(step):
    told = np.full(270, 3.0) + np.random.default_rng(1).normal(0.0, 0.01, 270)
    watch = LidarWatch()
    scan = Scan(0.0, told, -step * math.radians(135), step * math.radians(1), 0.05, 12.0)
    watch.see(Observation(0.0, Odometry(0.0, Pose(0.0, 0.0, 0.0)), scan))
    views = {0: "seen", 110: "seen", -110: "seen", 125: "unseen", 180: "unseen", -180: "unseen"}
    assert {bearing: watch.view(math.radians(bearing)) for bearing in views} == views


@pytest.mark.parametrize("bearing", [0.0, math.pi, -math.pi, 3.0 * math.pi])
def test_a_lidar_that_looks_all_round_sees_every_direction(watch, bearing):
    assert watch.view(bearing) == "seen"


@pytest.mark.parametrize(
    ("linear", "angular"), [(0.7, 0.0), (-0.7, 0.0), (0.0, 1.2), (0.0, -1.2), (0.06, 0.0), (0.0, 0.11)]
)
def test_a_frozen_scan_is_noticed_once_the_wheels_have_turned_a_little(watch, linear, angular):
    frozen, noticed = ranges(5), None
    frozen[3] = np.nan
    for k in range(12):
        t = 1.0 + 0.1 * k
        watch.see(seen(t, frozen, linear, angular, 0.1 * k * linear, 0.1 * k * angular))
        if watch.trouble and noticed is None:
            noticed = k
    fast = abs(linear) > 0.5 or abs(angular) > 1.0
    assert noticed == (1 if fast else 6)
    assert watch.trouble == "frozen scan"


def test_a_frozen_scan_stays_one_while_the_robot_stands_and_until_others_have_come_for_a_second(watch):
    frozen = ranges(5)
    for k in range(3):
        watch.see(seen(1.0 + 0.1 * k, frozen, 0.7, 0.0, 0.07 * k))
    assert set(feed(watch, 5.0, lambda k: frozen, 1.3, x=0.19)) == {"frozen scan"}
    after = feed(watch, 1.2, lambda k: ranges(k), 6.3, x=0.19)
    assert after == ["frozen scan"] * 10 + ["", ""]


def test_a_lidar_without_noise_may_see_the_same_for_ever_while_the_robot_stands(watch):
    same = ranges(5)
    assert set(feed(watch, 10.0, lambda k: same, 1.0)) == {""}
    watch.see(seen(11.0, same, 0.05))
    assert watch.trouble == ""


def test_a_scan_that_does_not_come_is_stale_and_then_scans_must_be_good_for_a_second(watch):
    watch.see(seen(1.2, None))
    assert watch.trouble == ""
    watch.see(seen(1.25, None))
    assert watch.trouble == "stale scan"
    after = feed(watch, 1.2, ranges, 1.3)
    assert after == ["stale scan"] * 10 + ["", ""]


def test_before_the_first_scan_it_is_stale_and_the_first_good_one_is_trusted():
    watch = LidarWatch()
    watch.see(seen(5.0, None))
    assert (watch.trouble, watch.since) == ("stale scan", 5.0)
    watch.see(seen(6.0, ranges()))
    assert (watch.trouble, watch.since) == ("", None)


def test_the_same_scan_told_twice_is_no_new_one(watch):
    told = seen(1.0, ranges())
    assert watch.see(told)
    assert not watch.see(told)
    assert watch.trouble == ""


@pytest.mark.parametrize("back", [0.05, 3.0])
def test_a_stamp_that_goes_back_is_told_and_what_comes_later_by_it_is_good_again(watch, back):
    watch.see(seen(1.0, ranges(), scan_stamp=1.0))
    watch.see(seen(1.05, ranges(1), scan_stamp=1.0 - back))
    assert watch.trouble == ("stamps that go back" if back < 0.2 else "stale scan")
    after = feed(watch, 1.5, ranges, 1.1)
    assert set(after[:9]) != {""}
    assert after[-1] == ""


def test_an_observation_from_before_the_last_is_told(watch):
    watch.see(seen(1.0, ranges()))
    watch.see(seen(0.95, None))
    assert watch.trouble == "stamps that go back"


def test_another_trouble_on_top_of_one_began_with_the_first(watch):
    feed(watch, 1.0, BLINDS["nan"], 1.0)
    feed(watch, 1.0, BLINDS["all inf"], 2.0)
    assert (watch.trouble, watch.since) == ("no returns", 1.0)


def test_a_ring_that_goes_with_the_robot_is_noticed_after_a_hand_and_until_it_is_gone(watch):
    said = []
    for k in range(20):
        watch.see(seen(1.0 + 0.1 * k, ranges(k, 1.0), linear=0.4, x=0.04 * k))
        said.append(watch.trouble)
    assert 8 <= said.index("frozen scan") <= 16
    assert set(said[16:]) == {"frozen scan"}
    assert feed(watch, 5.0, lambda k: ranges(k, 1.0), 3.0, x=0.8)[-1] == "frozen scan"  # also while it stands
    assert feed(watch, 2.0, lambda k: ranges(k, 1.5), 8.0, x=0.8)[-1] == ""


def test_walls_that_come_nearer_on_one_side_are_none(watch):
    """Nine tenths of the beams see the sides of a corridor, where nothing changes."""
    for k in range(60):
        told = ranges(k, 1.0)
        told[:36] = 8.0 - 0.04 * k
        watch.see(seen(1.0 + 0.1 * k, told, linear=0.4, x=0.04 * k))
        assert watch.trouble == ""


def test_who_stands_may_see_the_same_for_ever(watch):
    assert set(feed(watch, 20.0, lambda k: ranges(k, 1.0), 1.0)) <= {"", "no returns"}

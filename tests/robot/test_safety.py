"""The safety layer: the last word on every command."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.safety import Safety
from robot.types import Command, Localization, Observation, Odometry, Pose, Scan, Track

AT = Pose(0.0, 0.0, 0.0)


def scan(stamp, **walls):
    """A scan of 360 beams: `ahead=0.8` is a wall across the way at 0.8 m, `behind` likewise."""
    angles = -math.pi + np.arange(360) * 2 * math.pi / 360
    ranges = np.full(360, 5.0)
    for side, sign in (("ahead", 1.0), ("behind", -1.0)):
        if side in walls:
            facing = sign * np.cos(angles) > 0.3
            ranges[facing] = np.minimum(ranges[facing], walls[side] / (sign * np.cos(angles[facing])))
    return Scan(stamp, ranges, -math.pi, 2 * math.pi / 360, 0.05, 12.0)


def seen(stamp=1.0, with_scan=True, linear=0.0, **facts):
    walls = {key: facts.pop(key) for key in ("ahead", "behind") if key in facts}
    return Observation(stamp, Odometry(stamp, AT, linear), scan(stamp, **walls) if with_scan else None, **facts)


@pytest.fixture
def safety(model):
    safety = Safety(model)
    assert safety.confirm(seen())
    return safety


def limit(safety, command, observation, people=(), **more):
    return safety.limit(command, observation, Localization(observation.stamp, AT), people, **more)


def test_a_free_way_leaves_a_command_as_it_is(safety):
    assert limit(safety, Command(0.5, 0.2), seen()) == Command(0.5, 0.2)


def test_nothing_moves_after_power_on_until_a_person_confirms(model):
    safety = Safety(model)
    assert limit(safety, Command(0.5, 0.5), seen()).is_still
    safety.confirm(seen())
    assert not limit(safety, Command(0.5, 0.5), seen(1.1)).is_still


@pytest.mark.parametrize("cause", ["emergency_stop", "bumper"])
def test_after_a_stop_nothing_moves_until_released_and_confirmed(safety, cause):
    assert limit(safety, Command(0.5), seen(1.0, **{cause: True})).is_still
    assert not safety.confirm(seen(1.1, **{cause: True}))
    assert limit(safety, Command(0.5), seen(1.2)).is_still
    assert safety.confirm(seen(1.3))
    assert limit(safety, Command(0.5), seen(1.4)).linear == 0.5


def test_a_stale_scan_or_pose_stops_and_fresh_ones_go_on(safety):
    limit(safety, Command(0.5), seen(1.0))
    assert limit(safety, Command(0.5), seen(1.31, with_scan=False)).is_still
    assert safety.reason == "stale scan"
    fresh = seen(2.0)
    assert safety.limit(Command(0.5), fresh, Localization(1.4, AT), ()).is_still
    assert safety.reason == "stale pose"
    assert limit(safety, Command(0.5), seen(2.1)).linear == 0.5


def test_a_frozen_scan_stops_a_robot_whose_wheels_turn(safety):
    for k in range(8):
        command = limit(safety, Command(0.5), seen(1.0 + 0.1 * k, linear=0.5))
    assert command.is_still
    assert safety.reason == "frozen scan"


def test_a_scan_of_mostly_nonsense_stops(safety):
    bad = seen(1.0)
    bad.scan.ranges[:100] = np.nan
    assert limit(safety, Command(0.5), bad).is_still


@given(gap=st.floats(0.31, 2.0), speed=st.floats(0.05, 0.7))
def test_the_stopping_distance_fits_before_what_is_ahead(model, gap, speed):
    safety = Safety(model)
    safety.confirm(seen())
    v = limit(safety, Command(speed), seen(ahead=gap)).linear
    assert v <= speed + 1e-9
    stops_within = v * model.reaction + v * v / (2 * model.braking)
    assert stops_within + safety.config.margin <= gap - model.radius + 0.02 + 1e-6


def test_what_is_behind_does_not_hold_back_going_forward_but_backward(safety):
    assert limit(safety, Command(0.3), seen(behind=0.3)).linear == 0.3
    assert limit(safety, Command(-0.3), seen(1.1, behind=0.3)).linear == 0.0


def test_people_ahead_within_one_and_a_half_metres_slow_the_robot(safety):
    ahead, behind = Track(1, 1.6, 0.0, 0.0, 0.0), Track(2, -1.0, 0.0, 0.0, 0.0)
    assert limit(safety, Command(0.6), seen(), [ahead]).linear == 0.3
    assert limit(safety, Command(0.6), seen(1.1), [behind]).linear == 0.6


def test_cups_on_the_tray_and_the_dock_have_their_own_top_speeds(safety):
    assert limit(safety, Command(0.7), seen(tray_items=3)).linear == 0.5
    assert limit(safety, Command(-0.4), seen(1.1), docking=True).linear == -0.1


def test_a_limited_command_keeps_its_curve(safety):
    limited = limit(safety, Command(0.6, 0.6), seen(tray_items=1))
    assert limited.angular / limited.linear == pytest.approx(1.0)


def test_a_robot_before_a_wall_may_turn_on_the_spot(safety):
    assert limit(safety, Command(0.3, 0.5), seen(ahead=0.28)) == replace(Command(0.0, 0.5))

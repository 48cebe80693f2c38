"""The safety layer: the last word on every command."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from robot.model import BatteryModel, LidarModel, OdometryNoise, RobotModel, TrayModel
from robot.safety import Safety, SafetyConfig
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


def seen(stamp=1.0, with_scan=True, linear=0.0, angular=0.0, **facts):
    walls = {key: facts.pop(key) for key in ("ahead", "behind") if key in facts}
    odometry = Odometry(stamp, AT, linear, angular)
    return Observation(stamp, odometry, scan(stamp, **walls) if with_scan else None, **facts)


def returns(*places, stamp=1.0, range_max=12.0):
    """Seen by a lidar of a beam a degree: single returns at (bearing in degrees, range in m), else nothing near."""
    made = seen(stamp)
    for bearing, distance in places:
        made.scan.ranges[(180 + bearing) % 360] = distance
    return replace(made, scan=replace(made.scan, range_max=range_max))


MODEL = RobotModel(
    body_radius=0.22, radius=0.25, max_speed=0.7, tray_speed=0.5, turn_speed=1.2,
    acceleration=0.5, braking=0.5, turn_acceleration=2.0, reaction=0.25,
    lidar=LidarModel(AT, 2 * math.pi, 360, 10.0, 0.05, 12.0, 0.01, 0.0),
    odometry=OdometryNoise(0.0, 0.0, 0.0, 0.0), battery=BatteryModel(0.1, 0.2, 0.5), tray=TrayModel(6, 20),
)  # fmt: skip


def make(mount=AT, braking=0.5, **limits):
    """A safety layer that a person has confirmed."""
    model = replace(MODEL, lidar=replace(MODEL.lidar, mount=mount), braking=braking)
    safety = Safety(model, SafetyConfig(**limits))
    assert safety.confirm(seen())
    return safety


@pytest.fixture
def safety():
    return make()


def limit(safety, command, observation, people=(), at=AT, **more):
    return safety.limit(command, observation, Localization(observation.stamp, at), people, **more)


def stoppable(room, braking=0.5):
    """The speed that stops within `room` (m): v T + v^2 / 2a = room with T = 0.25 s."""
    return braking * (math.sqrt(0.25**2 + 2.0 * room / braking) - 0.25) if room > 0 else 0.0


def fits(speed, room, braking=0.5):
    """Whether a speed is the greatest that stops within `room` (m), which is known to 2 cm and never taken too big."""
    return stoppable(room - 0.02, braking) - 1e-9 <= speed <= stoppable(room, braking) + 1e-9


def test_a_free_way_leaves_a_command_as_it_is(safety):
    assert limit(safety, Command(0.5, 0.2), seen()) == Command(0.5, 0.2)


def test_nothing_moves_after_power_on_until_a_person_confirms():
    safety = Safety(MODEL)
    assert limit(safety, Command(0.5, 0.5), seen()) == Command(lamp="warn")
    assert safety.reason == "power"
    assert safety.confirm(seen())
    assert safety.reason == ""
    assert not limit(safety, Command(0.5, 0.5), seen(1.1)).is_still


@pytest.mark.parametrize("cause", ["emergency_stop", "bumper"])
def test_after_a_stop_nothing_moves_until_released_and_confirmed(safety, cause):
    assert limit(safety, Command(0.5), seen(1.0, **{cause: True})).is_still
    assert safety.reason == cause.replace("_", " ")
    assert not safety.confirm(seen(1.1, **{cause: True}))
    assert limit(safety, Command(0.5), seen(1.2)).is_still
    assert safety.confirm(seen(1.3))
    assert limit(safety, Command(0.5), seen(1.4)).linear == 0.5


def test_a_stale_scan_or_pose_stops_and_fresh_ones_go_on(safety):
    limit(safety, Command(0.5), seen(1.0))
    assert limit(safety, Command(0.5, lamp="talk"), seen(1.31, with_scan=False)) == Command(lamp="talk")
    assert safety.reason == "stale scan"
    fresh = seen(2.0)
    assert safety.limit(Command(0.5), fresh, Localization(1.4, AT), ()).is_still
    assert safety.reason == "stale pose"
    assert safety.limit(Command(0.5), seen(2.1), None, ()).is_still
    assert limit(safety, Command(0.5), seen(2.2)).linear == 0.5


def test_nothing_moves_before_there_was_a_scan(safety):
    assert limit(safety, Command(0.5), seen(with_scan=False)).is_still
    assert safety.reason == "stale scan"


def test_a_scan_and_a_pose_as_old_as_allowed_still_count(safety):
    limit(safety, Command(0.5), seen(0.0))
    assert limit(safety, Command(0.5), seen(0.3, with_scan=False)).linear == 0.5
    assert safety.limit(Command(0.5), seen(0.5), Localization(0.0, AT), ()).linear == 0.5


def test_a_scan_that_comes_late_does_not_replace_a_newer_one(safety):
    limit(safety, Command(0.5), seen(1.0, ahead=0.28))
    late = replace(seen(1.1), scan=scan(0.9))
    assert limit(safety, Command(0.5), late).linear == 0.0


@pytest.mark.parametrize(
    ("linear", "angular", "frozen"),
    [
        (0.06, 0.0, True), (-0.06, 0.0, True), (0.0, 0.11, True), (0.0, -0.11, True),
        (0.05, 0.0, False), (0.0, 0.1, False), (0.0, 0.0, False),
    ],
)  # fmt: skip
def test_a_frozen_scan_stops_a_robot_whose_wheels_turn(safety, linear, angular, frozen):
    moved = []
    for stamp in (1.0, 1.0, 1.25, 1.25, 1.5, 1.75, 2.0):  # each scan is seen twice while there is no newer one
        observation = seen(stamp, linear=linear, angular=angular)
        observation.scan.ranges[:9] = np.nan
        moved.append(limit(safety, Command(0.5), observation).linear > 0)
    assert moved == [True] * 6 + [not frozen]  # the first repetition was at 1.25 s
    assert safety.reason == ("frozen scan" if frozen else "")
    assert limit(safety, Command(0.5), seen(2.1, linear=linear, angular=angular, behind=0.5)).linear == 0.5


@pytest.mark.parametrize("nonsense", [np.nan, -1.0])
def test_a_scan_with_more_than_a_fifth_of_nonsense_stops(safety, nonsense):
    bad = seen(1.0)
    bad.scan.ranges[:72] = nonsense
    assert limit(safety, Command(0.5), bad).linear == 0.5
    worse = seen(1.1)
    worse.scan.ranges[:73] = nonsense
    assert limit(safety, Command(0.5), worse).is_still
    assert safety.reason == "bad scan"


def test_a_scan_without_beams_stops(safety):
    assert limit(safety, Command(0.5), replace(seen(), scan=replace(scan(1.0), ranges=np.zeros(0)))).is_still
    assert safety.reason == "bad scan"


def test_a_beam_without_a_return_is_neither_nonsense_nor_an_obstacle(safety):
    nothing = returns((0, 0.04), (1, np.inf), (2, 0.6), range_max=0.6)  # too near, and as far as it sees
    nothing.scan.ranges[:100] = 0.0
    assert limit(safety, Command(0.5), nothing).linear == 0.5


@given(gap=st.floats(0.26, 2.0), speed=st.floats(0.05, 0.7))
def test_the_stopping_distance_fits_before_what_is_ahead_and_no_speed_is_given_away(gap, speed):
    limited = limit(safety := make(), Command(speed), seen(ahead=gap)).linear
    if limited == speed:
        assert limited <= stoppable(gap - 0.25 - 0.05) + 1e-9
        assert safety.reason == ""
    else:
        assert fits(limited, gap - 0.25 - 0.05)
        assert safety.reason == "obstacle"


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(("radius", "bearing"), [(0.5, 51), (2.0, 13)])
def test_what_stands_on_the_arc_of_a_curve_holds_back_and_what_stands_beside_it_does_not(radius, bearing, side, way):
    safety, command = make(braking=0.1), Command(way * 0.6, side * 0.6 / radius)
    turned = 2 * math.radians(bearing)  # of the circle, where it is seen at that bearing
    place = (0 if way > 0 else 180) + side * bearing, 2 * radius * math.sin(turned / 2)
    limited = limit(safety, command, returns(place))
    met = radius * turned - 2 * radius * math.asin(0.25 / (2 * radius))  # as far as the footprint reaches
    assert fits(abs(limited.linear), met - 0.05, braking=0.1)
    assert limited.angular / limited.linear == pytest.approx(way * side / radius)
    free = limit(safety, command, seen(1.1))
    assert abs(free.linear) > abs(limited.linear)
    assert limit(safety, command, returns((place[0] - side * (bearing + 60), 0.6), stamp=1.2)) == free


def test_what_the_footprint_touches_holds_back_only_who_goes_on_towards_it(safety):
    assert limit(safety, Command(0.5), returns((-180, 0.2))).linear == 0.5
    assert limit(safety, Command(0.5), returns((0, 0.2), stamp=1.1)).linear == 0.0
    assert limit(make(margin=0.0), Command(0.5), returns((45, 0.21))).linear == 0.0


def test_a_return_out_of_reach_hides_no_near_one(safety):
    assert fits(limit(safety, Command(0.7), returns((-90, 2.4), (0, 0.5), (90, 2.4))).linear, 0.5 - 0.25 - 0.05)


def test_weak_brakes_hold_back_before_what_is_two_metres_away_and_never_trust_more_than_was_looked_at():
    command = Command(0.7)
    assert fits(limit(make(braking=0.1), command, returns((0, 2.15))).linear, 2.15 - 0.25 - 0.05, braking=0.1)
    assert limit(make(braking=0.1), command, seen()).linear == pytest.approx(stoppable(2.25 - 0.05, braking=0.1))
    person = Track(1, 1.9, 0.0, 0.0, 0.0)
    assert fits(limit(make(braking=0.1), command, seen(), [person]).linear, 1.9 - 0.25 - 0.22 - 0.05, braking=0.1)


def test_returns_are_seen_from_where_the_lidar_sits():
    ahead = make(mount=Pose(0.1, 0.0, math.pi / 2))
    assert fits(limit(ahead, Command(0.7), returns((-90, 0.5))).linear, 0.6 - 0.25 - 0.05)
    beside = make(mount=Pose(0.0, 0.2, 0.0))
    x = 0.4 * math.cos(math.radians(30))
    assert fits(limit(beside, Command(0.7), returns((-30, 0.4))).linear, x - 0.25 - 0.05)


def test_what_is_behind_does_not_hold_back_going_forward_but_backward(safety):
    assert limit(safety, Command(0.3), seen(behind=0.3)).linear == 0.3
    assert limit(safety, Command(-0.3, 0.5), seen(1.1, behind=0.3)) == Command(0.0, 0.0)


BEFORE, AFTER = 1.74, 1.76  # m: 1.5 m before a footprint of 0.25 m


@pytest.mark.parametrize(
    ("way", "bearing", "distance", "slows"),
    [
        (1, 0, BEFORE, True), (1, 80, 1.0, True), (1, -80, 1.0, True), (-1, 180, BEFORE, True), (-1, 100, 1.0, True),
        (1, 0, AFTER, False), (1, 100, 1.0, False), (1, -100, 1.0, False), (1, 180, 1.0, False), (-1, 0, 1.0, False),
    ],
)  # fmt: skip
def test_people_ahead_within_one_and_a_half_metres_slow_the_robot(safety, way, bearing, distance, slows):
    at = Pose(2.0, 1.0, 2.1)
    direction = at.theta + math.radians(bearing)
    person = Track(1, at.x + distance * math.cos(direction), at.y + distance * math.sin(direction), 0.0, 0.0)
    assert limit(safety, Command(way * 0.6), seen(), [person], at).linear == way * (0.3 if slows else 0.6)
    assert safety.reason == ("people ahead" if slows else "")


@pytest.mark.parametrize("place", [(1.75, 0.0), (0.0, 1.0)])
def test_a_person_at_the_edge_or_just_beside_is_not_ahead(safety, place):
    assert limit(safety, Command(0.6), seen(), [Track(1, *place, 0.0, 0.0)]).linear == 0.6


def test_who_is_as_slow_as_among_people_is_not_held_back_by_them(safety):
    assert limit(safety, Command(0.3), seen(), [Track(1, 1.6, 0.0, 0.0, 0.0)]).linear == 0.3
    assert safety.reason == ""


def test_a_body_reaches_beyond_the_legs_that_the_lidar_sees(safety):
    ahead, behind = Track(1, 0.6, 0.0, 0.0, 0.0), Track(2, -0.6, 0.0, 0.0, 0.0)
    assert fits(limit(safety, Command(0.7), seen(), [ahead]).linear, 0.6 - 0.25 - 0.22 - 0.05)
    assert fits(-limit(safety, Command(-0.7), seen(1.1), [behind]).linear, 0.6 - 0.25 - 0.22 - 0.05)


def test_the_robot_the_cups_on_its_tray_and_the_dock_have_their_own_top_speeds(safety):
    assert limit(safety, Command(1.0), seen()).linear == 0.7
    assert limit(safety, Command(0.7), seen(1.1, tray_items=1)).linear == 0.5
    assert limit(safety, Command(-0.4), seen(1.2), docking=True).linear == -0.1


def test_docking_goes_nearer_than_driving_and_still_stops_before_it_touches(safety):
    assert fits(limit(safety, Command(0.1), seen(ahead=0.3), docking=True).linear, 0.3 - 0.25 - 0.02)
    assert limit(safety, Command(0.1), seen(1.1, ahead=0.3)).linear == 0.0


def test_a_limited_command_keeps_its_curve(safety):
    limited = limit(safety, Command(0.6, 0.6), seen(tray_items=1))
    assert limited.angular / limited.linear == pytest.approx(1.0)


@pytest.mark.parametrize("way", [1, -1])
def test_a_robot_turns_no_faster_than_it_may(safety, way):
    assert limit(safety, Command(0.0, way * 2.0), seen()) == Command(0.0, way * 1.2)
    assert limit(safety, Command(0.0, way * 1.1), seen(1.1)) == Command(0.0, way * 1.1)


def test_a_robot_before_a_wall_may_turn_on_the_spot(safety):
    assert limit(safety, Command(0.3, 0.5), seen(ahead=0.28)) == Command(0.0, 0.5)


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -math.inf])
def test_a_command_that_is_no_number_stands_still(safety, nonsense):
    assert limit(safety, Command(nonsense, 0.2, "talk"), seen()) == Command(lamp="talk")
    assert limit(safety, Command(0.2, nonsense, "talk"), seen(1.1)) == Command(lamp="talk")


def test_who_is_far_away_hides_nobody_who_is_near(safety):
    far, near = Track(1, 5.0, 0.0, 0.0, 0.0), Track(2, 0.6, 0.0, 0.0, 0.0)
    assert fits(limit(safety, Command(0.7), seen(), [far, near]).linear, 0.6 - 0.25 - 0.22 - 0.05)


def test_a_body_counts_as_far_ahead_as_its_near_side_is_looked_at():
    person = Track(1, 2.6, 0.0, 0.0, 0.0)
    assert fits(limit(make(braking=0.1), Command(0.7), seen(), [person]).linear, 2.6 - 0.25 - 0.22 - 0.05, braking=0.1)

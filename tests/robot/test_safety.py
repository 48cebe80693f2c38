"""The safety layer: the last word on every command."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
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
    acceleration=0.5, braking=0.5, stop_braking=1.5, turn_acceleration=2.0, reaction=0.25,
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


def test_a_stop_brakes_hard_and_a_limit_does_not(safety):
    assert limit(safety, Command(0.5), seen(emergency_stop=True)).hard
    assert not limit(make(), Command(0.5), seen()).hard


def limit(safety, command, observation, people=(), at=AT, **more):
    return safety.limit(command, observation, Localization(observation.stamp, at), people, **more)


def stoppable(room, braking=0.5):
    """The speed that stops within `room` (m): v T + v^2 / 2a = room with T = 0.25 s."""
    return braking * (math.sqrt(0.25**2 + 2.0 * room / braking) - 0.25) if room > 0 else 0.0


def fits(speed, room, braking=0.5):
    """Whether a speed is the greatest that stops within `room` (m)."""
    return speed == pytest.approx(stoppable(room, braking), abs=1e-9)


WALL = 0.25 + 0.05  # m from the robot's centre to what it stands before: footprint and margin
LEG = 0.25 + 0.09  # and to a return that may be a leg: footprint, and what a body reaches beyond its leg
BODY = 0.25 + 0.22 + 0.05  # and to the middle of somebody


def test_a_free_way_leaves_a_command_as_it_is(safety):
    assert limit(safety, Command(0.5, 0.2), seen()) == Command(0.5, 0.2)


def test_nothing_moves_after_power_on_until_a_person_confirms():
    safety = Safety(MODEL)
    assert limit(safety, Command(0.5, 0.5), seen()) == Command(lamp="warn", hard=True)
    assert safety.reason == "power"
    assert safety.confirm(seen())
    assert safety.reason == ""
    assert not limit(safety, Command(0.5, 0.5), seen(1.1)).is_still


def test_after_an_emergency_stop_nothing_moves_until_released_and_confirmed(safety):
    assert limit(safety, Command(0.5), seen(1.0, emergency_stop=True)).is_still
    assert safety.reason == safety.stop == "emergency stop"
    assert not safety.confirm(seen(1.1, emergency_stop=True))
    assert limit(safety, Command(0.5), seen(1.2)) == Command(lamp="warn", hard=True)
    assert safety.confirm(seen(1.3))
    assert limit(safety, Command(0.5), seen(1.4)).linear == 0.5


def turns(safety, start, seconds, command=None, people=(), **facts):
    """What is left of a command in each turn, and the reason told after it."""
    told = []
    for k in range(round(seconds / 0.1)):
        out = limit(safety, command or Command(0.5), seen(start + 0.1 * k, **facts), people)
        told.append((out.linear, safety.reason))
    return told


def test_after_a_hit_nothing_moves_until_confirmed_and_then_first_away_from_what_it_touched(safety):
    assert limit(safety, Command(0.5), seen(1.0, linear=0.5)).linear == 0.5
    assert set(turns(safety, 1.1, 5.0, bumper=True)) == {(0.0, "bumper")}
    assert safety.stopped
    assert safety.confirm(seen(6.1, bumper=True))  # it stands against a wall: how else could it get off?
    assert set(turns(safety, 6.1, 1.0, bumper=True)) == {(-0.08, "")}
    backed = replace(seen(7.2, behind=4.0), odometry=Odometry(7.2, Pose(-0.21, 0.0, 0.0)))
    assert limit(safety, Command(0.5), backed).linear == 0.5


def test_a_touch_while_it_stands_stops_it_without_a_latch_and_it_moves_away_when_it_wants_to_drive(safety):
    assert set(turns(safety, 1.0, 1.0, bumper=True, bumper_zones=("rear",))) == {(0.0, "touched")}
    assert not safety.stopped
    assert safety.stop == "touched"
    assert set(turns(safety, 2.0, 2.0)) == {(0.0, "touched")}
    assert limit(safety, Command(), seen(4.0)) == Command()
    assert set(turns(safety, 4.1, 1.0, Command(-0.5))) == {(0.08, "")}
    assert set(turns(safety, 5.1, 1.0)) == {(0.5, "")}  # which leads away from it as well


def test_a_persons_word_when_nothing_is_latched_does_not_end_a_touch_or_what_is_known_of_the_lidar(safety):
    turns(safety, 1.0, 0.5, bumper=True)
    assert safety.confirm(seen(1.5, bumper=True))
    assert turns(safety, 1.5, 0.1, bumper=True) == [(0.0, "touched")]
    blind = replace(seen(1.7), scan=replace(scan(1.7), ranges=np.where(np.arange(360) % 8, np.inf, 5.0)))
    assert limit(safety, Command(0.5), blind).is_still
    assert safety.reason == "no returns"


def test_it_does_not_back_into_what_stands_behind_it_when_it_leaves_a_touch(safety):
    turns(safety, 1.0, 3.1, bumper_zones=("front",), behind=0.28)
    turns(safety, 4.1, 2.1, behind=0.28)
    assert set(turns(safety, 6.2, 1.0, behind=0.28)) == {(0.0, "obstacle")}


def test_odometry_that_contradicts_itself_stops_it_until_a_person_says_so(safety):
    """Speeds are told, and the pose stays where it is."""
    assert turns(safety, 1.0, 1.5, linear=0.5)[-1] == (0.0, "odometry")
    assert set(turns(safety, 2.5, 5.0)) == {(0.0, "odometry")}
    assert safety.confirm(seen(7.5))
    turns(safety, 7.6, 2.0)
    assert not safety.stopped


def test_how_long_it_has_been_held_is_told_and_being_slowed_is_not_held(safety):
    turns(safety, 1.0, 1.0, ahead=0.4)
    assert (safety.reason, safety.stop, safety.stop_since) == ("obstacle", "", None)
    turns(safety, 2.0, 3.0, emergency_stop=True)
    assert safety.stop_since == 2.0
    safety.confirm(seen(5.0))
    turns(safety, 5.0, 0.1)
    assert safety.stop_since is None


def test_a_stale_pose_stops_and_a_fresh_one_goes_on(safety):
    assert safety.limit(Command(0.5, lamp="talk"), seen(2.0), Localization(1.4, AT), ()) == Command(
        lamp="talk", hard=True
    )
    assert safety.reason == safety.stop == "stale pose"
    assert safety.limit(Command(0.5), seen(2.1), None, ()).is_still
    assert limit(safety, Command(0.5), seen(2.2)).linear == 0.5


def test_a_blind_lidar_stops_it_and_a_second_of_good_scans_lets_it_go_on(safety):
    limit(safety, Command(0.5), seen(1.0))
    assert limit(safety, Command(0.5, lamp="talk"), seen(1.31, with_scan=False)) == Command(lamp="talk", hard=True)
    assert safety.reason == safety.stop == "stale scan"
    told = turns(safety, 1.4, 1.2)
    assert told == [(0.0, "stale scan")] * 10 + [(0.5, "")] * 2


def test_nothing_is_seen_ahead_where_beams_say_nothing_and_it_can_still_not_turn_away(safety):
    hidden = seen(1.0)
    hidden.scan.ranges[150:210] = np.nan
    assert limit(safety, Command(0.5), hidden) == Command(hard=True)
    assert safety.reason == "blind ahead"
    assert limit(safety, Command(0.0, 1.0), seen(1.1)) == Command(hard=True)


def test_what_hides_the_way_behind_it_leaves_it_backing_off_slowly(safety):
    hidden = seen(1.0)
    hidden.scan.ranges[:30] = hidden.scan.ranges[-30:] = np.nan  # a part of itself
    assert limit(safety, Command(-0.5), hidden).linear == -0.1
    assert safety.reason == "unseen"


def half_blind(stamp=1.0):
    """A lidar of 270 degrees, which does not look behind."""
    scan = Scan(stamp, np.full(270, 5.0), -math.radians(135), math.radians(1), 0.05, 12.0)
    return Observation(stamp, Odometry(stamp, AT), scan)


@pytest.mark.parametrize(
    ("command", "allowed"),
    [(Command(-0.5, 0.0), 0.1), (Command(-0.05, 0.0), 0.05), (Command(-0.5, 0.5), 0.1), (Command(0.7, 0.5), 0.7)],
)
def test_where_no_lidar_looks_it_only_backs_off_at_a_tenth_of_a_metre_a_second(safety, command, allowed):
    limited = limit(safety, command, half_blind())
    assert abs(limited.linear) == pytest.approx(allowed)
    assert limited.angular / limited.linear == pytest.approx(command.angular / command.linear)
    assert safety.reason == ("unseen" if allowed == 0.1 else "")


def test_forward_to_where_no_lidar_looks_it_does_not_drive_at_all():
    safety = make(mount=Pose(0.0, 0.0, math.pi))
    assert limit(safety, Command(0.5), half_blind()).linear == 0.0
    assert safety.reason == "unseen"
    assert limit(safety, Command(-0.5), half_blind(1.1)).linear == -0.5


def test_nothing_moves_before_there_was_a_scan(safety):
    assert limit(safety, Command(0.5), seen(with_scan=False)).is_still
    assert safety.reason == "stale scan"


def test_a_scan_and_a_pose_as_old_as_allowed_still_count(safety):
    limit(safety, Command(0.5), seen(0.0))
    assert limit(safety, Command(0.2), seen(0.3, with_scan=False)).linear == 0.2
    assert safety.limit(Command(0.5), seen(0.5), Localization(0.0, AT), ()).linear == 0.5


def test_a_beam_without_a_return_is_neither_nonsense_nor_an_obstacle(safety):
    nothing = returns((1, np.inf), (2, 0.6), *((90 + k, 0.5) for k in range(5)), range_max=0.6)
    nothing.scan.ranges[:100] = 0.0
    assert limit(safety, Command(0.5), nothing).linear == 0.5


@settings(deadline=None)  # the first call compiles
@given(gap=st.floats(0.26, 2.0), speed=st.floats(0.05, 0.7))
def test_the_stopping_distance_fits_before_what_is_ahead_and_no_speed_is_given_away(gap, speed):
    limited = limit(safety := make(), Command(speed), seen(ahead=gap)).linear
    if limited == speed:
        assert limited <= stoppable(gap - WALL) + 1e-9
        assert safety.reason == ""
    else:
        assert fits(limited, gap - WALL)
        assert safety.reason == "obstacle"


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("side", [1, -1])
@pytest.mark.parametrize(("radius", "bearing"), [(0.5, 51), (2.0, 13)])
def test_what_stands_on_the_arc_of_a_curve_holds_back_and_what_stands_beside_it_does_not(radius, bearing, side, way):
    safety, command = make(braking=0.1), Command(way * 0.6, side * 0.6 / radius)
    turned = 2 * math.radians(bearing)  # of the circle, where it is seen at that bearing
    place = (0 if way > 0 else 180) + side * bearing, 2 * radius * math.sin(turned / 2)
    limited = limit(safety, command, returns(place))
    met = radius * turned - 2 * radius * math.asin(LEG / (2 * radius))  # as far as footprint and body reach
    assert fits(abs(limited.linear), met, braking=0.1)
    assert limited.angular / limited.linear == pytest.approx(way * side / radius)
    free = limit(safety, command, seen(1.1))
    assert abs(free.linear) > abs(limited.linear)
    assert limit(safety, command, returns((place[0] - side * (bearing + 60), 0.6), stamp=1.2)) == free


def test_what_the_footprint_touches_holds_back_only_who_goes_on_towards_it(safety):
    assert limit(safety, Command(0.5), returns((-180, 0.2))).linear == 0.5
    assert limit(safety, Command(0.5), returns((0, 0.2), stamp=1.1)).linear == 0.0
    assert limit(make(margin=0.0, leg_overhang=0.0), Command(0.5), returns((45, 0.21))).linear == 0.0


def test_a_return_out_of_reach_hides_no_near_one(safety):
    assert fits(limit(safety, Command(0.7), returns((-90, 2.4), (0, 0.5), (90, 2.4))).linear, 0.5 - LEG)


def test_weak_brakes_hold_back_before_what_is_two_metres_away_and_never_trust_more_than_was_looked_at():
    command = Command(0.7)
    assert fits(limit(make(braking=0.1), command, returns((0, 2.15))).linear, 2.15 - LEG, braking=0.1)
    assert limit(make(braking=0.1), command, seen()).linear == pytest.approx(stoppable(2.25 - 0.05, braking=0.1))
    person = Track(1, 1.9, 0.0, 0.0, 0.0)
    assert fits(limit(make(braking=0.1), command, seen(), [person]).linear, 1.9 - BODY, braking=0.1)


def test_returns_are_seen_from_where_the_lidar_sits():
    ahead = make(mount=Pose(0.1, 0.0, math.pi / 2))
    assert fits(limit(ahead, Command(0.7), returns((-90, 0.5))).linear, 0.6 - LEG)
    beside = make(mount=Pose(0.0, 0.2, 0.0))
    x = 0.4 * math.cos(math.radians(30))
    assert fits(limit(beside, Command(0.7), returns((-30, 0.4))).linear, x - LEG)


def test_what_is_behind_does_not_hold_back_going_forward_but_backward(safety):
    assert limit(safety, Command(0.3), seen(behind=0.3)).linear == 0.3
    assert limit(safety, Command(-0.3, 0.5), seen(1.1, behind=0.29)) == Command(0.0, 0.0)


BEFORE, AFTER = 1.74, 1.76  # m: 1.5 m before a footprint of 0.25 m


@pytest.mark.parametrize(
    ("way", "bearing", "distance", "walks", "slows"),
    [
        (1, 0, BEFORE, 0.0, True), (-1, 180, BEFORE, 0.0, True), (1, 20, 1.2, 0.0, True), (1, -20, 1.2, 0.0, True),
        (1, 0, AFTER, 0.0, False), (1, 180, 1.0, 0.0, False), (-1, 0, 1.0, 0.0, False),
        (1, 60, 1.2, 0.0, False), (1, -60, 1.2, 0.0, False),  # it passes them with more than a metre between
        (1, 0, 1.5, 0.7, False), (1, 0, 1.5, 0.5, True),  # who walks ahead faster than it drives does not come nearer
        (-1, 180, 1.5, -0.7, False),
    ],
)  # fmt: skip
def test_people_ahead_who_come_near_within_one_and_a_half_metres_slow_the_robot(
    safety, way, bearing, distance, walks, slows
):
    at = Pose(2.0, 1.0, 2.1)
    direction = at.theta + math.radians(bearing)
    velocity = walks * math.cos(at.theta), walks * math.sin(at.theta)
    person = Track(1, at.x + distance * math.cos(direction), at.y + distance * math.sin(direction), *velocity)
    assert limit(safety, Command(way * 0.6), seen(), [person], at).linear == way * (0.3 if slows else 0.6)
    assert safety.reason == ("people ahead" if slows else "")


@pytest.mark.parametrize(("aside", "slows"), [(0.71, True), (0.73, False)])
def test_who_will_be_passed_with_a_quarter_of_a_metre_of_air_or_more_does_not_slow_it(safety, aside, slows):
    person = Track(1, 1.2, aside, 0.0, 0.0)
    assert limit(safety, Command(0.6), seen(), [person]).linear == (0.3 if slows else 0.6)


@pytest.mark.parametrize("velocity", [(-1.0, 0.0), (0.0, -1.0)])
def test_it_stands_before_who_walks_on_can_meet_it(safety, velocity):
    start = (1.5, 0.0) if velocity[0] else (0.6, 1.2)
    walker, stander = Track(1, *start, *velocity), Track(1, *start, 0.0, 0.0)
    assert limit(safety, Command(0.6), seen(), [walker]).linear < limit(make(), Command(0.6), seen(), [stander]).linear
    assert safety.reason == "people"


def test_who_is_as_slow_as_among_people_is_not_held_back_by_them(safety):
    assert limit(safety, Command(0.3), seen(), [Track(1, 1.6, 0.0, 0.0, 0.0)]).linear == 0.3
    assert safety.reason == ""


def test_a_body_reaches_beyond_the_legs_that_the_lidar_sees(safety):
    ahead, behind = Track(1, 0.6, 0.0, 0.0, 0.0), Track(2, -0.6, 0.0, 0.0, 0.0)
    assert fits(limit(safety, Command(0.7), seen(), [ahead]).linear, 0.6 - BODY)
    assert fits(-limit(safety, Command(-0.7), seen(1.1), [behind]).linear, 0.6 - BODY)


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
    assert fits(limit(safety, Command(0.7), seen(), [far, near]).linear, 0.6 - BODY)


def test_a_body_counts_as_far_ahead_as_its_near_side_is_looked_at():
    person = Track(1, 2.6, 0.0, 0.0, 0.0)
    assert fits(limit(make(braking=0.1), Command(0.7), seen(), [person]).linear, 2.6 - BODY, braking=0.1)


@pytest.mark.parametrize(("age", "allowed"), [(0.1, 0.7), (0.15, 0.45), (0.2, 0.375), (0.25, 0.3)])
def test_a_scan_that_is_late_slows_it_so_that_it_rests_half_a_second_after_the_last_one(safety, age, allowed):
    """Brakes of 1.5 m/s^2, and a command lasts 0.05 s."""
    limit(safety, Command(0.7), seen(1.0))
    told = limit(safety, Command(0.7), seen(1.0 + age, with_scan=False))
    assert told.linear == pytest.approx(allowed)
    assert told.hard == (allowed < 0.7)
    assert limit(safety, Command(0.7), seen(1.0 + age + 0.04)) == Command(0.7)


def test_scans_that_always_come_a_fifth_of_a_second_old_are_not_late(safety):
    for k in range(30):
        old = replace(seen(2.0 + 0.1 * k), scan=scan(1.8 + 0.1 * k))
        told = limit(safety, Command(0.7), old)
        told = min(told.linear, limit(safety, Command(0.7), seen(2.05 + 0.1 * k, with_scan=False)).linear)
        assert told == 0.7 or k == 0


@pytest.mark.parametrize("speed", [0.3, 0.5, 0.7])
def test_when_the_lidar_falls_silent_it_is_at_rest_within_half_a_second(speed):
    """As the base drives it: no faster than told, and slower by 2 m/s^2 at most."""
    model = replace(MODEL, stop_braking=2.0)
    safety = Safety(model, stopped=False, reason="")
    limit(safety, Command(speed), seen(1.0, linear=speed))
    driven, k = speed, 0
    while driven > 1e-9:
        k += 1
        told = limit(safety, Command(speed), seen(1.0 + 0.05 * k, with_scan=False, linear=driven))
        driven = max(told.linear, driven - 0.05 * model.stop_braking)
    assert 0.05 * (k + 1) <= 0.5 + 1e-9


@pytest.mark.parametrize(("speed", "hard"), [(-1.0, False), (-2.0, True)])
def test_it_brakes_hard_when_somebody_runs_into_its_way_and_the_usual_brakes_would_not_do(safety, speed, hard):
    child = Track(1, 0.75, 2.0, 0.0, speed)
    told = limit(safety, Command(0.6), seen(linear=0.6), [child])
    assert told.hard == hard


def test_it_brakes_hard_also_when_its_controller_has_seen_the_child_too_and_wants_to_stand(safety):
    child = Track(1, 0.75, 1.0, 0.0, -2.0)
    assert limit(safety, Command(), seen(linear=0.6), [child]) == Command(hard=True)
    assert limit(safety, Command(), seen(1.1), [child]) == Command()

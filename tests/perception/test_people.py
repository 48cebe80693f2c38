"""People from lidar: legs become persons, walls and furniture do not."""

import math

import numpy as np
import pytest

from perception.people import PeopleTracker
from perception.tracks import TRACK
from robot.types import IDENTITY, Pose
from sim.crowd import Body
from sim.robot import SimRobot
from sim.things import box, chair
from sim.world import World
from slam.likelihood import build_field
from slam.temporary_map import TemporaryMap, TemporaryMapConfig


@pytest.fixture
def hall(site):
    world = World(site.floor, site.robot, 1)
    world.robot.pose = Pose(8.0, 5.5, 0.0)
    return world, SimRobot(world, 1), PeopleTracker(world.grid, site.robot)


def watch(hall, seconds, move=lambda t: None):
    world, robot, tracker = hall
    for step in range(round(seconds / 0.05)):
        move(step * 0.05)
        observation = robot.sense()
        if observation.scan is not None:
            tracker.update(observation.scan, world.robot.pose)
        robot.idle()
    return tracker.tracks


def walk(body: Body, world, x, y, vx, vy):
    """Put a body where its walk has brought it, legs swinging."""
    world.crowd.state[body.slot] = (x, y, vx, vy)
    body.heading, body.phase = math.atan2(vy, vx), (x + y) * 2 * math.pi / 1.3


def test_an_empty_hall_has_nobody_in_it(hall):
    assert watch(hall, 5.0) == ()


def test_somebody_who_walks_is_one_track_with_their_speed(hall):
    world = hall[0]
    body = world.crowd.enter(6.0, 6.2, 1.0)
    (track,) = watch(hall, 4.0, lambda t: walk(body, world, 6.0 + 0.9 * t, 6.2 + 0.2 * t, 0.9, 0.2))
    x, y = world.crowd.place(body)
    assert math.hypot(track.x - x, track.y - y) < 0.25
    assert track.vx == pytest.approx(0.9, abs=0.35)
    assert track.still < 0.5


def test_somebody_who_stops_is_remembered_and_known_to_stand(hall):
    world = hall[0]
    body = world.crowd.enter(6.0, 6.5, 1.0)
    watch(hall, 3.0, lambda t: walk(body, world, 6.0 + 0.8 * t, 6.5, 0.8, 0.0))
    (track,) = watch(hall, 6.0)
    assert track.still > 4.0
    assert track.speed < 0.2


@pytest.mark.parametrize(("away", "same"), [(6.0, True), (70.0, False)])
def test_who_was_hidden_for_a_while_and_still_stands_there_is_the_same_person(hall, away, same):
    world = hall[0]
    body = world.crowd.enter(6.0, 6.5, 1.0)
    watch(hall, 3.0, lambda t: walk(body, world, 6.0 + 0.8 * t, 6.5, 0.8, 0.0))
    (before,) = watch(hall, 2.0)
    stood = world.crowd.place(body)
    assert watch(hall, away, lambda t: walk(body, world, 16.5, 13.0, 0.0, 0.0)) == ()
    tracks = watch(hall, 2.0, lambda t: walk(body, world, *stood, 0.0, 0.0))
    assert [track.id for track in tracks] == ([before.id] if same else [])


def test_two_who_pass_each_other_stay_two(hall):
    world = hall[0]
    a, b = world.crowd.enter(6.0, 6.6, 1.0), world.crowd.enter(11.0, 7.6, 1.0)

    def cross(t):
        walk(a, world, 6.0 + 0.8 * t, 6.6, 0.8, 0.0)
        walk(b, world, 11.0 - 0.8 * t, 7.6, -0.8, 0.0)

    assert len(watch(hall, 3.0, cross)) == 2


def test_what_never_moves_is_furniture(hall):
    hall[0].crowd.enter(9.5, 6.0, 1.0)
    assert watch(hall, 5.0) == ()


def test_who_left_is_forgotten(hall):
    world = hall[0]
    body = world.crowd.enter(6.0, 6.5, 1.0)
    watch(hall, 3.0, lambda t: walk(body, world, 6.0 + 0.9 * t, 6.5, 0.9, 0.0))
    world.crowd.leave(body)
    assert watch(hall, 4.0) == ()


def test_a_stamp_that_goes_back_changes_nothing(hall):
    world, robot, tracker = hall
    scan = robot.sense().scan
    tracker.update(scan, world.robot.pose)
    before = tracker.tracks
    assert tracker.update(scan, Pose(0.0, 0.0, 0.0)) is before


def test_scans_full_of_nonsense_are_survived(hall):
    world, robot, tracker = hall
    for stamp, ranges in enumerate((np.full(360, np.nan), np.full(360, np.inf), np.zeros(360), -np.ones(360))):
        scan = robot.sense().scan or scan  # noqa: F821 (the first sense has a scan)
        scan = type(scan)(stamp + 1.0, ranges, scan.angle_min, scan.angle_increment, scan.range_min, scan.range_max)
        tracker.update(scan, world.robot.pose)
    assert tracker.tracks == ()


@pytest.mark.parametrize("heading", [0.3, 1.6, -2.5])
def test_somebody_who_has_stood_there_from_the_start_is_known_after_twenty_seconds(hall, heading):
    world = hall[0]
    world.crowd.enter(9.5, 6.5, 1.0).heading = heading
    assert watch(hall, 5.0) == ()
    (track,) = watch(hall, 12.0)
    assert math.hypot(track.x - 9.5, track.y - 6.5) < 0.2
    assert track.speed < 0.1


@pytest.mark.parametrize(
    "thing", [chair(Pose(9.5, 6.5, 0.4)), box(Pose(9.5, 6.5, 0.4), 0.12, 0.12)], ids=["chair", "post"]
)
def test_neither_a_chair_nor_a_post_is_ever_taken_for_somebody(hall, thing):
    hall[0].add_obstacle("thing", thing)
    for _ in range(8):
        assert watch(hall, 5.0) == ()


def test_two_who_cross_keep_their_names(hall):
    world = hall[0]
    a, b = world.crowd.enter(9.0, 6.5, 1.0), world.crowd.enter(12.0, 6.5, 1.0)

    def cross(t):
        walk(a, world, 9.0 + 0.8 * t, 6.5, 0.8, 0.0)
        walk(b, world, 12.0 - 0.8 * t, 7.0, -0.8, 0.0)

    before = {round(track.vx > 0): track.id for track in watch(hall, 1.5, cross)}
    after = {round(track.vx > 0): track.id for track in watch(hall, 1.5, lambda t: cross(t + 1.5))}
    assert before == after
    assert len(before) == 2


def test_who_walks_behind_somebody_else_for_a_moment_keeps_their_name(hall):
    world = hall[0]
    a, b = world.crowd.enter(8.8, 7.5, 1.0), world.crowd.enter(9.0, 6.6, 1.0)
    walk(b, world, 9.6, 6.5, 0.0, 0.0)
    names = set()
    for k in range(40):
        watch(hall, 0.1, lambda t, k=k: walk(a, world, 8.4 + 0.8 * (0.1 * k + t), 7.5, 0.8, 0.0))
        names |= {track.id for track in hall[2].tracks if track.speed > 0.4}
    assert len(names) == 1


def test_who_walks_is_not_shown_for_long_where_they_are_no_more(hall):
    world = hall[0]
    body = world.crowd.enter(6.0, 6.5, 1.0)
    watch(hall, 3.0, lambda t: walk(body, world, 6.0 + 0.9 * t, 6.5, 0.9, 0.0))
    world.crowd.leave(body)
    assert len(watch(hall, 0.4)) == 1
    assert watch(hall, 0.6) == ()


def test_who_comes_where_nothing_was_a_moment_ago_is_known_at_once(hall):
    world = hall[0]
    watch(hall, 1.0)
    body = world.crowd.enter(8.0, 7.5, 1.0)
    (track,) = watch(hall, 0.5, lambda t: walk(body, world, 8.0 + 0.9 * t, 7.5, 0.9, 0.0))
    assert math.hypot(track.x - world.crowd.place(body)[0], track.y - 7.5) < 0.3


def test_who_walks_where_no_scan_looked_before_takes_a_stride_to_be_known(hall):
    world = hall[0]
    body = world.crowd.enter(8.0, 7.5, 1.0)
    assert watch(hall, 0.5, lambda t: walk(body, world, 8.0 + 0.9 * t, 7.5, 0.9, 0.0)) == ()
    assert len(watch(hall, 0.5, lambda t: walk(body, world, 8.45 + 0.9 * t, 7.5, 0.9, 0.0))) == 1


@pytest.mark.parametrize("turn", [0.8, 1.1, 1.9])
def test_a_box_is_not_taken_for_somebody_from_afar(hall, turn):
    world = hall[0]
    world.robot.pose = Pose(8.0, 9.5, 0.0)
    world.add_obstacle("box", box(Pose(13.2, 9.5, turn), 0.33, 0.33))
    for step in range(320):
        world.robot.pose = Pose(8.0, 9.5, 0.01 * step)
        assert watch(hall, 0.05) == ()


def test_who_comes_out_again_from_behind_something_is_the_same_person(hall):
    world = hall[0]
    body = world.crowd.enter(6.0, 7.0, 1.0)
    world.add_obstacle("board", box(Pose(9.0, 6.6, 0.0), 1.2, 0.05))
    way = 0.0
    names = set()
    for _ in range(60):
        watch(hall, 0.1, lambda t, way=way: walk(body, world, 6.5 + 0.9 * (way + t), 7.2, 0.9, 0.0))
        way += 0.1
        names |= {track.id for track in hall[2].tracks}
        if not hall[2].tracks:
            hidden = way
    assert len(names) == 1
    assert hidden > 1.5, "they were behind it for a while"


@pytest.mark.parametrize(("away", "long_ago", "name"), [(0.7, 1.0, 7), (1.4, 6.0, 8)])
def test_who_turns_up_is_the_likeliest_of_those_who_were_lost_not_whoever_may_be_anywhere(hall, away, long_ago, name):
    """One was lost so far `away` (m), the other 0.6 s ago at 1.1 m."""
    tracker = hall[2]
    tracker._lost = np.zeros(2, TRACK)
    tracker._lost["id"] = 7, 8
    tracker._lost["state"][:, 0] = tracker._lost["last"][:, 0] = 8.0 + away, 6.9
    tracker._lost["state"][:, 1] = tracker._lost["last"][:, 1] = 7.0
    tracker._lost["seen"] = 20.0 - long_ago, 19.4
    tracker._people = np.zeros(1, TRACK)
    tracker._people["birthplace"] = tracker._people["state"][:, :2] = 8.0, 7.0
    tracker._people["born"] = 20.0
    tracker._people["pairs"] = 0.5
    assert tracker._is_back(0, np.zeros(1, dtype=bool), 20.1)
    assert tracker._people["id"].tolist() == [name]


@pytest.mark.parametrize("speed", [1.9, 2.2])
def test_a_child_who_darts_from_a_corner_that_no_scan_looked_into_is_known_within_a_metre(hall, speed):
    world, _, tracker = hall
    child = world.crowd.enter(11.0, 7.6, speed, kind="child")
    known = []

    def dart(t):
        walk(child, world, 11.0 - speed * t, 7.6, -speed, 0.0)
        tracker._scans._stamps[:] = -math.inf  # as from behind something
        if tracker.tracks:
            known.append(speed * t)

    watch(hall, 1.0, dart)
    assert known[0] < 1.2


def test_two_who_walk_side_by_side_are_a_group_and_face_where_they_go(hall):
    world = hall[0]
    a, b = world.crowd.enter(5.5, 6.6, 1.0), world.crowd.enter(5.5, 7.5, 1.0)

    def together(t):
        walk(a, world, 5.5 + 0.9 * t, 6.6, 0.9, 0.0)
        walk(b, world, 5.5 + 0.9 * t, 7.5, 0.9, 0.0)

    tracks = watch(hall, 5.5, together)
    assert len({track.group for track in tracks}) == 1
    assert {track.group for track in tracks} <= {track.id for track in tracks}
    assert [track.facing for track in tracks] == pytest.approx([0.0, 0.0], abs=0.35)


@pytest.mark.parametrize(("y", "intent"), [(5.6, "comes up"), (7.2, "passes by")])
def test_who_comes_up_and_who_passes_by_is_told(hall, y, intent):
    world = hall[0]
    body = world.crowd.enter(12.5, y, 1.0)
    (track,) = watch(hall, 2.6, lambda t: walk(body, world, 12.5 - 1.0 * t, y, -1.0, 0.0))
    assert track.intent == intent


def test_who_has_stopped_stays(hall):
    world = hall[0]
    body = world.crowd.enter(6.0, 6.5, 1.0)
    watch(hall, 3.0, lambda t: walk(body, world, 6.0 + 0.8 * t, 6.5, 0.8, 0.0))
    (track,) = watch(hall, 2.5)
    assert track.intent == "stays"


def test_who_is_farther_away_than_legs_can_be_seen_is_not_shown(hall):
    world = hall[0]
    body = world.crowd.enter(10.0, 6.5, 1.0)
    watch(hall, 3.0, lambda t: walk(body, world, 10.0 + 0.8 * t, 6.5, 0.8, 0.0))
    assert len(watch(hall, 2.0)) == 1
    world.robot.pose = Pose(3.0, 5.5, 0.0)
    assert watch(hall, 0.1) == ()


def test_what_has_been_put_there_is_known_by_the_temporary_map_and_what_is_beside_it_is_not(hall):
    world, robot, tracker = hall
    world.add_obstacle("box", box(Pose(9.5, 6.5, 0.4), 0.3, 0.3))
    moved = TemporaryMap(build_field(world.grid, 0.1, 0.1), IDENTITY, TemporaryMapConfig())
    for k in range(40):
        scan = robot.sense().scan or scan  # noqa: F821 (the first sense has a scan)
        moved.learn(scan.points(), world.robot.pose, 0.25 * k)
        robot.idle()
    points = scan.points(world.robot.pose)
    face = points[np.hypot(*(points - (9.5, 6.5)).T) < 0.3]
    known = moved.evidence(face, 0.4) >= tracker.config.thing
    assert known.mean() > 0.5
    assert not moved.evidence(face + np.array([0.0, 0.8]), 0.4).any()

"""Faults of lidar, wheels and bumper, and things that a lidar does not see: each does what it says, and ends."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from robot.types import Command, Pose, wrap
from sim.faults import FAULTS, Fault
from sim.robot import SimRobot
from sim.things import board, box, chair, made_of
from sim.world import World

START = Pose(6.5, 6.4, math.pi / 2)


@pytest.fixture
def world(site):
    made = World(site.floor, site.robot, 1)
    made.robot.pose = START
    return made


def drive(world, seconds, command=Command(), seed=1):  # noqa: B008 (frozen)
    """All observations of so many seconds."""
    robot, told = SimRobot(world, seed), []
    for _ in range(round(seconds / 0.05)):
        told.append(robot.sense())
        robot.act(command)
    return told


def scans(told):
    return [observation.scan for observation in told if observation.scan is not None]


def with_fault(world, kind, **more):
    world.faults.add(Fault(kind, 1.0, 1.0, **more))
    before, during, after = drive(world, 1.0), drive(world, 1.0), drive(world, 1.0)
    return scans(before), scans(during), scans(after)


@pytest.mark.parametrize(
    ("kind", "spoilt"),
    [
        ("covered", lambda scan: not scan.valid().any()),
        ("all_inf", lambda scan: np.isinf(scan.ranges).all()),
        ("dropout", lambda scan: 0.4 < np.isinf(scan.ranges).mean() < 0.65),
        ("dirty", lambda scan: np.isinf(scan.ranges).mean() > 0.7),
    ],
)
def test_a_fault_spoils_the_scans_while_it_lasts_and_not_before_or_after(world, kind, spoilt):
    before, during, after = with_fault(world, kind)
    assert len(during) == 10
    assert all(map(spoilt, during))
    assert not any(map(spoilt, [*before, *after]))


def test_a_hand_on_a_sector_covers_that_sector_alone(world):
    _, during, _ = with_fault(world, "covered", sector=(-0.5, 0.5))
    for scan in during:
        inside = np.abs(scan.angles) < 0.49
        assert not scan.valid()[inside].any()
        assert scan.valid()[np.abs(scan.angles) > 0.52].mean() > 0.8


def test_a_frozen_lidar_repeats_its_scan_with_new_stamps_while_the_robot_turns(world):
    world.faults.add(Fault("frozen", 1.0, 1.0))
    told = scans(drive(world, 3.0, Command(0.0, 0.8)))
    same = [np.array_equal(a.ranges, b.ranges) for a, b in pairwise(told)]
    assert sum(same) == 10
    assert all(a.stamp < b.stamp for a, b in pairwise(told))


def test_a_silent_lidar_tells_nothing_and_comes_back(world):
    before, during, after = with_fault(world, "silent")
    assert (len(before), len(during), len(after)) == (10, 0, 10)


def test_late_scans_bear_the_stamp_of_their_measurement(world):
    world.faults.add(Fault("latency", 1.0, 1.0, 0.25))
    late = [round(told.stamp - told.scan.stamp, 2) for told in drive(world, 3.0) if told.scan is not None]
    assert max(late) == pytest.approx(0.25)
    assert late[:10] == [0.0] * 10
    assert late[-3:] == [0.0] * 3


def test_stamps_may_go_back(world):
    _, during, _ = with_fault(world, "stamps_back")
    assert [scan.stamp for scan in during] == pytest.approx(np.arange(10) / 10)


def test_slipping_wheels_turn_without_bringing_the_robot_on(world):
    world.faults.add(Fault("slip", amount=0.7))
    told = drive(world, 3.0, Command(0.4, 0.0))
    odometry = told[0].odometry.pose.distance(told[-1].odometry.pose)
    assert world.robot.pose.distance(START) == pytest.approx(0.3 * odometry, rel=0.1)


def test_with_a_dead_wheel_the_robot_goes_in_a_circle_and_its_odometry_knows(world):
    world.faults.add(Fault("dead_wheel", side="left"))
    told = drive(world, 3.0, Command(0.3, 0.0))
    turned = wrap(world.robot.pose.theta - START.theta)
    assert abs(turned) > 0.8
    assert abs(wrap(told[-1].odometry.pose.theta - turned)) < 0.15
    assert world.robot.pose.distance(START) < 0.4


def test_odometry_may_jump_once_and_may_stand_still(world):
    world.faults.add(Fault("odometry_jump", 1.0, 1.0, 1.5))
    xs = [told.odometry.pose.x for told in drive(world, 3.0)]
    assert np.flatnonzero(np.diff(xs)).tolist() == [19]
    assert xs[-1] == pytest.approx(1.5)
    world.faults.add(Fault("no_odometry", world.time))
    assert len({told.odometry.pose for told in drive(world, 1.0, Command(0.3, 0.0))}) == 1
    assert world.robot.pose.distance(START) > 0.1


def test_a_bumper_may_hang(world):
    world.faults.add(Fault("bumper_stuck", 0.5, 0.5))
    told = drive(world, 1.5)
    assert [observation.bumper for observation in told] == [0.5 - 1e-9 <= o.stamp < 1.0 - 1e-9 for o in told]


@pytest.mark.parametrize("kind", FAULTS)
def test_one_seed_gives_one_history_whatever_is_wrong(site, kind):
    def history():
        world = World(site.floor, site.robot, 5)
        world.robot.pose = START
        world.faults.add(Fault(kind, 0.5, 0.7))
        told = drive(world, 1.5, Command(0.2, 0.2), 5)
        return [(o.stamp, o.odometry, o.bumper, o.scan and (o.scan.stamp, o.scan.ranges.tobytes())) for o in told]

    assert history() == history()


def ahead(world):
    """What the beam straight ahead measures (m)."""
    scan = SimRobot(world, 1).sense().scan
    return float(np.nanmedian(scan.ranges[np.abs(scan.angles) < 0.05]))


@pytest.mark.parametrize(
    ("surface", "kind", "from_far", "from_near"),
    [("plain", "furniture", 2.0, 0.6), ("black", "furniture", math.inf, 0.6), ("glass", "glass", None, None),
     ("low", "low", None, None)],
)  # fmt: skip
def test_what_a_surface_hides_from_the_lidar_stops_the_robot_all_the_same(world, surface, kind, from_far, from_near):
    free, told = ahead(world), []
    world.on_contact = told.append
    world.add_obstacle("board", board(Pose(6.5, 8.4, math.pi / 2), surface=surface))
    assert ahead(world) == pytest.approx(free if from_far is None else from_far, abs=0.05)
    drive(world, 6.0, Command(0.6, 0.0))
    assert world.robot.pose.y == pytest.approx(8.4 - world.model.body_radius, abs=0.01)
    assert [contact.kind for contact in told] == [kind]
    assert world.touched == pytest.approx((0.0,), abs=1e-6)
    world.robot.pose = Pose(6.5, 7.8, math.pi / 2)
    assert ahead(world) == pytest.approx(free - 1.4 if from_near is None else from_near, abs=0.05)


def test_a_chair_is_seen_by_its_legs_and_stops_by_its_seat(world):
    free = ahead(world)
    world.add_obstacle("chair", chair(Pose(6.5, 8.0, 0.0)))
    assert ahead(world) == pytest.approx(free, abs=0.05), "it looks through between the legs"
    drive(world, 6.0, Command(0.6, 0.0))
    assert world.robot.pose.y == pytest.approx(7.8 - world.model.body_radius, abs=0.01)


def test_what_is_taken_away_is_gone_for_robot_lidar_and_people(world):
    world.robot.pose = Pose(3.0, 6.0, 0.0)
    body = world.crowd.enter(5.6, 6.2, 1.2)
    body.path = np.array([[9.0, 6.2]])
    world.add_obstacle("box", box(Pose(7.0, 6.2, 0.0), 1.0, 3.0))
    drive(world, 4.0)
    assert world.crowd.place(body)[0] < 6.4, "people don't walk through it"
    world.remove_obstacle("box")
    drive(world, 4.0)
    assert world.crowd.place(body)[0] > 7.5
    with pytest.raises(KeyError):
        world.remove_obstacle("box")


def test_a_contact_goes_on_when_something_else_is_taken_away(world):
    told = []
    world.on_contact = told.append
    world.add_obstacle("chair", chair(Pose(9.0, 6.0, 0.0)))
    world.add_obstacle("board", board(Pose(6.5, 8.0, math.pi / 2)))
    drive(world, 5.0, Command(0.5, 0.0))
    world.remove_obstacle("chair")
    drive(world, 1.0, Command(0.5, 0.0))
    assert len(told) == 1


def test_a_closed_door_is_a_wall_across_the_way(world):
    world.add_obstacle("door", made_of("plain", ((5.0, 8.0, 8.0, 8.0),), "wall"))
    assert ahead(world) == pytest.approx(1.6, abs=0.05)


def test_a_lidar_of_270_degrees_sees_nothing_behind(site):
    lidar = replace(site.robot.lidar, field_of_view=1.5 * math.pi, beams=270)
    world = World(site.floor, replace(site.robot, lidar=lidar), 1)
    world.robot.pose = START
    scan = SimRobot(world, 1).sense().scan
    assert scan.angles.min() == pytest.approx(-0.75 * math.pi)
    assert scan.angles.max() < 0.75 * math.pi
    world.crowd.enter(6.5, 5.4, 1.0)
    assert np.array_equal(SimRobot(world, 1)._scan().ranges, SimRobot(world, 1)._scan().ranges)
    with_somebody = SimRobot(world, 1).sense().scan.ranges
    assert np.array_equal(with_somebody, scan.ranges), "who stands behind is not seen"


def test_a_hard_stop_brakes_as_hard_as_the_wheels_hold(world):
    def way_from(command):
        world.robot.linear, begins = 0.6, world.robot.pose
        world.command = command
        while world.robot.linear > 0.0:
            world.step()
        return begins.distance(world.robot.pose)

    world.robot.pose = Pose(8.0, 5.5, 0.0)
    usual, hard = way_from(Command()), way_from(Command(hard=True))
    model = world.model
    assert usual == pytest.approx(0.18 / model.braking, abs=0.03)
    assert hard == pytest.approx(0.18 / model.stop_braking, abs=0.03)

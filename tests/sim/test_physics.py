"""The simulated world: lidar, wheels, battery, people and contacts."""

import math

import numpy as np
import pytest

from robot.types import Command, Pose
from sim.crowd import Crowd
from sim.person import LEG, RADIUS
from sim.robot import SimRobot
from sim.world import World
from slam.raycast import cast, with_noise

BOX = np.array([[0, 0, 4, 0], [4, 0, 4, 3], [4, 3, 0, 3], [0, 3, 0, 0]], dtype=float)


def rays(x, y, theta, segments=BOX, discs=(), beams=360, view=2 * math.pi):
    ranges = np.empty(beams)
    cast(x, y, theta, -view / 2, view / beams, 10.0, segments, np.array(discs, dtype=float).reshape(-1, 3), ranges)
    return ranges


def brute(x, y, theta, beams, view):
    """The same by solving every beam against every wall of the box."""
    out = []
    for k in range(beams):
        a = theta - view / 2 + k * view / beams
        dx, dy = math.cos(a), math.sin(a)
        hits = [
            (4 - x) / dx if dx > 0 else -x / dx if dx < 0 else 99,
            (3 - y) / dy if dy > 0 else -y / dy if dy < 0 else 99,
        ]
        out.append(min(hits))
    return np.array(out)


@pytest.mark.parametrize(("x", "y", "theta"), [(1.0, 1.0, 0.0), (3.9, 0.1, 2.5), (2.0, 2.9, -3.0), (0.5, 1.5, 1.57)])
@pytest.mark.parametrize(("beams", "view"), [(360, 2 * math.pi), (181, math.pi), (270, 1.5 * math.pi)])
def test_every_beam_meets_the_wall_where_geometry_says(x, y, theta, beams, view):
    assert rays(x, y, theta, beams=beams, view=view) == pytest.approx(brute(x, y, theta, beams, view), abs=1e-9)


def test_a_leg_shadows_just_the_beams_it_subtends():
    free, seen = rays(1.0, 1.5, 0.0), rays(1.0, 1.5, 0.0, discs=[(2.0, 1.5, LEG)])
    changed = np.flatnonzero(free != seen)
    assert seen[180] == pytest.approx(1.0 - LEG)
    assert len(changed) == 2 * math.floor(math.degrees(math.asin(LEG))) + 1


def test_noise_is_repeatable_and_misses_are_infinite():
    ranges = np.array([1.0, 2.0, 10.0])
    a, b = (with_noise(ranges, 10.0, 0.01, 0.0, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(a, b)
    assert math.isinf(a[2])
    assert a[:2] == pytest.approx(ranges[:2], abs=0.06)


@pytest.fixture
def world(site):
    return World(site.floor, site.robot, 1)


def test_wheels_obey_within_their_acceleration_and_stop_by_themselves(world, site):
    robot = SimRobot(world, 1)
    world.robot.pose = Pose(8.0, 5.0, 0.0)
    for _ in range(20):
        robot.act(Command(0.6, 0.0))
    assert world.robot.linear == pytest.approx(min(0.6, site.robot.acceleration * 1.0))
    for _ in range(60):
        robot.idle()
    assert world.robot.linear == 0.0


def test_an_emergency_stop_holds_the_wheels_whatever_is_commanded(world):
    robot = SimRobot(world, 1)
    world.robot.pose = Pose(8.0, 5.0, 0.0)
    for _ in range(40):
        robot.act(Command(0.6, 0.3))
    world.robot.emergency_stop = True
    for _ in range(40):
        robot.act(Command(0.6, 0.3))
    assert (world.robot.linear, world.robot.angular) == (0.0, 0.0)
    assert robot.sense().emergency_stop


def test_it_charges_in_the_dock_and_only_there(world, site):
    world.robot.battery = 0.5
    world.step(3600.0 / 100)
    assert world.robot.charging
    assert world.robot.battery > 0.5
    world.robot.pose = site.floor.reception
    world.step()
    assert not world.robot.charging


def test_odometry_drifts_but_little(world):
    robot = SimRobot(world, 1)
    world.robot.pose = Pose(3.0, 6.0, 0.0)
    start = robot.sense().odometry.pose
    for _ in range(200):
        robot.act(Command(0.5, 0.0))
        observation = robot.sense()
    moved = start.distance(observation.odometry.pose)
    truth = Pose(3.0, 6.0, 0.0).distance(world.robot.pose)
    assert moved == pytest.approx(truth, rel=0.05)
    assert moved != truth


def test_two_worlds_of_one_seed_sense_the_same_bytes(site):
    def scans():
        world = World(site.floor, site.robot, 7)
        robot = SimRobot(world, 7)
        out = []
        for _ in range(40):
            observation = robot.sense()
            if observation.scan is not None:
                out.append(observation.scan.ranges.tobytes())
            robot.act(Command(0.3, 0.2))
        return out

    assert scans() == scans()


def test_people_walk_their_path_and_keep_off_a_robot_in_the_way(world):
    crowd: Crowd = world.crowd
    body = crowd.enter(6.0, 5.9, 1.0)
    body.path = np.array([[10.0, 5.9]])
    robot = np.array([8.0, 5.8, 0.0, 0.0, 0.225, 0.0])
    closest = 9.0
    for _ in range(400):
        crowd.step(0.05, robot)
        x, y = crowd.place(body)
        closest = min(closest, math.hypot(x - 8.0, y - 5.8))
    assert closest > RADIUS + 0.225
    assert math.hypot(x - 10.0, y - 5.9) < 0.5

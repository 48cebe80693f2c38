"""The navigator drives a simulated robot to goals among people, and into the dock."""

import math
from types import SimpleNamespace

import pytest

from navigation.goals import Goal
from navigation.navigator import Navigator
from robot.types import Localization, Pose, Track
from sim.robot import SimRobot
from sim.world import World


@pytest.fixture
def drive(site):
    """Drive the true robot in the site's hall; people are points that a test moves."""
    world = World(site.floor, site.robot, 1)
    robot = SimRobot(world, 1)
    navigator = Navigator(world.grid, site.robot, {zone.name: zone.polygon for zone in site.floor.keep_out})

    def run(goal, seconds, people=lambda t: ()):
        navigator.drive(goal)
        closest = math.inf
        while world.time < seconds and navigator.progress.state in ("driving", "waiting"):
            observation, pose = robot.sense(), world.robot.pose
            if observation.scan is not None:
                navigator.see(observation.scan, pose)
            tracks = people(world.time)
            odometry = observation.odometry
            robot.act(
                navigator.step(
                    observation.stamp,
                    Localization(observation.stamp, pose),
                    tracks,
                    (odometry.linear, odometry.angular),
                )
            )
            for track in tracks:
                closest = min(closest, math.hypot(track.x - pose.x, track.y - pose.y))
        return SimpleNamespace(state=navigator.progress.state, closest=closest, progress=navigator.progress)

    return SimpleNamespace(run=run, world=world, navigator=navigator, floor=site.floor)


def test_it_arrives_at_a_door_facing_as_asked(drive):
    pose = drive.floor.doors["2"].arrive
    assert drive.run(Goal(pose), 90.0).state == "arrived"
    assert drive.world.robot.pose.distance(pose) < 0.3
    assert abs(pose.between(drive.world.robot.pose).theta) < 0.25


def test_it_docks_backwards_within_the_charger(drive):
    drive.run(Goal(drive.floor.reception), 60.0)
    assert drive.run(Goal(drive.floor.dock, docking=True), 150.0).state == "arrived"
    drive.world.command = type(drive.world.command)()
    for _ in range(20):
        drive.world.step()
    assert drive.world.robot.charging


def test_it_keeps_its_distance_from_somebody_who_walks_towards_it(drive):
    drive.run(Goal(drive.floor.reception), 60.0)
    began = drive.world.time

    def walker(t):
        return (Track(1, 8.0, 9.0 - 0.6 * (t - began), 0.0, -0.6),)

    result = drive.run(Goal(Pose(7.0, 10.0, 0.0), face=False), began + 90.0, walker)
    assert result.state == "arrived"
    assert result.closest > 0.5


def test_it_gives_up_politely_when_somebody_never_makes_way(drive):
    def wall(t):
        pose = drive.world.robot.pose
        around = ((pose.x + 0.65 * math.cos(k), pose.y + 0.65 * math.sin(k)) for k in range(7))
        return tuple(Track(k, x, y, 0.0, 0.0, still=t) for k, (x, y) in enumerate(around))

    result = drive.run(Goal(drive.floor.reception), 100.0, wall)
    assert result.state == "failed"
    assert result.progress.reason == "people in the way"


def test_a_goal_that_cannot_be_reached_fails_with_a_reason(drive):
    began = drive.world.time
    result = drive.run(Goal(Pose(30.0, 30.0, 0.0)), 100.0)
    assert result.state == "failed"
    assert result.progress.reason == "no way there: lies outside the map"
    assert drive.world.time - began < 0.2


def test_the_same_goal_continues_and_none_stops(drive):
    goal = Goal(drive.floor.reception)
    drive.navigator.drive(goal)
    progress = drive.navigator.progress
    drive.navigator.drive(goal)
    assert drive.navigator.progress is progress
    drive.navigator.drive(None)
    assert drive.navigator.progress.state == "idle"

"""Close to a bench, or with somebody behind who just stands there, the robot gets away and touches nobody."""

import math
from pathlib import Path
from types import SimpleNamespace

import pytest

from navigation.goals import PEOPLE, Goal
from navigation.navigator import Navigator
from robot.safety import Safety
from robot.types import Localization, Pose, Track
from sim.robot import SimRobot
from sim.world import World
from slam.map_io import load_map

MAP = Path(__file__).resolve().parents[2] / "sites" / "cua_nam" / "map" / "map.yaml"
BENCH = Pose(9.83, 11.93, 0.0)  # along the bench before door 4, 26 cm from its edge


@pytest.fixture
def lead(site):
    """Drive the true robot, under its safety, among people who never move."""

    def run(start, goal, people=(), seconds=55.0):
        world = World(site.floor, site.robot, 1)
        world.robot.pose = start
        robot, safety = SimRobot(world, 1), Safety(site.robot, stopped=False, reason="")
        navigator = Navigator(load_map(MAP), site.robot, [zone.polygon for zone in site.floor.keep_out])
        contacts, reasons = [], []
        world.on_contact = contacts.append
        bodies = [world.crowd.enter(x, y, 1.0) for x, y in people]
        tracks = tuple(Track(k, x, y, 0.0, 0.0, still=60.0) for k, (x, y) in enumerate(people))
        navigator.drive(Goal(goal, reach=0.35, face=False, top_speed=0.55))
        while world.time < seconds and navigator.progress.state in ("driving", "waiting"):
            observation, where = robot.sense(), Localization(world.time, world.robot.pose)
            for body, (x, y) in zip(bodies, people, strict=True):
                world.crowd.put(body, x, y, 0.0)
            if observation.scan is not None:
                navigator.see(observation.scan, where.pose)
            speeds = observation.odometry.linear, observation.odometry.angular
            command = navigator.step(world.time, where, tracks, speeds)
            robot.act(safety.limit(command, observation, where, tracks))
            if navigator.progress.state == "waiting":
                reasons.append(navigator.progress.reason)
        outcome = {"contacts": contacts, "time": world.time, "reasons": reasons, "waited": 0.05 * len(reasons)}
        return SimpleNamespace(state=navigator.progress.state, **outcome)

    return run


@pytest.mark.parametrize("heading", [0, 180, -20, -90], ids=lambda degrees: f"{degrees} degrees")
@pytest.mark.parametrize("off", [0.0, -0.02], ids=["as near as it plans", "nearer"])
def test_it_gets_away_from_a_bench_that_it_stands_close_to(lead, site, heading, off):
    start = Pose(BENCH.x, BENCH.y + off, math.radians(heading))
    result = lead(start, site.floor.doors["7"].arrive, [(8.8, 12.3)])
    assert (result.state, result.contacts) == ("arrived", [])
    assert result.time < 30.0  # it drives for some 18 s
    assert PEOPLE not in result.reasons  # who stands behind is not in the way


def test_it_does_not_wait_at_a_corner_that_the_straight_line_to_its_path_cuts(lead, site):
    result = lead(Pose(3.884, 9.658, -1.967), site.floor.reception, [(2.45, 8.57)])
    assert (result.state, result.contacts) == ("arrived", [])
    assert result.waited < 5.0


@pytest.mark.parametrize("people", [[(8.75, 12.43)], [(9.0, 12.1), (9.1, 12.8)]], ids=["one", "two"])
def test_it_turns_round_before_a_follower_who_just_stands_there(lead, site, people):
    result = lead(Pose(9.72, 12.43, math.pi), site.floor.doors["7"].arrive, people)
    assert (result.state, result.contacts) == ("arrived", [])
    assert result.time < 30.0


@pytest.mark.parametrize("across", [12.43, 12.7], ids=["in the middle", "at the side"])
def test_it_squeezes_past_who_leaves_it_just_room_enough(lead, site, across):
    result = lead(Pose(9.72, 12.43, math.pi), site.floor.doors["2"].arrive, [(8.75, across)])
    assert (result.state, result.contacts) == ("arrived", [])


def test_it_takes_another_way_when_people_leave_too_little_room_and_do_not_make_way(lead, site):
    result = lead(Pose(9.72, 12.43, math.pi), site.floor.doors["2"].arrive, [(8.75, 12.0), (8.75, 13.1)])
    assert (result.state, result.contacts) == ("arrived", [])
    assert PEOPLE in result.reasons

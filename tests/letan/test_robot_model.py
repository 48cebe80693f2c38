"""What `robot.yaml` says reaches every part that moves, plans, sees or simulates the robot."""

import math
from dataclasses import replace

import numpy as np
import pytest

from behaviours.surroundings import surroundings
from letan.mapping_run import TourRobot
from letan.setup import SITES, open_setup
from letan.simulate import Run
from navigation.costmap import Costmap
from navigation.goals import Goal
from navigation.navigator import Navigator
from navigation.planner import plan
from perception.people import PeopleTracker
from robot.safety import Safety
from robot.types import Command, GridMap, Localization, Observation, Odometry, Pose, Scan
from sim.robot import SimRobot
from sim.scenario import load_scenario
from sim.world import World

AT = Pose(0.0, 0.0, 0.0)
CHANGES = (
    ("width: 0.45", "width: 0.80"),
    ("radius: 0.25", "radius: 0.45"),
    ("max_turn: 70", "max_turn: 30"),
    ("braking: 0.8", "braking: 0.2"),
    ("max_speed: 0.7", "max_speed: 0.6"),
    ("mount: [0.0, 0.0, 0]", "mount: [0.3, 0.0, 90]"),
)


@pytest.fixture(scope="module")
def setups(tmp_path_factory):
    """The shipped site, and the same with a wide robot that brakes weakly, turns slowly and looks to its left."""
    folder = tmp_path_factory.mktemp("wide") / "site"
    folder.mkdir()
    for path in (SITES / "cua_nam").iterdir():
        (folder / path.name).symlink_to(path)
    text = (folder / "robot.yaml").read_text()
    for before, after in CHANGES:
        assert before in text
        text = text.replace(before, after)
    (folder / "robot.yaml").unlink()
    (folder / "robot.yaml").write_text(text)
    return open_setup("cua_nam"), open_setup(str(folder))


@pytest.fixture
def models(setups):
    return tuple(setup.site.robot for setup in setups)


def wall_ahead(away):
    """A scan of a wall across the way, `away` m before the lidar."""
    angles = np.linspace(-1.0, 1.0, 201)
    return Scan(1.0, away / np.cos(angles), -1.0, 0.01, 0.05, 12.0)


def test_safety_keeps_more_room_for_a_wide_robot_that_brakes_weakly(models):
    allowed = []
    for model in (replace(each, lidar=replace(each.lidar, mount=AT)) for each in models):
        safety = Safety(model)
        seen = Observation(1.0, Odometry(1.0, AT), wall_ahead(0.9))
        safety.confirm(seen)
        allowed.append(safety.limit(Command(0.6, 0.0), seen, Localization(1.0, AT), ()).linear)
        turned = safety.limit(Command(0.0, 9.0), seen, Localization(1.0, AT), ())
        assert turned.angular == pytest.approx(model.turn_speed)
    assert allowed[0] == 0.6
    assert allowed[1] < 0.5


def test_safety_looks_from_where_the_lidar_sits(models):
    """What is 0.5 m before a lidar that looks to the left is not in the way forward."""
    angles = -math.pi + math.radians(1) * np.arange(360)
    ranges = np.where(np.abs(angles) < 1.0, 0.5 / np.cos(angles), 5.0)
    seen = Observation(1.0, Odometry(1.0, AT), Scan(1.0, ranges, -math.pi, math.radians(1), 0.05, 12.0))
    speeds = []
    for mount in (AT, models[1].lidar.mount):
        safety = Safety(replace(models[0], lidar=replace(models[0].lidar, mount=mount)))
        safety.confirm(seen)
        speeds.append(safety.limit(Command(0.5), seen, Localization(1.0, AT), ()).linear)
    assert speeds[0] < speeds[1]


def test_a_plan_leads_a_narrow_robot_through_a_gap_and_a_wide_one_round_it(models):
    cells = np.zeros((80, 120), np.int8)
    cells[[0, -1]] = cells[:, [0, -1]] = 100
    cells[16:34, 60:62] = 100  # a gap of 0.8 m below, one of 2.2 m above
    lengths = []
    for model in models:
        path = plan(Costmap(GridMap(cells, 0.05, AT)), (2.0, 0.5), (4.0, 0.5), model.radius, model.radius + 0.3)
        lengths.append(np.hypot(*np.diff(path, axis=0).T).sum())
    assert lengths[1] > lengths[0] + 1.0


def test_the_local_planner_keeps_to_the_robots_turn_and_top_speed(models):
    for model in models:
        navigator = Navigator(GridMap(np.zeros((400, 400), np.int8), 0.05, Pose(-10.0, -10.0, 0.0)), model)
        fastest = quickest = 0.0
        for goal in (Pose(-5.0, 0.5, 0.0), Pose(8.0, 0.0, 0.0)):
            pose, v, w = AT, 0.0, 0.0
            navigator.drive(Goal(goal))
            for k in range(60):
                command = navigator.step(0.1 * k, Localization(0.1 * k, pose), (), (v, w))
                v, w = command.linear, command.angular
                pose = pose.compose(Pose(0.1 * v, 0.0, 0.1 * w))
                fastest, quickest = max(fastest, v), max(quickest, abs(w))
        assert fastest == pytest.approx(model.max_speed, abs=0.02)
        assert 0.8 * model.turn_speed < quickest <= model.turn_speed + 1e-9


def test_the_tracker_finds_a_leg_where_the_lidar_looks(models):
    grid = GridMap(np.zeros((200, 200), np.int8), 0.05, Pose(-5.0, -5.0, 0.0))
    ranges = np.full(360, 12.0)
    ranges[178:183] = 1.5
    scan = Scan(0.0, ranges, -math.pi, 2 * math.pi / 360, 0.05, 12.0)
    places = [PeopleTracker(grid, model).detect(scan, AT)[0] for model in models]
    assert places[0] == pytest.approx([1.5, 0.0], abs=0.05)
    assert places[1] == pytest.approx([0.3, 1.5], abs=0.05)


def test_a_tree_may_not_ask_for_more_speed_than_the_robot_has(setups, tmp_path, letan):
    tops = [surroundings(setup.site, setup.texts).top_speed for setup in setups]
    assert tops == [0.7, 0.6]
    tree = tmp_path / "fast.yaml"
    tree.write_text("tree: fast\nabout: Fast.\nroot:\n  go_to: {place: reception, speed: 0.65 m/s}\n")
    assert letan("trees", "check", tree)[0] == 0
    code, out, _ = letan("trees", "check", tree, "--site", setups[1].site.folder)
    assert code == 2
    assert "expected at most 0.6 m/s, not `0.65 m/s`" in out


def test_the_mapping_tour_plans_and_brakes_as_the_robot_can(setups):
    for setup in setups:
        tour = TourRobot(setup.site, load_scenario("mapping"), 1)
        assert tour._navigator.model == tour._safety.model == setup.site.robot


def test_the_simulated_robot_has_the_files_size_brakes_and_lidar(setups):
    for setup in setups:
        model = setup.site.robot
        world = World(setup.site.floor, model, 1)
        robot = SimRobot(world, 1)
        first = robot.sense().scan
        away = np.nanmin(first.points(model.lidar.mount)[:, 0])  # the wall behind the dock
        assert away == pytest.approx(-0.5, abs=0.15)
        world.robot.linear = 0.5
        world.command = Command()
        world.step(0.05)
        assert world.robot.linear == pytest.approx(0.5 - 0.05 * model.braking)


def test_a_wide_robot_that_brakes_weakly_serves_a_short_day_without_a_contact(setups):
    run = Run(load_scenario("short"), 1, place=setups[1])
    result = run.run()
    run.close()
    assert result.figures.contacts_by_robot == 0
    assert result.figures.guided_in_area == result.figures.guided == 4

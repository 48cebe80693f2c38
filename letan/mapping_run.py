"""The mapping tour: a robot without a map drives from point to point and builds one while it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from centre.site import load_site
from letan.app import site_folder
from letan.map_command import MapSummary, write_results
from navigation.goals import Goal
from navigation.navigator import Navigator
from robot.safety import Safety
from robot.types import GridMap, LetanError, Localization, Pose
from sim.figures import Errors
from sim.robot import SimRobot
from sim.scenario import Scenario
from sim.world import World
from slam.live import MapBuilder


@dataclass(frozen=True)
class MappingResult:
    """The tour's map and how well the robot knew where it was while it drew it."""

    grid: GridMap
    errors: Errors
    seconds: float
    summary: MapSummary | None


def blank(size: tuple[float, float], resolution: float = 0.1) -> GridMap:
    """Free room around the hall: what a robot without a map plans on; its lidar shows the rest."""
    width, height = (round((side + 2.0) / resolution) for side in size)
    return GridMap(np.zeros((height, width), dtype=np.int8), resolution, Pose(-1.0, -1.0, 0.0))


def run_mapping(
    scenario: Scenario, seed: int, out: Path | None = None, progress: Callable[[float], None] = lambda share: None
) -> MappingResult:
    """Drive the tour and build the map; LetanError when the tour can't be finished in the scenario's time."""
    site = load_site(site_folder(scenario.site))
    world = World(site.floor, site.robot, seed)
    robot, lidar = SimRobot(world, seed), site.robot.lidar.mount
    builder = MapBuilder(site.floor.dock, seed, lidar=lidar)
    navigator = Navigator(blank(site.floor.size), [zone.polygon for zone in site.floor.keep_out], lidar)
    safety, errors = Safety(), Errors()
    began, limit = time.process_time(), float(scenario.latest - scenario.start)
    goals = [Goal(Pose(x, y, 0.0), reach=0.35, face=False, top_speed=0.45) for x, y in scenario.tour]
    goals.append(Goal(site.floor.dock, docking=True))
    for index, goal in enumerate(goals):
        navigator.drive(goal)
        while navigator.progress.state in ("driving", "waiting"):
            _turn(robot, builder, navigator, safety, errors)
            if world.time > limit:
                raise LetanError(f"the tour was not finished in time: the robot is on its way to point {index + 1}")
        if navigator.progress.state == "failed":
            raise LetanError(f"the tour's point {index + 1} can't be reached: {navigator.progress.reason}")
        progress((index + 1) / len(goals))
    summary = None
    if out is not None:
        summary = write_results(builder.mapper, out, time.process_time() - began, builder.mapper.warnings)
    return MappingResult(builder.grid(), errors, world.time, summary)


def _turn(robot: SimRobot, builder: MapBuilder, navigator: Navigator, safety: Safety, errors: Errors) -> None:
    observation = robot.sense()
    pose = builder.update(observation)
    if safety.stopped:
        safety.confirm(observation)
    if observation.scan is not None:
        navigator.see(observation.scan, pose)
        errors.add(pose, robot.world.robot.pose)
    where = Localization(observation.stamp, pose)
    speeds = observation.odometry.linear, observation.odometry.angular
    command = navigator.step(observation.stamp, where, (), speeds)
    robot.act(safety.limit(command, observation, where, (), navigator.is_docking))

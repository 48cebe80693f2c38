"""The mapping tour: a simulated robot without a map drives from point to point, and one is built while it goes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from centre.site import Site, load_site
from letan.map_loop import build, drive
from letan.map_results import MapSummary, write_results
from letan.setup import site_folder
from navigation.goals import Goal
from navigation.navigator import Navigator
from robot.gate import ObservationGate
from robot.safety import Safety
from robot.types import Command, GridMap, LetanError, Localization, Observation, Pose
from sim.errors import Errors
from sim.robot import SimRobot
from sim.scenario import Scenario, load_scenario
from sim.world import World
from slam.map_builder import MapBuilder


@dataclass(frozen=True)
class MappingResult:
    """The tour's map and how well the robot knew where it was while it drew it; `stopped_by` a signal, or 0."""

    grid: GridMap
    errors: Errors
    seconds: float
    summary: MapSummary | None
    stopped_by: int


def blank(size: tuple[float, float], resolution: float = 0.1) -> GridMap:
    """Free room around the hall: what a robot without a map plans on; its lidar shows the rest."""
    width, height = (round((side + 2.0) / resolution) for side in size)
    return GridMap(np.zeros((height, width), dtype=np.int8), resolution, Pose(-1.0, -1.0, 0.0))


class TourRobot:
    """A simulated robot that drives a scenario's tour and back to its dock by the poses that the mapper tells it."""

    def __init__(self, site: Site, scenario: Scenario, seed: int) -> None:
        self.world = World(site.floor, site.robot, seed)
        self.errors = Errors()
        self._robot = SimRobot(self.world, seed)
        keep_out = {zone.name: zone.polygon for zone in site.floor.keep_out}
        self._navigator = Navigator(blank(site.floor.size), site.robot, keep_out)
        self._safety = Safety(site.robot)
        self._limit = float(scenario.latest - scenario.start)
        self._goals = [Goal(Pose(x, y, 0.0), reach=0.35, face=False, top_speed=0.45) for x, y in scenario.tour]
        self._goals.append(Goal(site.floor.dock, docking=True))
        self._reached = 0
        self._navigator.drive(self._goals[0])

    @property
    def progress(self) -> float:
        """The share of the tour's points that were reached."""
        return self._reached / len(self._goals)

    def sense(self) -> Observation:
        """EOFError when the tour is over."""
        if self._reached == len(self._goals):
            raise EOFError
        return self._robot.sense()

    def act(self, command: Command) -> None:
        """Obey for one step."""
        self._robot.act(command)

    def close(self) -> None:
        """Stop the wheels."""
        self._robot.close()

    def steer(self, observation: Observation, pose: Pose) -> None:
        """Drive on from `pose`; LetanError when the tour can't be finished, or not in the scenario's time."""
        navigator, safety = self._navigator, self._safety
        if safety.stopped:
            safety.confirm(observation)
        if observation.scan is not None:
            navigator.see(observation.scan, pose)
            self.errors.add(pose, self.world.robot.pose)
        where = Localization(observation.stamp, pose)
        speeds = observation.odometry.linear, observation.odometry.angular
        command = navigator.step(observation.stamp, where, (), speeds)
        self.act(safety.limit(command, observation, where, (), navigator.is_docking))
        if self.world.time > self._limit:
            point = self._reached + 1
            raise LetanError(f"the tour was not finished in time: the robot is on its way to point {point}")
        if navigator.progress.state not in ("driving", "waiting"):
            self._go_on()

    def _go_on(self) -> None:
        progress = self._navigator.progress
        if progress.state == "failed":
            raise LetanError(f"the tour's point {self._reached + 1} can't be reached: {progress.reason}")
        self._reached += 1
        if self._reached < len(self._goals):
            self._navigator.drive(self._goals[self._reached])


class TourDriver:
    """The driver `sim` of the group `letan.drivers`: the tour of a scenario, `mapping` when none is named."""

    def site_of(self, argument: str) -> str:
        """The scenario's site: where its tour is driven."""
        return self._scenario(argument).site

    def __call__(self, site: Site, argument: str) -> TourRobot:
        """The robot at the tour's begin."""
        scenario = self._scenario(argument)
        return TourRobot(site, scenario, scenario.seed)

    @staticmethod
    def _scenario(argument: str) -> Scenario:
        scenario = load_scenario(argument or "mapping")
        if scenario.kind != "mapping":
            raise LetanError(f"the scenario `{scenario.scenario}` is no mapping tour (kind: mapping)")
        return scenario


tour_driver = TourDriver()


def run_mapping(
    scenario: Scenario, seed: int, out: Path | None = None, progress: Callable[[float], None] = lambda share: None
) -> MappingResult:
    """Drive the tour and build the map; LetanError when the tour can't be finished in the scenario's time."""
    site = load_site(site_folder(scenario.site))
    robot = TourRobot(site, scenario, seed)
    builder = MapBuilder(site.floor.dock, seed, lidar=site.robot.lidar.mount)
    began = time.process_time()
    lookers = robot.steer, lambda observation, pose: progress(robot.progress)
    stopped_by = build(drive(robot, ObservationGate(site.robot)), builder, scenario.scenario, lookers)
    robot.close()
    summary = None
    if out is not None:
        mapper = builder.mapper
        summary = write_results(mapper, out, time.process_time() - began, mapper.warnings, stopped_by)
    return MappingResult(builder.grid(), robot.errors, robot.world.time, summary, stopped_by)

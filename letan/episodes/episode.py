"""One episode: the real localiser, tracker, navigator and safety drive a simulated robot from place to place."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from letan.app import LOCALIZATION
from letan.episodes import Protection
from letan.episodes.casts import KINDS, Scene
from letan.episodes.metrics import EpisodeResult, Watching
from letan.setup import Setup
from navigation.controller import ControllerMaker
from navigation.costmap import Costmap
from navigation.goals import Goal
from navigation.navigator import Navigator
from navigation.planner import Planner
from perception.people import PeopleTracker
from robot.gate import ObservationGate
from robot.safety import Safety
from robot.types import Command, FloatArray, Observation, Pose, Track
from sim.robot import SimRobot
from sim.trajectories import Trajectory
from sim.world import STEP, World
from slam.localization import Localizer

LONGEST = 120.0  # s that an episode may take
LEAST_WAY = 5.0  # m
NEAR_GOAL = 0.4  # m from the goal within which the robot truly has arrived
CONFIRMED_AFTER = 1.0  # s after which somebody lets a stopped robot go on


@dataclass(frozen=True, slots=True)
class EpisodeConfig:
    """What is tried: a kind of hall, so many people, a controller, and which protections are taken out."""

    kind: str
    people: int
    controller: ControllerMaker
    without: tuple[Protection, ...] = ()
    recorded: tuple[Trajectory, ...] = ()  # who walks about besides, as others did once


def _way(planner: Planner, rng: np.random.Generator, size: tuple[float, float]) -> tuple[Pose, Pose, FloatArray]:
    """Two free places some way apart, and the shortest way between them."""
    while True:
        ends = [(float(rng.uniform(0.8, size[0] - 1.0)), float(rng.uniform(0.8, size[1] - 1.0))) for _ in range(2)]
        if min(planner.costmap.clearance(*end) for end in ends) <= 0.5:
            continue
        path = planner.plan(*ends)
        if path is not None and np.hypot(*np.diff(path, axis=0).T).sum() > LEAST_WAY:
            start, goal = (Pose(*end, float(rng.uniform(-math.pi, math.pi))) for end in ends)
            return start, goal, path


class Episode:
    """A robot on its way through a hall; `run` to its end."""

    def __init__(self, setup: Setup, config: EpisodeConfig, seed: int) -> None:
        site, model = setup.site, setup.site.robot
        self.config = config
        self.seed = seed
        self.kind = KINDS[config.kind]
        keep_out = {zone.name: zone.polygon for zone in site.floor.keep_out}
        rng = np.random.default_rng([seed, 11])
        planner = Planner(Costmap(setup.grid, keep_out), model.radius + 0.02, model.radius + 0.35)
        start, goal, self.way = _way(planner, rng, site.floor.size)
        self.world = World(site.floor, model, seed)
        self.world.robot.pose = start
        self.scene = Scene(self.world, rng, start, goal, self.way)
        self.kind.cast(self.scene, config.people)
        if config.recorded:
            self.scene.replay(config.recorded)
        self.robot = SimRobot(self.world, seed)
        self.gate = ObservationGate(model)
        self.localizer = Localizer(setup.grid, start, seed, LOCALIZATION, model.lidar.mount)
        self.tracker = PeopleTracker(setup.grid, model)
        self.navigator = Navigator(setup.grid, model, keep_out, controller=config.controller, seed=seed)
        self.safety = Safety(model, stopped=False, reason="")
        self.goal = Goal(goal)
        self.people: tuple[Track, ...] = ()
        self.watching = Watching(model.body_radius)
        self.world.on_contact = self.watching.contacts.append
        self._asked = 0
        self._asking = False
        self._stops = 0
        self._stopped_for = 0.0
        self._ask_rng = np.random.default_rng([seed, 12])

    def run(self) -> EpisodeResult:
        """To the end: arrived, given up, or out of time."""
        self.navigator.drive(self.goal)
        while self.world.time < LONGEST and self.navigator.progress.state in ("driving", "waiting"):
            self.step()
        return self.result()

    def step(self, commanded: Callable[[Observation], Command] | None = None) -> None:
        """One turn of 0.05 s, driven by what `commanded`, else the robot itself, makes of what is sensed."""
        drive = commanded or self._commanded
        self.scene.step()
        observation = self.gate.check(self.robot.sense())
        self.robot.act(drive(observation) if observation else Command())
        body = self.world.robot
        crowd = self.world.crowd
        bodies = np.column_stack((crowd.state[:, :2], crowd.people["radius"]))
        self.watching.look(STEP, body.pose, body.linear, bodies)

    def _commanded(self, observation: Observation) -> Command:
        """What the wheels are told, as in the robot's own loop."""
        where = self.localizer.update(observation)
        if observation.scan is not None:
            self.people = self.tracker.update(observation.scan, where.pose, self.localizer.temporary_map)
            self.navigator.see(observation.scan, where.pose)
        tracks: Sequence[Track] = () if Protection.PEOPLE in self.config.without else self.people
        if observation.bumper:
            self.navigator.bump(observation.stamp, where.pose, tracks, observation.bumper_zones)
        speeds = observation.odometry.linear, observation.odometry.angular
        command = self.navigator.step(observation.stamp, where, tracks, speeds)
        self._ask()
        if Protection.SAFETY not in self.config.without:
            command = self.safety.limit(command, observation, where, self.people, self.navigator.is_docking)
            self.confirm(observation)
        return Command(command.linear, command.angular, hard=command.hard)

    def _ask(self) -> None:
        """People hear when the robot asks to be let past."""
        asks = self.navigator.progress.wants_way and Protection.ASKING not in self.config.without
        if asks and not self._asking:
            self._asked += 1
            self.world.crowd.ask(self.world.robot.pose, self._ask_rng)
        self._asking = asks

    def confirm(self, observation: Observation) -> None:
        """After a stop that needs a person somebody comes by and lets the robot go on."""
        if not self.safety.stopped:
            self._stopped_for = 0.0
            return
        self._stops += self._stopped_for == 0.0
        self._stopped_for += STEP
        if self._stopped_for > CONFIRMED_AFTER:
            self.safety.confirm(observation)

    def result(self) -> EpisodeResult:
        """What came of it so far."""
        watched, goal = self.watching, self.goal.pose
        arrived = self.navigator.progress.state == "arrived" and self.world.robot.pose.distance(goal) < NEAR_GOAL
        caused = [c for c in watched.contacts if c.kind == "person" and c.by == "robot"]
        things = [c for c in watched.contacts if c.kind != "person"]
        return EpisodeResult(
            seed=self.seed,
            arrived=arrived,
            success=arrived and not caused and len(things) <= self.kind.touches,
            seconds=round(self.world.time, 2),
            shortest=float(np.hypot(*np.diff(self.way, axis=0).T).sum()),
            path=watched.path,
            contacts=tuple(watched.contacts),
            intimate_by_robot=watched.intimate,
            jerk=watched.jerk,
            stalled=watched.still / max(watched.time, STEP),
            asked=self._asked,
            stops=self._stops,
            reason="" if arrived else self.navigator.progress.reason or "out of time",
        )

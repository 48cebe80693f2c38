"""A small hall of straight walls with people in it, exact rays and noisy wheels: truth for tests and benchmarks."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from robot.types import FloatArray, GridMap, Observation, Odometry, Pose, Scan, wrap
from slam.distance import distance_cells
from slam.raycast import cast

STEP = 0.05  # seconds between observations
SCAN_EVERY = 2


def box(x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float, float, float]]:
    """The four walls of a rectangle, as segments."""
    return [(x0, y0, x1, y0), (x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0)]


def hall_walls() -> FloatArray:
    """A 20 x 15 m hall with pillars, counters and a side room, (S, 4) segments x0, y0, x1, y1 in metres."""
    walls = box(0.0, 0.0, 20.0, 15.0)
    walls += box(5.0, 5.0, 5.4, 5.4) + box(13.0, 6.0, 13.5, 6.5) + box(8.0, 10.5, 8.4, 10.9)
    walls += box(2.0, 14.0, 6.0, 14.6) + box(12.0, 13.8, 17.0, 14.4) + box(9.0, 1.0, 11.0, 1.8)
    walls += [(16.0, 0.0, 16.0, 3.0), (16.0, 4.0, 20.0, 4.0), (0.0, 9.0, 1.5, 9.0), (1.5, 9.0, 1.5, 11.0)]
    return np.array(walls)


def changed_hall_walls() -> FloatArray:
    """The same hall a month later, (S, 4): pillars and counters 15-20 cm on, one counter gone, carts along a wall."""
    walls = box(0.0, 0.0, 20.0, 15.0)
    walls += box(5.15, 5.0, 5.55, 5.4) + box(13.0, 6.2, 13.5, 6.7) + box(8.2, 10.5, 8.6, 10.9)
    walls += box(12.15, 13.6, 17.15, 14.2) + box(9.2, 1.2, 11.2, 2.0) + box(19.75, 4.5, 19.8, 13.0)
    walls += box(9.0, 6.0, 10.0, 8.0)
    walls += [(16.0, 0.0, 16.0, 3.0), (16.0, 4.0, 20.0, 4.0), (0.0, 9.0, 1.5, 9.0), (1.5, 9.0, 1.5, 11.0)]
    return np.array(walls)


def hall_map(walls: FloatArray, resolution: float = 0.05, margin: float = 0.525) -> GridMap:
    """The map of `walls` (S, 4): the cells the segments pass through occupied, others free, unknown in the margin.

    It puts walls on multiples of the resolution into the middle of their cells.
    """
    low = walls.reshape(-1, 2).min(axis=0) - margin
    high = walls.reshape(-1, 2).max(axis=0) + margin
    width, height = np.ceil((high - low) / resolution).astype(int)
    cells = np.full((height, width), -1, np.int8)
    rim = int(margin / resolution)
    cells[rim:-rim, rim:-rim] = 0
    for x0, y0, x1, y1 in walls:
        count = int(math.hypot(x1 - x0, y1 - y0) / resolution * 10) + 2
        cols = ((np.linspace(x0, x1, count) - low[0]) / resolution).astype(int)
        rows = ((np.linspace(y0, y1, count) - low[1]) / resolution).astype(int)
        cells[rows, cols] = 100
    return GridMap(cells, resolution, Pose(float(low[0]), float(low[1]), 0.0))


def exact_ranges(pose: Pose, sensors: Sensors, walls: FloatArray, discs: FloatArray) -> FloatArray:
    """Ranges (N,) metres all round from `pose` to segments (S, 4) and discs (D, 3) x, y, radius; inf for none."""
    ranges = np.empty(sensors.beams)
    step = 2.0 * math.pi / sensors.beams
    cast(pose.x, pose.y, pose.theta, -math.pi, step, math.inf, walls, discs, ranges)
    return ranges


@dataclass(frozen=True, slots=True)
class Sensors:
    """A lidar and wheels with noise as standard deviations: beams in metres, wheels as shares of the motion."""

    beams: int = 360
    range_max: float = 10.0
    range_noise: float = 0.01
    wheel_noise: float = 0.05

    def wheels(self, step: Pose, rng: np.random.Generator) -> Pose:
        """What the wheels say of a step: it scales, drifts and jitters."""
        noise = rng.normal(0.0, self.wheel_noise, 3).tolist()
        turn = step.theta * (1.02 + noise[0]) + noise[1] * step.x * 0.3
        return Pose(step.x * (1.01 + noise[2]), 0.0, turn)

    def scan(self, stamp: float, pose: Pose, walls: FloatArray, crowd: FloatArray, rng: np.random.Generator) -> Scan:
        """A scan among people, `crowd` (P, 2) metres, of two legs each."""
        apart = np.array([0.0, 0.1])
        legs = np.concatenate([crowd + apart, crowd - apart])
        away = np.hypot(legs[:, 0] - pose.x, legs[:, 1] - pose.y) > 0.4  # nobody stands in the robot
        discs = np.column_stack([legs, np.full(len(legs), 0.07)])[away]
        ranges = exact_ranges(pose, self, walls, discs) + rng.normal(0.0, self.range_noise, self.beams)
        ranges[ranges > self.range_max] = np.inf
        return Scan(stamp, ranges, -math.pi, 2.0 * math.pi / self.beams, 0.05, self.range_max)


@dataclass(frozen=True, slots=True)
class Drive:
    """A drive through the hall along waypoints, metres, at `speed` m/s."""

    walls: FloatArray
    waypoints: tuple[tuple[float, float], ...]
    seed: int = 1
    people: int = 0
    speed: float = 0.6
    sensors: Sensors = Sensors()

    @property
    def start(self) -> Pose:
        """The true first pose, facing the second waypoint."""
        (x0, y0), (x1, y1) = self.waypoints[:2]
        return Pose(x0, y0, math.atan2(y1 - y0, x1 - x0))

    def true_poses(self) -> Iterator[Pose]:
        """The true pose every `STEP` seconds: turn towards the next waypoint, then drive there."""
        pose = self.start
        for x, y in self.waypoints[1:]:
            while math.hypot(x - pose.x, y - pose.y) > self.speed * STEP:
                error = wrap(math.atan2(y - pose.y, x - pose.x) - pose.theta)
                turn = min(max(error, -0.8 * STEP), 0.8 * STEP)
                forward = self.speed * STEP if abs(error) < 0.3 else 0.0
                pose = pose.compose(Pose(forward, 0.0, turn))
                yield pose

    def __iter__(self) -> Iterator[tuple[Pose, Observation]]:
        rng = np.random.default_rng(self.seed)
        crowd: FloatArray = rng.uniform([1.0, 1.0], [19.0, 14.0], (self.people, 2))
        odom, last = Pose(0.0, 0.0, 0.0), self.start
        for tick, pose in enumerate(self.true_poses()):
            odom, last = odom.compose(self.sensors.wheels(last.between(pose), rng)), pose
            crowd += rng.normal(0.0, 0.03, crowd.shape)
            scan = None
            if tick % SCAN_EVERY == 0:
                scan = self.sensors.scan(tick * STEP, pose, self.walls, crowd, rng)
            yield pose, Observation(tick * STEP, Odometry(tick * STEP, odom), scan)


class Wanderer:
    """A robot that turns on the spot, drives about between the walls or is carried off, among people.

    It starts where the map has room, drawn by the seed.
    """

    def __init__(
        self, walls: FloatArray, grid: GridMap, seed: int, people: int = 0, sensors: Sensors | None = None
    ) -> None:
        self.sensors = sensors or Sensors()
        self._walls = walls
        self._grid = grid
        self._rng = np.random.default_rng(seed)
        self._gaps = distance_cells(grid) * grid.resolution
        self._room = np.argwhere((grid.cells == 0) & (self._gaps > 0.35))
        low, high = walls.reshape(-1, 2).min(axis=0) + 0.5, walls.reshape(-1, 2).max(axis=0) - 0.5
        self._crowd: FloatArray = self._rng.uniform(low, high, (people, 2))
        self._ticks = 0
        self._odom = Pose(0.0, 0.0, 0.0)
        self.pose = self.draw()

    def draw(self) -> Pose:
        """A pose where there is room for the robot."""
        row, col = self._room[self._rng.integers(len(self._room))]
        x = self._grid.origin.x + (float(col) + 0.5) * self._grid.resolution
        y = self._grid.origin.y + (float(row) + 0.5) * self._grid.resolution
        return Pose(x, y, float(self._rng.uniform(-math.pi, math.pi)))

    def carry_off(self, pose: Pose) -> None:
        """Put the robot elsewhere; its wheels do not notice."""
        self.pose = pose

    def step(self, speed: float, turn: float) -> Observation:
        """Go on for `STEP` seconds at `speed` m/s; it turns at `turn` rad/s where it does not drive."""
        ahead = self.pose.compose(Pose(0.5, 0.0, 0.0))
        row = int((ahead.y - self._grid.origin.y) / self._grid.resolution)
        col = int((ahead.x - self._grid.origin.x) / self._grid.resolution)
        inside = 0 <= row < self._gaps.shape[0] and 0 <= col < self._gaps.shape[1]
        free = speed > 0.0 and inside and self._gaps[row, col] > 0.3
        move = Pose(speed * STEP, 0.0, 0.0) if free else Pose(0.0, 0.0, turn * STEP)
        self.pose = self.pose.compose(move)
        self._odom = self._odom.compose(self.sensors.wheels(move, self._rng))
        self._crowd += self._rng.normal(0.0, 0.03, self._crowd.shape)
        stamp = self._ticks * STEP
        scan = None
        if self._ticks % SCAN_EVERY == 0:
            scan = self.sensors.scan(stamp, self.pose, self._walls, self._crowd, self._rng)
        self._ticks += 1
        return Observation(stamp, Odometry(stamp, self._odom), scan)


TOUR = (
    (2.0, 2.0),
    (7.0, 3.5),
    (14.0, 3.0),
    (17.5, 6.0),
    (17.0, 12.0),
    (10.0, 12.5),
    (3.0, 12.0),
    (2.0, 6.0),
    (2.0, 2.0),
)

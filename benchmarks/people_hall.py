"""The simulated hall for the tracker: people who walk about, and who or what stands there from the start."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
from mot import Mot

from letan.setup import Setup
from navigation.costmap import Costmap
from navigation.planner import plan
from perception.people import PeopleTracker
from robot.types import Command, FloatArray, Pose, Scan
from sim.crowd import Body
from sim.robot import SimRobot
from sim.things import box, chair
from sim.world import World

SIGHT = 6.5  # m from the robot within which somebody counts
OVERHANG = 0.12  # m that a leg may be hidden behind what is nearer
WARM_UP = 5.0  # s


class Hall:
    """A robot that stands or turns among people, with its true pose."""

    def __init__(self, setup: Setup, seed: int, turn: float = 0.3) -> None:
        self.world = World(setup.site.floor, setup.site.robot, seed)
        self.rng = np.random.default_rng(seed)
        self.robot = SimRobot(self.world, seed)
        self.tracker = PeopleTracker(setup.grid, setup.site.robot)
        self.turn = turn
        self.spent: list[float] = []  # ms a scan
        self.world.robot.pose = Pose(*self.free_place(0.6), 0.0)

    def free_place(self, clearance: float = 0.4) -> tuple[float, float]:
        """Somewhere with so much room (m) to the walls."""
        width, height = self.world.floor.size
        walls = self.world.crowd.walls
        while True:
            x, y = self.rng.uniform(0.8, width - 1.0), self.rng.uniform(0.8, height - 1.0)
            if walls.clearance(x, y) > clearance:
                return float(x), float(y)

    def look(self) -> Scan | None:
        """One turn of 0.05 s: the scan, if one came, after the tracker has seen it."""
        scan = self.robot.sense().scan
        if scan is not None:
            began = time.thread_time()
            self.tracker.update(scan, self.world.robot.pose)
            self.spent.append(1e3 * (time.thread_time() - began))
        self.robot.act(Command(0.0, self.turn))
        return scan

    def visible(self, body: Body, scan: Scan, at: Pose) -> bool:
        """Whether any leg of somebody near enough is seen past what is before it."""
        x, y = self.world.crowd.place(body)
        if math.hypot(x - at.x, y - at.y) > SIGHT:
            return False
        return any(_is_seen(leg, scan, at) for leg in self._legs[body.slot])

    def take_legs(self) -> None:
        """Note where everybody's legs are now: two discs for each adult."""
        self._legs: FloatArray = self.world.crowd.legs().reshape(len(self.world.crowd.bodies), 2, 3)


def _is_seen(leg: FloatArray, scan: Scan, at: Pose) -> bool:
    away = math.hypot(leg[0] - at.x, leg[1] - at.y)
    bearing = math.atan2(leg[1] - at.y, leg[0] - at.x) - at.theta
    beam = round((bearing - scan.angle_min) / scan.angle_increment) % scan.ranges.size
    return bool(scan.ranges[beam] > away - leg[2] - OVERHANG)


@dataclass
class Walkers:
    """Everybody walks to one place after another; some stop on the way."""

    hall: Hall
    count: int
    pauses: bool = False
    _standing: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for _ in range(self.count):
            self.hall.world.crowd.enter(*self.hall.free_place(), float(self.hall.rng.uniform(0.8, 1.2)))

    def stand(self, body: Body, until: float) -> None:
        """Let somebody, once they have arrived, stand there until some time (s)."""
        self._standing[body.serial] = until

    def move(self, walls: Costmap) -> None:
        """Send on whoever has arrived."""
        hall, crowd = self.hall, self.hall.world.crowd
        for body in crowd.bodies:
            if body.path is not None or hall.world.time < self._standing.get(body.serial, 0.0):
                continue
            if self.pauses and hall.world.time > WARM_UP and hall.rng.random() < 0.5:
                self._standing[body.serial] = hall.world.time + hall.rng.uniform(20.0, 70.0)
                continue
            path = plan(walls, crowd.place(body), hall.free_place(), 0.24, 0.45)
            if path is not None:
                body.path = path


def walking(setup: Setup, count: int, seconds: float, seed: int, pauses: bool = False) -> tuple[Mot, list[float]]:
    """So many walkers in the hall for so long; the figures, and the ms that each scan took."""
    hall = Hall(setup, seed)
    walkers, mot, walls = Walkers(hall, count, pauses), Mot(), hall.world.crowd.walls
    while hall.world.time < seconds:
        walkers.move(walls)
        hall.take_legs()
        at, crowd = hall.world.robot.pose, hall.world.crowd
        people = {body.serial: crowd.place(body) for body in crowd.bodies}
        scan = hall.look()
        if scan is not None and hall.world.time > WARM_UP:
            seen = [body.serial for body in crowd.bodies if hall.visible(body, scan, at)]
            mot.add(scan.stamp, people, seen, {track.id: (track.x, track.y) for track in hall.tracker.tracks})
    return mot, hall.spent


def standing(setup: Setup, seed: int, drives: bool, seconds: float = 60.0) -> tuple[float, float, float]:
    """Who and what stands there from the start: after 20 s, the shares of scans in which each has a track.

    Four people, of whom only those in sight count; two posts and two chairs; two boxes of 0.2 to 0.4 m. The robot turns
    where it is, or `drives` to and fro.
    """
    hall = Hall(setup, seed, 0.0 if drives else 0.3)
    crowd, at = hall.world.crowd, hall.world.robot.pose
    near: list[tuple[float, float]] = [(at.x, at.y)]
    while len(near) < 11:
        x, y = hall.free_place(0.6)
        clear = all(math.hypot(x - a, y - b) > 1.2 for a, b in near)
        if clear and 1.0 < math.hypot(x - at.x, y - at.y) < 5.5:
            near.append((x, y))
    for x, y in near[1:5]:
        crowd.enter(x, y, 1.0).heading = float(hall.rng.uniform(-math.pi, math.pi))
    for k, (x, y) in enumerate(near[5:]):
        pose, size = (
            Pose(x, y, float(hall.rng.uniform(-math.pi, math.pi))),
            float(hall.rng.uniform(*((0.2, 0.4) if k > 3 else (0.04, 0.15)))),
        )
        hall.world.add_obstacle(f"thing {k}", chair(pose) if k < 2 else box(pose, size, size))
    told = np.zeros((3, 2))  # tracked and counted, of people, of posts and chairs, of boxes
    origin, turn = at, 0
    while hall.world.time < seconds:
        hall.take_legs()
        if drives:
            turn += 1
            hall.world.robot.pose = origin.compose(Pose(0.4 * math.sin(0.02 * turn), 0.4 * math.cos(0.013 * turn), 0.0))
        pose = hall.world.robot.pose
        scan = hall.look()
        if scan is None or hall.world.time < 20.0:
            continue
        tracks = [(track.x, track.y) for track in hall.tracker.tracks]
        for k, (x, y) in enumerate(near[1:]):
            if k < 4 and not hall.visible(crowd.bodies[k], scan, pose):
                continue
            told[k // 4] += any(math.hypot(x - a, y - b) < 0.5 for a, b in tracks), 1
    people, thin, boxes = (told[:, 0] / np.maximum(1.0, told[:, 1])).tolist()
    return people, thin, boxes

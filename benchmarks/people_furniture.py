"""A hall full of things that are not in the map, where a robot with an unsure pose drives: who is seen there."""

from __future__ import annotations

import math

import numpy as np
from people_hall import Hall, Walkers

from letan.setup import Setup
from navigation.planner import plan
from robot.types import Command, FloatArray, Pose, wrap
from sim.things import box, chair

THINGS = 14
KEPT, DRIFTS = 0.95, np.array([0.01, 0.01, 0.003])  # of the pose's error each scan, and m, m, rad that come to it
ON_SOMEBODY = 0.7  # m


def _furnish(hall: Hall) -> None:
    """Chairs, posts of 4 to 15 cm and boxes of 20 to 40 cm, by turns."""
    at = hall.world.robot.pose
    taken = [(at.x, at.y)]
    while len(taken) <= THINGS:
        x, y = hall.free_place(0.5)
        if all(math.hypot(x - a, y - b) > 0.9 for a, b in taken):
            taken.append((x, y))
    for k, (x, y) in enumerate(taken[1:]):
        pose = Pose(x, y, float(hall.rng.uniform(-math.pi, math.pi)))
        size = float(hall.rng.uniform(*((0.2, 0.4) if k % 3 == 0 else (0.04, 0.15))))
        hall.world.add_obstacle(f"thing {k}", chair(pose) if k % 3 == 1 else box(pose, size, size))


def _drive(hall: Hall, way: list[FloatArray]) -> None:
    """Bring the robot 0.5 m/s along `way`, to one place after another."""
    at = hall.world.robot.pose
    crowd = hall.world.crowd
    if not way:
        path = plan(crowd.walls, (at.x, at.y), hall.free_place(), 0.24, 0.45)
        way.extend([] if path is None else list(path))
        return
    if math.hypot(way[0][0] - at.x, way[0][1] - at.y) < 0.1:
        way.pop(0)
        return
    ahead = math.atan2(way[0][1] - at.y, way[0][0] - at.x)
    turn = min(0.06, max(-0.06, wrap(ahead - at.theta)))
    step = 0.025 if abs(turn) < 0.06 else 0.0
    hall.world.robot.pose = Pose(at.x + step * math.cos(ahead), at.y + step * math.sin(ahead), at.theta + turn)


def furnished(setup: Setup, seed: int, people: int, seconds: float = 60.0) -> tuple[float, float]:
    """How many tracks a scan are on nobody, and how many such names a minute."""
    hall = Hall(setup, seed, 0.0)
    walkers = Walkers(hall, people)
    error = np.zeros(3)
    way = list[FloatArray]()
    _furnish(hall)
    false = 0
    scans = 0
    names = set()
    while hall.world.time < seconds:
        crowd = hall.world.crowd
        walkers.move(crowd.walls)
        _drive(hall, way)
        pose = hall.world.robot.pose
        scan = hall.robot.sense().scan
        if scan is not None:
            error = KEPT * error + hall.rng.normal(size=3) * DRIFTS
            dx, dy, turn = error.tolist()
            places = crowd.state[:, :2]
            for track in hall.tracker.update(scan, Pose(pose.x + dx, pose.y + dy, pose.theta + turn)):
                if not (np.hypot(*(places - (track.x, track.y)).T) < ON_SOMEBODY).any():
                    false += 1
                    names.add(track.id)
            scans += 1
        hall.robot.act(Command())
    return false / scans, len(names) * 60.0 / seconds

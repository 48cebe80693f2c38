"""Who comes up to the robot, among people who pass: how early it is told, and of how many wrongly."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from people_hall import WARM_UP, Hall, Walkers

from letan.setup import Setup
from navigation.planner import plan
from robot.types import Pose, Track
from sim.crowd import Body

EVERY = 8.0  # s between two who come up
STANDS = 4.0  # s that they stand before the robot
BEFORE = 0.85  # m from the robot
ARRIVED = 1.2  # m from the robot within which somebody has come up
ON_THEM = 0.5  # m between a body and its track
LATER = 6.0  # s within which who is told to come up must be there


@dataclass
class Coming:
    """What was seen: seconds by which it was told before each arrival (NaN: not at all), and who was told wrongly."""

    early: list[float] = field(default_factory=list)
    told: int = 0
    wrong: int = 0


def coming_up(setup: Setup, seed: int, people: int, seconds: float = 125.0) -> Coming:
    """People walk about a robot that stands, and now and then one of them comes up to it."""
    hall = Hall(setup, seed, 0.0)
    hall.world.robot.pose = Pose(*hall.free_place(1.5), float(hall.rng.uniform(-math.pi, math.pi)))
    walkers, coming = Walkers(hall, people), Coming()
    told: dict[int, float] = {}  # since when each body has been told to come up
    invited: dict[int, Body] = {}
    again = WARM_UP
    while hall.world.time < seconds:
        now = hall.world.time
        walkers.move(hall.world.crowd.walls)
        if now >= again:
            again = now + EVERY
            _invite(hall, walkers, invited)
        if hall.look() is not None:
            _judge(hall, coming, told, invited)
    return coming


def _invite(hall: Hall, walkers: Walkers, invited: dict[int, Body]) -> None:
    """Send somebody who is some way off before the robot."""
    robot, crowd = hall.world.robot.pose, hall.world.crowd
    spot = robot.compose(Pose(0.0, 0.0, float(hall.rng.uniform(-0.6, 0.6)))).compose(Pose(BEFORE, 0.0, 0.0))
    far = [body for body in crowd.bodies if math.dist(crowd.place(body), (robot.x, robot.y)) > 2.5]
    if not far:
        return
    body = far[int(hall.rng.integers(len(far)))]
    path = plan(crowd.walls, crowd.place(body), (spot.x, spot.y), 0.24, 0.45)
    if path is not None:
        body.path = path
        length = float(np.hypot(*np.diff(path, axis=0).T).sum())
        walkers.stand(body, hall.world.time + length / body.speed + STANDS)
        invited[body.serial] = body


def _judge(hall: Hall, coming: Coming, told: dict[int, float], invited: dict[int, Body]) -> None:
    """Whoever was told to come up is right when it is somebody invited, who is there soon."""
    robot, crowd, now = hall.world.robot.pose, hall.world.crowd, hall.world.time
    for body in crowd.bodies:
        x, y = crowd.place(body)
        if body.serial not in told and _is_told(x, y, hall.tracker.tracks):
            told[body.serial] = now
        since = told.get(body.serial)
        arrived = math.hypot(x - robot.x, y - robot.y) < ARRIVED
        if arrived and invited.pop(body.serial, None):
            coming.early.append(math.nan if since is None else now - since)
            coming.told += since is not None
            told.pop(body.serial, None)
        elif since is not None and (arrived or now - since > LATER):
            coming.told += 1
            coming.wrong += 1
            del told[body.serial]


def _is_told(x: float, y: float, tracks: tuple[Track, ...]) -> bool:
    return any(track.intent == "comes up" and math.hypot(track.x - x, track.y - y) < ON_THEM for track in tracks)

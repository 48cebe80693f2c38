"""The controller `dwa`: the best of many short arcs (dynamic window approach), with people moving on meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from navigation.controller import PERIOD, Situation
from navigation.following import Point, ahead_on, is_open
from navigation.obstacles import Obstacles, clearance
from robot.model import RobotModel
from robot.types import PERSON_RADIUS, Command, FloatArray, Pose

TOUCH = 0.02  # m of clearance that no arc may fall below
TIGHT = 0.04  # m of clearance below which the robot stands in a tight spot and first makes for the way out of it
SLIP = 0.005  # m that it may come nearer there while it turns away
CREEP = 0.2  # m/s there at most


@dataclass(frozen=True, slots=True)
class DwaConfig:
    """How far it looks ahead and what it keeps clear of; SI units."""

    horizon: float = 1.8  # s that an arc looks ahead
    step: float = 0.15  # s
    person_radius: float = PERSON_RADIUS  # m
    personal: float = 0.7  # m of air between robot and person that is kept where there is room
    obstacle_room: float = 0.35  # m from the robot's edge that is kept where there is room
    look_ahead: float = 1.1  # m along the path to the point that it heads for
    look_near: float = 0.3  # m when it does not get on: straight towards a far point may lead into a corner
    look_near_after: float = 2.0  # s
    sight_margin: float = 0.01  # m beyond the robot's radius, for cutting corners


@njit(cache=True)
def _air(x: float, y: float, pose: FloatArray, people: FloatArray, t: float, reach: float) -> float:
    """Least air (m) between the robot at a place and the people as they will stand in `t` s; -1 for a touch.

    Somebody who stands close already does not forbid going away from them.
    """
    least = 9.0
    for p in range(people.shape[0]):
        air = math.hypot(people[p, 0] + people[p, 2] * t - x, people[p, 1] + people[p, 3] * t - y) - reach
        if air < 0.08 and air < math.hypot(people[p, 0] - pose[0], people[p, 1] - pose[1]) - reach - 0.01:
            return -1.0
        least = min(least, max(air, 0.0))
    return least


@njit(cache=True)
def _arc(
    v: float, w: float, pose: FloatArray, obstacles: Obstacles, people: FloatArray, config: FloatArray
) -> tuple[float, float, float, float, float]:
    """Drive an arc in thought: x, y, theta at its end, least clearance and air (m); a clearance of -1 is a touch.

    In a tight spot an arc may not come nearer than the robot stands, but for a slip that leaves it off the obstacle,
    and its clearance is the one at its end: among such arcs the best leads out.
    """
    dt, radius = config[1], config[2]
    x, y, theta = pose[0], pose[1], pose[2]
    here = clearance(x, y, obstacles) - radius
    bound = min(TOUCH, max(here - SLIP, min(here, 0.0)))
    least, closest, clear = 9.0, 9.0, here
    for k in range(1, int(config[0] / dt) + 1):
        theta += 0.5 * w * dt
        x += v * math.cos(theta) * dt
        y += v * math.sin(theta) * dt
        theta += 0.5 * w * dt
        clear = clearance(x, y, obstacles) - radius
        air = _air(x, y, pose, people, k * dt, radius + config[3])
        if v != 0.0 and (clear < bound - 1e-6 or air < 0.0):
            return x, y, theta, -1.0, -1.0
        least, closest = min(least, max(clear, 0.0)), min(closest, max(air, 0.0))
    return x, y, theta, max(clear, 0.0) if here < TIGHT else least, closest


@njit(cache=True)
def _way_out(pose: FloatArray, target: FloatArray, obstacles: Obstacles) -> tuple[float, float]:
    """Where to head for in a tight spot: halfway between the target and straight off the obstacle, half a metre on."""
    x, y, d = pose[0], pose[1], obstacles.resolution
    gx = clearance(x + d, y, obstacles) - clearance(x - d, y, obstacles)
    gy = clearance(x, y + d, obstacles) - clearance(x, y - d, obstacles)
    steep, far = math.hypot(gx, gy), math.hypot(target[0] - x, target[1] - y)
    if steep < 0.5 * d or far < 1e-6:  # in the middle of a gap no side is better
        return target[0], target[1]
    ux, uy = (target[0] - x) / far + gx / steep, (target[1] - y) / far + gy / steep
    length = math.hypot(ux, uy)
    if length < 0.2:
        ux, uy, length = gx, gy, steep
    return x + 0.5 * ux / length, y + 0.5 * uy / length


@njit(cache=True)
def choose(
    pose: FloatArray,
    speeds: FloatArray,
    target: FloatArray,
    limits: FloatArray,
    obstacles: Obstacles,
    people: FloatArray,
    config: FloatArray,
) -> tuple[float, float, float]:
    """(v, w, score) of the best arc (Fox, Burgard, Thrun 1997); v = w = 0 with a score of -1 when none is free.

    `pose`: x, y, theta. `speeds`: v, w now. `target`: x, y to head for (m). `limits`: v_max, v_min, w_max, dv, dw.
    `people`: (P, 4) x, y, vx, vy. `config`: horizon, step, radius, person_radius, personal, obstacle_room.
    """
    personal, room = config[4], config[5]
    best_v, best_w, best = 0.0, 0.0, -1.0
    low_v, high_v = max(limits[1], speeds[0] - limits[3]), min(limits[0], speeds[0] + limits[3])
    low_w, high_w = max(-limits[2], speeds[1] - limits[4]), min(limits[2], speeds[1] + limits[4])
    tx, ty = target[0], target[1]
    if clearance(pose[0], pose[1], obstacles) - config[2] < TIGHT:
        high_v = min(high_v, CREEP)
        low_v = min(low_v, high_v)
        tx, ty = _way_out(pose, target, obstacles)
    start_far = math.hypot(tx - pose[0], ty - pose[1])
    for iv in range(7):
        v = low_v + (high_v - low_v) * iv / 6.0
        for iw in range(15):
            w = low_w + (high_w - low_w) * iw / 14.0
            x, y, theta, least, closest = _arc(v, w, pose, obstacles, people, config)
            if least < 0.0:
                continue
            far = math.hypot(tx - x, ty - y)
            facing = math.atan2(ty - y, tx - x) - theta
            facing = abs((facing + math.pi) % (2 * math.pi) - math.pi) if far > 0.1 else 0.0
            score = 10.0 + 3.0 * (start_far - far) - 0.55 * facing - 0.05 * abs(w)
            score -= 1.2 * max(0.0, 1.0 - least / room) + 2.5 * max(0.0, 1.0 - closest / personal)
            if score > best:
                best_v, best_w, best = v, w, score
    return best_v, best_w, best


class Dwa:
    """Heads for a point ahead on the path."""

    def __init__(self, model: RobotModel, seed: int = 0, config: DwaConfig | None = None) -> None:
        del seed  # nothing in it is left to chance
        self.model = model
        self.config = config or DwaConfig()

    def begin(self) -> None:
        """It remembers nothing."""

    def choose(self, situation: Situation) -> Command:
        """The best arc's speeds."""
        s, c, model, pose = situation, self.config, self.model, situation.pose
        reach = c.look_ahead if s.blocked_for < c.look_near_after else c.look_near

        def sees(pose: Pose, point: Point) -> bool:
            return is_open(pose, point, s.costmap.clearance, model.radius + c.sight_margin)

        _, target = ahead_on(s.path, pose, reach, sees)
        speed_step, turn_step = model.acceleration * 4.0 * PERIOD, model.turn_acceleration * 2.0 * PERIOD
        v, w, _ = choose(
            np.array([pose.x, pose.y, pose.theta]),
            np.array(s.speeds),
            np.array(target),
            np.array([s.top_speed, 0.0, model.turn_speed, speed_step, turn_step]),
            s.obstacles,
            s.people,
            np.array([c.horizon, c.step, model.radius, c.person_radius, c.personal, c.obstacle_room]),
        )
        return Command(v, w)

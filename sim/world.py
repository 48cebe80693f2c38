"""The true world: the robot's body, its battery and tray, people, contacts; only `sim/` may look at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from centre.floor import Floor, Segment
from navigation.costmap import Costmap
from robot.model import RobotModel
from robot.types import Command, FloatArray, GridMap, Pose, wrap
from sim.crowd import RADIUS, Crowd

STEP = 0.05  # s, one turn of the loop
OnContact = Callable[[Literal["person", "wall"], tuple[float, float], bool], None]
CONTACT = 0.0  # m of air below which bodies touch


def rasterise(segments: tuple[Segment, ...], size: tuple[float, float], resolution: float = 0.05) -> GridMap:
    """Walls as an occupancy grid with a metre of free room around, for people's paths and for comparing maps."""
    margin = 1.0
    width, height = (math.ceil((side + 2 * margin) / resolution) for side in size)
    cells = np.zeros((height, width), dtype=np.int8)
    for x0, y0, x1, y1 in segments:
        count = max(2, int(math.hypot(x1 - x0, y1 - y0) / resolution * 3))
        share = np.linspace(0.0, 1.0, count)
        cols = np.clip(((x0 + (x1 - x0) * share + margin) / resolution).astype(int), 0, width - 1)
        rows = np.clip(((y0 + (y1 - y0) * share + margin) / resolution).astype(int), 0, height - 1)
        cells[rows, cols] = 100
    return GridMap(cells, resolution, Pose(-margin, -margin, 0.0))


@dataclass
class RobotBody:
    """The robot's true state."""

    pose: Pose
    linear: float = 0.0
    angular: float = 0.0
    battery: float = 1.0
    cups: int = 0
    candies: int = 0
    emergency_stop: bool = False
    charging: bool = False
    lamp: str = "off"
    carried: int = 0  # how often somebody has put it elsewhere


class World:
    """Everything true. `on_contact(kind, place, caused_by_robot)` is called at the onset of each contact."""

    def __init__(self, floor: Floor, model: RobotModel, seed: int) -> None:
        self.floor = floor
        self.model = model
        self.rng = np.random.default_rng(seed)
        self.segments: FloatArray = np.array(floor.segments, dtype=np.float64)
        self.grid = rasterise(floor.segments, floor.size)
        self.crowd = Crowd(Costmap(self.grid))
        self.robot = RobotBody(floor.dock)
        self.time = 0.0
        self.command = Command()
        self.on_contact: OnContact = lambda kind, place, by_robot: None
        self.touching = False
        self._in_contact: set[str] = set()

    def step(self, dt: float = STEP) -> None:
        """Advance by `dt` seconds under the present command."""
        body = self.robot
        target_v, target_w = (0.0, 0.0) if body.emergency_stop else (self.command.linear, self.command.angular)
        slowing = abs(target_v) < abs(body.linear)
        limit = (
            (self.model.braking if slowing else self.model.acceleration) * dt * (2.0 if body.emergency_stop else 1.0)
        )
        body.linear += max(-limit, min(limit, target_v - body.linear))
        turn = self.model.turn_acceleration * dt
        body.angular += max(-turn, min(turn, target_w - body.angular))
        half = body.pose.theta + 0.5 * body.angular * dt
        body.pose = Pose(
            body.pose.x + body.linear * math.cos(half) * dt,
            body.pose.y + body.linear * math.sin(half) * dt,
            wrap(body.pose.theta + body.angular * dt),
        )
        vx, vy = body.linear * math.cos(half), body.linear * math.sin(half)
        self.crowd.step(dt, np.array([body.pose.x, body.pose.y, vx, vy, self.model.body_radius]))
        self._battery(dt)
        self._contacts(vx, vy)
        self.time += dt

    def carry_off(self, pose: Pose) -> None:
        """Put the robot elsewhere; its wheels do not notice."""
        body = self.robot
        body.pose, body.linear, body.angular = pose, 0.0, 0.0
        body.carried += 1

    def _battery(self, dt: float) -> None:
        body, model = self.robot, self.model.battery
        local = self.floor.dock.between(body.pose)
        body.charging = abs(local.x) < 0.05 and abs(local.y) < 0.08 and abs(local.theta) < 0.2 and body.linear == 0.0
        moving = abs(body.linear) > 0.01 or abs(body.angular) > 0.02
        rate = model.charging_per_hour if body.charging else 0.0
        rate -= model.driving_per_hour if moving else model.idle_per_hour
        body.battery = min(1.0, max(0.0, body.battery + rate * dt / 3600.0))

    def _contacts(self, vx: float, vy: float) -> None:
        """Report onsets; the robot caused one when it was the one that closed in."""
        body = self.robot
        touching: set[str] = set()
        for person in self.crowd.bodies:
            if person.sitting:
                continue
            px, py, pvx, pvy = self.crowd.state[person.slot]
            dx, dy = px - body.pose.x, py - body.pose.y
            away = math.hypot(dx, dy)
            if away - RADIUS - self.model.body_radius >= CONTACT:
                continue
            key = f"person {id(person)}"
            touching.add(key)
            if key not in self._in_contact:
                robot_closes = (vx * dx + vy * dy) / max(away, 1e-6)
                person_closes = -(pvx * dx + pvy * dy) / max(away, 1e-6)
                self.on_contact("person", (px, py), robot_closes > max(person_closes, 0.01))
        x0, y0, x1, y1 = self.segments.T
        ex, ey = x1 - x0, y1 - y0
        share = ((body.pose.x - x0) * ex + (body.pose.y - y0) * ey) / np.maximum(ex * ex + ey * ey, 1e-12)
        share = np.clip(share, 0.0, 1.0)
        gaps = np.hypot(x0 + share * ex - body.pose.x, y0 + share * ey - body.pose.y) - self.model.body_radius
        if gaps.min() < CONTACT:
            touching.add("wall")
            if "wall" not in self._in_contact:
                self.on_contact("wall", (body.pose.x, body.pose.y), True)
        self._in_contact = touching
        self.touching = bool(touching)

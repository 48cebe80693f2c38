"""The true world: the robot's body, its battery and tray, people, contacts; only `sim/` may look at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from centre.floor import Floor, Segment
from navigation.costmap import Costmap
from robot.model import RobotModel
from robot.types import Command, FloatArray, GridMap, Pose, wrap
from sim.contacts import ENDS, PRESSED, ContactWatch, Near
from sim.crowd import Crowd
from sim.events import Contact, ContactKind
from sim.solid import airs, free_share, nearest_on

STEP = 0.05  # s, one turn of the loop
OnContact = Callable[[Contact], None]


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
    """Everything true; all bodies are solid. `on_contact` is called at the onset of each contact of the robot."""

    def __init__(self, floor: Floor, model: RobotModel, seed: int) -> None:
        self.floor = floor
        self.model = model
        self.rng = np.random.default_rng(seed)
        self.segments: FloatArray = np.array(floor.segments, dtype=np.float64)
        self.grid = rasterise(floor.segments, floor.size)
        self.crowd = Crowd(Costmap(self.grid), self.segments)
        self.robot = RobotBody(floor.dock)
        self.time = 0.0
        self.command = Command()
        self.on_contact: OnContact = lambda contact: None
        self.touching = False
        self._contacts = ContactWatch()
        self._walls = len(floor.wall_segments)  # the segments before these are walls, the others furniture

    def step(self, dt: float = STEP) -> None:
        """Advance by `dt` seconds under the present command."""
        body = self.robot
        self._accelerate(dt)
        half = body.pose.theta + 0.5 * body.angular * dt
        vx, vy = body.linear * math.cos(half), body.linear * math.sin(half)
        share = free_share(
            body.pose.x, body.pose.y, vx * dt, vy * dt, self.model.body_radius, self.segments, self.crowd.people
        )
        if share < 1.0:
            body.linear = 0.0  # its motors are too weak to slip: who holds the robot holds its wheels
        body.pose = Pose(
            body.pose.x + share * vx * dt,
            body.pose.y + share * vy * dt,
            wrap(body.pose.theta + body.angular * dt),
        )
        moved = np.array([body.pose.x, body.pose.y, share * vx, share * vy, self.model.body_radius, body.pose.theta])
        self.crowd.step(dt, moved)
        self._battery(dt)
        near = self._near()
        self.touching = any(other.air < PRESSED for other in near)
        for contact in self._contacts.onsets((vx, vy), (body.pose.x, body.pose.y, self.model.body_radius), near):
            self.on_contact(contact)
        self.time += dt

    def _accelerate(self, dt: float) -> None:
        """Bring the speeds nearer to the command, as fast as motors and brakes can."""
        body = self.robot
        target_v, target_w = (0.0, 0.0) if body.emergency_stop else (self.command.linear, self.command.angular)
        slowing = abs(target_v) < abs(body.linear)
        limit = (
            (self.model.braking if slowing else self.model.acceleration) * dt * (2.0 if body.emergency_stop else 1.0)
        )
        body.linear += max(-limit, min(limit, target_v - body.linear))
        turn = self.model.turn_acceleration * dt
        body.angular += max(-turn, min(turn, target_w - body.angular))

    def carry_off(self, pose: Pose) -> None:
        """Put the robot elsewhere; its wheels do not notice."""
        body = self.robot
        body.pose = pose
        body.linear = 0.0
        body.angular = 0.0
        body.carried += 1

    def _battery(self, dt: float) -> None:
        body, model = self.robot, self.model.battery
        local = self.floor.dock.between(body.pose)
        body.charging = abs(local.x) < 0.05 and abs(local.y) < 0.08 and abs(local.theta) < 0.2 and body.linear == 0.0
        moving = abs(body.linear) > 0.01 or abs(body.angular) > 0.02
        rate = model.charging_per_hour if body.charging else 0.0
        rate -= model.driving_per_hour if moving else model.idle_per_hour
        body.battery = min(1.0, max(0.0, body.battery + rate * dt / 3600.0))

    def _near(self) -> list[Near]:
        """Whatever is near enough to touch: each person, the nearest wall, the nearest piece of furniture."""
        pose, radius = self.robot.pose, self.model.body_radius
        air = airs(pose.x, pose.y, radius, self.segments, self.crowd.people, ENDS)
        near: list[Near] = []
        if not air.size or air.min() >= ENDS:
            return near
        kinds: tuple[tuple[ContactKind, int, int], ...] = (
            ("wall", 0, self._walls),
            ("furniture", self._walls, len(self.segments)),
        )
        for number, (kind, first, last) in enumerate(kinds):
            nearest = first + int(np.argmin(air[first:last])) if last > first else -1
            if nearest >= 0 and air[nearest] < ENDS:
                at = nearest_on(self.segments, nearest, pose.x, pose.y)
                near.append(Near(-1 - number, kind, float(air[nearest]), _towards(pose, *at)))
        for slot in np.flatnonzero(air[len(self.segments) :] < ENDS).tolist():
            x, y = self.crowd.state[slot, :2].tolist()
            vx, vy = self.crowd.people["came"][slot].tolist()
            key, gap = self.crowd.bodies[slot].serial, float(air[len(self.segments) + slot])
            near.append(Near(key, "person", gap, _towards(pose, x, y), (vx, vy)))
        return near


def _towards(pose: Pose, x: float, y: float) -> tuple[float, float]:
    """The unit vector from a pose to a place (m)."""
    away = math.hypot(x - pose.x, y - pose.y)
    return (float(x - pose.x) / away, float(y - pose.y) / away) if away > 1e-9 else (1.0, 0.0)

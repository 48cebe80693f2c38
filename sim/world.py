"""The true world: the robot's body, its battery and tray, people, contacts; only `sim/` may look at it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from centre.floor import Floor, Segment
from navigation.costmap import Costmap
from robot.model import RobotModel
from robot.types import IDENTITY, Command, FloatArray, GridMap, Pose, wrap
from sim.contacts import ENDS, PRESSED, ContactWatch, Near
from sim.crowd import Crowd
from sim.events import Contact
from sim.faults import Faults
from sim.solid import airs, free_share, least_air, nearest_on
from sim.things import NOTHING, Thing, things_of

STEP = 0.05  # s, one turn of the loop
WHEELS_APART = 1.6  # of the body's radius, from one wheel to the other
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
    wheels: Pose = IDENTITY  # where the turns of the wheels would have brought it


class World:
    """Everything true; all bodies are solid. `on_contact` is called at the onset of each contact of the robot.

    `things` are what stands in the hall by name; of them `segments` ((S, 4) m) are solid, `seen` what a lidar sees, and
    `black` what it sees from near only.
    """

    def __init__(self, floor: Floor, model: RobotModel, seed: int) -> None:
        self.floor = floor
        self.model = model
        self.rng = np.random.default_rng(seed)
        self.grid = rasterise(floor.segments, floor.size)
        self.things = things_of(floor)
        self._planned = frozenset(self.things)
        self._furnish()
        self.crowd = Crowd(self._costmap(), self.segments)
        self.robot = RobotBody(floor.dock)
        self.faults = Faults()
        self.time = 0.0
        self.command = Command()
        self.on_contact: OnContact = lambda contact: None
        self.touched: tuple[float, ...] = ()  # rad in `base`, the directions from which the bumper is pressed
        self._contacts = ContactWatch()

    @property
    def touching(self) -> bool:
        """Whether the bumper is pressed."""
        return bool(self.touched) or self.faults.active("bumper_stuck", self.time) is not None

    @property
    def added(self) -> tuple[Thing, ...]:
        """What stands in the hall that the floor plan does not have."""
        return tuple(thing for name, thing in self.things.items() if name not in self._planned)

    def add_obstacle(self, name: str, thing: Thing) -> None:
        """Put something into the hall, or something else in the place of what bears this name."""
        self.things[name] = thing
        self._refurnish()

    def remove_obstacle(self, name: str) -> None:
        """Take something away: what was added, or a piece of the floor plan. KeyError when there is none."""
        del self.things[name]
        self._refurnish()

    def _furnish(self) -> None:
        things = self.things.values()
        self.segments: FloatArray = np.concatenate([NOTHING, *(thing.solid for thing in things)])
        self.seen: FloatArray = np.concatenate([NOTHING, *(thing.seen for thing in things if not thing.black)])
        self.black: FloatArray = np.concatenate([NOTHING, *(thing.seen for thing in things if thing.black)])
        self._thing_of = np.repeat(np.arange(len(self.things)), [len(thing.solid) for thing in things])
        self._named = list(self.things.items())

    def _refurnish(self) -> None:
        self._furnish()
        self.crowd.refurnish(self._costmap(), self.segments)

    def _costmap(self) -> Costmap:
        """What people plan their ways round."""
        return Costmap(rasterise(tuple(map(tuple, self.segments)), self.floor.size))

    def step(self, dt: float = STEP) -> None:
        """Advance by `dt` seconds under the present command."""
        body, radius = self.robot, self.model.body_radius
        self._accelerate(dt)
        half = body.pose.theta + 0.5 * body.angular * dt
        grip = self.faults.grip(self.time)
        vx, vy = grip * body.linear * math.cos(half), grip * body.linear * math.sin(half)
        share = free_share(body.pose.x, body.pose.y, vx * dt, vy * dt, radius, self.segments, self.crowd.people)
        turned = body.angular * dt
        rolled = share * body.linear * dt  # its motors are too weak to slip: who holds the robot holds its wheels
        body.wheels = body.wheels.compose(Pose(rolled * math.cos(turned / 2), rolled * math.sin(turned / 2), turned))
        if share < 1.0:
            body.linear = 0.0
        body.pose = Pose(
            body.pose.x + share * vx * dt, body.pose.y + share * vy * dt, wrap(body.pose.theta + grip * turned)
        )
        self.crowd.step(dt, np.array([body.pose.x, body.pose.y, share * vx, share * vy, radius, body.pose.theta]))
        self._battery(dt)
        self._touch(vx, vy)
        self.time += dt

    def _touch(self, vx: float, vy: float) -> None:
        """Press the bumper, and tell of new contacts; the robot came with vx, vy (m/s)."""
        near, pose = self._near(), self.robot.pose
        if not near and self._contacts.is_free:
            self.touched = ()
            return
        pressing = [math.atan2(other.towards[1], other.towards[0]) for other in near if other.air < PRESSED]
        self.touched = tuple(wrap(bearing - pose.theta) for bearing in pressing)
        for contact in self._contacts.onsets((vx, vy), (pose.x, pose.y, self.model.body_radius), near):
            self.on_contact(contact)

    def _accelerate(self, dt: float) -> None:
        """Bring the speeds nearer to the command, as fast as motors and brakes can."""
        body = self.robot
        told = Command() if body.emergency_stop else self.command
        track = WHEELS_APART * self.model.body_radius
        target_v, target_w = self.faults.driven(told.linear, told.angular, track, self.time)
        slowing = abs(target_v) < abs(body.linear)
        brakes = self.model.stop_braking if self.command.hard or body.emergency_stop else self.model.braking
        limit = (brakes if slowing else self.model.acceleration) * dt
        body.linear += max(-limit, min(limit, target_v - body.linear))
        turn = self.model.turn_acceleration * dt
        body.angular += max(-turn, min(turn, target_w - body.angular))

    def carry_off(self, pose: Pose) -> None:
        """Put the robot elsewhere; its wheels do not notice."""
        body = self.robot
        body.pose = pose
        body.linear = 0.0
        body.angular = 0.0

    def _battery(self, dt: float) -> None:
        body, model = self.robot, self.model.battery
        body.charging = body.linear == 0.0 and self._is_at_contacts(body.pose)
        moving = abs(body.linear) > 0.01 or abs(body.angular) > 0.02
        rate = model.charging_per_hour if body.charging else 0.0
        rate -= model.driving_per_hour if moving else model.idle_per_hour
        body.battery = min(1.0, max(0.0, body.battery + rate * dt / 3600.0))

    def _is_at_contacts(self, pose: Pose) -> bool:
        dock = self.floor.dock
        if abs(pose.x - dock.x) > 0.1 or abs(pose.y - dock.y) > 0.1:
            return False
        local = dock.between(pose)
        return abs(local.x) < 0.05 and abs(local.y) < 0.08 and abs(local.theta) < 0.2

    def _near(self) -> list[Near]:
        """Whatever is near enough to touch: things, then people."""
        pose, radius = self.robot.pose, self.model.body_radius
        near: list[Near] = []
        if least_air(pose.x, pose.y, radius, self.segments, self.crowd.people, ENDS) >= ENDS:
            return near
        air = airs(pose.x, pose.y, radius, self.segments, self.crowd.people, ENDS)
        nearest: dict[int, int] = {}  # thing: its nearest segment
        for segment in np.flatnonzero(air[: len(self.segments)] < ENDS).tolist():
            thing = int(self._thing_of[segment])
            if thing not in nearest or air[segment] < air[nearest[thing]]:
                nearest[thing] = segment
        for thing, segment in nearest.items():
            at = nearest_on(self.segments, segment, pose.x, pose.y)
            name, touched = self._named[thing]
            near.append(Near(name, touched.kind, float(air[segment]), _towards(pose, *at)))
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

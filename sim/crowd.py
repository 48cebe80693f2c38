"""All people's bodies as arrays, moved together; a `Body` is the handle of one of them."""

from __future__ import annotations

import math
from typing import Generic, TypeVar

import numpy as np

from navigation.costmap import Costmap
from robot.types import FloatArray, Pose
from sim.person import KINDS, PERSON, REACTIONS, SHAPES, Kind, People, Reaction
from sim.shapes import legs_of
from sim.walking import STRIDES, walk

HEARS = 1.6  # m within which somebody who is asked feels meant
WILLING = 0.8  # share of those who step aside when they are asked
ASIDE = 0.6  # m/s of somebody who steps aside
ASIDE_FOR = 1.5  # s
Value = TypeVar("Value", float, bool, int)


class _Field(Generic[Value]):
    """A field of the body's record."""

    def __set_name__(self, owner: type[Body], name: str) -> None:
        self._name = name

    def __get__(self, body: Body, owner: type[Body]) -> Value:
        value: Value = body.crowd.people[self._name][body.slot].item()
        return value

    def __set__(self, body: Body, value: Value) -> None:
        body.crowd.people[self._name][body.slot] = value


class Body:
    """One person's body: a slot in the crowd's arrays, a path to walk and a way to stand."""

    heading = _Field[float]()
    phase = _Field[float]()
    speed = _Field[float]()
    radius = _Field[float]()
    sitting = _Field[bool]()
    settling = _Field[bool]()
    attentive = _Field[bool]()
    noticed = _Field[float]()
    aside_in = _Field[float]()
    aside = _Field[float]()

    def __init__(self, crowd: Crowd, slot: int, serial: int) -> None:
        self.crowd = crowd
        self.slot = slot
        self.serial = serial

    @property
    def kind(self) -> Kind:
        """What kind of body it is."""
        kind: Kind = KINDS[self.crowd.people["kind"][self.slot]]
        return kind

    @property
    def path(self) -> FloatArray | None:
        """What is left of the way, (N, 2) m; None when there is nowhere to go."""
        person = self.crowd.people[self.slot]
        if person["way"] >= person["way_end"]:
            return None
        left: FloatArray = self.crowd.ways[self.slot, person["way"] : person["way_end"]]
        return left

    @path.setter
    def path(self, points: FloatArray | None) -> None:
        self.crowd.send(self.slot, points)


class Crowd:
    """All bodies in the hall, moved together.

    `segments` ((S, 4) m) are solid; `walls` are what people plan their ways round and keep off. `people` is (P,) of
    `sim.person.PERSON`, `ways` (P, L, 2) the points (m) that they walk to.
    """

    def __init__(self, walls: Costmap, segments: FloatArray) -> None:
        self.walls = walls
        self.segments = segments
        self.bodies: list[Body] = []
        self.people: People = np.zeros(0, PERSON)
        self.ways: FloatArray = np.zeros((0, 8, 2))
        self._origin = np.array(walls.origin)
        self._entered = 0

    def refurnish(self, walls: Costmap, segments: FloatArray) -> None:
        """The hall has changed."""
        self.walls = walls
        self.segments = segments

    @property
    def state(self) -> FloatArray:
        """Everybody's x, y (m), vx, vy (m/s): (P, 4), to be read and written."""
        state: FloatArray = self.people["state"]
        return state

    def enter(
        self,
        x: float,
        y: float,
        speed: float,
        attentive: bool = True,
        kind: Kind = "adult",
        reaction: Reaction = "regular",
    ) -> Body:
        """A new body at a place (m) that likes to walk at `speed` (m/s); who is not attentive sees no robot."""
        person = np.zeros(1, PERSON)
        person["state"][0, :2] = x, y
        person["speed"] = speed
        person["radius"] = SHAPES[kind].radius
        person["kind"] = KINDS.index(kind)
        person["reaction"] = REACTIONS.index(reaction)
        person["attentive"] = attentive
        body = Body(self, len(self.bodies), self._entered)
        self._entered += 1
        self.bodies.append(body)
        self.people = np.concatenate([self.people, person])
        self.ways = np.concatenate([self.ways, np.zeros((1, *self.ways.shape[1:]))])
        return body

    def leave(self, body: Body) -> None:
        """Take a body away; the slots behind it move up."""
        self.people = np.delete(self.people, body.slot)
        self.ways = np.delete(self.ways, body.slot, axis=0)
        self.bodies.remove(body)
        for other in self.bodies[body.slot :]:
            other.slot -= 1

    def send(self, slot: int, points: FloatArray | None) -> None:
        """Give somebody a new way, (N, 2) m, or none."""
        count = 0 if points is None else len(points)
        if count > self.ways.shape[1]:
            longer = np.zeros((len(self.ways), 2 * count, 2))
            longer[:, : self.ways.shape[1]] = self.ways
            self.ways = longer
        if points is not None:
            self.ways[slot, :count] = points
        self.people["way"][slot] = 0
        self.people["way_end"][slot] = count

    def place(self, body: Body) -> tuple[float, float]:
        """Where a body is (m)."""
        x, y = self.people["state"][body.slot, :2].tolist()
        return x, y

    def put(self, body: Body, x: float, y: float, heading: float) -> None:
        """Set a body down somewhere."""
        self.state[body.slot] = (x, y, 0.0, 0.0)
        body.heading = heading
        body.path = None

    def settle(self, body: Body, x: float, y: float, sits: bool) -> None:
        """Have a body go straight to a place near by (m), as one sits down on a bench or gets up from it."""
        body.path = None
        body.sitting = False
        body.settling = True
        self.people["sits"][body.slot] = sits
        self.people["seat"][body.slot] = x, y

    def step(self, dt: float, robot: FloatArray) -> None:
        """Move everybody by `dt` seconds; `robot`: x, y, vx, vy, radius, heading."""
        walls = self.walls
        grid = walls.static, self._origin, walls.resolution
        walk(self.people, self.ways, robot, *grid, self.segments, STRIDES, dt)

    def ask(self, pose: Pose, rng: np.random.Generator) -> int:
        """The robot at `pose` asks to be let past: most of those before it step aside, each after a moment.

        Returns how many will.
        """
        c, s = math.cos(pose.theta), math.sin(pose.theta)
        willing = 0
        for person in self.people:
            dx, dy = person["state"][0] - pose.x, person["state"][1] - pose.y
            along, across = c * dx + s * dy, c * dy - s * dx
            before = math.hypot(dx, dy) < HEARS and along > 0.5 * abs(across)
            if before and not person["sitting"] and person["aside"] == 0.0 and rng.random() < WILLING:
                side = ASIDE if across >= 0.0 else -ASIDE
                person["aside_in"] = rng.uniform(0.4, 1.2)
                person["aside"] = ASIDE_FOR
                person["aside_velocity"] = -s * side, c * side
                willing += 1
        return willing

    def legs(self) -> FloatArray:
        """What a lidar at shin height sees of everybody: (D, 3) x, y, radius (m)."""
        return legs_of(self.people)

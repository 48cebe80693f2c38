"""Who and what is in the hall of an episode, by kind."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from navigation.costmap import Costmap
from navigation.planner import Planner
from robot.types import FloatArray, Pose
from sim.crowd import Body
from sim.world import World

INATTENTIVE = 0.2  # share of walkers who look at a telephone
CHILD_SPEED = 2.0  # m/s
PERSON_ROOM = (0.24, 0.45)  # m that a walker's way keeps from walls, and likes to keep
GAP = 0.70  # m
PANE = 1.2  # m


@dataclass
class Scene:
    """One episode's hall: `way` ((N, 2) m) is the robot's shortest, `start` and `goal` its poses.

    `unseen` segments ((S, 4) m) are solid, but the lidar looks through them.
    """

    world: World
    rng: np.random.Generator
    start: Pose
    goal: Pose
    way: FloatArray
    unseen: FloatArray = field(default_factory=lambda: np.zeros((0, 4)))

    def __post_init__(self) -> None:
        self._walkers: list[Body] = []
        self._planner = Planner(self.world.crowd.walls, *PERSON_ROOM)
        self._costmap: Costmap = self.world.crowd.walls
        self.acts: list[Callable[[], None]] = [self._send_walkers]

    def step(self) -> None:
        """Before each step of the world: people decide where to go."""
        for act in self.acts:
            act()

    def free_place(self, room: float) -> tuple[float, float]:
        """Somewhere in the hall with `room` (m) to the walls."""
        width, height = self.world.floor.size
        while True:
            x, y = float(self.rng.uniform(0.8, width - 1.0)), float(self.rng.uniform(0.8, height - 1.0))
            if self._costmap.clearance(x, y) > room:
                return x, y

    def walkers(self, count: int, inattentive: float) -> None:
        """So many who walk from place to place; a share of them looks at a telephone."""
        crowd = self.world.crowd
        for _ in range(count):
            while True:
                x, y = self.free_place(0.4)
                others = np.hypot(crowd.state[:, 0] - x, crowd.state[:, 1] - y)
                if math.hypot(x - self.start.x, y - self.start.y) > 1.2 and (others > 0.6).all():
                    break
            body = crowd.enter(x, y, float(self.rng.uniform(0.8, 1.25)), self.rng.random() >= inattentive)
            body.heading = float(self.rng.uniform(-math.pi, math.pi))
            self._walkers.append(body)

    def _send_walkers(self) -> None:
        """Whoever has arrived goes on to somewhere else; each looks once a second."""
        for body in self._walkers:
            if body.path is None and (round(self.world.time * 20) + body.serial) % 20 == 0:
                path = self._planner.plan(self.world.crowd.place(body), self.free_place(0.4))
                if path is not None:
                    body.path = path

    def stands(self, x: float, y: float) -> None:
        """Somebody who stands at a place, and goes back to it when they have stepped aside."""
        body = self.world.crowd.enter(x, y, 0.6)
        body.heading = float(self.rng.uniform(-math.pi, math.pi))

        def back() -> None:
            here = self.world.crowd.place(body)
            if body.path is None and body.aside <= 0.0 and math.hypot(here[0] - x, here[1] - y) > 0.3:
                body.path = np.array([[x, y]])

        self.acts.append(back)

    def build(self, segments: FloatArray, seen: bool = True) -> None:
        """Something solid ((S, 4) m) that the map does not have."""
        self.world.segments = np.vstack((self.world.segments, segments))
        self.world.crowd.segments = self.world.segments
        if not seen:
            self.unseen = np.vstack((self.unseen, segments))

    @property
    def half_way(self) -> tuple[FloatArray, FloatArray]:
        """The middle of the robot's way, and the direction across it."""
        i = len(self.way) // 2
        along = self.way[min(i + 1, len(self.way) - 1)] - self.way[i - 1]
        along = along / np.hypot(*along)
        return self.way[i], np.array([-along[1], along[0]])


def _walkers(scene: Scene, people: int) -> None:
    scene.walkers(people, INATTENTIVE)


def _phone(scene: Scene, people: int) -> None:
    scene.walkers(people, 1.0)


def _still(scene: Scene, people: int) -> None:
    """People who stand about on the robot's way."""
    placed = 0
    while placed < people:
        x, y = scene.way[scene.rng.integers(4, max(5, len(scene.way) - 4))] + scene.rng.normal(0.0, 0.5, 2)
        ends = min(math.hypot(x - pose.x, y - pose.y) for pose in (scene.start, scene.goal))
        if scene.world.crowd.walls.clearance(x, y) > 0.25 and ends > 0.9:
            scene.stands(float(x), float(y))
            placed += 1


def _ring(scene: Scene, people: int) -> None:
    """People who stand round the robot."""
    for k in range(people):
        angle = 2.0 * math.pi * k / people
        scene.stands(scene.start.x + 0.95 * math.cos(angle), scene.start.y + 0.95 * math.sin(angle))


def _child(scene: Scene, people: int) -> None:
    """Walkers, and a child who runs across right before the robot, again and again."""
    scene.walkers(people, INATTENTIVE)
    world, crowd = scene.world, scene.world.crowd
    child: Body | None = None
    since = -6.0

    def run() -> None:
        nonlocal child, since
        if child is not None and world.time - since > 2.4:
            crowd.leave(child)
            child = None
        if child is None and world.robot.linear > 0.3 and world.time - since > 8.0:
            side = float(scene.rng.choice([-1.0, 1.0]))
            begin = world.robot.pose.compose(Pose(1.15, side * 2.2, 0.0))
            end = world.robot.pose.compose(Pose(0.95, -side * 2.5, 0.0))
            if crowd.walls.clearance(begin.x, begin.y) > 0.3:
                heading = math.atan2(end.y - begin.y, end.x - begin.x)
                child = crowd.enter(begin.x, begin.y, CHILD_SPEED, attentive=False, kind="child")
                child.heading = heading
                child.path = np.array([[begin.x + 9.0 * math.cos(heading), begin.y + 9.0 * math.sin(heading)]])
                crowd.state[child.slot, 2:] = CHILD_SPEED * math.cos(heading), CHILD_SPEED * math.sin(heading)
                since = world.time

    scene.acts.append(run)


def _gap(scene: Scene, people: int) -> None:
    """A wall across the way with a narrow gap."""
    scene.walkers(people, INATTENTIVE)
    middle, across = scene.half_way
    left, right = middle + 0.5 * GAP * across, middle - 0.5 * GAP * across
    scene.build(np.array([[*left, *(left + 2.65 * across)], [*right, *(right - 2.65 * across)]]))


def _glass(scene: Scene, people: int) -> None:
    """A pane across the way that the lidar does not see."""
    scene.walkers(people, INATTENTIVE)
    middle, across = scene.half_way
    scene.build(np.array([[*(middle - 0.5 * PANE * across), *(middle + 0.5 * PANE * across)]]), seen=False)


def _chair(scene: Scene, people: int) -> None:
    """A chair on the way, of which the lidar sees four thin legs."""
    scene.walkers(people, INATTENTIVE)
    middle, _ = scene.half_way
    legs = []
    for dx in (-0.2, 0.2):
        for dy in (-0.2, 0.2):
            x, y = middle[0] + dx, middle[1] + dy
            legs += [[x - 0.015, y, x + 0.015, y], [x, y - 0.015, x, y + 0.015]]
    scene.build(np.array(legs))


@dataclass(frozen=True, slots=True)
class Kind:
    """How an episode of a kind is set up, how many people it has by itself, and how often it may meet a thing."""

    about: str
    cast: Callable[[Scene, int], None]
    people: int
    touches: int = 0


KINDS: dict[str, Kind] = {
    "walkers": Kind("people who walk about, a fifth of them looking at a telephone", _walkers, 10),
    "phone": Kind("people who walk about, all looking at a telephone", _phone, 10),
    "still": Kind("people who stand about on the way", _still, 12),
    "ring": Kind("people who stand round the robot", _ring, 8),
    "child": Kind("walkers, and a child who darts across at 2 m/s", _child, 6),
    "gap": Kind("a gap of 0.70 m in a wall that the map does not have", _gap, 0),
    "chair": Kind("a chair on the way", _chair, 0),
    "glass": Kind("a pane that the lidar does not see; it may be met once", _glass, 0, touches=1),
}

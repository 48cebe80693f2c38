"""Who and what is in the hall of an episode, by kind."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from navigation.planner import Planner
from robot.types import FloatArray, Pose
from sim.crowd import Body
from sim.faults import Fault, FaultKind
from sim.things import board, chair
from sim.trajectories import Replay, Trajectory, in_hall
from sim.world import World

INATTENTIVE = 0.2  # share of walkers who look at a telephone
CHILD_SPEED = 2.0  # m/s
PERSON_ROOM = (0.24, 0.45)  # m that a walker's way keeps from walls, and likes to keep
GAP = 0.70  # m
HALF_WALL = 2.65  # m, to each side of the gap
PANE = 1.2  # m
PUT_DOWN = 0.8  # m from everybody
RECORDED = 60.0  # s of a record that an episode may need


@dataclass
class Scene:
    """One episode's hall: `way` ((N, 2) m) is the robot's shortest, `start` and `goal` its poses."""

    world: World
    rng: np.random.Generator
    start: Pose
    goal: Pose
    way: FloatArray

    def __post_init__(self) -> None:
        self._walkers: list[Body] = []
        self._planner = Planner(self.world.crowd.walls, *PERSON_ROOM)
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
            if self.world.crowd.walls.clearance(x, y) > room:
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
                path = self._people_planner().plan(self.world.crowd.place(body), self.free_place(0.4))
                if path is not None:
                    body.path = path

    def _people_planner(self) -> Planner:
        """Plans people's ways round what stands in the hall now."""
        if self._planner.costmap is not self.world.crowd.walls:
            self._planner = Planner(self.world.crowd.walls, *PERSON_ROOM)
        return self._planner

    def stands(self, x: float, y: float) -> None:
        """Somebody who stands at a place, and goes back to it when they have stepped aside."""
        body = self.world.crowd.enter(x, y, 0.6)
        body.heading = float(self.rng.uniform(-math.pi, math.pi))

        def back() -> None:
            here = self.world.crowd.place(body)
            if body.path is None and body.aside <= 0.0 and math.hypot(here[0] - x, here[1] - y) > 0.3:
                body.path = np.array([[x, y]])

        self.acts.append(back)

    def replay(self, trajectories: tuple[Trajectory, ...]) -> None:
        """Recorded people, from some moment of their record on that leaves time for an episode."""
        crowd = self.world.crowd
        origin = in_hall(trajectories, self.world.floor.size)
        last = max(float(trajectory.times[-1]) for trajectory in trajectories)
        begins = float(self.rng.uniform(0.0, max(0.0, last - RECORDED)))
        later = tuple(trajectory for trajectory in trajectories if trajectory.times[-1] > begins)
        people = Replay(crowd, later, origin, self._has_room)
        self.acts.append(lambda: people.step(begins + self.world.time))

    def _has_room(self, x: float, y: float) -> bool:
        """Whether somebody may appear at a place (m): not in a wall, in the robot or in somebody else."""
        crowd = self.world.crowd
        robot = self.world.robot.pose
        others = np.hypot(crowd.state[:, 0] - x, crowd.state[:, 1] - y)
        return (
            crowd.walls.clearance(x, y) > 0.3
            and math.hypot(x - robot.x, y - robot.y) > 1.5
            and bool((others > 0.5).all())
        )

    @property
    def half_way(self) -> Pose:
        """The middle of the robot's way, heading along it."""
        i = len(self.way) // 2
        (x0, y0), (x1, y1) = self.way[i - 1], self.way[min(i + 1, len(self.way) - 1)]
        return Pose(float(self.way[i, 0]), float(self.way[i, 1]), math.atan2(y1 - y0, x1 - x0))

    def fault(self, kind: FaultKind, seconds: float) -> None:
        """Something goes wrong with the robot, once it is on its way."""
        self.world.faults.add(Fault(kind, float(self.rng.uniform(4.0, 8.0)), seconds))


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
    for name, side in (("left", 1.0), ("right", -1.0)):
        middle = scene.half_way.compose(Pose(0.0, side * 0.5 * (GAP + HALF_WALL), 0.0))
        scene.world.add_obstacle(f"wall on the {name}", board(middle, HALF_WALL))


def _glass(scene: Scene, people: int) -> None:
    """A pane across the way that the lidar does not see."""
    scene.walkers(people, INATTENTIVE)
    scene.world.add_obstacle("pane", board(scene.half_way, PANE, "glass"))


def _board(scene: Scene, people: int) -> None:
    """A board across the way."""
    scene.walkers(people, INATTENTIVE)
    scene.world.add_obstacle("board", board(scene.half_way, PANE))


def _chair(scene: Scene, people: int) -> None:
    """A chair on the way, of which the lidar sees four thin legs."""
    scene.walkers(people, INATTENTIVE)
    scene.world.add_obstacle("chair", chair(scene.half_way))


def _faulty(kind: FaultKind, seconds: float) -> Callable[[Scene, int], None]:
    """Walkers, and something that goes wrong for a while."""

    def cast(scene: Scene, people: int) -> None:
        scene.walkers(people, INATTENTIVE)
        scene.fault(kind, seconds)

    return cast


def _kidnapped(scene: Scene, people: int) -> None:
    """Walkers, and somebody who carries the robot three metres away."""
    scene.walkers(people, INATTENTIVE)
    at = float(scene.rng.uniform(4.0, 8.0))
    carried = False

    def carry() -> None:
        nonlocal carried
        if not carried and scene.world.time > at:
            carried = True
            while True:
                x, y = scene.free_place(0.6)
                pose = scene.world.robot.pose
                others = np.hypot(*(scene.world.crowd.state[:, :2] - (x, y)).T)
                if not (others > PUT_DOWN).all():
                    continue  # nobody puts it down on somebody's feet
                if 2.0 < math.hypot(x - pose.x, y - pose.y) < 5.0:
                    scene.world.carry_off(Pose(x, y, float(scene.rng.uniform(-math.pi, math.pi))))
                    return

    scene.acts.append(carry)


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
    "board": Kind("a board across the way that the map does not have", _board, 0),
    "chair": Kind("a chair on the way", _chair, 0),
    "glass": Kind("a pane that the lidar does not see; it may be met once", _glass, 0, touches=1),
    "covered": Kind("somebody covers the lidar for 8 s", _faulty("covered", 8.0), 5),
    "frozen": Kind("the lidar repeats its last scan for 8 s", _faulty("frozen", 8.0), 5),
    "silent": Kind("the lidar says nothing for 8 s", _faulty("silent", 8.0), 5),
    "blank": Kind("the lidar sees nothing at all for 8 s", _faulty("all_inf", 8.0), 5),
    "latency": Kind("scans come a quarter of a second late", _faulty("latency", math.inf), 5),
    "slip": Kind("the wheels slip for 3 s", _faulty("slip", 3.0), 5),
    "drift": Kind("the odometry jumps by a metre", _faulty("odometry_jump", 0.05), 5),
    "kidnap": Kind("somebody carries the robot elsewhere", _kidnapped, 5),
}

"""What simulated people share: the true world, the robot's screen and ears, the called numbers, seats and turns."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from centre.site import Site
from navigation.planner import Planner
from robot.events import Record
from robot.ports import Clock
from robot.types import FloatArray, Pose
from sim.crowd import Body
from sim.ports import SimEars, SimScreen
from sim.scenario import Scenario
from sim.waiting import WaitingLine, spots_round
from sim.world import World

FRONT_OF_SEAT = 0.5  # m from a seat's middle to where one stands before one sits down
MINDS = 1.0  # m from the robot's body beyond which nobody plans round it
WALL_ROOM = (0.02, 0.23)  # m beyond a body that its way keeps from walls, and likes to keep
WAY_TO_SEAT = 0.3  # m of room that one needs to walk there


class Counters(Protocol):
    """What the staff press at their counters; the office behind keeps the queue."""

    def waiting(self, door: str) -> int: ...

    def states(self, door: str) -> Mapping[str, str]: ...

    def issue(self, door: str, procedure: str) -> str: ...

    def call_next(self, door: str) -> str | None: ...

    def start(self, number: str) -> None: ...

    def finish(self, number: str) -> None: ...

    def no_show(self, number: str) -> None: ...

    def rate_by_phone(self, number: str, level: int, reasons: tuple[str, ...]) -> None: ...

    def call_robot(self, door: str) -> None: ...

    def staff_wanted(self) -> bool: ...

    def help_out(self) -> None: ...


@dataclass
class Hall:
    """The hall in simulated time; `record` writes what truly happened."""

    site: Site
    scenario: Scenario
    world: World
    clock: Clock
    screen: SimScreen
    ears: SimEars
    counters: Counters
    record: Record
    clerks: frozenset[str] = frozenset()  # doors at which a person outside the simulation calls
    at_robot: Any = None  # the citizen whose turn it is
    called: dict[str, str] = field(default_factory=dict)  # number: door
    at_counter: dict[str, Any] = field(default_factory=dict)  # number: citizen
    finished: set[str] = field(default_factory=set)
    staff_away_until: float = 0.0  # s
    sent_to_doors: float = -math.inf  # s, when the robot last said that numbers are given at the doors too
    _lines: dict[str, WaitingLine] = field(default_factory=dict)
    _standing: dict[Any, tuple[float, float]] = field(default_factory=dict)  # who waits, and where
    _seats: dict[tuple[str, int], Any] = field(default_factory=dict)
    _planners: dict[float, Planner] = field(default_factory=dict)  # by the radius of a body, m

    @property
    def staff_are_there(self) -> bool:
        """Whether the staff are at their places."""
        return self.clock.now() >= self.staff_away_until

    @property
    def robot(self) -> Pose:
        """The robot's true pose, as people see it."""
        return self.world.robot.pose

    @property
    def robot_stands(self) -> bool:
        """Whether the robot looks as if one could walk up to it."""
        return abs(self.world.robot.linear) < 0.1

    def before_screen(self, distance: float = 0.85) -> tuple[float, float]:
        """The place before the screen where one stands to use it."""
        spot = self.robot.compose(Pose(distance, 0.0, 0.0))
        return spot.x, spot.y

    def away(self, body: Body) -> float:
        """Metres between a body and the robot."""
        x, y = self.world.crowd.place(body)
        return math.hypot(x - self.robot.x, y - self.robot.y)

    def faces(self, body: Body) -> bool:
        """Whether a body stands before the screen, near enough to touch it."""
        x, y = self.world.crowd.place(body)
        local = self.robot.between(Pose(x, y, 0.0))
        return 0.3 < local.x < 1.25 and abs(local.y) < 0.6

    def walk(self, body: Body, to: tuple[float, float]) -> None:
        """Send a body along the shortest way round walls, and round the robot if it looks; else it stays."""
        walls = self.world.crowd.walls
        walls.distance = self._with_robot() if body.attentive or body.noticed > 0.0 else walls.static
        path = self._planner_for(body.radius).plan(self.world.crowd.place(body), to)
        if path is not None:
            body.path = path

    def _planner_for(self, radius: float) -> Planner:
        """Plans the ways of bodies of a radius (m); made anew when something else stands in the hall."""
        walls, planner = self.world.crowd.walls, self._planners.get(radius)
        if planner is None or planner.costmap is not walls:
            planner = self._planners[radius] = Planner(walls, radius + WALL_ROOM[0], radius + WALL_ROOM[1])
        return planner

    def _with_robot(self) -> FloatArray:
        """Distances (m) to the nearest wall or to the robot, on the grid of the people's ways.

        The robot is only drawn where it is nearer than anybody keeps away from it.
        """
        walls = self.world.crowd.walls
        row, col = walls.cell(self.robot.x, self.robot.y)
        reach = math.ceil((self.world.model.body_radius + MINDS) / walls.resolution)
        rows = np.arange(max(0, row - reach), min(walls.static.shape[0], row + reach + 1))
        cols = np.arange(max(0, col - reach), min(walls.static.shape[1], col + reach + 1))
        if not (rows.size and cols.size):
            return walls.static
        x = walls.origin[0] + (cols + 0.5) * walls.resolution
        y = walls.origin[1] + (rows + 0.5) * walls.resolution
        from_robot = np.hypot(x - self.robot.x, y[:, None] - self.robot.y) - self.world.model.body_radius
        near = np.s_[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
        distance = walls.static.copy()
        distance[near] = np.minimum(distance[near], np.maximum(from_robot, 0.01))
        return distance

    def line(self, door: str = "") -> WaitingLine:
        """Who waits for the robot, or stands at a door."""
        if door not in self._lines:
            floor = self.site.floor
            centre, reach = (floor.doors[door].arrive, 2.5) if door else (floor.reception, 6.0)
            doors = tuple(pose for place in floor.doors.values() for pose in (place.arrive, place.serve))
            own = (floor.reception, floor.entrance, floor.dock, floor.drinks)
            spots = spots_round(floor, self.world.crowd.walls, centre, (*own, *doors), reach)
            self._lines[door] = WaitingLine(spots, self._standing)
        return self._lines[door]

    def before_seat(self, seat: Pose) -> tuple[Pose, Pose]:
        """Where one stands before one sits down, and from where one gets there: from the end of a narrow row."""
        front = seat.compose(Pose(FRONT_OF_SEAT, 0.0, 0.0))
        spots = (front.compose(Pose(0.0, side * 0.1 * k, 0.0)) for k in range(60) for side in (1.0, -1.0))
        return front, next((spot for spot in spots if self._room(spot) > WAY_TO_SEAT), front)

    def _room(self, spot: Pose) -> float:
        """Metres from a place to the nearest wall; 0 outside."""
        walls = self.world.crowd.walls
        row, col = walls.cell(spot.x, spot.y)
        rows, cols = walls.static.shape
        return float(walls.static[row, col]) if 0 <= row < rows and 0 <= col < cols else 0.0

    def take_seat(self, who: Any, door: str) -> Pose | None:  # noqa: ANN401
        """The first free seat of a door's benches; None when all are taken."""
        for index, seat in enumerate(self.site.floor.doors[door].seats):
            if (door, index) not in self._seats:
                self._seats[(door, index)] = who
                return seat
        return None

    def free_seat(self, who: Any) -> None:  # noqa: ANN401
        """Stand up for good."""
        self._seats = {seat: owner for seat, owner in self._seats.items() if owner is not who}

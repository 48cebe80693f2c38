"""What a local controller is: it turns a situation into the speeds for the next tenth of a second."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from navigation.cost_to_go import CostToGo
from navigation.costmap import Costmap
from navigation.obstacles import Obstacles
from robot.model import RobotModel
from robot.types import Command, FloatArray, Pose

HORIZON = 3.0  # s that a controller looks ahead at most: how far the obstacles must be known
PERIOD = 0.1  # s between two choices


@dataclass(frozen=True, slots=True, eq=False)
class Situation:
    """All that a controller decides from; SI units, `map` frame.

    `path`: (N, 2) m from where the robot was when it was planned to the goal; `cost_to_go` the same for all places.
    `obstacles`: what scan and map show, without whoever walks; `people`: (P, 4) x, y, vx, vy of the tracked ones near.
    `legs`: (L, 2) m, near returns that the map does not explain. `blocked_for`: s without getting on.
    """

    pose: Pose
    speeds: tuple[float, float]
    top_speed: float
    goal: Pose
    remaining: float
    path: FloatArray
    cost_to_go: CostToGo
    costmap: Costmap
    obstacles: Obstacles
    people: FloatArray
    legs: FloatArray
    blocked_for: float


class Controller(Protocol):
    """Chooses speeds; standing still (a command of zeros) says that it sees no way on just now."""

    def begin(self) -> None:
        """There is a new goal: what was planned for the last one is over."""

    def choose(self, situation: Situation) -> Command:
        """The speeds (m/s, rad/s) to have when `PERIOD` is over."""


class ControllerMaker(Protocol):
    """What the entry point group `letan.controllers` names: makes a controller for a robot; `seed` of its chances."""

    def __call__(self, model: RobotModel, seed: int = 0, /) -> Controller: ...

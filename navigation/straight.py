"""The controller `straight`: turns to the goal and drives there, as fast as it may; nothing is in its way."""

from __future__ import annotations

import math

from navigation.controller import Situation
from robot.model import RobotModel
from robot.types import Command, wrap


class Straight:
    """A yardstick: what the safety layer alone is worth, and the world's own obstacles."""

    def __init__(self, model: RobotModel, seed: int = 0) -> None:
        del seed  # nothing in it is left to chance
        self.model = model

    def begin(self) -> None:
        """It remembers nothing."""

    def choose(self, situation: Situation) -> Command:
        """Towards the goal, the slower the less it faces it."""
        pose, goal = situation.pose, situation.goal
        off = wrap(math.atan2(goal.y - pose.y, goal.x - pose.x) - pose.theta)
        turn = max(-self.model.turn_speed, min(self.model.turn_speed, 2.0 * off))
        return Command(situation.top_speed * max(0.0, math.cos(off)) ** 3, turn)

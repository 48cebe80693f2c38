"""The controller `careful`: along the path to a point a little ahead, and it stands while anybody is near."""

from __future__ import annotations

import math

from navigation.controller import Situation
from navigation.following import ahead_on
from robot.model import RobotModel
from robot.types import Command, wrap

LOOKS_AHEAD = 0.8  # m along the path
WAITS_WITHIN = 1.2  # m of air to a person, in which it stands


class Careful:
    """Pure pursuit (Coulter 1992) for a robot that may turn on the spot."""

    def __init__(self, model: RobotModel, seed: int = 0) -> None:
        del seed  # nothing in it is left to chance
        self.model = model

    def begin(self) -> None:
        """It remembers nothing of the last goal."""

    def choose(self, situation: Situation) -> Command:
        """Towards the point ahead, the slower the less it faces it; Command() says that it sees no way on now."""
        pose = situation.pose
        away = [math.hypot(x - pose.x, y - pose.y) for x, y in situation.people[:, :2]]
        if min(away, default=math.inf) < self.model.radius + WAITS_WITHIN:
            return Command()
        _, (x, y) = ahead_on(situation.path, pose, LOOKS_AHEAD)
        off = wrap(math.atan2(y - pose.y, x - pose.x) - pose.theta)
        turn = max(-self.model.turn_speed, min(self.model.turn_speed, 2.0 * off))
        return Command(situation.top_speed * max(0.0, math.cos(off)) ** 3, turn)

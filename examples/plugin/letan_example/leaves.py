"""The word `smile`: what a tree may say of it, and what it does."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.leaves.base import RUNNING, SUCCESS, Parameters, RobotLeaf, leaf
from text.quantities import Time


class SmileParameters(Parameters):
    """How long."""

    time: Time = Field(default=2.0, description="how long")


@leaf("smile", SmileParameters, short="time", endings={RUNNING, SUCCESS}, claims={"page"})
class Smile(RobotLeaf):
    """Show the resting page with a happy face."""

    p: SmileParameters

    def update(self) -> Status:
        """Succeeds when the time is over."""
        self.intent.show("board", self.desk.board(self.world.stamp), self, "happy")
        return SUCCESS if self.has_lasted(self.p.time) else RUNNING

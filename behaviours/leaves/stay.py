"""Leaves that stand still."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import TextKey
from behaviours.leaves.base import RUNNING, NoParameters, Parameters, RobotLeaf, leaf


@leaf("hold", endings={RUNNING}, claims={"wheels"})
class Hold(RobotLeaf):
    """Stand still for as long as this runs."""

    p: NoParameters

    def update(self) -> Status:
        """Never ends by itself."""
        self.intent.stand(self)
        return RUNNING


class HoldAndCallParameters(Parameters):
    """What to tell the staff."""

    reason: TextKey = Field(description="why help is needed, a text key", examples=["speech.lost"])


@leaf("hold_and_call", HoldAndCallParameters, short="reason", endings={RUNNING}, claims={"wheels", "voice"})
class HoldAndCall(RobotLeaf):
    """Stand still and call the staff once."""

    p: HoldAndCallParameters

    def initialise(self) -> None:
        """One call a round."""
        super().initialise()
        self.desk.alarm(self.p.reason)

    def update(self) -> Status:
        """Says so once, then stays."""
        self.intent.stand(self)
        self.speak(self.p.reason)
        return RUNNING

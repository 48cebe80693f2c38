"""Leaves that stand still or let time pass."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import TextKey, When
from behaviours.language.units import Time
from behaviours.leaves.base import RUNNING, SUCCESS, NoParameters, Parameters, RobotLeaf, leaf


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


class WaitParameters(Parameters):
    """How long."""

    time: Time = Field(description="how long", examples=["5 s"])


@leaf("wait", WaitParameters, short="time", endings={RUNNING, SUCCESS})
class Wait(RobotLeaf):
    """Let some time pass; claims nothing."""

    p: WaitParameters

    def update(self) -> Status:
        """Succeeds when the time is over."""
        return SUCCESS if self.has_lasted(self.p.time) else RUNNING


class WaitForParameters(Parameters):
    """What for."""

    condition: When = Field(description="a condition", examples=["person.near"])


@leaf("wait_for", WaitForParameters, short="condition", endings={RUNNING, SUCCESS})
class WaitFor(RobotLeaf):
    """Run until a condition holds."""

    p: WaitForParameters

    def update(self) -> Status:
        """Looks every tick."""
        return SUCCESS if self.p.condition.holds(self.run) else RUNNING

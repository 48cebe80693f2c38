"""Leaves about calls: the staff's calls of the robot, and the citizens' calls of the staff."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.leaves.base import FAILURE, RUNNING, SUCCESS, NoParameters, Parameters, RobotLeaf, leaf
from text.quantities import Time


@leaf("answer_call", endings={SUCCESS, FAILURE})
class AnswerCall(RobotLeaf):
    """Tell the counter that called that the robot is here."""

    p: NoParameters

    def update(self) -> Status:
        """Answering twice changes nothing; fails when that counter's call is over."""
        return SUCCESS if self.desk.places.answer_call() else self.fail("the call is over")


class CallStaffParameters(Parameters):
    """How long to stay with the citizen."""

    patience: Time = Field(default=180.0, description="until the page goes away by itself")


@leaf("call_staff", CallStaffParameters, endings={RUNNING, SUCCESS}, claims={"wheels", "page", "voice"})
class CallStaff(RobotLeaf):
    """Call the responsible staff, show how far they are, until they have come or the citizen says no."""

    p: CallStaffParameters

    def initialise(self) -> None:
        """Calling twice is one call."""
        super().initialise()
        self.desk.call_staff(self.world.stamp)

    def update(self) -> Status:
        """Ends when the staff have come."""
        self.intent.stand(self)
        content = self.desk.staff_call(self.world.stamp)
        if content is None or self.has_lasted(self.p.patience):
            self.desk.staff_done(self.world.stamp)
            return SUCCESS
        self.intent.show("call_staff", content, self)
        self.speak("speech.call_staff")
        return RUNNING

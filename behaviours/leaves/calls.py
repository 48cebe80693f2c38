"""Leaves about calls: the staff's calls of the robot, and the citizens' calls of the staff."""

from __future__ import annotations

from dataclasses import replace

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import TextKey
from behaviours.leaves.base import FAILURE, RUNNING, SUCCESS, NoParameters, Parameters, RobotLeaf, leaf
from centre.staff import StaffCall
from robot.pages import CallStaffContent
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
    """Call the responsible staff, show how far they are, until they have come or the citizen says no.

    Who can't be reached is called again each second, and the citizen is told to whom to go.
    """

    p: CallStaffParameters
    is_away = False
    replies = 0

    def initialise(self) -> None:
        """Nothing is known of this call yet."""
        super().initialise()
        self.is_away = False
        self.replies = 0

    def update(self) -> Status:
        """Ends when the staff have come; calling twice is one call."""
        self.intent.stand(self)
        self.desk.call_staff(self.world.stamp)
        content = self.desk.staff_call()
        if self.desk.is_call_over or self.has_lasted(self.p.patience):
            self.desk.staff_done(self.world.stamp)
            return SUCCESS
        if content is None:
            self._wait_for_answer()
        elif (call := self.desk.open_call()) is not None and call.reply:
            self._tell(call, content)
        else:
            self.intent.show("call_staff", content, self)
            self.speak("speech.call_staff")
        return RUNNING

    def _wait_for_answer(self) -> None:
        """The staff do not know of the call yet."""
        self.show_visit()
        self.is_away = self.is_away or not self.desk.reaches_staff
        if self.is_away:
            self.speak("speech.office_away")

    def _tell(self, call: StaffCall, content: CallStaffContent) -> None:
        """What the staff reply, shown and said."""
        if call.replies != self.replies:
            self.replies = call.replies
            self.round += 1
            self.began = self.world.stamp  # whoever is answered waits anew
        key = "speech.words" if call.reply == "words" else f"speech.reply_{call.reply}"
        values = {"words": call.words, "door": call.reply_door}
        self.intent.show("call_staff", replace(content, words=self.desk.wording.text(key, **values)), self)
        self.speak(key, **values)


class CallWhenStuckParameters(Parameters):
    """What to say."""

    ask: TextKey = Field(description="to those in the way, a text key", examples=["speech.make_way"])
    help: TextKey = Field(
        description="once the staff are called, and their reason, a text key", examples=["speech.held"]
    )


@leaf("call_when_stuck", CallWhenStuckParameters, endings={RUNNING}, claims={"voice"}, claims_only_free=True)
class CallWhenStuck(RobotLeaf):
    """Ask to be let past while the robot does not get on, and call the staff once when that has not helped.

    It drives nothing itself: stand it below what drives, in a `together`.
    """

    p: CallWhenStuckParameters
    saying = ""
    has_called = has_asked = False

    def update(self) -> Status:
        """Never ends by itself; the staff are called also where somebody else has the voice."""
        is_stuck = self.world.is_stuck
        asks = self.world.progress.wants_way
        if is_stuck and not self.has_called:
            self.desk.alarm(self.p.help)
            self._begin(self.p.help)
        elif asks and not self.has_asked and not is_stuck:
            self._begin(self.p.ask)
        self.has_called = is_stuck
        self.has_asked = asks
        if self.saying and (not self.intent.is_free("voice") or self.speak(self.saying)):
            self.saying = ""
        return RUNNING

    def _begin(self, text: str) -> None:
        self.saying = text
        self.round += 1

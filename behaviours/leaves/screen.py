"""Leaves of the screen: the resting page, announcements, the conversation."""

from __future__ import annotations

import math

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import TextKey
from behaviours.leaves.base import FAILURE, RUNNING, SUCCESS, NoParameters, Parameters, RobotLeaf, leaf
from robot.pages import PAGES, AnnouncementContent, BoardContent, CalledNumber, IdleContent, MessageContent
from text.quantities import Time

CALL_SECONDS = 8.0
SHORT_STOP, SETTLED, LOOKED_AGAIN = 2.0, 0.35, 0.5  # s


@leaf("show_board", endings={RUNNING}, claims={"page"}, claims_only_free=True)
class ShowBoard(RobotLeaf):
    """Show the resting page wherever nobody higher in the tree has the screen: the board, or the driving page."""

    p: NoParameters
    drove = taken = -math.inf  # s: when it last drove, and when somebody else last had the screen
    content: BoardContent | None = None
    looked = -math.inf  # s: when the content was put together
    language = ""

    def update(self) -> Status:
        """Never ends by itself. A short stop keeps the driving page, and a drive that begins at once shows no board."""
        now = self.world.stamp
        if self.world.progress.state == "driving":
            self.drove = now
        if not self.intent.is_free("page"):
            self.taken = now
        elif now - self.drove < SHORT_STOP:
            content = self.desk.driving(now)
            self.intent.show("board_driving" if content.call else "driving_face", content, self)
        elif now - self.taken > SETTLED:
            self.intent.show("board", self._board(now), self)
        return RUNNING

    def _board(self, now: float) -> BoardContent:
        """The board, put together anew twice a second: nobody reads it faster."""
        if self.content is None or self.language != self.desk.language or now - self.looked >= LOOKED_AGAIN:
            self.content = self.desk.board(now)
            self.language = self.desk.language
            self.looked = now
        return self.content


@leaf("announce", endings={RUNNING}, claims={"page", "voice"}, claims_only_free=True)
class Announce(RobotLeaf):
    """Call out numbers one after the other, wherever nobody higher in the tree has voice and screen.

    What staff want to have said to the whole hall comes after the numbers.
    """

    p: NoParameters
    call: CalledNumber | None = None
    words = ""
    until = 0.0

    def update(self) -> Status:
        """Never ends by itself; a call stays for eight seconds, and begins anew when it was cut short."""
        free = self.intent.is_free("voice") and self.intent.is_free("page")
        if not free:
            self.until = 0.0
            return RUNNING
        if self.until and self.world.stamp >= self.until:
            self.call = None
            self.words = ""
            self.until = 0.0
        if self.call is None and not self.words:
            self.call = self.desk.hall.take_call(self.world.stamp, self.desk.language)
            self.words = "" if self.call else self.desk.hall.take_words(self.world.stamp)
        if not self.until and (self.call or self.words):
            self.round += 1
            self.until = self.world.stamp + CALL_SECONDS
        if self.words:
            title = self.desk.wording.text("notice.title")
            self.intent.show("message", MessageContent(title, self.words, "speaker"), self)
            if not self.speak("speech.words", words=self.words):  # however long it takes
                self.until = max(self.until, self.world.stamp + 1.0)
        if self.call is not None:
            self.intent.show("announcement", AnnouncementContent(self.call), self)
            self.speak("speech.call", number=self.call.number, door=self.call.door)
        return RUNNING


class MessageParameters(Parameters):
    """One thing the robot says, shown and spoken."""

    text: TextKey = Field(description="a key of the site's texts", examples=["speech.here"])
    least: Time = Field(default=3.0, description="how long it stays at least")


@leaf("tell", MessageParameters, short="text", endings={RUNNING, SUCCESS}, claims={"page", "voice"})
class Tell(RobotLeaf):
    """Show a message, say it, and keep it up for a while."""

    p: MessageParameters

    def update(self) -> Status:
        """Succeeds when it has been said and been up long enough."""
        values = self.desk.wording.values()
        self.intent.show("message", MessageContent(self.desk.wording.text(self.p.text, **values)), self, "happy")
        said = self.speak(self.p.text, **values)
        return SUCCESS if said and self.has_lasted(self.p.least) else RUNNING


class ShowParameters(Parameters):
    """A message without words spoken."""

    text: TextKey = Field(description="a key of the site's texts", examples=["speech.here"])
    time: Time = Field(default=8.0, description="how long it stays")


@leaf("show", ShowParameters, short="text", endings={RUNNING, SUCCESS}, claims={"page"})
class Show(RobotLeaf):
    """Show a message for a while and say nothing; `tell` shows and says it."""

    p: ShowParameters

    def update(self) -> Status:
        """Succeeds when the time is over."""
        self.intent.show(
            "message", MessageContent(self.desk.wording.text(self.p.text, **self.desk.wording.values())), self
        )
        return SUCCESS if self.has_lasted(self.p.time) else RUNNING


class LingerParameters(Parameters):
    """How long."""

    time: Time = Field(default=2.5, description="how long")


@leaf("linger", LingerParameters, short="time", endings={RUNNING, SUCCESS}, claims={"wheels", "page"})
class Linger(RobotLeaf):
    """Leave the visit's page up for a moment, for the last look."""

    p: LingerParameters

    def update(self) -> Status:
        """Succeeds when the time is over."""
        self.intent.stand(self)
        self.show_visit()
        return SUCCESS if self.has_lasted(self.p.time) else RUNNING


@leaf("begin_visit", endings={SUCCESS, FAILURE}, claims={"page"})
class BeginVisit(RobotLeaf):
    """Open a visit for the person before the screen."""

    p: NoParameters

    def update(self) -> Status:
        """Opening one that is open already changes nothing; fails when the office can't store it now."""
        self.desk.begin(self.world.stamp, self.world.person)
        if self.desk.visit is None:
            return self.fail("the office's file can't be written just now")
        self.show_visit()
        return SUCCESS


class EndVisitParameters(Parameters):
    """Why."""

    why: str = Field(default="done", description="for the log: done, left, idle …")


@leaf("end_visit", EndVisitParameters, short="why", endings={SUCCESS})
class EndVisit(RobotLeaf):
    """Close the visit at the screen and wipe what was entered; its ticket lives on."""

    p: EndVisitParameters

    def update(self) -> Status:
        """Always succeeds."""
        self.desk.end(self.world.stamp, self.p.why)
        return SUCCESS


class ConverseParameters(Parameters):
    """How long one may be idle."""

    ask_after: Time = Field(default=60.0, description="idle until it asks")
    wipe_after: Time = Field(default=20.0, description="from asking to wiping")


@leaf("converse", ConverseParameters, endings={RUNNING, FAILURE}, claims={"wheels", "page", "voice"})
class Converse(RobotLeaf):
    """Show the visit's page, say its line once, ask after a while of silence, and end the visit when nobody answers."""

    p: ConverseParameters

    def initialise(self) -> None:
        """Nothing said yet."""
        super().initialise()
        self.said = ""
        self.line = ""

    def update(self) -> Status:
        """Never ends by itself but by idleness."""
        idle = self.desk.idle(self.world.stamp)
        if idle >= self.p.ask_after + self.p.wipe_after:
            self.desk.end(self.world.stamp, "idle")
            return FAILURE
        self.intent.stand(self)
        if idle >= self.p.ask_after:
            left = int(self.p.ask_after + self.p.wipe_after - idle) + 1
            self.intent.show("idle_warning", IdleContent(left, int(self.p.wipe_after)), self, "listening")
            return RUNNING
        self.show_visit()
        page = self.guest.page
        if page != self.line:
            self.line = page
            self.said = ""
            self.round += 1
        if (
            PAGES[page].is_spoken
            and self.said != f"{page}{self.round}"
            and self.speak(f"speech.{page}", **self.desk.wording.values())
        ):
            self.said = f"{page}{self.round}"
        return RUNNING

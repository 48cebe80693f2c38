"""A visit is data: everything that happened with one citizen, so that an interrupt at any second harms nothing."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, replace
from typing import Literal

from robot.pages import PageName, PaperState
from robot.types import Modes

Stage = Literal["ask", "issue", "print", "offer_guide", "guide", "wait", "rate", "done"]
Guide = Literal["", "wanted", "paused", "done", "alone"]
Wish = Literal["", "come", "drink", "music", "stop", "try_voice"]
Goal = Literal["", "number", "way"]


@dataclass(frozen=True, slots=True)
class Visit:
    """One citizen at the robot; `stage` names the next open step and is the only thing a tree need ask.

    The page and what was typed or said belong to the screen; `procedure`, `door` and what follows to the matter.
    Nothing here names a person, and nothing here is stored but ids.
    """

    id: int
    opened: float  # seconds of the clock
    person: int | None = None  # track id
    language: str = "vi"
    modes: Modes = dataclasses.field(default_factory=Modes)
    draft: Modes = dataclasses.field(default_factory=Modes)  # the switches of easy_view until "done"
    touched: float = 0.0
    page: PageName = "welcome"
    back: tuple[PageName, ...] = ()
    listening: bool = False
    heard: str = ""
    choices: tuple[str, ...] = ()
    field: str = ""
    shelf: int = 0  # which eight procedures of the field
    typed: str = ""
    message: str = ""  # see Site.answer
    goal: Goal = ""  # why a door is asked for
    request: str = ""  # a request without a procedure
    procedure: str = ""
    door: str = ""
    wants_ticket: bool = False
    ticket: str = ""  # its number
    paper: PaperState = ""
    guide: Guide = ""
    served: bool = False
    wants_rating: bool = False  # rating page is open or due
    offered_rating: Literal["", "screen", "qr"] = ""
    rating: int = 0
    reasons: tuple[str, ...] = ()
    rated: bool = False
    skipped_rating: bool = False
    wants_staff: bool = False
    wish: Wish = ""  # one thing the robot should do now; the tree clears it

    @property
    def service(self) -> str:
        """The id of the procedure or request that it is about, "" for a door alone."""
        return self.procedure or self.request

    @property
    def stage(self) -> Stage:
        """The next open step, in this order.

        `rate`: the rating is wanted, or due after being served. `issue`: a number is wanted and
        not issued. `print`: issued, paper not tried. `guide`: on the way (paused counts). `offer_guide`: number shown,
        not yet decided. `wait`: sits and waits to be served, the robot is free. `ask`: nothing chosen yet. `done`.
        """
        if self.wants_rating and not (self.rated or self.skipped_rating):
            return "rate"
        if self.wants_ticket and not self.ticket:
            return "issue"
        if self.ticket and not self.paper:
            return "print"
        if self.guide in ("wanted", "paused"):
            return "guide"
        if self.ticket and not self.guide:
            return "offer_guide"
        if self.ticket and not self.served:
            return "wait"
        if self.ticket and not (self.rated or self.skipped_rating or self.offered_rating):
            return "rate"
        return "done" if self.ticket or self.guide or self.rated or self.skipped_rating else "ask"


def new_visit(number: int, stamp: float, language: str, person: int | None = None) -> Visit:
    """A visit that has just begun, at `stamp` (s), with the id that the office gave it."""
    return Visit(number, stamp, person, language, touched=stamp)


def with_ticket(visit: Visit, number: str) -> Visit:
    """The visit once its number is issued: the page shows it, and there is no way back to before."""
    return replace(visit, ticket=number, page="ticket", back=(), listening=False)


def offer_rating(visit: Visit) -> Visit:
    """The visit with the rating page open."""
    return replace(visit, wants_rating=True, offered_rating="screen", page="rating", back=())

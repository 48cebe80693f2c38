"""The reception desk: the visit at the screen and the office behind it, as the leaves use them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from centre.events import as_event
from centre.office import Office
from centre.staff import StaffCall, order_of
from centre.stored_event import StoredEvent
from reception.dialogue import respond
from reception.errands import Errands, OwnErrands
from reception.events import (
    Alarm,
    DrinksOffered,
    FaultReported,
    GuideEnd,
    OfficeTrouble,
    Printing,
    PrintOutcome,
    RatingOffered,
    VisitEnd,
)
from reception.hall_watch import HallWatch
from reception.places import Places
from reception.presenter import Presenter
from reception.rating_box import RatingBox
from reception.staff_menu import StaffMenu
from reception.visits import Visit, new_visit, offer_rating, with_ticket
from reception.wording import Wording
from robot.events import Record
from robot.pages import (
    PAGES,
    BoardContent,
    CallStaffContent,
    DrinksContent,
    DrivingContent,
    Expression,
    PageContent,
    PageName,
)
from robot.ports import Clock, Job, Printer
from robot.types import LetanError, Modes, Texts, Touch, Track, Understanding

OPENING = frozenset(["start", "speak", "stop", "easy_view", "language", "call_staff"])  # touches that open a visit
WALKED_OFF, STANDS = 1.5, 0.4  # m from the one who stands there now, and s for which they do
READS = 5.0  # s after the last touch in which a number is that of who touched
STILL_WANTED = 15.0  # s for which somebody waits that a touch opens a visit
DISMISSED = 120.0  # s for which somebody is not greeted again


class Desk:
    """One visit at a time at the screen; everything lasting is in the office's events."""

    def __init__(
        self,
        office: Office,
        clock: Clock,
        printer: Printer,
        texts: Texts,
        record: Record = lambda _: None,
        closes: datetime | None = None,
        errands: Errands | None = None,
    ) -> None:
        self.office = office
        self._errands = errands or OwnErrands(office)
        self.site = office.site
        self.clock = clock
        self._record = record
        self._printer = printer
        self._closes = closes
        self._present = Presenter(office.site, office)
        self.visit: Visit | None = None
        self.is_rating = False
        self.is_silent = False
        self._paper: Job | None = None
        self._number: Job | None = None  # being issued for this visit
        self._call: Job | None = None  # of staff, for this visit
        self._ratings = RatingBox(self._errands)
        self._unheard: list[tuple[float, Touch | Understanding]] = []  # since when no visit could be opened for it
        self.hall = HallWatch(office)
        self._dismissed: dict[int, float] = {}
        self._office_again = -math.inf  # when the office may be asked again
        self._languages: dict[str, str] = {}  # of today's tickets
        self.wording = Wording(office.site, texts, lambda: self.visit, record)
        self.places = Places(office, self._errands, self.hall, lambda: self.visit.door if self.visit else "")
        self.staff = StaffMenu(office.site.place.staff_code, record)
        if office.staff.order == "stop":  # before a restart
            self.staff.take_order("stop")

    def attend(
        self, stamp: float, person: Track | None, touches: Sequence[Touch], heard: Sequence[Understanding],
        people: Sequence[Track] = (),
    ) -> None:  # fmt: skip
        """Take in this tick's person, touches, sentences and all people seen: the visit is what they make of it."""
        if person is not None and self._has_walked_off(stamp, person, people):
            self.end(stamp, "left with the number")
            self.begin(stamp, person)
        for trouble in self._errands.look():
            self._record(OfficeTrouble(trouble))
        new: list[Touch | Understanding] = [*self.staff.attend(stamp, touches), *heard]
        waiting = [(since, event) for since, event in self._unheard if stamp - since < STILL_WANTED]
        self._unheard = []
        for since, event in [*waiting, *((stamp, event) for event in new)]:
            if self.visit is None and (isinstance(event, Understanding) or event.action in OPENING):
                self.begin(stamp, person)
                if self.visit is None:
                    self._unheard.append((since, event))
            if self.visit is not None:
                self.is_silent = False
                owner = person.id if person is not None else self.visit.person  # who touches it now, whoever began it
                self.visit = self._at_soonest(respond(self.visit, event, self.site), self.visit)
                self.visit = replace(self.visit, touched=stamp, person=owner)
        self._after_words(stamp, person)
        if trouble := self._ratings.store(stamp >= self._office_again):
            self._trouble(stamp, trouble)

    def _at_soonest(self, visit: Visit, before: Visit) -> Visit:
        """A matter that was just chosen, at the door that has it soonest where several do."""
        if not visit.procedure or visit.procedure == before.procedure or visit.ticket:
            return visit
        return replace(visit, door=self.office.door_for(visit.procedure, visit.door))

    def _has_walked_off(self, stamp: float, person: Track, people: Sequence[Track]) -> bool:
        """Whether who got the number is seen elsewhere, and somebody else stands before it.

        Not at once: a tracker may take one for the other where two cross, and who has a number looks at it first.
        """
        visit = self.visit
        if visit is None or visit.stage != "offer_guide" or visit.person in (None, person.id):
            return False
        owner = next((each for each in people if each.id == visit.person), None)
        away = math.hypot(owner.x - person.x, owner.y - person.y) if owner is not None else 0.0
        return away > WALKED_OFF and person.still > STANDS and self.idle(stamp) > READS

    def on_event(self, event: StoredEvent) -> None:
        """Hear of what the office did: calls to announce, people who were served."""
        self._record(as_event(event))
        self.hall.on_event(event, self.clock.now())
        if event.kind == "robot_ordered":
            self.staff.take_order(order_of(event))

    def _after_words(self, stamp: float, person: Track | None) -> None:
        if self.visit is None:
            return
        if self.visit.person is None and person is not None:
            self.visit = replace(self.visit, person=person.id)
        if self.is_rating and not PAGES[self.visit.page].is_rating:  # somebody else, with a wish of their own
            self.end(stamp, "another")
            self.begin(stamp, person)
            return
        if self.visit.rated and self._ratings.put(self.visit):
            self.hall.asked.add(self.visit.ticket)
        if self._paper is not None and self._paper.outcome is not None:
            paper: Literal["printed", "failed"] = "printed" if self._paper.outcome.ok else "failed"
            self.visit = replace(self.visit, paper=paper)
            self._paper = None
            self._record(PrintOutcome(self.visit.ticket, paper))
        if self.visit.wish in ("stop", "come", "music", "try_voice"):
            self.visit = replace(self.visit, wish="")  # being here, standing still and silent is the answer

    def _trouble(self, stamp: float, reason: str) -> str:
        """The office did not do what it was asked: say so, and leave it alone for a second."""
        self._office_again = stamp + 1.0
        self._record(OfficeTrouble(reason))
        return reason

    def close(self) -> None:
        """Let go of the office; what it has acknowledged is stored."""
        self._errands.close()
        self.office.close()

    # --- the visit -----------------------------------------------------------------------------------------------

    def begin(self, stamp: float, person: Track | None) -> None:
        """Open a visit, if none is open."""
        if self.visit is not None or stamp < self._office_again:
            return
        try:
            number = self._errands.open_visit()
        except LetanError as error:
            self._trouble(stamp, str(error))
            return
        self.visit = new_visit(number, stamp, self.site.languages[0], person.id if person else None)
        self.is_rating = False
        self.is_silent = True

    def end(self, stamp: float, why: str) -> None:
        """Close the visit and forget what was entered."""
        if self.visit is not None:
            self._record(VisitEnd(self.visit.id, why, self.visit.stage))
            if self.visit.person is not None:
                self._dismissed[self.visit.person] = stamp
        self.visit = None
        self.is_rating = False
        self._paper = None
        self._number = None
        self._call = None

    def is_dismissed(self, person: Track, stamp: float) -> bool:
        """Whether somebody's visit has just ended: they are not greeted again while they still stand there."""
        return stamp - self._dismissed.get(person.id, -math.inf) < DISMISSED

    @property
    def language(self) -> str:
        """The language spoken now."""
        return self.wording.language

    @property
    def modes(self) -> Modes:
        """How the screen shows things now."""
        return self.visit.modes if self.visit else Modes()

    def idle(self, stamp: float) -> float:
        """Seconds since the last touch or word of the visit."""
        return stamp - self.visit.touched if self.visit else 0.0

    def is_grave(self) -> bool:
        """Whether the visit is about a death: no music, no happy face."""
        procedure = self.site.procedures.get(self.visit.procedure) if self.visit else None
        return procedure is not None and procedure.grave

    def page(self) -> tuple[PageName, PageContent, Expression]:
        """The visit's page with its content and the face to it."""
        assert self.visit is not None
        return self.visit.page, self._present.page(self.visit), self._present.expression(self.visit)

    def issue(self, stamp: float) -> str | None:
        """Issue the visit's number once: "" when it has one, None while it takes a moment, else the reason why not."""
        visit = self.visit
        if visit is None or visit.ticket:
            return ""
        if self._number is None:
            if stamp < self._office_again:
                return "the office can't store it just now"
            self._number = self._errands.issue(visit.id, visit.door, visit.service)
        outcome = self._number.outcome
        if outcome is None:
            return None
        self._number = None
        ticket = self.office.ticket_of(visit.id)
        if not outcome.ok or ticket is None:
            return self._trouble(stamp, outcome.reason)
        self.visit = with_ticket(visit, ticket.number)
        self._languages[ticket.number] = visit.language
        return ""

    def print_ticket(self) -> None:
        """Start printing once; the outcome arrives with a later tick."""
        if self.visit is None or self.visit.paper or not self.visit.ticket:
            return
        self._paper = self._printer.print(self._present.slip(self.visit))
        self.visit = replace(self.visit, paper="printing")
        self._record(Printing(self.visit.ticket))

    def guided(self, how: Literal["done", "alone"]) -> None:
        """The walk ended: done or alone."""
        if self.visit is not None:
            self.visit = replace(self.visit, guide=how)
            self._record(GuideEnd(self.visit.ticket, self.visit.door, how))

    # --- the hall ------------------------------------------------------------------------------------------------

    def is_open(self) -> bool:
        """Within the opening hours, and before today's own closing time if there is one."""
        now = self.clock.wall()
        return self.site.place.is_open(now) and (self._closes is None or now < self._closes)

    def board(self, stamp: float) -> BoardContent:
        """The resting page."""
        return self._present.board(self.language)

    def driving(self, stamp: float) -> DrivingContent:
        """What shows while driving: the newest call, and one announcement in turn, every ten seconds."""
        return self._present.driving(self.language, int(stamp / 10.0))

    # --- ratings -------------------------------------------------------------------------------------------------

    def begin_rating(self, stamp: float) -> bool:
        """Open the rating page for the one who is due; False when nobody is or somebody is at the screen."""
        due = self.hall.rating_due(self.clock.now())
        ticket = self.office.ticket(due.number) if due else None
        if due is None or ticket is None or self.visit is not None:
            return False
        self.hall.asked.add(due.number)
        visit = Visit(ticket.visit, stamp, touched=stamp, ticket=ticket.number, door=ticket.door, served=True)
        language = self._languages.get(ticket.number, self.site.languages[0])
        visit = replace(visit, procedure=ticket.service, paper="printed", guide="done", language=language)
        self.visit = offer_rating(visit)
        self.is_rating = True
        self.is_silent = False
        self._record(RatingOffered(ticket.number, "screen"))
        return True

    # --- calls for the staff -----------------------------------------------------------------------------------

    def call_staff(self, stamp: float) -> None:
        """Call the staff for the visit, once; again after a while where that did not reach them."""
        if self.visit is None:
            return
        if self._call is None and stamp >= self._office_again:
            self._call = self._errands.call_staff(self.visit.id)
        outcome = self._call.outcome if self._call is not None else None
        if outcome is not None and not outcome.ok:
            self._call = None
            self._trouble(stamp, outcome.reason)

    @property
    def reaches_staff(self) -> bool:
        """Whether a call for staff was not refused a moment ago."""
        return self._call is not None

    def staff_call(self) -> CallStaffContent | None:
        """How far the staff are; None before they were reached, and when the call is over."""
        call = self.office.staff.of_visit(self.visit.id) if self.visit else None
        if call is None or self.visit is None:
            return None
        content = self._present.page(self.visit, "call_staff")
        assert isinstance(content, CallStaffContent)
        return content

    @property
    def is_call_over(self) -> bool:
        """Whether nobody is wanted any more, or the staff have come."""
        if self.visit is None or not self.visit.wants_staff:
            return True
        reached = self._call is not None and self._call.outcome is not None
        return reached and self.office.staff.of_visit(self.visit.id) is None

    def open_call(self) -> StaffCall | None:
        """The visit's call for the staff, as far as they have it."""
        return self.office.staff.of_visit(self.visit.id) if self.visit else None

    def staff_done(self, stamp: float) -> None:
        """The citizen took the call back, or has waited long enough; whom nobody came to stays on the staff's list."""
        if self.visit is None:
            return
        call = self.office.staff.of_visit(self.visit.id)
        if call is not None and not self.visit.wants_staff:
            self._errands.take_call_back(call.id)
        self._call = None
        self.visit = replace(self.visit, wants_staff=False)

    def alarm(self, reason: str) -> None:
        """Tell the staff that the robot needs a hand."""
        self._record(Alarm(reason))

    def report_fault(self, notes: Mapping[str, str]) -> None:
        """Note for the technician what the staff have reported, with what is known to be wrong, by subject."""
        self._record(FaultReported(dict(notes)))

    def offered_drinks(self, door: str) -> None:
        """Remember that a waiting area was offered drinks."""
        self._record(DrinksOffered(door))

    def tray(self, items: int) -> DrinksContent:
        """What is on the tray, as far as a scale under it can tell: cups first."""
        cups = min(items, self.site.robot.tray.cups)
        return DrinksContent(cups, items - cups)

"""What everybody may see: the wall of called numbers, and the page behind a ticket's code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from starlette.responses import RedirectResponse, Response

from centre.acts import NotPossibleError, act_on
from centre.appointments import NotYetError
from centre.offer import PaperFact
from centre.tickets import Ticket, is_away
from centre.waiting import WaitEstimate
from console.access import Who
from console.parts import ConsoleParts, PartsHere
from console.rendering import page
from console.words import SiteWords

SEE_OTHER = 303
NOBODY = Who()
DOORS_A_TURN = 4
ANNOUNCED_FOR = timedelta(minutes=2)
RATED_WITHIN = 1  # days after the ticket's own
Code = Annotated[str, Path(max_length=40)]
router = APIRouter(include_in_schema=False)


@router.get("/wall")
async def wall(parts: PartsHere, request: Request) -> Response:
    """Called numbers and waits for a television."""
    doors = list(parts.site.doors)
    turns = [doors[i : i + DOORS_A_TURN] for i in range(0, len(doors), DOORS_A_TURN)]
    waits = {door: parts.office.wait(door) for door in doors}
    now = parts.office.clock.wall()
    announced = parts.office.staff.announced
    if announced and not timedelta() <= now - announced.stamp < ANNOUNCED_FOR:
        announced = None
    notices = [line[parts.words(request).language] for line in parts.site.notices.announcements]
    return page(
        parts, request, "wall.html", NOBODY, calls=parts.office.calls(), turns=turns, waits=waits, notices=notices,
        announced=announced,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TicketView:
    """What the page behind a ticket's code shows."""

    ticket: Ticket
    matter: str
    wait: WaitEstimate
    until: str  # until when the number is kept for who said "not yet"
    may_defer: bool
    is_rated: bool
    papers: tuple[PaperFact, ...]
    papers_confirmed: bool
    online: str


@router.get("/t/{code}")
async def ticket(parts: PartsHere, request: Request, code: Code) -> Response:
    """The page of one ticket."""
    found = _ticket(parts, code)
    return _ticket_page(parts, request, code, found)


@router.post("/t/{code}")
async def from_phone(
    parts: PartsHere,
    request: Request,
    code: Code,
    token: Annotated[str, Form(max_length=200)],
    do: Annotated[str, Form(max_length=20)],
    level: Annotated[int, Form(ge=0, le=10)] = 0,
    reasons: Annotated[list[str] | None, Form(max_length=20)] = None,
) -> Response:
    """All that a phone may do: say "not yet" once and take it back, and rate once."""
    parts.access.check_form(request, token)
    found = _ticket(parts, code)
    if found is None and do in ("check-in", "give-back"):
        return _about_appointment(parts, request, code, do)
    if found is None or not _is_alive(parts, found):
        return _ticket_page(parts, request, code, found)
    if do == "rate":
        if not level:
            return _ticket_page(parts, request, code, found, 422, parts.words(request)("rating.choose"))
        if found.state == "finished":
            parts.office.rate(found.visit, level, reasons or ())
    elif do in ("not-yet", "here") and found.day == parts.office.day:
        try:
            if do == "here" or _may_defer(found):
                act_on(parts.office, found.number, do)
        except NotPossibleError:
            pass  # called meanwhile: the page says so
    return RedirectResponse(f"/t/{code}", SEE_OTHER)


def _about_appointment(parts: ConsoleParts, request: Request, code: str, do: str) -> Response:
    """Its holder is here, or does not come."""
    visit = parts.codes.visit(code)
    if visit is not None and parts.office.appointment(visit) is not None:
        try:
            parts.office.check_in(visit) if do == "check-in" else parts.office.give_back(visit)
        except NotYetError:
            return _appointment_page(parts, request, code, parts.words(request)("appointment.not_yet"))
    return RedirectResponse(f"/t/{code}", SEE_OTHER)


def _appointment_page(parts: ConsoleParts, request: Request, code: str, trouble: str) -> Response:
    visit = parts.codes.visit(code)
    appointment = None if visit is None else parts.office.appointment(visit)
    if appointment is None:
        return page(parts, request, "ticket_over.html", NOBODY, 404, is_known=False)
    words = parts.words(request)
    opens = appointment.at - timedelta(minutes=parts.site.services.appointments.early)
    return page(
        parts, request, "appointment.html", NOBODY, 409 if trouble else 200, appointment=appointment, opens=opens,
        matter=words.service(appointment.service, appointment.door, short=False), trouble=trouble,
    )  # fmt: skip


def _ticket(parts: ConsoleParts, code: str) -> Ticket | None:
    visit = parts.codes.visit(code)
    return None if visit is None else parts.office.ticket_of(visit)


def _is_alive(parts: ConsoleParts, ticket: Ticket) -> bool:
    """A page lives for the day of its number, and for a rating until the next one is over."""
    age = date.fromisoformat(parts.office.day) - date.fromisoformat(ticket.day)
    return age.days == 0 or (age.days <= RATED_WITHIN and ticket.state == "finished")


def _may_defer(ticket: Ticket) -> bool:
    return ticket.state == "waiting" and ticket.deferrals == 0


def _ticket_page(
    parts: ConsoleParts, request: Request, code: str, found: Ticket | None, status: int = 200, trouble: str = ""
) -> Response:
    if found is None:
        return _appointment_page(parts, request, code, trouble)
    if not _is_alive(parts, found):
        return page(parts, request, "ticket_over.html", NOBODY, 410, is_known=True)
    words = parts.words(request)
    view = _view(parts, found, words)
    rating = parts.site.ratings
    return page(parts, request, "ticket.html", NOBODY, status, view=view, code=code, rating=rating, trouble=trouble)


def _view(parts: ConsoleParts, ticket: Ticket, words: SiteWords) -> TicketView:
    office = parts.office
    now = parts.office.clock.wall()
    procedure = parts.site.procedures.get(ticket.service)
    away = is_away(ticket, now)
    return TicketView(
        ticket=ticket,
        matter=words.service(ticket.service, ticket.door, short=False),
        wait=office.wait(ticket.door, ticket.number),
        until=f"{ticket.deferred:%H:%M}" if away and ticket.deferred else "",
        may_defer=_may_defer(ticket),
        is_rated=office.is_rated(ticket.visit),
        papers=procedure.papers if procedure else (),
        papers_confirmed=procedure is not None and procedure.papers_confirmed,
        online=parts.site.place.qr.lookup,
    )

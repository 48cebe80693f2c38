"""The office's interface for programs: robots, the command line, whoever has a token; described by /openapi.json."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import StreamingResponse

from centre.acts import NotPossibleError, act_on
from centre.tickets import State, Ticket
from centre.waiting import Told
from console.access import Who
from console.parts import ConsoleParts, PartsHere, needs, parts_of
from robot.types import LetanError

MOST_ID = 2**53 - 1  # so that every reader of JSON has it whole
Staff = Annotated[Who, Depends(needs("counter", "program"))]
Program = Annotated[Who, Depends(needs("program"))]
Number = Annotated[str, Path(max_length=20, description="Written as it may be: A 017, a17.")]
DoorName = Annotated[str, Path(max_length=8)]
CounterName = Annotated[str, Field(max_length=12, description='Who acts, such as "1-2"; "" when nobody named does.')]
ActWord = Literal["call", "recall", "start", "finish", "no-show", "hold", "return", "not-yet", "here"]


IsoDay = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$", description="Such as 2026-11-23.")]


def whole_number(value: object) -> object:
    """JSON has one kind of number: 7.0 is 7."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Id = Annotated[int, Field(ge=1, le=MOST_ID), BeforeValidator(whole_number)]


class AskedOf(BaseModel):
    """What somebody asks for, in exactly this form."""

    model_config = ConfigDict(strict=True, extra="forbid")


class DayIs(AskedOf):
    """Which day it is; `instead_of` is the wrong day that its events stand under, "" when none does."""

    day: IsoDay
    instead_of: IsoDay | Literal[""] = ""


class DayOut(BaseModel):
    """Which day it is at the office."""

    day: str


class Refusal(BaseModel):
    """Why something was not done, in words."""

    detail: str


class TicketOut(BaseModel):
    """One number; `code` is the unguessable part of its citizen's page, /t/{code}."""

    number: str
    door: str
    service: str
    visit: int
    state: State
    issued: datetime
    called: datetime | None
    priority: str
    counter: str
    code: str


class WaitOut(BaseModel):
    """A wait in minutes; `open` is false when the door is closed, `now` means come in now.

    `kind` says how it is told to people, `resumes` when the office opens again ("13:30") where that matters.
    """

    ahead: int
    low: int
    high: int
    now: bool
    open: bool
    kind: Told
    resumes: str


class DoorOut(BaseModel):
    """A door: how many are in which state, open counters, and the wait of somebody who comes now."""

    door: str
    counters: int
    waiting: int
    called: int
    serving: int
    held: int
    finished: int
    no_show: int
    wait: WaitOut


class CallOut(BaseModel):
    """A called number, as everybody in the hall hears it."""

    number: str
    door: str


class BoardOut(BaseModel):
    """What the hall sees: the last calls, the newest first, and the doors."""

    revision: int
    calls: list[CallOut]
    doors: list[DoorOut]


class Acting(AskedOf):
    """Who acts."""

    counter: CounterName = ""


class Transfer(Acting):
    """Where to."""

    door: str = Field(max_length=8)


class NewTicket(AskedOf):
    """A number that staff give by hand, or a robot for the visit that it opened."""

    door: str = Field(max_length=8)
    service: str = Field("", max_length=60)
    priority: str = Field("", max_length=30)
    visit: Id | None = None


class Health(BaseModel):
    """Whether the office is well: `broken_at` is a row of today that was changed from outside.

    A `day_is_doubted` when the machine's clock is far ahead of it: it waits for staff's word (`POST /api/day`).

    Whoever knows the events after `began` knows today.
    """

    ok: bool
    day: str
    day_is_doubted: bool
    began: int
    revision: int
    broken_at: int | None


REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Refusal, "description": "not readable"},
    401: {"model": Refusal, "description": "who asks is not known"},
    403: {"model": Refusal, "description": "who asks may not"},
    404: {"model": Refusal, "description": "there is no such door, number, counter, service or group"},
    409: {"model": Refusal, "description": "not possible now"},
    503: {"model": Refusal, "description": "the database refuses; nothing was done"},
}
router = APIRouter()
staff = APIRouter(prefix="/api", tags=["office"], responses=REFUSALS)


@router.get("/health", tags=["office"])
async def health(parts: PartsHere, response: Response) -> Health:
    """Whether the office is there and whole; 503 when its data were tampered with."""
    broken = parts.office.broken_at
    response.status_code = 200 if broken is None else 503
    office = parts.office
    return Health(
        ok=broken is None,
        day=office.day,
        day_is_doubted=office.is_day_doubted,
        began=office.began,
        revision=office.revision,
        broken_at=broken,
    )


@staff.get("/board")
async def board(parts: PartsHere) -> BoardOut:
    """Called numbers and waits: what hangs on the wall, for everybody."""
    calls = [CallOut(number=ticket.number, door=ticket.door) for ticket in parts.office.calls()]
    return BoardOut(revision=parts.office.revision, calls=calls, doors=[_door(parts, d) for d in parts.site.doors])


@staff.get("/live", response_class=StreamingResponse)
async def live(request: Request) -> StreamingResponse:
    """The office's revision at every change, as server-sent events."""
    parts = parts_of(request)
    return _stream(parts.live.changes(parts.office))


@staff.get("/events", response_class=StreamingResponse)
async def events(
    request: Request, _who: Program, after: Annotated[int, Query(ge=0, description="The last seq that is known.")] = 0
) -> StreamingResponse:
    """Every event after one and those to come, as server-sent events: what a replica folds."""
    parts = parts_of(request)
    return _stream(parts.live.events(parts.office, after))


@staff.get("/doors/{door}/tickets")
async def tickets(parts: PartsHere, door: DoorName, _who: Staff) -> list[TicketOut]:
    """Today's numbers of a door in order of issue."""
    know(parts, door)
    return [ticket_out(parts, ticket) for ticket in parts.office.tickets(door)]


@staff.get("/tickets/{number}")
async def ticket(parts: PartsHere, number: Number, _who: Staff) -> TicketOut:
    """One number of today."""
    found = parts.office.ticket(number)
    if found is None:
        raise HTTPException(404, f"there is no number {number} today")
    return ticket_out(parts, found)


@staff.post("/doors/{door}/call")
async def call_next(parts: PartsHere, door: DoorName, acting: Acting, who: Staff) -> TicketOut | None:
    """Call the next number of a door; null when nobody waits. A named counter's last number is finished by it."""
    know(parts, door)
    called = parts.office.call_next(door, _counter(parts, who, acting))
    return ticket_out(parts, called) if called else None


@staff.post("/tickets", status_code=201)
async def add_ticket(parts: PartsHere, new: NewTicket, _who: Staff) -> TicketOut:
    """A new number; a visit that has one keeps it."""
    know_service(parts, new.service)
    if new.priority and new.priority not in parts.site.services.priority:
        raise HTTPException(404, f"there is no priority group `{new.priority}`")
    know(parts, new.door)
    visit = new.visit if new.visit is not None else parts.office.open_visit()
    return ticket_out(parts, parts.office.issue(visit, new.door, new.service, new.priority))


@staff.post("/tickets/{number}/transfer")
async def transfer(parts: PartsHere, number: Number, to: Transfer, who: Staff) -> TicketOut:
    """A number waits at another door from now on, with the time of its arrival."""
    know(parts, to.door)
    return _act(parts, number, "transfer", _counter(parts, who, to), to.door)


@staff.post("/tickets/{number}/{act}")
async def act(parts: PartsHere, number: Number, act: ActWord, acting: Acting, who: Staff) -> TicketOut:
    """A step of a number; 409 when its state does not allow that."""
    return _act(parts, number, act, _counter(parts, who, acting))


@staff.post("/undo")
async def undo(parts: PartsHere, acting: Acting, who: Staff) -> list[TicketOut]:
    """Take a counter's last act of the last ten seconds back; 409 when it is too late."""
    undone = parts.office.undo(_counter(parts, who, acting))
    if not undone:
        raise HTTPException(409, "there is nothing to undo: only the last act can be, within ten seconds")
    return [ticket_out(parts, ticket) for ticket in undone]


@staff.post("/day", status_code=201)
async def set_day(parts: PartsHere, told: DayIs, _who: Program) -> DayOut:
    """Staff say which day it is, or to which day what stands under a wrong one belongs; 409 when that can't be."""
    wrong = moment(told.instead_of).date() if told.instead_of else None
    try:
        parts.office.set_day(moment(told.day).date(), wrong)
    except LetanError as error:
        raise HTTPException(409, str(error)) from error
    return DayOut(day=parts.office.day)


@staff.post("/counters/{counter}/{state}")
async def set_counter(
    parts: PartsHere, counter: Annotated[str, Path(max_length=12)], state: Literal["close", "open"], _who: Staff
) -> DoorOut:
    """Close a counter, or open it again."""
    door = parts.counters().get(counter)
    if door is None:
        raise HTTPException(404, f"there is no counter `{counter}`")
    parts.office.set_counter(door, counter, state == "open")
    return _door(parts, door)


router.include_router(staff)


def moment(written: str) -> datetime:
    """A day or a time of one; 409 for what is in no calendar, such as 30 February."""
    try:
        return datetime.fromisoformat(written)
    except ValueError:
        raise HTTPException(409, f"there is no {written} in the calendar") from None


def ticket_out(parts: ConsoleParts, ticket: Ticket) -> TicketOut:
    """A ticket as programs get it."""
    return TicketOut(
        number=ticket.number,
        door=ticket.door,
        service=ticket.service,
        visit=ticket.visit,
        state=ticket.state,
        issued=ticket.issued.astimezone(),
        called=ticket.called.astimezone() if ticket.called else None,
        priority=ticket.priority,
        counter=ticket.counter,
        code=parts.codes.code(ticket.visit),
    )


def _door(parts: ConsoleParts, door: str) -> DoorOut:
    office = parts.office
    wait = parts.office.wait(door)
    counts = dict.fromkeys(("waiting", "called", "serving", "held", "finished", "no_show"), 0)
    for ticket in office.tickets(door):
        counts[ticket.state] += 1
    told = WaitOut(
        ahead=wait.ahead,
        low=wait.low,
        high=wait.high,
        now=wait.idle,
        open=wait.is_open,
        kind=wait.kind,
        resumes=wait.resumes,
    )
    return DoorOut(door=door, counters=office.counters(door), wait=told, **counts)


def know(parts: ConsoleParts, door: str) -> None:
    """404 for a door that is not there."""
    if door not in parts.site.doors:
        raise HTTPException(404, f"there is no door `{door}`; doors are {', '.join(parts.site.doors)}")


def know_service(parts: ConsoleParts, service: str) -> None:
    """404 for a procedure or request that is not there."""
    if service and service not in parts.site.procedures.keys() | parts.site.requests.requests.keys():
        raise HTTPException(404, f"there is no service `{service}`")


def _counter(parts: ConsoleParts, who: Who, acting: Acting) -> str:
    """A counter's computer acts for its own counter; a program for the one it names."""
    counter = who.counter or acting.counter
    if counter and counter not in parts.counters():
        raise HTTPException(404, f"there is no counter `{counter}`")
    return counter


def _act(parts: ConsoleParts, number: str, word: str, counter: str, door: str = "") -> TicketOut:
    try:
        return ticket_out(parts, act_on(parts.office, number, word, counter, door))
    except NotPossibleError as error:
        raise HTTPException(409, str(error)) from error


def _stream(lines: AsyncIterator[str]) -> StreamingResponse:
    return StreamingResponse(lines, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

"""What the page of one counter shows: whom it serves, who waits with their words, range and age (reads only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from centre.office import UNDO_SECONDS, Office
from centre.staff import StaffCall
from centre.tickets import Ticket, is_away, service_minutes
from centre.waiting import WaitEstimate
from console.words import SiteWords, Words


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One number in a list."""

    number: str
    matter: str
    priority: str
    waited: int  # minutes
    left: str  # the range in words
    is_next: bool = False
    is_away: bool = False
    is_back: bool = False
    is_moved: bool = False
    at: str = ""  # the time of what happened last


@dataclass(frozen=True, slots=True)
class Undo:
    """What can be taken back, and for how many seconds yet."""

    words: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Help:
    """Somebody who called for help."""

    call: StaffCall
    at: str


@dataclass(frozen=True, slots=True)
class CounterView:
    """One counter's page."""

    now: QueueRow | None
    is_serving: bool
    next_number: str
    line: tuple[QueueRow, ...]
    people: str
    missed: tuple[QueueRow, ...]
    held: tuple[QueueRow, ...]
    undo: Undo | None
    help: tuple[Help, ...]
    robot_at: str  # since when the robot is called to this door
    done: int
    minutes_each: str
    is_closed: bool
    is_unserved: bool  # people wait and no counter of the door is open


def counter_view(office: Office, counter: str, words: SiteWords) -> CounterView:
    """The page of a counter such as "1-2"."""
    door = counter.partition("-")[0]
    now = office.clock.wall()
    tickets = office.tickets(door)
    line = office.line(door)
    mine = office.at(counter)
    served = [minutes for ticket in tickets if (minutes := service_minutes(ticket)) is not None]
    callable_now = [ticket for ticket in line if not is_away(ticket, now)]
    next_number = callable_now[0].number if callable_now else ""
    rows = tuple(_row(office, words, ticket, now, next_number) for ticket in line)
    return CounterView(
        now=_row(office, words, mine[-1], now) if mine else None,
        is_serving=bool(mine) and mine[-1].state == "serving",
        next_number=next_number,
        line=rows,
        people=_people(words, len(line), office.wait(door)),
        missed=tuple(_row(office, words, ticket, now) for ticket in tickets if ticket.state == "no_show"),
        held=tuple(_row(office, words, ticket, now) for ticket in tickets if ticket.state == "held"),
        undo=_undo(office, counter, words, now),
        help=tuple(Help(call, f"{call.called:%H:%M}") for call in office.staff.staff_calls),
        robot_at=next((f"{call.called:%H:%M}" for call in office.staff.robot_calls if call.door == door), ""),
        done=sum(ticket.state == "finished" for ticket in tickets),
        minutes_each=_decimal(sum(served) / len(served), words) if served else "–",
        is_closed=office.is_closed(door, counter),
        is_unserved=bool(line) and office.counters(door) == 0,
    )


def wait_words(words: SiteWords, wait: WaitEstimate) -> str:
    """A wait as people read it."""
    return words.site.place.say_wait(wait, words.language)


def _row(office: Office, words: SiteWords, ticket: Ticket, now: datetime, next_number: str = "") -> QueueRow:
    away = is_away(ticket, now)
    is_next = ticket.number == next_number
    if ticket.state != "waiting":
        left = ""
    elif is_next:
        left = words("next_one")
    else:
        left = words("later") if away else wait_words(words, office.wait(ticket.door, ticket.number))
    return QueueRow(
        number=ticket.number,
        matter=words.service(ticket.service, ticket.door),
        priority=words.group(ticket.priority) if ticket.priority else "",
        waited=_minutes(ticket.issued, now if ticket.state in ("waiting", "held") else ticket.called or now),
        left=left,
        is_next=is_next,
        is_away=away,
        is_back=ticket.returned is not None,
        is_moved=ticket.number[:1] != office.site.doors[ticket.door].letter,
        at=f"{ticket.called:%H:%M}" if ticket.called else "",
    )


def _people(words: Words, count: int, wait: WaitEstimate) -> str:
    if wait.kind != "range":
        return words("counter.people", count=count)
    return words("counter.people_range", count=count, low=wait.low, high=wait.high)


def _undo(office: Office, counter: str, words: Words, now: datetime) -> Undo | None:
    events = office.undoable(counter)
    if not events:
        return None
    left = UNDO_SECONDS - (now - events[0].stamp).total_seconds()
    return Undo(words(f"said.{events[0].kind}", number=events[0].ticket), max(round(left), 1))


def _minutes(since: datetime, until: datetime) -> int:
    return max(int((until - since).total_seconds() // 60), 0)


def _decimal(value: float, words: Words) -> str:
    told = f"{value:.1f}"
    return told if words.language == "en" else told.replace(".", ",")

"""The office at work: tickets, calls, staff and ratings, all remembered as events and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from centre.journal import Access, Journal, Kind, StoredEvent, Value
from centre.queue import WaitEstimate, estimate, shrunk_mean
from centre.site import Site
from centre.staff import StaffDesk
from robot.ports import Clock
from robot.types import LetanError

State = Literal["waiting", "called", "serving", "finished", "no_show"]
Step = Literal["called", "recalled", "started", "finished", "no_show"]
_NEXT: dict[Kind, dict[State, State]] = {  # what may happen to a ticket in which state, and the state after
    "called": {"waiting": "called"},
    "recalled": {"called": "called"},
    "started": {"called": "serving", "waiting": "serving"},
    "finished": {"serving": "finished", "called": "finished"},
    "no_show": {"called": "no_show"},
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number and what became of it."""

    number: str
    day: str
    door: str
    service: str  # procedure or request id, "" for the door alone
    visit: int
    state: State
    issued: datetime
    called: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None


class Office:
    """Few plain methods; each commits before it returns, on the caller's thread, with the time of `clock`.

    `path` is a file or ":memory:"; with `access` "write" or "read" it must be an office's database already, and "read"
    changes nothing in it. What the database refuses is a LetanError, and did not happen. `on_event` hears of every
    event, also of those that other processes wrote, but not of those replayed at the start.
    """

    def __init__(
        self,
        site: Site,
        clock: Clock,
        path: Path | str = ":memory:",
        on_event: Callable[[StoredEvent], None] | None = None,
        access: Access = "create",
    ) -> None:
        self.site = site
        self.clock = clock
        self.staff = StaffDesk(self._write_one)
        self._tickets: dict[tuple[str, str], Ticket] = {}  # by day and number, in order of issue
        self._of_visit: dict[int, tuple[str, str]] = {}
        self._counts: dict[tuple[str, str], int] = {}  # numbers issued by day and door
        self._called: list[tuple[str, str]] = []  # newest last
        self._rated: set[tuple[str, str] | int] = set()  # tickets by day and number, and visits
        self._last_day = ""
        self.revision = 0  # grows with every event, so that who derives something knows when to look again
        self._on_event: Callable[[StoredEvent], None] | None = None
        self._journal = Journal(path, self._apply, access)
        self._on_event = on_event

    @property
    def day(self) -> str:
        """Today as an ISO date: a new day starts a new series and deletes nothing; a clock set back starts none."""
        return max(self.clock.wall().date().isoformat(), self._last_day)

    @property
    def broken_at(self) -> int | None:
        """The first stored row that was changed from outside, or None."""
        return self._journal.broken_at

    def open_visit(self) -> int:
        """The id of a new visit, which no other has, also after a restart."""
        return self._write_one("visit").seq

    def issue(self, visit: int, door: str, service: str = "") -> Ticket:
        """The ticket of a visit: a new number the first time, the same whenever asked again.

        `service` is the id of a procedure or request, "" for the door alone.
        """
        if door not in self.site.doors:
            raise LetanError(f"a ticket needs a door; there is no door `{door}`")
        with self._journal.writing() as write:
            if visit not in self._of_visit:
                count = self._counts.get((self.day, door), 0) + 1
                number = self.site.place.number(self.site.doors[door].letter, count)
                data: dict[str, Value] = {"service": service}
                write(self._event("issued", visit=visit, ticket=number, door=door, count=count, data=data))
        return self._tickets[self._of_visit[visit]]

    def ticket_of(self, visit: int) -> Ticket | None:
        """The ticket of a visit, None while it has none."""
        key = self._of_visit.get(visit)
        return self._tickets[key] if key else None

    def ticket(self, number: str) -> Ticket | None:
        """Today's ticket with a number, written as it may be ("a17" is "A 017")."""
        found = re.fullmatch(r"\s*([A-Za-z])\s*0*(\d+)\s*", number)
        if not found:
            return None
        return self._tickets.get((self.day, self.site.place.number(found[1].upper(), int(found[2]))))

    def tickets(self, door: str = "", state: State | Literal[""] = "") -> tuple[Ticket, ...]:
        """Today's tickets in order of issue, of one door and state if asked."""
        day = self.day
        return tuple(
            t for t in self._tickets.values() if t.day == day and door in ("", t.door) and state in ("", t.state)
        )

    def call_next(self, door: str) -> Ticket | None:
        """Call the first who waits at a door; None when nobody does."""
        if door not in self.site.doors:
            raise LetanError(f"there is no door `{door}`; doors are {', '.join(self.site.doors)}")
        self.refresh()
        for waiting in self.tickets(door, "waiting"):
            called = self.mark("called", waiting.number)
            if called:  # else another counter was faster
                return called
        return None

    def mark(self, kind: Step, number: str) -> Ticket | None:
        """A ticket is called, recalled, started, finished or no_show; None when its state does not allow that."""
        self.refresh()
        ticket = self.ticket(number)
        if ticket is None:
            return None
        key = (ticket.day, ticket.number)
        with self._journal.writing() as write:
            if self._tickets[key].state not in _NEXT[kind]:
                return None
            write(self._event(kind, visit=ticket.visit, ticket=ticket.number, door=ticket.door))
        return self._tickets[key]

    def calls(self, most: int = 5) -> tuple[Ticket, ...]:
        """Today's called tickets, the newest first."""
        day = self.day
        newest = [self._tickets[key] for key in reversed(self._called) if key[0] == day]
        return tuple(newest[:most])

    def wait(self, door: str, number: str = "") -> WaitEstimate:
        """The wait at a door for somebody who comes now, or for the holder of a number."""
        waiting = self.tickets(door, "waiting")
        names = [t.number for t in waiting]
        ahead = names.index(number) if number in names else len(waiting)
        busy = len(self.tickets(door, "called")) + len(self.tickets(door, "serving"))
        entry = self.site.doors[door]
        served = [minutes for t in self.tickets(door, "finished") if (minutes := _minutes(t)) is not None]
        mean = shrunk_mean(entry.minutes, self.site.services.weight, served)
        return estimate(mean, ahead, entry.counters, busy, self.site.place.is_open(self.clock.wall()))

    def rate(self, visit: int, level: int, reasons: Sequence[str] = (), *, door: str = "", service: str = "") -> bool:
        """Store a visit's rating, nothing about the person; False when the visit or its ticket has one already.

        `door` and `service` are what a visit without a ticket was about. A visit that comes again later (by phone, with
        the visit id of its ticket) is the same visit.
        """
        key = self._of_visit.get(visit)
        if str(level) not in self.site.ratings.levels:
            return False
        ticket = self._tickets.get(key) if key else None
        known = [reason for reason in reasons if reason in self.site.ratings.reasons]
        data: dict[str, Value] = {"level": level, "service": ticket.service if ticket else service, "reasons": known}
        event = self._event("rated", visit=visit, data=data)
        if ticket:
            event = replace(event, day=ticket.day, ticket=ticket.number, door=ticket.door)
        else:
            event = replace(event, door=door)
        with self._journal.writing() as write:
            if visit in self._rated or key in self._rated:
                return False
            write(event)
        return True

    def events(self, first: date, last: date) -> tuple[StoredEvent, ...]:
        """The stored events of the days from `first` to `last`."""
        return self._journal.between(first, last)

    def refresh(self) -> None:
        """See what other processes (the console, the command line) did."""
        self._journal.refresh()

    def close(self) -> None:
        """Close the database."""
        self._journal.close()

    def _event(
        self,
        kind: Kind,
        *,
        visit: int | None = None,
        ticket: str = "",
        door: str = "",
        count: int = 0,
        data: dict[str, Value] | None = None,
    ) -> StoredEvent:
        return StoredEvent(kind, self.clock.wall(), self.day, visit, ticket, door, count, data or {})

    def _write_one(
        self, kind: Kind, *, visit: int | None = None, door: str = "", data: dict[str, Value] | None = None
    ) -> StoredEvent:
        with self._journal.writing() as write:
            return write(self._event(kind, visit=visit, door=door, data=data))

    def _apply(self, event: StoredEvent) -> None:
        key = (event.day, event.ticket)
        if event.kind == "issued" and event.visit is not None:
            self._tickets[key] = Ticket(
                event.ticket, event.day, event.door, str(event.data["service"]), event.visit, "waiting", event.stamp
            )
            self._of_visit[event.visit] = key
            self._counts[event.day, event.door] = event.count
        elif event.kind in _NEXT and key in self._tickets:
            self._tickets[key] = _after(self._tickets[key], event)
            if event.kind in ("called", "recalled"):
                self._called = [other for other in self._called if other != key] + [key]
        elif event.kind == "rated":
            self._rated |= {name for name in (key if event.ticket else None, event.visit) if name is not None}
        self.staff.apply(event)
        self._last_day = max(self._last_day, event.day)
        self.revision = event.seq
        if self._on_event:
            self._on_event(event)


def _after(ticket: Ticket, event: StoredEvent) -> Ticket:
    state = _NEXT[event.kind].get(ticket.state, ticket.state)
    if event.kind in ("called", "recalled"):
        return replace(ticket, state=state, called=event.stamp)
    if event.kind == "started":
        return replace(ticket, state=state, started=event.stamp, called=ticket.called or event.stamp)
    if event.kind == "finished":
        return replace(ticket, state=state, started=ticket.started or ticket.called, finished=event.stamp)
    return replace(ticket, state=state)


def _minutes(ticket: Ticket) -> float | None:
    if ticket.started is None or ticket.finished is None:
        return None
    return max((ticket.finished - ticket.started).total_seconds() / 60.0, 0.0)

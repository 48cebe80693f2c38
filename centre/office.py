"""The office at work: tickets, calls, staff and ratings, all remembered as events and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from centre.journal import Event, Journal
from centre.queue import Wait, estimate, shrunk_mean
from centre.site import Site
from centre.staff import StaffDesk
from centre.visits import Visit
from robot.ports import Clock
from robot.types import LetanError

_NEXT = {  # what may happen to a ticket in which state, and the state after
    "called": {"waiting": "called"},
    "recalled": {"called": "called"},
    "started": {"called": "serving", "waiting": "serving"},
    "finished": {"serving": "finished", "called": "finished"},
    "no_show": {"called": "no_show"},
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number and what became of it; `state` is waiting, called, serving, finished or no_show."""

    number: str
    day: str
    door: str
    service: str  # procedure or request id, "" for the door alone
    visit: int
    state: str
    issued: datetime
    called: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None


class Office:
    """Few plain methods; each commits before it returns, on the caller's thread, with the time of `clock`.

    `path` is a file or ":memory:"; `on_event` hears of every event, also of those that other processes wrote, but not
    of those replayed at the start.
    """

    def __init__(
        self, site: Site, clock: Clock, path: Path | str = ":memory:", on_event: Callable[[Event], None] | None = None
    ) -> None:
        self.site = site
        self.clock = clock
        self.staff = StaffDesk(self._append)
        self._tickets: dict[tuple[str, str], Ticket] = {}  # by day and number, in order of issue
        self._of_visit: dict[int, tuple[str, str]] = {}
        self._counts: dict[tuple[str, str], int] = {}  # numbers issued by day and door
        self._called: list[tuple[str, str]] = []  # newest last
        self._rated: set[tuple[str, str]] = set()
        self.events: list[Event] = []
        self._on_event: Callable[[Event], None] | None = None
        self._journal = Journal(path, self._apply)
        self._on_event = on_event

    @property
    def day(self) -> str:
        """Today as an ISO date; a new day starts a new series and deletes nothing."""
        return self.clock.wall().date().isoformat()

    @property
    def broken_at(self) -> int | None:
        """The first stored row that was changed from outside, or None."""
        return self._journal.broken_at

    def open_visit(self, person: int | None = None, language: str = "") -> Visit:
        """A new visit with an id that no other has, also after a restart."""
        event = self._append("visit")
        now = self.clock.now()
        return Visit(event.seq if event else 0, now, person, language or self.site.languages[0], touched=now)

    def issue(self, visit: Visit) -> Ticket:
        """The ticket of a visit: a new number the first time, the same whenever asked again."""
        if visit.door not in self.site.doors:
            raise LetanError(f"a ticket needs a door; there is no door `{visit.door}`")
        if visit.id not in self._of_visit:
            self._issue_new(visit)
        return self._tickets[self._of_visit[visit.id]]

    def _issue_new(self, visit: Visit) -> None:
        stamp = self.clock.wall()
        self._journal.refresh()
        count = self._counts.get((stamp.date().isoformat(), visit.door), 0) + 1
        number = self.site.place.number(self.site.doors[visit.door].letter, count)
        self._journal.append(
            "issued", stamp, visit=visit.id, ticket=number, door=visit.door, count=count,
            data={"service": visit.procedure or visit.request}, allowed=lambda: visit.id not in self._of_visit,
        )  # fmt: skip

    def ticket(self, number: str) -> Ticket | None:
        """Today's ticket with a number, written as it may be ("a17" is "A 017")."""
        found = re.fullmatch(r"\s*([A-Za-z])\s*0*(\d+)\s*", number)
        if not found:
            return None
        return self._tickets.get((self.day, self.site.place.number(found[1].upper(), int(found[2]))))

    def tickets(self, door: str = "", state: str = "") -> tuple[Ticket, ...]:
        """Today's tickets in order of issue, of one door and state if asked."""
        day = self.day
        return tuple(
            t for t in self._tickets.values() if t.day == day and door in ("", t.door) and state in ("", t.state)
        )

    def call_next(self, door: str) -> Ticket | None:
        """Call the first who waits at a door; None when nobody does."""
        if door not in self.site.doors:
            raise LetanError(f"there is no door `{door}`; doors are {', '.join(self.site.doors)}")
        waiting = self.tickets(door, "waiting")
        return self.mark("called", waiting[0].number) if waiting else None

    def mark(self, kind: str, number: str) -> Ticket | None:
        """A ticket is called, recalled, started, finished or no_show; None when its state does not allow that."""
        ticket = self.ticket(number)
        if ticket is None:
            return None
        key = (ticket.day, ticket.number)
        event = self._append(
            kind,
            visit=ticket.visit,
            ticket=ticket.number,
            door=ticket.door,
            allowed=lambda: self._tickets[key].state in _NEXT[kind],
        )
        return self._tickets[key] if event else None

    def calls(self, most: int = 5) -> tuple[Ticket, ...]:
        """Today's called tickets, the newest first."""
        day = self.day
        newest = [self._tickets[key] for key in reversed(self._called) if key[0] == day]
        return tuple(newest[:most])

    def wait(self, door: str, number: str = "") -> Wait:
        """The wait at a door for somebody who comes now, or for the holder of a number."""
        waiting = self.tickets(door, "waiting")
        names = [t.number for t in waiting]
        ahead = names.index(number) if number in names else len(waiting)
        busy = len(self.tickets(door, "called")) + len(self.tickets(door, "serving"))
        entry = self.site.doors[door]
        served = [minutes for t in self.tickets(door, "finished") if (minutes := _minutes(t)) is not None]
        mean = shrunk_mean(entry.minutes, self.site.services.weight, served)
        return estimate(mean, ahead, entry.counters, busy, self.site.place.is_open(self.clock.wall()))

    def rate(self, visit: Visit) -> bool:
        """Store a visit's rating, without anything about the person; False when its ticket has one already."""
        key = self._of_visit.get(visit.id)
        if str(visit.rating) not in self.site.ratings.levels or key in self._rated:
            return False
        ticket = self._tickets.get(key) if key else None
        door, service = (ticket.door, ticket.service) if ticket else (visit.door, visit.procedure or visit.request)
        reasons = [reason for reason in visit.reasons if reason in self.site.ratings.reasons]
        event = self._append(
            "rated",
            ticket=ticket.number if ticket else "",
            door=door,
            data={"level": visit.rating, "service": service, "reasons": reasons, "day": key[0] if key else self.day},
            allowed=lambda: key not in self._rated,
        )
        return event is not None

    def refresh(self) -> None:
        """See what other processes (the console, the command line) did."""
        self._journal.refresh()

    def close(self) -> None:
        """Close the database."""
        self._journal.close()

    def _append(
        self,
        kind: str,
        *,
        visit: int | None = None,
        ticket: str = "",
        door: str = "",
        data: dict[str, str | int | float | list[str]] | None = None,
        allowed: Callable[[], bool] = lambda: True,
    ) -> Event | None:
        return self._journal.append(
            kind, self.clock.wall(), visit=visit, ticket=ticket, door=door, data=data, allowed=allowed
        )

    def _apply(self, event: Event) -> None:
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
        elif event.kind == "rated" and event.ticket:
            self._rated.add((str(event.data["day"]), event.ticket))
        self.staff.apply(event)
        self.events.append(event)
        if self._on_event:
            self._on_event(event)


def _after(ticket: Ticket, event: Event) -> Ticket:
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

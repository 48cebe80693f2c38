"""The office at work: tickets, calls, staff and ratings, all remembered as events and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

from centre.believed_clock import BelievedClock
from centre.day_book import moved, span_of
from centre.door_waits import DoorWaits
from centre.journal import Journal
from centre.robots import RobotSlot, own_numbers, own_visits
from centre.site import Site
from centre.sqlite_file import PATIENCE
from centre.staff import StaffDesk
from centre.store import Access, Store, Write
from centre.stored_event import Kind, StoredEvent, Value
from centre.tickets import NEXT, Day, State, Step, Ticket, in_line
from centre.waiting import WaitEstimate
from robot.ports import Clock
from robot.types import LetanError

UNDO_SECONDS = 10.0
LEARNS_FROM = 7  # days
Act = Callable[..., StoredEvent]  # writes one event of an act; see Office._event


class Office:
    """Few plain methods; each commits before it returns, on the caller's thread, with the time of `clock`.

    `path` is a file or ":memory:"; with `access` "write" or "read" it must be an office's database already, and "read"
    changes nothing in it. Where events are missing that its fence knows of, it is written only if one `accepts_loss`.
    What the database refuses is a LetanError, and did not happen; a BusyError when others write for more than
    `patience` s. `on_event` hears of every event, also of those that
    other processes wrote, but not of those replayed at the start. `counter` names who acts ("" when that is not known),
    so that it can undo its own last act.
    """

    def __init__(
        self,
        site: Site,
        clock: Clock,
        path: Path | str = ":memory:",
        on_event: Callable[[StoredEvent], None] | None = None,
        access: Access = "create",
        accepts_loss: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self._begin(site, clock)
        self._journal: Store = Journal(path, self._apply, access, accepts_loss, patience)
        self._is_begun = True
        self._on_event: Callable[[StoredEvent], None] | None = on_event

    def _begin(self, site: Site, clock: Clock) -> None:
        """Without any event yet."""
        self.site = site
        self.clock = BelievedClock(clock, site.place.longest_closure)
        self.staff = StaffDesk(self._write_one)
        self._waits = DoorWaits(site, self._earlier_days)
        self._today = Day()
        self.revision = 0  # grows with every event, so that who derives something knows when to look again
        self._on_event = None
        self._is_begun = False

    @property
    def day(self) -> str:
        """Today as an ISO date: a new day starts a new series and deletes nothing; a clock set back starts none."""
        return self.clock.day(self._today.name)

    @property
    def is_day_doubted(self) -> bool:
        """Whether the clock says a later day than the books, which waits for staff's word."""
        return self.clock.is_doubted(self._today.name)

    def set_day(self, day: date, instead_of: date | None = None) -> None:
        """Staff say that it is this day, or that what stands under another day belongs to it.

        LetanError when the days would not stand in order.
        """
        last = self._today.name
        if instead_of is not None:
            since, until = span_of(self._journal, instead_of)
        elif day.isoformat() < last:
            raise LetanError(f"the last day in the books is {last}; say which day is wrong: --instead-of {last}")
        else:
            since, until = self._today.doubted, self.revision
        if instead_of is None or instead_of.isoformat() == last:
            self.clock.set_day(day)
        self._move_to(day.isoformat(), since, until)

    @property
    def broken_at(self) -> int | None:
        """The first row of the last day that was changed from outside, or None."""
        return self._journal.broken_at

    def open_visit(self) -> int:
        """The id of a new visit, which no other has, also after a restart."""
        return self._write_one("visit").seq

    def issue(self, visit: int, door: str, service: str = "", priority: str = "") -> Ticket:
        """The ticket of a visit: a new number the first time, the same whenever asked again.

        `service` is the id of a procedure or request, "" for the door alone; `priority` a group of the site.
        """
        self._know(door, "a ticket needs a door; there is no door")
        if priority and priority not in self.site.services.priority:
            raise LetanError(f"there is no priority group `{priority}`")
        with self._writing() as write:
            found = self.ticket_of(visit)
            if found is None:
                count = self._now().counts.get(door, 0) + 1
                number = self.site.place.number(self.site.doors[door].letter, count)
                data: dict[str, Value] = {"service": service}
                if priority:
                    data["priority"] = priority
                write(self._event("issued", visit=visit, ticket=number, door=door, count=count, data=data))
        return found or self._now().tickets[number]

    def slot_of(self, robot: str) -> RobotSlot:
        """The slot of a robot, which no other has."""
        with self._writing() as write:
            known = self._journal.robots()
            if robot not in known:
                known[robot] = len(known)
                write(self._event("robot", data={"robot": robot, "slot": known[robot]}))
        slot = known[robot]
        visits, numbers = own_visits(slot), own_numbers(slot)
        last = self._journal.last_visit(visits)
        return RobotSlot(slot, 0 if last is None else last - visits.start + 1, self._now().last_among(numbers))

    def note_visit(self, visit: int) -> None:
        """A robot has opened a visit with an id of its own; saying so twice changes nothing."""
        with self._writing() as write:
            if not self._journal.of_visit(visit):
                write(self._event("visit", visit=visit))

    def take_over(self, visit: int, door: str, service: str, count: int, given: datetime) -> Ticket | None:
        """A number that a robot gave while this office was away: it waits since then. None when that day is over.

        Where this office had given the visit another one, and the robot never heard of it, that becomes this one.
        """
        self._know(door)
        number = self.site.place.number(self.site.doors[door].letter, count)
        data: dict[str, Value] = {"service": service, "given": given.isoformat(timespec="milliseconds")}
        with self._writing() as write:
            found = self.ticket_of(visit)
            if found is not None and found.number != number:
                told: dict[str, Value] = {"number": number}
                write(self._event("renumbered", visit=visit, ticket=found.number, door=door, count=count, data=told))
            elif found is None and given.date().isoformat() == self.day:
                write(self._event("issued", visit=visit, ticket=number, door=door, count=count, data=data))
            elif found is None and all(event.kind != "given_late" for event in self._journal.of_visit(visit)):
                write(self._event("given_late", visit=visit, door=door, count=count, data=data))
        return self._now().tickets.get(number)

    def ticket_of(self, visit: int) -> Ticket | None:
        """The ticket of a visit, also of an earlier day; None while it has none."""
        number = self._today.of_visit.get(visit)
        if number is not None:
            return self._today.tickets[number]
        events = [event for event in self._journal.of_visit(visit) if event.ticket]
        if not events or events[0].day == self._today.name:
            return None
        then = Day(events[0].day)
        for event in events:
            then.apply(event)
        return next(iter(then.tickets.values()), None)

    def ticket(self, number: str) -> Ticket | None:
        """Today's ticket with a number, written as it may be ("a17" is "A 017")."""
        found = re.fullmatch(r"\s*([A-Za-z])\s*0*(\d+)\s*", number)
        if not found:
            return None
        return self._now().tickets.get(self.site.place.number(found[1].upper(), int(found[2])))

    def tickets(self, door: str = "", state: State | Literal[""] = "") -> tuple[Ticket, ...]:
        """Today's tickets in order of issue, of one door and state if asked."""
        tickets = self._now().tickets.values()
        return tuple(t for t in tickets if door in ("", t.door) and state in ("", t.state))

    def line(self, door: str) -> list[Ticket]:
        """Who waits at a door, the next one first."""
        return in_line(self.tickets(door), self.clock.wall(), self.site.services.ageing)

    def call_next(self, door: str, counter: str = "") -> Ticket | None:
        """Call the next who waits at a door; None when nobody does. A named counter's last one is finished by it."""
        self._know(door)
        with self._acting(counter) as act:
            line = [ticket for ticket in self.line(door) if ticket.deferred is None or self._is_back(ticket)]
            if not line:
                return None
            for ticket in self.at(counter):
                act("finished", ticket)
            act("called", line[0])
        return self._now().tickets[line[0].number]

    def at(self, counter: str) -> tuple[Ticket, ...]:
        """Whom a named counter has called and not finished."""
        return tuple(t for t in self.tickets() if counter and t.counter == counter and t.state in ("called", "serving"))

    def mark(self, kind: Step, number: str, counter: str = "") -> Ticket | None:
        """A step of a ticket of today; None when its state does not allow that."""
        with self._acting(counter) as act:
            ticket = self.ticket(number)
            if ticket is None or ticket.state not in NEXT[kind]:
                return None
            data: dict[str, Value] = {"minutes": self.site.services.late} if kind == "deferred" else {}
            if kind == "called":
                for other in self.at(counter):
                    act("finished", other)
            act(kind, ticket, data=data)
        return self._now().tickets[ticket.number]

    def transfer(self, number: str, door: str, counter: str = "") -> Ticket | None:
        """A ticket waits at another door from now on, with the time of its arrival; None when that can't be."""
        self._know(door)
        with self._acting(counter) as act:
            ticket = self.ticket(number)
            if ticket is None or ticket.state not in NEXT["transferred"] or ticket.door == door:
                return None
            act("transferred", ticket, door=door, data={"from": ticket.door})
        return self._now().tickets[ticket.number]

    def undo(self, counter: str = "") -> tuple[Ticket, ...]:
        """Take a counter's last act of the last ten seconds back: the tickets as they are then, () when too late."""
        with self._acting(counter) as act:
            events = self.undoable(counter)
            for event in events:
                act("undone", self._now().tickets[event.ticket], data={"undoes": event.seq})
        return tuple(self._now().tickets[event.ticket] for event in events)

    def undoable(self, counter: str = "") -> tuple[StoredEvent, ...]:
        """What `undo` would take back now, the newest event first."""
        events = self._now().undoable(counter)
        if not events or not timedelta() <= self.clock.wall() - events[0].stamp <= timedelta(seconds=UNDO_SECONDS):
            return ()
        return events

    def set_counter(self, door: str, counter: str, is_open: bool) -> None:
        """A counter of a door closes or opens again; nothing happens when it is so already."""
        self._know(door)
        with self._writing() as write:
            if (counter in self._now().closed.get(door, frozenset())) == is_open:
                kind: Kind = "counter_opened" if is_open else "counter_closed"
                write(self._event(kind, door=door, data={"counter": counter}))

    def counters(self, door: str) -> int:
        """How many counters of a door are open."""
        return max(self.site.doors[door].counters - len(self._now().closed.get(door, ())), 0)

    def is_closed(self, door: str, counter: str) -> bool:
        """Whether a counter of a door was closed today."""
        return counter in self._now().closed.get(door, frozenset())

    def calls(self, most: int = 5) -> tuple[Ticket, ...]:
        """Today's called tickets, the newest first."""
        today = self._now()
        return tuple(today.tickets[number] for number in today.called[: -most - 1 : -1])

    def wait(self, door: str, number: str = "") -> WaitEstimate:
        """The wait at a door for somebody who comes now, or for the holder of a number."""
        now = self.clock.wall()
        return self._waits.wait(door, number, self.tickets(door), self.counters(door), self._now().revision(door), now)

    def rate(self, visit: int, level: int, reasons: Sequence[str] = (), *, door: str = "", service: str = "") -> bool:
        """Store a visit's rating, nothing about the person; False when the visit or its ticket has one already.

        `door` and `service` are what a visit without a ticket was about. A visit that comes again later (by phone, with
        the visit id of its ticket) is the same visit; the rating belongs to the day on which it is given.
        """
        if str(level) not in self.site.ratings.levels:
            return False
        known = [reason for reason in reasons if reason in self.site.ratings.reasons]
        with self._writing() as write:
            if self._journal.is_rated(visit):
                return False
            ticket = self.ticket_of(visit)
            number, at, matter = (ticket.number, ticket.door, ticket.service) if ticket else ("", door, service)
            data: dict[str, Value] = {"level": level, "service": matter, "reasons": known}
            write(self._event("rated", visit=visit, ticket=number, door=at, data=data))
        return True

    def is_rated(self, visit: int) -> bool:
        """Whether a visit has given its rating."""
        return self._journal.is_rated(visit)

    def events(self, first: date, last: date) -> tuple[StoredEvent, ...]:
        """The stored events of the days from `first` to `last`; LetanError when they are not as they were written."""
        return tuple(self._journal.reading(first, last))

    def reading(self, first: date, last: date) -> Iterator[StoredEvent]:
        """The same one by one; LetanError where the first one is met that is not as it was written."""
        return self._journal.reading(first, last)

    def days(self) -> tuple[date, date] | None:
        """The first and the last day with events, None when there is none."""
        return self._journal.days()

    def ends_of_days(self, first: date, last: date) -> dict[date, str]:
        """The days with events from `first` to `last`, each with the hash of its last event."""
        return self._journal.ends_of_days(first, last)

    def lost(self, first: date, last: date) -> int:
        """How many events of these days are known to be gone."""
        return self._journal.lost(first, last)

    def events_after(self, seq: int, most: int = 500) -> tuple[StoredEvent, ...]:
        """The next stored events after one, at most so many."""
        return self._journal.after(seq, most)

    @property
    def began(self) -> int:
        """The last event before today's first: whoever knows those after it knows today."""
        return self._journal.began

    def back_up(self, to: Path) -> None:
        """A whole copy of the database, also while others write."""
        self._journal.back_up(to)

    def verify(self) -> int:
        """How many events there are, when all are as they were written; else a LetanError."""
        return self._journal.verify()

    def refresh(self) -> None:
        """See what other processes (the command line) did."""
        self._journal.refresh()

    def close(self) -> None:
        """Close the database."""
        self._journal.close()

    def _writing(self) -> AbstractContextManager[Write]:
        """A transaction, before which what stood under a wrong day has found its own."""
        last = self._today.name
        if self.clock.refutes(last):
            began = self._journal.began
            today = max(self.clock.wall().date().isoformat(), self._journal.day_at(began))
            self._move_to(today, began + 1, self.revision)
        elif self._today.doubted and self.day > last:
            self._move_to(self.day, self._today.doubted, self.revision)
        return self._journal.writing()

    def _move_to(self, day: str, since: int, until: int) -> None:
        """Say which day it is, and move events to it (none when `since` is 0)."""
        ends_the_books = not since or until == self.revision
        data = moved(self._journal, since, until, day)
        with self._journal.writing() as write:
            under = day if ends_the_books else self.day
            write(StoredEvent("day_set", self.clock.wall(), under, data=data))

    @contextmanager
    def _acting(self, counter: str) -> Iterator[Act]:
        """One transaction of a counter; the events after the first say with which they belong together."""
        first: list[int] = []
        with self._writing() as write:

            def act(kind: Kind, ticket: Ticket, door: str = "", data: dict[str, Value] | None = None) -> StoredEvent:
                told: dict[str, Value] = dict(data or {})
                if counter:
                    told["counter"] = counter
                if first:
                    told["with"] = first[0]
                at = door or ticket.door
                written = write(self._event(kind, visit=ticket.visit, ticket=ticket.number, door=at, data=told))
                first.append(written.seq)
                return written

            yield act

    def _is_back(self, ticket: Ticket) -> bool:
        return ticket.deferred is not None and self.clock.wall() >= ticket.deferred

    def _now(self) -> Day:
        """Today as far as anything has happened."""
        return self._today if self._today.name == self.day else Day(self.day)

    def _know(self, door: str, words: str = "there is no door") -> None:
        if door not in self.site.doors:
            raise LetanError(f"{words} `{door}`; doors are {', '.join(self.site.doors)}")

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
        with self._writing() as write:
            return write(self._event(kind, visit=visit, door=door, data=data))

    def _apply(self, event: StoredEvent) -> None:
        if event.kind == "day_set" and self._is_begun:
            self._fold_anew(event)
        elif event.day > self._today.name:
            self._waits.learn(self._today)
            self._today = Day(event.day)
            self.staff.forget()
        if event.day == self._today.name and event.seq > self._today.seq:
            self._today.apply(event)
        self.staff.apply(event)
        self.revision = event.seq
        if self._on_event:
            self._on_event(event)

    def _earlier_days(self) -> Iterator[Day]:
        """The days before today that still tell how long services take."""
        today = date.fromisoformat(self.day)
        for age in range(LEARNS_FROM, 0, -1):
            day = today - timedelta(days=age)
            span = self._journal.span(day)
            if span is not None and day.isoformat() < self._today.name:
                yield self._folded(day.isoformat(), self._journal.after(span[0] - 1, span[1] - span[0] + 1))

    def _folded(self, day: str, events: Iterable[StoredEvent]) -> Day:
        then = Day(day)
        for event in events:
            then.apply(event)
        return then

    def _fold_anew(self, event: StoredEvent) -> None:
        """Today as it is after events were moved to another day."""
        if event.day > self._today.name:
            self.staff.forget()
        self._today = Day(event.day)
        for each in self._journal.after(self._journal.began, event.seq - self._journal.began):
            if each.day == event.day:
                self._today.apply(each)

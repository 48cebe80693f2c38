"""The books of an office: its events, which day it is, and the state that they fold to."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

from centre.believed_clock import BelievedClock
from centre.day_book import moved, span_of
from centre.door_waits import DoorWaits
from centre.journal import Journal
from centre.site import Site
from centre.sqlite_file import PATIENCE
from centre.staff import StaffDesk
from centre.store import Access, Store, Write
from centre.stored_event import Kind, StoredEvent, Value
from centre.tickets import Day
from robot.ports import Clock
from robot.types import LetanError

LEARNS_FROM = 7  # days


class Books:
    """Whatever is written is committed before the method returns, on the caller's thread, with the time of `clock`.

    `path` is a file or ":memory:"; with `access` "write" or "read" it must be an office's database already, and "read"
    changes nothing in it. Where events are missing that its fence knows of, it is written only if one `accepts_loss`.
    What the database refuses is a LetanError, and did not happen; a BusyError when others write for more than
    `patience` s. `on_event` hears of every event, also of those that other processes wrote, but not of those replayed
    at the start.
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

    def events(self, first: date, last: date) -> tuple[StoredEvent, ...]:
        """The stored events of the days from `first` to `last`; LetanError when they are not as they were written."""
        return tuple(self._journal.reading(first, last))

    def reading(self, first: date, last: date, kinds: Container[Kind] | None = None) -> Iterator[StoredEvent]:
        """The same one by one, of some kinds if asked; LetanError where one is met that is not as it was written."""
        return self._journal.reading(first, last, kinds)

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
        if self.day > last:
            self._keep_overnight()
        return self._journal.writing()

    def _keep_overnight(self) -> None:
        """Who still waited when the last day ended is among the first of this one, where the site keeps numbers."""
        most = self.site.services.keep_days
        waiting = [ticket for ticket in self._today.tickets.values() if ticket.state in ("waiting", "held")]
        kept = [ticket for ticket in waiting if ticket.nights < most]
        if not kept:
            return
        now = self.clock.wall()
        with self._journal.writing() as write:
            for each in kept:
                data: dict[str, Value] = {"service": each.service, "nights": each.nights + 1}
                if each.priority:
                    data["priority"] = each.priority
                write(StoredEvent("kept", now, self.day, each.visit, each.number, each.door, data=data))

    def _move_to(self, day: str, since: int, until: int) -> None:
        """Say which day it is, and move events to it (none when `since` is 0)."""
        ends_the_books = not since or until == self.revision
        data = moved(self._journal, since, until, day)
        with self._journal.writing() as write:
            under = day if ends_the_books else self.day
            write(StoredEvent("day_set", self.clock.wall(), under, data=data))

    def _now(self) -> Day:
        """Today as far as anything has happened."""
        return self._today if self._today.name == self.day else Day(self.day)

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

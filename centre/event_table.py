"""The table of stored events as it is read: by day, by visit, in the order of the chain, which is checked."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from centre.day_changes import DayChanges
from centre.sqlite_file import Row, SqliteFile
from centre.store import Access
from centre.stored_event import COLUMNS, TOLD, ChainedEvent, Kind, StoredEvent, chained, chained_told, event_of
from robot.types import LetanError

_SELECT = f"SELECT {', '.join(COLUMNS)} FROM events "
CHECKED = f"SELECT seq, day, kind, hash, {TOLD} FROM events "
_APPOINTMENTS = "WHERE kind IN ('booked', 'unbooked') ORDER BY seq"  # as their index says it
_DAYS_SET = "WHERE kind = 'day_set' ORDER BY seq"  # as its index says it


class EventTable:
    """Reads what is stored. The days of an office never go back, so the last one stands at the end.

    Events that stood under a wrong day are read with the day to which they were moved. Whatever goes wrong with the
    file is a LetanError with its path.
    """

    def __init__(self, path: Path | str, access: Access) -> None:
        self._path = path
        self._last = 0  # the last row that is known
        self._changes = DayChanges()
        self._db = SqliteFile(path, access)

    def reading(self, first: date, last: date, kinds: Container[Kind] | None = None) -> Iterator[StoredEvent]:
        """The events of the days from `first` to `last`, both included, in the order of their chain, which is checked.

        Of some `kinds` only; the others are checked all the same. LetanError at the first row that does not continue
        the chain, and where rows are missing.
        """
        days = (first.isoformat(), last.isoformat())
        begin = self._first_seq_from(days[0])
        before = self._hash_of(begin - 1)
        expected = self._count(*days)
        found = 0
        for seq, stored, kind, hash_, told in self._db.rows(CHECKED + "WHERE seq >= ? ORDER BY seq", (begin,)):
            if hash_ != chained_told(before, str(told)):
                raise LetanError(f"{self._path}: {tampered(seq)}")
            before = str(hash_)
            day = self._changes.day(int(str(seq)), str(stored)) if self._changes else str(stored)
            if day > days[1]:
                break
            if days[0] <= day:
                found += 1
                if kinds is None or kind in kinds:
                    yield self._event((*json.loads(f"[{told}]"), hash_))
        if found != expected:
            raise LetanError(f"{self._path}: {abs(expected - found)} events of these days are not in their place")

    def days(self) -> tuple[date, date] | None:
        """The first and the last day with events, None when there is none."""
        first = self._day_of("ORDER BY seq LIMIT 1")
        last = self._day_of("ORDER BY seq DESC LIMIT 1")
        return (date.fromisoformat(first), date.fromisoformat(last)) if first and last else None

    def lost(self, first: date, last: date) -> int:
        """How many events of days that may reach from `first` to `last` are known to be gone."""
        gone = 0
        for loss in [self._event(row) for row in self._rows("WHERE kind = 'lost' ORDER BY seq")]:
            since = self._day_of("WHERE seq < ? ORDER BY seq DESC LIMIT 1", loss.seq)
            if (since or loss.day) <= last.isoformat() and first.isoformat() <= loss.day:
                gone += int(str(loss.data["to"])) - int(str(loss.data["from"])) + 1
        return gone

    def ends_of_days(self, first: date, last: date) -> dict[date, str]:
        """The days with events from `first` to `last`, each with the hash of its last event."""
        rows = self._db.rows(
            f"SELECT {self._changes.column}, hash FROM events WHERE seq IN (SELECT max(seq) FROM events "
            f"WHERE {self._changes.within(first.isoformat(), last.isoformat())} "
            f"GROUP BY {self._changes.column}) ORDER BY seq"
        )
        return {date.fromisoformat(str(day)): str(hash_) for day, hash_ in rows}

    def span(self, day: date) -> tuple[int, int] | None:
        """The first and the last event of a day (seq), None when it has none."""
        first = self._first_seq_from(day.isoformat())
        end = self._first_seq_from((day + timedelta(days=1)).isoformat()) - 1
        return (first, end) if first <= end else None

    def day_at(self, seq: int) -> str:
        """The day of the last event up to one, "" when there is none."""
        return self._day_of("WHERE seq <= ? ORDER BY seq DESC LIMIT 1", seq)

    def after(self, seq: int, most: int) -> tuple[StoredEvent, ...]:
        """The next events after one, at most so many."""
        return tuple(self._event(row) for row in self._rows("WHERE seq > ? ORDER BY seq LIMIT ?", seq, most))

    def chain_after(self, seq: int, most: int) -> tuple[ChainedEvent, ...]:
        """The next events after one, at most so many, each with its hash. LetanError at one that breaks the chain."""
        last = self._db.row("SELECT hash FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1", (seq,))
        before = str(last[0]) if last else ""
        found = []
        for row in self._rows("WHERE seq > ? ORDER BY seq LIMIT ?", seq, most):
            event = self._event(row)
            if row[-1] != chained(before, row[:-1]):
                raise LetanError(f"{self._path}: {tampered(event.seq)}")
            before = str(row[-1])
            found.append(ChainedEvent(event, before))
        return tuple(found)

    def hash_of(self, seq: int) -> str:
        """The hash of an event, "" when there is none."""
        return self._hash_of(seq)

    def of_visit(self, visit: int) -> tuple[StoredEvent, ...]:
        """Every event of one visit, on whatever day."""
        return tuple(self._event(row) for row in self._rows("WHERE visit = ? ORDER BY seq", visit))

    def of_appointments(self) -> tuple[StoredEvent, ...]:
        """Every appointment that was given or given back."""
        return tuple(self._event(row) for row in self._rows(_APPOINTMENTS))

    def is_rated(self, visit: int) -> bool:
        """Whether a visit has given its rating."""
        return any(True for _ in self._rows("WHERE kind = 'rated' AND visit = ?", visit))

    def robots(self) -> dict[str, int]:
        """The slots of the robots that this office knows, by name."""
        events = [self._event(row) for row in self._rows("WHERE kind = 'robot' ORDER BY seq")]
        return {str(event.data["robot"]): int(str(event.data["slot"])) for event in events}

    def last_visit(self, among: range) -> int | None:
        """The highest id of a visit among some, None when there is none."""
        row = self._db.row("SELECT max(visit) FROM events WHERE visit >= ? AND visit < ?", (among.start, among.stop))
        return int(str(row[0])) if row and row[0] is not None else None

    def back_up(self, to: Path) -> None:
        """A whole copy by SQLite's own means, also while others write, with a fence of its own."""
        self._db.copy_to(to)

    def _load_changes(self) -> None:
        """What the office has moved to other days, each row compared with the chain: all days depend on it."""
        for row in list(self._rows(_DAYS_SET)):
            event = self._event(row)
            if event.kind != "day_set" or row[-1] != chained(self._hash_of(event.seq - 1), row[:-1]):
                raise LetanError(f"{self._path}: {tampered(event.seq)}")
            self._changes = self._changes.with_event(event)

    def _first_seq_from(self, day: str) -> int:
        """The first event that is not before a day, found in the events themselves: an index may be damaged."""
        low = 1
        high = self._last + 1
        while low < high:
            middle = (low + high) // 2
            row = self._db.row("SELECT seq, day FROM events WHERE seq >= ? LIMIT 1", (middle,))
            if row is None or self._changes.day(int(str(row[0])), str(row[1])) >= day:
                high = middle
            else:
                low = int(str(row[0])) + 1
        return low

    def _hash_of(self, seq: int) -> str:
        row = self._db.row("SELECT hash FROM events WHERE seq = ?", (seq,))
        return str(row[0]) if row else ""

    def _day_of(self, where: str, *values: int) -> str:
        row = self._db.row(f"SELECT seq, day FROM events {where}", values)
        return self._changes.day(int(str(row[0])), str(row[1])) if row else ""

    def _count(self, first: str, last: str) -> int:
        row = self._db.row(f"SELECT count(*) FROM events WHERE {self._changes.within(first, last)}")
        return int(str(row[0])) if row else 0

    def _rows(self, where: str, *values: int) -> Iterator[Row]:
        return self._db.rows(_SELECT + where, values)

    def _event(self, row: Row) -> StoredEvent:
        try:
            event = event_of(row)
        except (ValueError, TypeError) as error:
            raise LetanError(f"{self._path}: row {row[0]!r} of its events is damaged: {error}") from None
        day = self._changes.day(event.seq, event.day)
        return event if day == event.day else replace(event, day=day)


def tampered(seq: object) -> str:
    """What is said of a row that is not as it was written."""
    return f"row {seq} was changed from outside; keep this file and call support"

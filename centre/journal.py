"""The office's memory: an append-only SQLite table of events, each row chained to the one before by a hash."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from centre.day_changes import DayChanges
from centre.fence import Fence, Mark
from centre.sqlite_file import PATIENCE, Row, SqliteFile
from centre.store import Access, LostEventsError, Write
from centre.stored_event import (
    COLUMNS,
    NUMBER,
    TOLD,
    ChainedEvent,
    Kind,
    StoredEvent,
    Value,
    chained,
    chained_told,
    event_of,
    numbers_in,
    row_of,
)
from robot.types import LetanError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, stamp TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL,
    visit INTEGER, ticket TEXT, door TEXT, count INTEGER, data TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_day ON events (day);
CREATE INDEX IF NOT EXISTS by_visit ON events (visit);
CREATE INDEX IF NOT EXISTS losses ON events (seq) WHERE kind = 'lost';
CREATE UNIQUE INDEX IF NOT EXISTS one_number ON events (day, door, count) WHERE kind = 'issued';
CREATE UNIQUE INDEX IF NOT EXISTS one_ticket_a_visit ON events (visit) WHERE kind = 'issued';
DROP INDEX IF EXISTS one_rating_a_ticket; -- of earlier versions: a visit has one ticket, and one rating
CREATE UNIQUE INDEX IF NOT EXISTS one_rating_a_visit ON events (visit) WHERE kind = 'rated';
CREATE INDEX IF NOT EXISTS days_set ON events (seq) WHERE kind = 'day_set';
CREATE INDEX IF NOT EXISTS appointments ON events (seq) WHERE kind IN ('booked', 'unbooked');
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM events "
_CHECKED = f"SELECT seq, day, kind, hash, {TOLD} FROM events "
_INSERT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?)"
_APPOINTMENTS = "WHERE kind IN ('booked', 'unbooked') ORDER BY seq"  # as their index says it
_DAYS_SET = "WHERE kind = 'day_set' ORDER BY seq"  # as its index says it


class Journal:
    """Writes events and replays those of its last day; several processes may write, each sees what the others wrote.

    The days of an office never go back, so the last one stands at the end; events that stood under a wrong day are read
    with the day to which they were moved. Raises LetanError, with the path, for
    whatever goes wrong with the file; then nothing was written. A file that lacks events which its fence knows of is
    only read from, unless `accepts_loss`: then it goes on, with an event that tells of it. Who finds the file locked
    when writing waits for `patience` s, then it is a BusyError.
    """

    def __init__(
        self,
        path: Path | str,
        apply: Callable[[StoredEvent], None],
        access: Access = "create",
        accepts_loss: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self._path = path
        self._apply = apply
        self._last = 0
        self._hash = ""
        self._day = ""
        self.began = 0  # the last row before the day's first
        self._numbers: dict[str, int] = {}  # the last ones of the day by door
        self._changes = DayChanges()
        self._fence: Fence | None = None
        self.broken_at: int | None = None  # the first row that does not continue the chain, or is missing
        self._db = SqliteFile(path, access)
        try:
            with self._db.told("cannot be opened"):
                self._prepare(access)
            self._load_changes()
            self._skip_earlier_days()
            self.refresh()
            with self._db.told("cannot be opened"):
                if str(path) != ":memory:":
                    self._fence = Fence(Path(path), access != "read")
                self._compare(access, accepts_loss)
            self._db.wait_for(patience)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def writing(self) -> Iterator[Write]:
        """One transaction: what others wrote is applied first, what is written inside is applied after the commit."""
        written: list[StoredEvent] = []

        def write(event: StoredEvent) -> StoredEvent:
            written.append(self._insert(event))
            return written[-1]

        with self._db.told("cannot be written"):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self.refresh()
                before = self._last, self._hash, self._day, self.began, dict(self._numbers), self._changes
                yield write
                self._db.execute("COMMIT")
            except BaseException:
                if written:
                    self._last, self._hash, self._day, self.began, self._numbers, self._changes = before
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        for event in written:
            self._apply(event)
        with self._db.told("'s fence cannot be written"):
            if written and self._fence is not None:
                self._fence.set(Mark(self._last, self._hash, self._day, self._numbers, len(self._changes)))

    def refresh(self) -> None:
        """Apply what other processes wrote since."""
        for row in self._rows("WHERE seq > ? ORDER BY seq", self._last):
            event = self._event(row)
            if row[-1] != chained(self._hash, row[:-1]) and self.broken_at is None:
                self.broken_at = event.seq
            self._remember(event, str(row[-1]))
            self._apply(event)

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
        for seq, stored, kind, hash_, told in self._db.rows(_CHECKED + "WHERE seq >= ? ORDER BY seq", (begin,)):
            if hash_ != chained_told(before, str(told)):
                raise LetanError(f"{self._path}: {_tampered(seq)}")
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
                raise LetanError(f"{self._path}: {_tampered(event.seq)}")
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

    def close(self) -> None:
        """Close the database; everything acknowledged is on disk already."""
        self._db.close()
        if self._fence is not None:
            self._fence.close()

    def back_up(self, to: Path) -> None:
        """A whole copy by SQLite's own means, also while others write, with a fence of its own."""
        self._db.copy_to(to)

    def verify(self) -> int:
        """Read every row in the order of the chain, and let SQLite look at its pages; how many there are.

        LetanError for the first thing that is not as it was written.
        """
        before = ""
        count = 0
        for seq, _, _, hash_, told in self._db.rows(_CHECKED + "ORDER BY seq"):
            if hash_ != chained_told(before, str(told)):
                raise LetanError(f"{self._path}: {_tampered(seq)}")
            self._event((*json.loads(f"[{told}]"), hash_))
            before = str(hash_)
            count += 1
        found = self._db.row("PRAGMA integrity_check(1)")
        if found != ("ok",):
            raise LetanError(f"{self._path}: its pages are damaged: {found}")
        if self.broken_at is not None:
            raise LetanError(
                f"{self._path}: events from row {self.broken_at} on are missing or others than were written"
            )
        return count

    def _insert(self, event: StoredEvent) -> StoredEvent:
        event = replace(event, seq=self._last + 1)
        row = row_of(event)
        digest = chained(self._hash, row)
        self._db.execute(_INSERT, (*row, digest))
        self._remember(event, digest)
        return event

    def _remember(self, event: StoredEvent, digest: str) -> None:
        """How far it has come."""
        self._last = event.seq
        self._hash = digest
        if event.day > self._day:
            self._day = event.day
            self.began = event.seq - 1
            self._numbers = {}
        for door, number in numbers_in(event):
            self._numbers[door] = max(self._numbers.get(door, 0), number)
        if event.kind == "day_set" and event.seq > self._changes.seq:
            self._changes = self._changes.with_event(event)
            self._count_day_anew()

    def _count_day_anew(self) -> None:
        """Events were moved to another day: what the last day is, where it began, and which numbers it has given."""
        self._day = self.day_at(self._last)
        self.began = self._first_seq_from(self._day) - 1
        self._numbers = {}
        for row in self._rows("WHERE seq > ? ORDER BY seq", self.began):
            for door, number in numbers_in(self._event(row)):
                self._numbers[door] = max(self._numbers.get(door, 0), number)

    def _load_changes(self) -> None:
        """What the office has moved to other days, each row compared with the chain: all days depend on it."""
        for row in list(self._rows(_DAYS_SET)):
            event = self._event(row)
            if event.kind != "day_set" or row[-1] != chained(self._hash_of(event.seq - 1), row[:-1]):
                raise LetanError(f"{self._path}: {_tampered(event.seq)}")
            self._changes = self._changes.with_event(event)

    def _compare(self, access: Access, accepts_loss: bool) -> None:
        """With the fence: whether the last event that it knows of is there and the same."""
        mark = self._fence.mark() if self._fence is not None else None
        if mark is None:
            return
        if self._hash_of(mark.seq) == mark.hash:
            if mark.changes > len(self._changes):
                raise LetanError(f"{self._path}: its index of days is damaged; keep this file and call support")
            return
        if access != "read" and not accepts_loss:
            raise LostEventsError(self._path, self._last, mark)
        if access == "read":
            self.broken_at = min(self._last + 1, mark.seq, self.broken_at or mark.seq)
            return
        self._go_on_without(mark)

    def _go_on_without(self, mark: Mark) -> None:
        """Tell in the chain itself what is missing, and which numbers have been given."""
        day = max(mark.day, self._day)
        numbers = mark.numbers if mark.day == day else {}
        data: dict[str, Value] = {"from": min(self._last + 1, mark.seq), "to": mark.seq}
        data |= {NUMBER + door: number for door, number in numbers.items()}
        self._last = max(self._last, mark.seq)  # no row's number comes twice either
        with self.writing() as write:
            write(StoredEvent("lost", datetime.now(), day, data=data))

    def _prepare(self, access: Access) -> None:
        found = tuple(row[1] for row in self._db.execute("PRAGMA table_info(events)"))
        fresh = access == "create" and not self._db.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        if found != COLUMNS and not fresh:  # somebody else's database stays as it is
            raise LetanError(f"{self._path}: this is not an office's database")
        if access == "read":
            self._db.execute("PRAGMA query_only=ON")
            return
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.execute(_SCHEMA)

    def _skip_earlier_days(self) -> None:
        """Begin at the first event of the last day, with the chain as it stood before."""
        row = self._db.row("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")
        if row is not None:
            self._last = int(str(row[0]))
            self._last = self.began = self._first_seq_from(self.day_at(self._last)) - 1
            self._hash = self._hash_of(self._last)

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


def _tampered(seq: object) -> str:
    return f"row {seq} was changed from outside; keep this file and call support"

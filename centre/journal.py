"""The office's memory: an append-only SQLite table of events, each row chained to the one before by a hash."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from centre.event_table import CHECKED, EventTable, tampered
from centre.fence import Fence, Mark
from centre.index_check import mend_indices
from centre.sqlite_file import PATIENCE
from centre.store import Access, LostEventsError, Write
from centre.stored_event import (
    COLUMNS,
    NUMBER,
    StoredEvent,
    Value,
    chained,
    chained_told,
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
_INSERT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?)"


class Journal(EventTable):
    """Writes events and replays those of its last day; several processes may write, each sees what the others wrote.

    Raises LetanError, with the path, for whatever goes wrong with the file; then nothing was written. A file that lacks
    events which its fence knows of is only read from, unless `accepts_loss`: then it goes on, with an event that tells
    of it. Who finds the file locked when writing waits for `patience` s, then it is a BusyError.
    """

    def __init__(
        self,
        path: Path | str,
        apply: Callable[[StoredEvent], None],
        access: Access = "create",
        accepts_loss: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        super().__init__(path, access)
        self._apply = apply
        self._hash = ""
        self._day = ""
        self.began = 0  # the last row before the day's first
        self._numbers: dict[str, int] = {}  # the last ones of the day by door
        self._fence: Fence | None = None
        self.broken_at: int | None = None  # the first row that does not continue the chain, or is missing
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

    def close(self) -> None:
        """Close the database; everything acknowledged is on disk already."""
        self._db.close()
        if self._fence is not None:
            self._fence.close()

    def verify(self) -> int:
        """Read every row in the order of the chain, and let SQLite look at its pages; how many there are.

        LetanError for the first thing that is not as it was written.
        """
        before = ""
        count = 0
        for seq, _, _, hash_, told in self._db.rows(CHECKED + "ORDER BY seq"):
            if hash_ != chained_told(before, str(told)):
                raise LetanError(f"{self._path}: {tampered(seq)}")
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
        mend_indices(self._db)

    def _skip_earlier_days(self) -> None:
        """Begin at the first event of the last day, with the chain as it stood before."""
        row = self._db.row("SELECT seq FROM events ORDER BY seq DESC LIMIT 1")
        if row is not None:
            self._last = int(str(row[0]))
            self._last = self.began = self._first_seq_from(self.day_at(self._last)) - 1
            self._hash = self._hash_of(self._last)

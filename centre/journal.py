"""The office's memory: an append-only SQLite table of events, each row chained to the one before by a hash."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

from robot.types import LetanError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, stamp TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL,
    visit INTEGER, ticket TEXT, door TEXT, count INTEGER, data TEXT NOT NULL, hash TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS by_day ON events (day);
CREATE UNIQUE INDEX IF NOT EXISTS one_number ON events (day, door, count) WHERE kind = 'issued';
CREATE UNIQUE INDEX IF NOT EXISTS one_ticket_a_visit ON events (visit) WHERE kind = 'issued';
CREATE UNIQUE INDEX IF NOT EXISTS one_rating_a_ticket ON events (day, ticket) WHERE kind = 'rated' AND ticket <> '';
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""
_SELECT = "SELECT seq, stamp, day, kind, visit, ticket, door, count, data, hash FROM events "
_INSERT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?)"
Value = str | int | float | list[str]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at the office; `day` is the series of numbers that `ticket` belongs to."""

    kind: str
    stamp: datetime
    day: str
    visit: int | None = None
    ticket: str = ""
    door: str = ""
    count: int = 0
    data: dict[str, Value] = field(default_factory=dict)
    seq: int = 0  # given when it is written


Write = Callable[[Event], Event]
PATIENCE = 0.3  # s that a locked file is waited for: the robot's loop stands meanwhile


def is_journal(path: Path) -> bool:
    """Whether a file is an office's database; nothing is created or changed."""
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            return (
                db.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'events'").fetchone()
                is not None
            )
    except sqlite3.Error:
        return False


class Journal:
    """Writes and replays events; several processes may write, and each sees what the others wrote."""

    def __init__(self, path: Path | str, apply: Callable[[Event], None]) -> None:
        self._apply, self._path = apply, path
        self._last, self._hash = 0, ""
        self.broken_at: int | None = None  # the first row that does not continue the chain
        try:
            if str(path) != ":memory:":
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            # autocommit: the transactions are ours
            self._db = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False, timeout=PATIENCE)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
            self.refresh()
        except (sqlite3.Error, OSError) as error:
            raise LetanError(f"{path}: the office's database cannot be opened: {error}") from None

    @contextmanager
    def writing(self) -> Iterator[Write]:
        """One transaction: what others wrote is applied first, what is written inside is applied after the commit.

        Raises LetanError when it cannot be committed; then nothing happened.
        """
        written: list[Event] = []

        def write(event: Event) -> Event:
            written.append(self._insert(event))
            return written[-1]

        with self._told("written"):
            self._db.execute("BEGIN IMMEDIATE")
        try:
            self.refresh()
            before = self._last, self._hash
            with self._told("written"):
                yield write
                self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            if written:
                self._last, self._hash = before
            raise
        for event in written:
            self._apply(event)

    def refresh(self) -> None:
        """Apply what other processes wrote since."""
        with self._told("read"):
            rows = self._db.execute(_SELECT + "WHERE seq > ? ORDER BY seq", (self._last,)).fetchall()
        for row in rows:
            if row[-1] != _chain(self._hash, row[:-1]) and self.broken_at is None:
                self.broken_at = row[0]
            self._last, self._hash = row[0], row[-1]
            self._apply(self._event(row))

    def between(self, first: date, last: date) -> tuple[Event, ...]:
        """The events of the days from `first` to `last`, both included."""
        days = (first.isoformat(), last.isoformat())
        with self._told("read"):
            rows = self._db.execute(_SELECT + "WHERE day BETWEEN ? AND ? ORDER BY seq", days).fetchall()
        return tuple(self._event(row) for row in rows)

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        """What SQLite complains of, in a person's words."""
        try:
            yield
        except sqlite3.Error as error:
            raise LetanError(f"{self._path}: the office's database cannot be {done} now: {error}") from error

    def _event(self, row: tuple[object, ...]) -> Event:
        try:
            return _event(row)
        except ValueError as error:
            raise LetanError(
                f"{self._path}: row {row[0]} is damaged ({error}); keep this file and call support"
            ) from error

    def close(self) -> None:
        """Close the database; everything acknowledged is on disk already."""
        self._db.close()

    def _insert(self, event: Event) -> Event:
        event = replace(event, seq=self._last + 1)
        data = json.dumps(event.data, ensure_ascii=False, sort_keys=True)
        stamp = event.stamp.isoformat(timespec="milliseconds")
        head = (event.seq, stamp, event.day, event.kind, event.visit)
        row = (*head, event.ticket, event.door, event.count, data)
        digest = _chain(self._hash, row)
        self._db.execute(_INSERT, (*row, digest))
        self._last, self._hash = event.seq, digest
        return event


def _event(row: tuple[object, ...]) -> Event:
    seq, stamp, day, kind, visit, ticket, door, count, data, _ = row
    return Event(
        seq=int(str(seq)),
        stamp=datetime.fromisoformat(str(stamp)),
        day=str(day),
        kind=str(kind),
        visit=visit if isinstance(visit, int) else None,
        ticket=str(ticket),
        door=str(door),
        count=int(str(count)),
        data=json.loads(str(data)),
    )


def _chain(before: str, row: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps([before, *row], ensure_ascii=False).encode()).hexdigest()

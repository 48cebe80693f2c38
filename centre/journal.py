"""The office's memory: an append-only SQLite table of events, each row chained to the one before by a hash."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from robot.types import LetanError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS events (
    seq INTEGER PRIMARY KEY, stamp TEXT NOT NULL, day TEXT NOT NULL, kind TEXT NOT NULL,
    visit INTEGER, ticket TEXT, door TEXT, count INTEGER, data TEXT NOT NULL, hash TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS one_number ON events (day, door, count) WHERE kind = 'issued';
CREATE UNIQUE INDEX IF NOT EXISTS one_ticket_a_visit ON events (visit) WHERE kind = 'issued';
CREATE UNIQUE INDEX IF NOT EXISTS one_rating_a_ticket ON events (day, ticket) WHERE kind = 'rated' AND ticket <> '';
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""
_COLUMNS = "seq, stamp, day, kind, visit, ticket, door, count, data, hash"
Value = str | int | float | list[str]


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened at the office; `day` is the series of numbers that `ticket` belongs to."""

    seq: int
    stamp: datetime
    day: str
    kind: str
    visit: int | None
    ticket: str
    door: str
    count: int
    data: dict[str, Value]


class Journal:
    """Appends and replays events; several processes may write, and each sees what the others wrote."""

    def __init__(self, path: Path | str, apply: Callable[[Event], None]) -> None:
        self._apply = apply
        self._last, self._hash = 0, ""
        self.broken_at: int | None = None  # the first row that does not continue the chain
        try:
            if str(path) != ":memory:":
                Path(path).parent.mkdir(parents=True, exist_ok=True)
            # autocommit: every append is its own short transaction
            self._db = sqlite3.connect(str(path), isolation_level=None, check_same_thread=False, timeout=5.0)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.executescript(_SCHEMA)
            self.refresh()
        except (sqlite3.Error, OSError) as error:
            raise LetanError(f"{path}: the office's database cannot be opened: {error}") from None

    def append(
        self,
        kind: str,
        stamp: datetime,
        *,
        visit: int | None = None,
        ticket: str = "",
        door: str = "",
        count: int = 0,
        data: dict[str, Value] | None = None,
        allowed: Callable[[], bool] = lambda: True,
    ) -> Event | None:
        """Commit one event and apply it; None when `allowed` says no after all that others wrote was applied."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._catch_up()
            if not allowed():
                self._db.execute("ROLLBACK")
                return None
            event = Event(self._last + 1, stamp, stamp.date().isoformat(), kind, visit, ticket, door, count, data or {})
            row = _row(event)
            digest = _chain(self._hash, row)
            self._db.execute(f"INSERT INTO events ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)", (*row, digest))
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self._last, self._hash = event.seq, digest
        self._apply(event)
        return event

    def refresh(self) -> None:
        """Apply what other processes wrote since."""
        self._catch_up()

    def close(self) -> None:
        """Close the database; everything acknowledged is on disk already."""
        self._db.close()

    def _catch_up(self) -> None:
        for row in self._db.execute(f"SELECT {_COLUMNS} FROM events WHERE seq > ? ORDER BY seq", (self._last,)):
            *values, digest = row
            if digest != _chain(self._hash, tuple(values)) and self.broken_at is None:
                self.broken_at = values[0]
            self._last, self._hash = values[0], digest
            seq, stamp, day, kind, visit, ticket, door, count, data = values
            self._apply(
                Event(seq, datetime.fromisoformat(stamp), day, kind, visit, ticket, door, count, json.loads(data))
            )


def _row(event: Event) -> tuple[object, ...]:
    data = json.dumps(event.data, ensure_ascii=False, sort_keys=True)
    stamp = event.stamp.isoformat(timespec="milliseconds")
    return (
        event.seq, stamp, event.day, event.kind, event.visit, event.ticket, event.door, event.count, data,
    )  # fmt: skip


def _chain(before: str, row: tuple[object, ...]) -> str:
    return hashlib.sha256(json.dumps([before, *row], ensure_ascii=False).encode()).hexdigest()

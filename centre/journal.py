"""The office's memory: an append-only SQLite table of events, each row chained to the one before by a hash."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from centre.fence import Fence, Mark
from centre.store import Access, LostEventsError, Write
from centre.stored_event import COLUMNS, NUMBER, ChainedEvent, StoredEvent, Value, chained, event_of, numbers_in, row_of
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
CREATE TRIGGER IF NOT EXISTS no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER IF NOT EXISTS no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""
_SELECT = f"SELECT {', '.join(COLUMNS)} FROM events "
_ENDS = "SELECT (SELECT min(day) FROM events), (SELECT max(day) FROM events)"  # each found in the index alone
_INSERT = "INSERT INTO events VALUES (?,?,?,?,?,?,?,?,?,?)"
_LOCK_SECONDS = 0.2  # the robot's loop waits for this: a console's transaction takes a few milliseconds


class Journal:
    """Writes events and replays those of its last day; several processes may write, each sees what the others wrote.

    The days of an office never go back, so the last one stands at the end. Raises LetanError, with the path, for
    whatever goes wrong with the file; then nothing was written. A file that lacks events which its fence knows of is
    only read from, unless `accepts_loss`: then it goes on, with an event that tells of it.
    """

    def __init__(
        self,
        path: Path | str,
        apply: Callable[[StoredEvent], None],
        access: Access = "create",
        accepts_loss: bool = False,
    ) -> None:
        self._path = path
        self._apply = apply
        self._last = 0
        self._hash = ""
        self._day = ""
        self.began = 0  # the last row before the day's first
        self._numbers: dict[str, int] = {}  # the last ones of the day by door
        self._fence: Fence | None = None
        self.broken_at: int | None = None  # the first row that does not continue the chain, or is missing
        with self._told("cannot be opened"):
            self._db = _connect(path, access)
        try:
            with self._told("cannot be opened"):
                self._prepare(access)
                self._skip_earlier_days()
            self.refresh()
            with self._told("cannot be opened"):
                if str(path) != ":memory:":
                    self._fence = Fence(Path(path), access != "read")
                self._compare(access, accepts_loss)
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

        with self._told("cannot be written"):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self.refresh()
                before = self._last, self._hash, self._day, self.began, dict(self._numbers)
                yield write
                self._db.execute("COMMIT")
            except BaseException:
                if written:
                    self._last, self._hash, self._day, self.began, self._numbers = before
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        for event in written:
            self._apply(event)
        with self._told("'s fence cannot be written"):
            if written and self._fence is not None:
                self._fence.set(Mark(self._last, self._hash, self._day, self._numbers))

    def refresh(self) -> None:
        """Apply what other processes wrote since."""
        for row in self._rows("WHERE seq > ? ORDER BY seq", (self._last,)):
            event = self._event(row)
            if row[-1] != chained(self._hash, row[:-1]) and self.broken_at is None:
                self.broken_at = event.seq
            self._remember(event, str(row[-1]))
            self._apply(event)

    def reading(self, first: date, last: date) -> Iterator[StoredEvent]:
        """The events of the days from `first` to `last`, both included, in the order of their chain, which is checked.

        LetanError at the first row that does not continue the chain, and where rows are missing.
        """
        days = (first.isoformat(), last.isoformat())
        begin = self._first_seq_from(days[0])
        before = self._hash_of(begin - 1)
        expected = self._count(days)
        found = 0
        for row in self._rows("WHERE seq >= ? ORDER BY seq", (begin,)):
            event = self._event(row)
            if row[-1] != chained(before, row[:-1]):
                raise LetanError(f"{self._path}: {_tampered(event.seq)}")
            before = str(row[-1])
            if event.day > days[1]:
                break
            found += days[0] <= event.day
            if days[0] <= event.day:
                yield event
        if found != expected:
            raise LetanError(f"{self._path}: {abs(expected - found)} events of these days are not in their place")

    def days(self) -> tuple[date, date] | None:
        """The first and the last day with events, None when there is none."""
        with self._told("cannot be read"):
            first, last = self._db.execute(_ENDS).fetchone()
        return (date.fromisoformat(first), date.fromisoformat(last)) if first else None

    def lost(self, first: date, last: date) -> int:
        """How many events of days that may reach from `first` to `last` are known to be gone."""
        gone = 0
        for loss in [self._event(row) for row in self._rows("WHERE kind = 'lost' ORDER BY seq", ())]:
            with self._told("cannot be read"):
                since = self._db.execute("SELECT max(day) FROM events WHERE seq < ?", (loss.seq,)).fetchone()[0]
            if (since or loss.day) <= last.isoformat() and first.isoformat() <= loss.day:
                gone += int(str(loss.data["to"])) - int(str(loss.data["from"])) + 1
        return gone

    def ends_of_days(self, first: date, last: date) -> dict[date, str]:
        """The days with events from `first` to `last`, each with the hash of its last event."""
        with self._told("cannot be read"):
            rows = self._db.execute(
                "SELECT day, hash FROM events WHERE seq IN "
                "(SELECT max(seq) FROM events WHERE day BETWEEN ? AND ? GROUP BY day) ORDER BY seq",
                (first.isoformat(), last.isoformat()),
            ).fetchall()
        return {date.fromisoformat(str(day)): str(hash_) for day, hash_ in rows}

    def after(self, seq: int, most: int) -> tuple[StoredEvent, ...]:
        """The next events after one, at most so many."""
        return tuple(self._event(row) for row in self._rows("WHERE seq > ? ORDER BY seq LIMIT ?", (seq, most)))

    def chain_after(self, seq: int, most: int) -> tuple[ChainedEvent, ...]:
        """The next events after one, at most so many, each with its hash. LetanError at one that breaks the chain."""
        with self._told("cannot be read"):
            last = "SELECT hash FROM events WHERE seq <= ? ORDER BY seq DESC LIMIT 1"
            row = self._db.execute(last, (seq,)).fetchone()
        before = str(row[0]) if row else ""
        found = []
        for row in self._rows("WHERE seq > ? ORDER BY seq LIMIT ?", (seq, most)):
            event = self._event(row)
            if row[-1] != chained(before, row[:-1]):
                raise LetanError(f"{self._path}: {_tampered(event.seq)}")
            before = str(row[-1])
            found.append(ChainedEvent(event, before))
        return tuple(found)

    def hash_of(self, seq: int) -> str:
        """The hash of an event, "" when there is none."""
        with self._told("cannot be read"):
            return self._hash_of(seq)

    def of_visit(self, visit: int) -> tuple[StoredEvent, ...]:
        """Every event of one visit, on whatever day."""
        return tuple(self._event(row) for row in self._rows("WHERE visit = ? ORDER BY seq", (visit,)))

    def is_rated(self, visit: int) -> bool:
        """Whether a visit has given its rating."""
        return any(True for _ in self._rows("WHERE kind = 'rated' AND visit = ?", (visit,)))

    def close(self) -> None:
        """Close the database; everything acknowledged is on disk already."""
        self._db.close()
        if self._fence is not None:
            self._fence.close()

    def back_up(self, to: Path) -> None:
        """A whole copy by SQLite's own means, also while others write, with a fence of its own."""
        with self._told("cannot be copied"):
            copy = sqlite3.connect(to)
            try:
                self._db.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()

    def verify(self) -> int:
        """Read every row in the order of the chain, and let SQLite look at its pages; how many there are.

        LetanError for the first thing that is not as it was written.
        """
        before = ""
        count = 0
        for row in self._rows("ORDER BY seq", ()):
            event = self._event(row)
            if row[-1] != chained(before, row[:-1]):
                raise LetanError(f"{self._path}: {_tampered(event.seq)}")
            before = str(row[-1])
            count += 1
        with self._told("cannot be read"):
            found = str(self._db.execute("PRAGMA integrity_check(1)").fetchone()[0])
        if found != "ok":
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

    def _compare(self, access: Access, accepts_loss: bool) -> None:
        """With the fence: whether the last event that it knows of is there and the same."""
        mark = self._fence.mark() if self._fence is not None else None
        if mark is None or self._hash_of(mark.seq) == mark.hash:
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
        self._db.executescript(_SCHEMA)

    def _skip_earlier_days(self) -> None:
        """Begin at the first event of the last day, with the chain as it stood before."""
        row = self._db.execute("SELECT seq, day FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        if row is not None:
            self._last = int(row[0])
            self._last = self.began = self._first_seq_from(str(row[1])) - 1
            self._hash = self._hash_of(self._last)

    def _first_seq_from(self, day: str) -> int:
        """The first event that is not before a day, found in the events themselves: an index may be damaged."""
        low = 1
        high = self._last + 1
        while low < high:
            middle = (low + high) // 2
            row = self._db.execute("SELECT seq, day FROM events WHERE seq >= ? LIMIT 1", (middle,)).fetchone()
            if row is None or str(row[1]) >= day:
                high = middle
            else:
                low = int(row[0]) + 1
        return low

    def _hash_of(self, seq: int) -> str:
        row = self._db.execute("SELECT hash FROM events WHERE seq = ?", (seq,)).fetchone()
        return str(row[0]) if row else ""

    def _count(self, days: tuple[str, str]) -> int:
        with self._told("cannot be read"):
            return int(self._db.execute("SELECT count(*) FROM events WHERE day BETWEEN ? AND ?", days).fetchone()[0])

    def _rows(self, where: str, values: tuple[str | int, ...]) -> Iterator[tuple[object, ...]]:
        with self._told("cannot be read"):
            cursor = self._db.execute(_SELECT + where, values)
        while True:
            with self._told("cannot be read"):
                rows = cursor.fetchmany(500)
            if not rows:
                return
            yield from rows

    def _event(self, row: tuple[object, ...]) -> StoredEvent:
        try:
            return event_of(row)
        except (ValueError, TypeError) as error:
            raise LetanError(f"{self._path}: row {row[0]!r} of its events is damaged: {error}") from None

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise LetanError(f"{self._path}: the office's database {what}: {error}") from error


def _connect(path: Path | str, access: Access) -> sqlite3.Connection:
    name = str(path)
    if name != ":memory:":
        if access == "create":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        name = f"{Path(path).absolute().as_uri()}?{_mode(Path(path), access)}"
    # autocommit: the transactions are ours
    return sqlite3.connect(name, isolation_level=None, check_same_thread=False, timeout=_LOCK_SECONDS, uri=True)


def _mode(path: Path, access: Access) -> str:
    """How SQLite is to open a file: also one that may only be read, whose log it could not make."""
    if access == "create":
        return "mode=rwc"
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    if access == "write" or may_write or not path.exists():
        return "mode=rw"
    log = path.with_name(path.name + "-wal")
    return "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"


def _tampered(seq: int) -> str:
    return f"row {seq} was changed from outside; keep this file and call support"

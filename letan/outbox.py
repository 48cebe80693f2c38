"""What a robot has done while its office was away, on its own disk until the office has it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS wishes (id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS known (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS given (
    day TEXT NOT NULL, door TEXT NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (day, door));
"""
AHEAD = 64  # visits that are counted as used before they are, so that none needs a disk


@dataclass(frozen=True, slots=True)
class KeptWish:
    """Something for the office, in its order."""

    id: int
    path: str
    body: dict[str, Any]


class RobotOutbox:
    """One robot's; `path` is a file or ":memory:". Used by one thread at a time. Raises sqlite3.Error."""

    def __init__(self, path: Path | str) -> None:
        if str(path) != ":memory:":
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(_SCHEMA)

    def keep(self, path: str, body: Mapping[str, object]) -> None:
        """The office will get this, whatever happens to this program."""
        self._db.execute("INSERT INTO wishes (path, body) VALUES (?, ?)", (path, json.dumps(body)))

    def first(self) -> KeptWish | None:
        """What the office gets next."""
        row = self._db.execute("SELECT id, path, body FROM wishes ORDER BY id LIMIT 1").fetchone()
        return KeptWish(row[0], row[1], json.loads(row[2])) if row else None

    def done(self, kept: KeptWish) -> None:
        """The office has it, or refuses it."""
        self._db.execute("DELETE FROM wishes WHERE id = ?", (kept.id,))

    @property
    def slot(self) -> int | None:
        """The robot's slot at its office, None before the office was reached for the first time."""
        return self._known("slot")

    @slot.setter
    def slot(self, slot: int) -> None:
        self._know("slot", slot)

    def reserve_visits(self, used: int) -> tuple[int, int]:
        """How many visits count as used, before and from now on: those up to the second may be opened."""
        before = max(self._known("visits") or 0, used)
        self._know("visits", before + AHEAD)
        return before, before + AHEAD

    def next_number(self, day: str, door: str, numbers: range) -> int | None:
        """One of `numbers` that was not given at a door on a day; None when there is none left."""
        row = self._db.execute("SELECT last FROM given WHERE day = ? AND door = ?", (day, door)).fetchone()
        number = int(row[0]) + 1 if row else numbers.start
        if number not in numbers:
            return None
        self._db.execute("DELETE FROM given WHERE day < ?", (day,))
        self._db.execute("INSERT OR REPLACE INTO given VALUES (?, ?, ?)", (day, door, number))
        return number

    def note_number(self, day: str, door: str, number: int) -> None:
        """A number is given already, whatever this outbox says."""
        row = self._db.execute("SELECT last FROM given WHERE day = ? AND door = ?", (day, door)).fetchone()
        last = max(number, int(row[0]) if row else 0)
        self._db.execute("INSERT OR REPLACE INTO given VALUES (?, ?, ?)", (day, door, last))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _known(self, name: str) -> int | None:
        row = self._db.execute("SELECT value FROM known WHERE name = ?", (name,)).fetchone()
        return int(row[0]) if row else None

    def _know(self, name: str, value: int) -> None:
        self._db.execute("INSERT OR REPLACE INTO known VALUES (?, ?)", (name, value))

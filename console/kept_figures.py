"""Summaries of days that are over, kept in a file: a year is read and checked once, not at every start."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

from centre.summary import Summary
from centre.summary_form import FORM, from_json, to_json

_SCHEMA = """CREATE TABLE IF NOT EXISTS days
    (day TEXT PRIMARY KEY, hash TEXT NOT NULL, form INTEGER NOT NULL, summary TEXT NOT NULL)"""


class KeptFigures:
    """A cache: what it says of a day counts only while the day's last event has the hash that it had then.

    What goes wrong with the file costs time, never a figure: it is begun anew.
    """

    def __init__(self, path: Path | str) -> None:
        self._path = path
        self._db = self._opened()

    def _opened(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
        try:
            db.execute(_SCHEMA)
        except sqlite3.DatabaseError:
            db.close()
            Path(self._path).unlink(missing_ok=True)
            db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False)
            db.execute(_SCHEMA)
        return db

    def load(self, first: dt.date, last: dt.date) -> dict[dt.date, tuple[str, Summary]]:
        """The kept days of a period, each with the hash of its last event."""
        try:
            rows = self._db.execute(
                "SELECT day, hash, summary FROM days WHERE day BETWEEN ? AND ? AND form = ?",
                (first.isoformat(), last.isoformat(), FORM),
            ).fetchall()
            return {dt.date.fromisoformat(day): (hash_, from_json(told)) for day, hash_, told in rows}
        except (sqlite3.Error, ValueError, TypeError, KeyError):
            return {}

    def keep(self, days: dict[dt.date, tuple[str, Summary]]) -> None:
        """Keep what was just read and checked."""
        rows = [(day.isoformat(), hash_, FORM, to_json(summary)) for day, (hash_, summary) in days.items()]
        try:
            self._db.executemany("INSERT OR REPLACE INTO days VALUES (?,?,?,?)", rows)
        except sqlite3.Error:
            return

    def close(self) -> None:
        """Close the file."""
        self._db.close()

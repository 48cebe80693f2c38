"""Summaries of days that are over, kept in a file: a year is read and checked once, not at every start."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import Counter
from dataclasses import fields
from pathlib import Path

from centre.summary import Summary

_SCHEMA = """CREATE TABLE IF NOT EXISTS days
    (day TEXT PRIMARY KEY, hash TEXT NOT NULL, form INTEGER NOT NULL, summary TEXT NOT NULL)"""
FORM = 1  # of the summaries; those of another one are made anew


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


def to_json(summary: Summary) -> str:
    """Every counter as a list of keys and counts."""
    told = {}
    for each in fields(summary):
        counter = getattr(summary, each.name)
        told[each.name] = [[_told(key), n] for key, n in sorted(counter.items(), key=repr)]
    return json.dumps(told)


def from_json(told: str) -> Summary:
    """A summary as `to_json` wrote it; ValueError, TypeError or KeyError for anything else."""
    made = Summary()
    found = json.loads(told)
    for each in fields(made):
        setattr(made, each.name, Counter({_key(key): int(n) for key, n in found[each.name]}))
    return made


def _told(key: object) -> object:
    if isinstance(key, tuple):
        return [part.isoformat() if isinstance(part, dt.date) else part for part in key]
    return key


def _key(told: object) -> object:
    """Only the keys by day begin with a date: it is as long as no name of a door."""
    if not isinstance(told, list):
        return told
    head = told[0]
    is_day = len(told) == 3 and isinstance(head, str) and len(head) == 10 and head[4] == "-"
    return (dt.date.fromisoformat(head), *told[1:]) if is_day else tuple(told)

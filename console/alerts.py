"""Alerts: what passed a threshold of the site, kept until it was sent and somebody has taken note of it."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from centre.office import Office
from centre.stored_event import StoredEvent
from robot.types import LetanError

Rule = Literal["low_ratings", "long_wait"]
_SCHEMA = """
CREATE TABLE IF NOT EXISTS alerts (id INTEGER PRIMARY KEY, raised TEXT NOT NULL, rule TEXT NOT NULL,
    door TEXT NOT NULL, n INTEGER NOT NULL, of INTEGER NOT NULL, minutes INTEGER NOT NULL, who TEXT);
CREATE TABLE IF NOT EXISTS addresses (address TEXT PRIMARY KEY, since INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS sent (alert INTEGER NOT NULL, address TEXT NOT NULL, PRIMARY KEY (alert, address));
"""
_ALERT = "SELECT id, raised, rule, door, n, of, minutes FROM alerts "


@dataclass(frozen=True, slots=True)
class LeadersAlert:
    """Something that leaders should know at once: `n` of `of` at a door within `minutes`; local time."""

    id: int
    raised: dt.datetime
    rule: Rule
    door: str
    n: int
    of: int
    minutes: int


class AlertBook:
    """A file beside the office's database: what waits to be sent outlives days without a line, and restarts."""

    def __init__(self, path: Path | str) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise LetanError(f"{path}: the alerts can't be read: {error}") from error

    def add(self, now: dt.datetime, rule: Rule, door: str, n: int, of: int, minutes: int) -> bool:
        """Remember an alert, unless the same was raised within as many minutes before."""
        since = (now - dt.timedelta(minutes=minutes)).isoformat()
        known = "SELECT 1 FROM alerts WHERE rule = ? AND door = ? AND raised > ? AND raised <= ?"
        if self._db.execute(known, (rule, door, since, now.isoformat())).fetchone():
            return False
        row = (now.isoformat(), rule, door, n, of, minutes)
        self._db.execute("INSERT INTO alerts (raised, rule, door, n, of, minutes) VALUES (?,?,?,?,?,?)", row)
        return True

    def open(self) -> list[LeadersAlert]:
        """Those of which nobody has taken note, the newest first."""
        return self._found("WHERE who IS NULL ORDER BY id DESC", ())

    def note(self, alert: int, who: str) -> bool:
        """Somebody has taken note; False when there is none such, or somebody else had."""
        changed = self._db.execute("UPDATE alerts SET who = ? WHERE id = ? AND who IS NULL", (who, alert))
        return changed.rowcount > 0

    def begin(self, address: str) -> None:
        """An address gets what is raised from now on; one that is known goes on where it was."""
        newest = "INSERT OR IGNORE INTO addresses SELECT ?, coalesce(max(id), 0) FROM alerts"
        self._db.execute(newest, (address,))

    def unsent(self, address: str) -> list[LeadersAlert]:
        """Those that have not gone to an address, the oldest first."""
        since = "WHERE id > (SELECT since FROM addresses WHERE address = ?)"
        there = f"{since} AND id NOT IN (SELECT alert FROM sent WHERE address = ?) ORDER BY id"
        return self._found(there, (address, address))

    def sent(self, alert: int, address: str) -> None:
        """An alert has gone to an address."""
        self._db.execute("INSERT OR IGNORE INTO sent VALUES (?, ?)", (alert, address))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _found(self, where: str, values: tuple[str, ...]) -> list[LeadersAlert]:
        rows = self._db.execute(_ALERT + where, values)
        return [LeadersAlert(row[0], dt.datetime.fromisoformat(row[1]), *row[2:]) for row in rows]


class AlertWatch:
    """Looks at an office by the rules of its site; it lives on the office's thread."""

    def __init__(self, office: Office, book: AlertBook) -> None:
        self._office = office
        self._rules = office.site.ratings.alerts
        self._rated: deque[tuple[dt.datetime, str, int]] = deque()
        self.book = book
        for event in office.events_after(office.began, 10**9):
            self.happened(event)

    def happened(self, event: StoredEvent) -> None:
        """Remember a rating."""
        if event.kind == "rated":
            self._rated.append((event.stamp, event.door, int(str(event.data["level"]))))

    def look(self) -> None:
        """Raise what is to be raised now."""
        now = self._office.clock.wall()
        for door in self._office.site.doors:
            self._low_ratings(now, door)
            self._long_wait(now, door)

    def _low_ratings(self, now: dt.datetime, door: str) -> None:
        rule = self._rules.low_ratings
        if rule is None:
            return
        since = now - dt.timedelta(minutes=rule.minutes)
        while self._rated and self._rated[0][0] < since:
            self._rated.popleft()
        levels = [level for stamp, at, level in self._rated if at == door and stamp <= now]
        low = sum(level <= rule.level for level in levels)
        if low >= rule.count and len(levels) >= rule.least:
            self.book.add(now, "low_ratings", door, low, len(levels), round(rule.minutes))

    def _long_wait(self, now: dt.datetime, door: str) -> None:
        rule = self._rules.long_wait
        if rule is None:
            return
        waiting = self._office.tickets(door, "waiting")
        long = sum(now - ticket.issued > dt.timedelta(minutes=rule.minutes) for ticket in waiting)
        if long:
            self.book.add(now, "long_wait", door, long, len(waiting), round(rule.minutes))

"""Events that stand under a wrong day, and the day to which they were moved since: rows themselves never change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from centre.stored_event import StoredEvent


@dataclass(frozen=True, slots=True)
class DayChange:
    """The events from `since` to `until` (seq, both included) belong to `day`."""

    since: int
    until: int
    day: str


class DayChanges:
    """All changes of an office; a later one goes before an earlier one."""

    def __init__(self, changes: tuple[DayChange, ...] = (), seq: int = 0) -> None:
        self._changes = changes
        self.seq = seq  # of the last event that was looked at

    def __len__(self) -> int:
        return len(self._changes)

    def with_event(self, event: StoredEvent) -> DayChanges:
        """With what a `day_set` event says, which moves nothing when its `since` is 0."""
        since = int(str(event.data["since"]))
        if not since:
            return DayChanges(self._changes, event.seq)
        day = date.fromisoformat(str(event.data["to"])).isoformat()
        return DayChanges((DayChange(since, int(str(event.data["until"])), day), *self._changes), event.seq)

    def day(self, seq: int, stored: str) -> str:
        """The day to which an event belongs that was stored under another, or the same."""
        return next((change.day for change in self._changes if change.since <= seq <= change.until), stored)

    @property
    def column(self) -> str:
        """The same as an SQL expression."""
        cases = "".join(f" WHEN seq BETWEEN {c.since} AND {c.until} THEN '{c.day}'" for c in self._changes)
        return f"CASE{cases} ELSE day END" if cases else "day"

    def within(self, first: str, last: str) -> str:
        """An SQL condition: events of the days from `first` to `last`, ISO dates; an index of `day` serves it."""
        stored = f"day BETWEEN '{first}' AND '{last}'"
        if not self._changes:
            return stored
        moved = "".join(f" OR seq BETWEEN {change.since} AND {change.until}" for change in self._changes)
        return f"({stored}{moved}) AND ({self.column}) BETWEEN '{first}' AND '{last}'"

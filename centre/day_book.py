"""Which day events stand under: what a `day_set` event says, and whether the books allow it."""

from __future__ import annotations

from datetime import date

from centre.store import Store
from centre.stored_event import Value
from robot.types import LetanError


def moved(store: Store, since: int, until: int, to: str) -> dict[str, Value]:
    """The data of an event that moves `since` to `until` (seq, both included; none when 0) to another day.

    LetanError where the days would not stand in their order then.
    """
    if not since:
        return {"to": to, "since": 0, "until": 0}
    before = store.day_at(since - 1)
    after = store.day_at(until + 1)  # the same day where nothing follows
    if before > to:
        raise LetanError(f"{to}: what is to be moved came after events of {before}; days stand in their order")
    if store.day_at(until) < after < to:
        raise LetanError(f"{to}: what is to be moved came before events of {after}; days stand in their order")
    return {"to": to, "since": since, "until": until}


def span_of(store: Store, day: date) -> tuple[int, int]:
    """The first and the last event of a day. LetanError when it has none."""
    found = store.span(day)
    if found is None:
        known = store.days()
        there = f"there are events from {known[0]} to {known[1]}" if known else "there are none at all"
        raise LetanError(f"{day}: nothing is stored under that day; {there}")
    return found

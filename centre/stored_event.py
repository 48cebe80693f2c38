"""One thing that happened at the office, as it is stored: a row of the journal, chained to the one before by a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Literal, get_args

from centre.robots import FIRST_NUMBER

NUMBER = "number "  # begins the names of a loss's data that tell of the last number of a door
COLUMNS = ("seq", "stamp", "day", "kind", "visit", "ticket", "door", "count", "data", "hash")
TOLD = " || ', ' || ".join(f"json_quote({column})" for column in COLUMNS[:-1])  # in SQL: a row as JSON without brackets
Value = str | int | float | list[str]
Kind = Literal[
    "visit", "issued", "called", "recalled", "started", "finished", "no_show", "rated",
    "held", "returned", "transferred", "deferred", "arrived", "undone", "counter_closed", "counter_opened", "lost",
    "day_set", "kept", "booked", "unbooked",
    "staff_called", "staff_accepted", "staff_coming", "staff_done", "staff_cancelled", "robot_called", "robot_answered",
    "robot", "renumbered", "given_late",
    "staff_replied", "announced", "robot_ordered",
]  # fmt: skip
_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}
_NEEDED = {
    "issued": {"service"},
    "rated": {"level", "service", "reasons"},
    "staff_accepted": {"call", "who"},
    "staff_replied": {"call", "reply"},
    "announced": {"text"},
    "robot_ordered": {"order"},
    "deferred": {"minutes"},
    "undone": {"undoes"},
    "robot": {"robot", "slot"},
    "renumbered": {"number"},
    "given_late": {"service", "given"},
    "lost": {"from", "to"},
    "kept": {"service", "nights"},
    "booked": {"service", "at"},
    "day_set": {"to", "since", "until"},
}


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One thing that happened at the office; `day` is the series of numbers that `ticket` belongs to."""

    kind: Kind
    stamp: datetime
    day: str
    visit: int | None = None
    ticket: str = ""
    door: str = ""
    count: int = 0
    data: dict[str, Value] = field(default_factory=dict)
    seq: int = 0  # given when it is written


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """An event with its place in the chain."""

    event: StoredEvent
    hash: str


def event_of(row: tuple[object, ...]) -> StoredEvent:
    """The event of a row with all columns; ValueError or TypeError for one that no office has written."""
    seq, stamp, day, kind, visit, ticket, door, count, data, _ = row
    known = _KINDS.get(str(kind))
    if known is None:
        raise ValueError(f"there is no event `{kind}`")
    values = json.loads(str(data))
    if not isinstance(values, dict) or not _NEEDED.get(str(kind), set()) <= values.keys():
        raise ValueError(f"the data of `{kind}` are incomplete")
    if kind == "rated":
        values["level"] = int(values["level"])
    if bytes in map(type, row):
        raise ValueError("it holds bytes")
    return StoredEvent(
        seq=int(str(seq)),
        stamp=datetime.fromisoformat(str(stamp)),
        day=_day(str(day)),
        kind=known,
        visit=visit if isinstance(visit, int) else None,
        ticket=str(ticket),
        door=str(door),
        count=int(str(count)),
        data=values,
    )


@lru_cache(64)
def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def row_of(event: StoredEvent) -> tuple[object, ...]:
    """The columns of an event but the hash."""
    data = json.dumps(event.data, ensure_ascii=False, sort_keys=True)
    stamp = event.stamp.isoformat(timespec="milliseconds")
    head = (event.seq, stamp, event.day, event.kind, event.visit)
    return (*head, event.ticket, event.door, event.count, data)


def chained(before: str, row: tuple[object, ...]) -> str:
    """The hash of a row's other columns that follows the hash `before`."""
    return hashlib.sha256(json.dumps([before, *row], ensure_ascii=False).encode()).hexdigest()


def chained_told(before: str, told: str) -> str:
    """The same for a row's other columns as TOLD has SQLite tell them: an export reads millions."""
    return hashlib.sha256(f'["{before}", {told}]'.encode()).hexdigest()


def numbers_in(event: StoredEvent) -> Iterator[tuple[str, int]]:
    """The doors and numbers of the office's own series that an event says have been given."""
    if event.kind == "issued" and event.count < FIRST_NUMBER:
        yield event.door, event.count
    elif event.kind == "lost":
        for name, number in event.data.items():
            if name.startswith(NUMBER) and isinstance(number, int):
                yield name.removeprefix(NUMBER), number

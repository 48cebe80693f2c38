"""Takes the events of offices into the city's database: each once, in the order of the office's chain, or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from centre.label import Label
from centre.stored_event import ChainedEvent, StoredEvent
from city.database import told
from city.tables import days, events, offices
from robot.types import LetanError


@dataclass(frozen=True, slots=True)
class Received:
    """The last event of an office that the city has; 0 and "" before the first."""

    seq: int = 0
    hash: str = ""


class ForkedError(LetanError):
    """The city has other events of an office than the office itself."""

    def __init__(self, office: str, seq: int) -> None:
        super().__init__(
            f"the city has another event {seq} of `{office}` than this database: it is another office's, or an old "
            "copy was brought back without its fence. Nothing was sent; send under a name of its own with --office"
        )


class Inbox:
    """What it acknowledges is committed at the server; an office's events are always a prefix of its chain."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def introduce(self, office: str, label: Label) -> None:
        """Say what an office and its doors are called."""
        named = {"office": office, "seq": 0, "hash": "", "label": label.model_dump()}
        statement = upsert(offices).values(named)
        renamed = statement.on_conflict_do_update(index_elements=["office"], set_={"label": statement.excluded.label})
        with told(self._engine), self._engine.begin() as connection:
            connection.execute(renamed)

    def received(self, office: str) -> Received:
        """How far an office's events have come; it must have been introduced."""
        with told(self._engine), self._engine.connect() as connection:
            return _received(connection, office)

    def take(self, office: str, follows: Received, batch: Sequence[ChainedEvent]) -> Received:
        """Commit a batch that follows an event; what the city has already (an answer was lost) is left out.

        ForkedError where the city's last event is none of the batch and not the one that it follows. CityAway when no
        answer comes: the batch may then be there or not, wholly.
        """
        with told(self._engine), self._engine.begin() as connection:
            last = _received(connection, office, alone=True)
            places = [follows, *(Received(each.event.seq, each.hash) for each in batch)]
            if last not in places:
                raise ForkedError(office, last.seq)
            new = batch[places.index(last) :]
            if new:
                connection.execute(insert(events), [_row(office, each) for each in new])
                _note_days(connection, office, [each.event for each in new])
                for each in new:
                    if each.event.kind == "day_set" and each.event.data["since"]:
                        _move(connection, office, each.event)
                last = Received(new[-1].event.seq, new[-1].hash)
            known = {"seq": last.seq, "hash": last.hash, "heard": func.now()}
            connection.execute(update(offices).where(offices.c.office == office).values(known))
        return last


def _received(connection: Connection, office: str, alone: bool = False) -> Received:
    """The place of an office; `alone`: nobody else takes its events until the transaction ends."""
    query = select(offices.c.seq, offices.c.hash).where(offices.c.office == office)
    found = connection.execute(query.with_for_update() if alone else query).one_or_none()
    if found is None:
        raise LetanError(f"the city does not know an office `{office}`")
    return Received(found.seq, found.hash)


def _note_days(connection: Connection, office: str, new: Sequence[StoredEvent]) -> None:
    ends = {event.day: event.seq for event in new}
    rows = [{"office": office, "day": day, "seq": seq} for day, seq in ends.items()]
    statement = upsert(days).values(rows)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["office", "day"], set_={"seq": statement.excluded.seq})
    )


def _move(connection: Connection, office: str, change: StoredEvent) -> None:
    """Events stood under a wrong day: the office says to which they belong."""
    to = dt.date.fromisoformat(str(change.data["to"]))
    span = events.c.seq.between(int(str(change.data["since"])), int(str(change.data["until"])))
    moved = (events.c.office == office) & span
    before = connection.execute(select(events.c.day).where(moved).distinct()).scalars().all()
    connection.execute(update(events).where(moved).values(day=to))
    for day in {to, *before}:
        here = (days.c.office == office) & (days.c.day == day)
        last = connection.execute(
            select(func.max(events.c.seq)).where(events.c.office == office, events.c.day == day)
        ).scalar()
        connection.execute(delete(days).where(here))  # with its sum, which is made anew
        if last is not None:
            connection.execute(insert(days).values(office=office, day=day, seq=last))


def _row(office: str, each: ChainedEvent) -> dict[str, Any]:
    event = each.event
    return {
        "office": office,
        "seq": event.seq,
        "stamp": event.stamp,
        "day": event.day,
        "kind": event.kind,
        "visit": event.visit,
        "ticket": event.ticket,
        "door": event.door,
        "count": event.count,
        "data": event.data,
        "hash": each.hash,
    }

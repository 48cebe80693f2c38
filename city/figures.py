"""The figures of the city's offices: each day's summary is made once from its events, and again when more have come."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, Row, func, or_, select, update

from centre.label import Label
from centre.ratings import Rating, ratings_in
from centre.stored_event import StoredEvent
from centre.summary import Summary, summary_of_day
from centre.summary_form import FORM, from_json, to_json
from city.database import told
from city.tables import days, events, offices

MOST_KEPT = 20_000  # summaries in memory: five months of 126 offices
_COLUMNS = [events.c[name] for name in ("seq", "stamp", "day", "kind", "visit", "ticket", "door", "count", "data")]


@dataclass(frozen=True, slots=True)
class OfficeKnown:
    """An office as far as the city knows it: `heard` is when it last sent something (UTC)."""

    office: str
    label: Label
    heard: dt.datetime


class CityFigures:
    """Reads the city's database; sums that were made are kept there, and in this process."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._made: dict[tuple[str, dt.date], tuple[int, Summary]] = {}  # with the event that it reaches to

    def offices(self) -> dict[str, OfficeKnown]:
        """All offices by their names."""
        query = select(offices.c.office, offices.c.label, offices.c.heard).order_by(offices.c.office)
        with told(self._engine), self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return {row.office: OfficeKnown(row.office, Label.model_validate(row.label), row.heard) for row in rows}

    def period(self, first: dt.date, last: dt.date, office: str = "") -> dict[str, Summary]:
        """The sum of the days from `first` to `last` by office, of all or of one; those without a day have none."""
        query = select(days.c.office, days.c.day, days.c.seq).where(days.c.day.between(first, last))
        if office:
            query = query.where(days.c.office == office)
        sums: dict[str, Summary] = {}
        with self._lock:
            with told(self._engine), self._engine.connect() as connection:
                wanted = {(row.office, row.day): row.seq for row in connection.execute(query)}
            self._make({key: seq for key, seq in wanted.items() if self._made.get(key, (0,))[0] != seq})
            if len(self._made) > MOST_KEPT:
                self._made = {key: self._made[key] for key in wanted}
            for key in wanted:
                sums.setdefault(key[0], Summary()).add(self._made[key][1])
        return sums

    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day with events."""
        with told(self._engine), self._engine.connect() as connection:
            first, last = connection.execute(select(func.min(days.c.day), func.max(days.c.day))).one()
        return (first, last) if first else None

    def lost(self, first: dt.date, last: dt.date, office: str = "") -> int:
        """How many events of these days the offices know to be gone."""
        before = select(func.max(days.c.day)).where(days.c.office == events.c.office, days.c.seq < events.c.seq)
        since = func.coalesce(before.scalar_subquery(), events.c.day)
        query = select(events.c.data).where(events.c.kind == "lost", since <= last, events.c.day >= first)
        if office:
            query = query.where(events.c.office == office)
        with told(self._engine), self._engine.connect() as connection:
            return sum(int(row.data["to"]) - int(row.data["from"]) + 1 for row in connection.execute(query))

    def ratings(self, office: str, first: dt.date, last: dt.date) -> Iterator[Rating]:
        """The ratings of one office in order of time, read as they are asked for."""
        query = (
            select(*_COLUMNS)
            .where(events.c.office == office, events.c.day.between(first, last), events.c.kind == "rated")
            .order_by(events.c.seq)
        )
        with told(self._engine), self._engine.connect().execution_options(yield_per=2000) as connection:
            yield from ratings_in(_event(row) for row in connection.execute(query))

    def _make(self, missing: dict[tuple[str, dt.date], int]) -> None:
        """Load the kept summaries of days; make those anew whose day has gone on since, or that have another form."""
        if not missing:
            return
        with told(self._engine), self._engine.begin() as connection:
            self._load(connection, missing)
            for key, seq in missing.items():
                if self._made.get(key, (0,))[0] != seq:
                    self._made[key] = self._summed(connection, key)

    def _load(self, connection: Connection, missing: dict[tuple[str, dt.date], int]) -> None:
        dates = [day for _, day in missing]
        query = select(days.c.office, days.c.day, days.c.seq, days.c.summary).where(
            days.c.day.between(min(dates), max(dates)), days.c.summed == days.c.seq, days.c.form == FORM
        )
        for row in connection.execute(query):
            if (row.office, row.day) in missing:
                self._made[row.office, row.day] = row.seq, from_json(row.summary)

    @staticmethod
    def _summed(connection: Connection, key: tuple[str, dt.date]) -> tuple[int, Summary]:
        """A day's summary from its events, kept if it is newer than the one that is kept."""
        office, day = key
        query = select(*_COLUMNS).where(events.c.office == office, events.c.day == day).order_by(events.c.seq)
        of_day = [_event(row) for row in connection.execute(query)]
        made = summary_of_day(of_day, day.isoformat())
        seq = of_day[-1].seq
        is_newer = or_(days.c.summed < seq, days.c.form != FORM)
        here = (days.c.office == office) & (days.c.day == day) & is_newer
        connection.execute(update(days).where(here).values(summed=seq, form=FORM, summary=to_json(made)))
        return seq, made


def _event(row: Row[Any]) -> StoredEvent:
    seq, stamp, day, kind, visit, ticket, door, count, data = tuple(row)
    return StoredEvent(kind, stamp, day.isoformat(), visit, ticket, door, count, data, seq)

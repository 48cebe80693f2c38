"""Summaries of periods for the leaders: read and checked once a day of the office, then kept."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

from centre.office import Office
from centre.summary import Summary, summaries

ONE_DAY = dt.timedelta(days=1)


class Statistics:
    """Reads through `reader`, an office's reader of its own, since this runs beside the event loop."""

    def __init__(self, reader: Callable[[], Office]) -> None:
        self.reader = reader
        self._days: dict[dt.date, Summary] = {}  # of days that are over
        self._lock = threading.Lock()

    def period(self, first: dt.date, last: dt.date) -> Summary:
        """The sum of the days from `first` to `last`; LetanError when their events are not as they were written."""
        made = Summary()
        with self._lock:
            found = self._missing(first, last) | self._days
        for day, summary in found.items():
            if first <= day <= last:
                made.add(summary)
        return made

    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day with data."""
        office = self.reader()
        try:
            return office.days()
        finally:
            office.close()

    def lost(self, first: dt.date, last: dt.date) -> int:
        """How many events of these days are known to be gone."""
        office = self.reader()
        try:
            return office.lost(first, last)
        finally:
            office.close()

    def _missing(self, first: dt.date, last: dt.date) -> dict[dt.date, Summary]:
        """What is not known yet; days that are over are kept."""
        office = self.reader()
        try:
            known = office.days()
            if known is None:
                return {}
            found: dict[dt.date, Summary] = {}
            day, last = max(first, known[0]), min(last, known[1])
            while day <= last:
                end = day
                while day not in self._days and end < last and end + ONE_DAY not in self._days:
                    end += ONE_DAY
                if day not in self._days:
                    found |= {day + i * ONE_DAY: Summary() for i in range((end - day).days + 1)}
                    found |= dict(summaries(office.reading(day, end)))
                day = end + ONE_DAY
            self._days |= {d: summary for d, summary in found.items() if d.isoformat() < office.day and d < known[1]}
            return found
        finally:
            office.close()

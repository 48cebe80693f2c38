"""Summaries of periods for the leaders: each day that is over is read and checked once, then kept."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from centre.office import Office
from centre.summary import Summary, summaries
from console.kept_figures import KeptFigures

ONE_DAY = dt.timedelta(days=1)


class Statistics:
    """Reads through an office's reader of its own, since this runs beside the event loop; it is opened once.

    `reader` opens one more, for who reads so long that others should not wait.
    """

    def __init__(self, reader: Callable[[], Office], kept: KeptFigures) -> None:
        self.reader = reader
        self._kept = kept
        self._lock = threading.Lock()
        self._office: Office | None = None

    def period(self, first: dt.date, last: dt.date) -> Summary:
        """The sum of the days from `first` to `last`; LetanError when their events are not as they were written."""
        made = Summary()
        with self._reading() as office:
            for summary in self._days(office, first, last):
                made.add(summary)
        return made

    def days(self) -> tuple[dt.date, dt.date] | None:
        """The first and the last day with data."""
        with self._reading() as office:
            return office.days()

    def lost(self, first: dt.date, last: dt.date) -> int:
        """How many events of these days are known to be gone."""
        with self._reading() as office:
            return office.lost(first, last)

    def close(self) -> None:
        """Close the reader."""
        with self._lock:
            self._forget()

    @contextmanager
    def _reading(self) -> Iterator[Office]:
        """The reader, with what was stored since; after an error it is opened anew."""
        with self._lock:
            try:
                if self._office is None:
                    self._office = self.reader()
                else:
                    self._office.refresh()
                yield self._office
            except BaseException:
                self._forget()
                raise

    def _forget(self) -> None:
        if self._office is not None:
            self._office.close()
            self._office = None

    def _days(self, office: Office, first: dt.date, last: dt.date) -> list[Summary]:
        """The summary of each day with events: kept ones where the chain still ends as it did, the others read."""
        ends = office.ends_of_days(first, last)
        kept = self._kept.load(first, last)
        found = {day: kept[day][1] for day, end in ends.items() if day in kept and kept[day][0] == end}
        missing = [day for day in ends if day not in found]
        for begin, end in _runs(missing, sorted(ends)):
            fresh = dict(summaries(office.reading(begin, end)))
            found |= fresh
            over = {day: (ends[day], made) for day, made in fresh.items() if day.isoformat() < office.day}
            self._kept.keep(over)
        return [found[day] for day in sorted(found)]


def _runs(missing: list[dt.date], days: list[dt.date]) -> list[tuple[dt.date, dt.date]]:
    """Missing days that follow each other among the `days` with events, as first and last ones to be read at once."""
    runs: list[tuple[dt.date, dt.date]] = []
    wanted = set(missing)
    for before, day in zip([None, *days], days, strict=False):
        if day not in wanted:
            continue
        if runs and before is not None and runs[-1][1] == before:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs

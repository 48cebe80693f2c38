"""The event log: one JSON object a line with sorted keys, so that equal runs are equal bytes."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from robot.events import Entry, Event, Kind
from robot.ports import Clock

log = logging.getLogger("letan.events")


class EventLog:
    """Keeps the events and, with a path, writes each as a line at once; a full disk ends the file and nothing else.

    With `keep` only so many of the last ones stay in memory, and a file that is there is gone on with.
    """

    def __init__(self, clock: Clock, path: Path | None = None, keep: int | None = None) -> None:
        self._clock = clock
        self._path = path
        self._file: TextIO | None = None
        if path is not None:
            self._file = path.open("w" if keep is None else "a", encoding="utf-8", errors="backslashreplace")
        self.entries: list[Entry[Event]] | deque[Entry[Event]] = [] if keep is None else deque(maxlen=keep)
        self.listeners: list[Callable[[Entry[Event]], None]] = []

    def record(self, event: Event) -> None:
        """Write one event with the time of the clock."""
        entry = Entry(round(self._clock.now(), 2), event)
        self.entries.append(entry)
        for listener in self.listeners:
            listener(entry)
        if self._file is None:
            return
        try:
            self._file.write(entry.line() + "\n")
            self._file.flush()
        except OSError as error:
            log.warning("%s ends here, it cannot be written: %s", self._path, error)
            self._drop()

    def of(self, kind: type[Kind]) -> list[Entry[Kind]]:
        """The entries of one kind of events, in order."""
        return [Entry(entry.t, entry.event) for entry in self.entries if isinstance(entry.event, kind)]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _drop(self) -> None:
        """Go on without the file; what it could not take is lost."""
        assert self._file is not None
        with suppress(OSError):
            self._file.close()
        self._file = None

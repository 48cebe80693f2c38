"""The event log: one JSON object a line with sorted keys, so that equal runs are equal bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from robot.ports import Clock


class EventLog:
    """Keeps the events and, with a path, writes each as a line at once."""

    def __init__(self, clock: Clock, path: Path | None = None) -> None:
        self._clock = clock
        self._file: TextIO | None = path.open("w", encoding="utf-8") if path is not None else None
        self.events: list[dict[str, Any]] = []
        self.listeners: list[Callable[[dict[str, Any]], None]] = []

    def tell(self, event: str, **facts: Any) -> None:  # noqa: ANN401 (facts are plain JSON values)
        """Write one event with the time of the clock."""
        line = {"t": round(self._clock.now(), 2), "event": event, **facts}
        self.events.append(line)
        for listener in self.listeners:
            listener(line)
        if self._file is not None:
            self._file.write(json.dumps(line, sort_keys=True, ensure_ascii=False) + "\n")

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        """The events of some kinds, in order."""
        return [event for event in self.events if event["event"] in kinds]

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

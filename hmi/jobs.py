"""Jobs that end once: what a worker does, and what anybody may look at or cancel meanwhile."""

from __future__ import annotations

import threading

from robot.ports import Outcome

CANCELLED = Outcome(False, "cancelled")


class Task:
    """A `robot.ports.Job` for threads: the first end counts; `cancel` ends it at once and tells the worker."""

    def __init__(self, outcome: Outcome | None = None) -> None:
        self._outcome = outcome
        self._lock = threading.Lock()
        self.ended = threading.Event()
        if outcome is not None:
            self.ended.set()

    @property
    def outcome(self) -> Outcome | None:
        """None while it runs."""
        return self._outcome

    def finish(self, outcome: Outcome) -> None:
        """End it; without effect when it has ended."""
        with self._lock:
            if self._outcome is None:
                self._outcome = outcome
                self.ended.set()

    def cancel(self) -> None:
        """End it as cancelled."""
        self.finish(CANCELLED)

"""Acts on an office whose database others may have locked: each at once, or in its order as soon as that can be."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from centre.store import BusyError
from robot.ports import Clock, Outcome
from robot.types import LetanError

GIVES_UP = 30.0  # s for which a locked database is tried again


@dataclass
class PendingAct:
    """A `robot.ports.Job`; what was asked for is not taken back."""

    act: Callable[[], object]
    until: float
    outcome: Outcome | None = None

    def cancel(self) -> None:
        """Without effect."""


class PatientActs:
    """Keeps the order: nothing is done before what was asked for earlier."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: deque[PendingAct] = deque()

    def do(self, act: Callable[[], object]) -> PendingAct:
        """Do it now if that can be."""
        pending = PendingAct(act, self._clock.now() + GIVES_UP)
        self._open.append(pending)
        self.look()
        return pending

    def look(self) -> None:
        """Do what had to wait for others."""
        while self._open:
            first = self._open[0]
            first.outcome = self._tried(first)
            if first.outcome is None:
                return
            self._open.popleft()

    def _tried(self, pending: PendingAct) -> Outcome | None:
        try:
            pending.act()
        except BusyError as busy:
            return None if self._clock.now() < pending.until else Outcome(False, str(busy))
        except LetanError as error:
            return Outcome(False, str(error))
        return Outcome(True)

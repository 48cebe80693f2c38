"""Keeps an error in one part of the loop from reaching the others: told once, then the part is made anew."""

from __future__ import annotations

import logging
import math
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from letan.events import PartFailed, Then
from robot.events import Record

log = logging.getLogger("letan.loop")
LEFT_OUT = 5.0  # s for which a part that can't be made anew is left alone
MADE_AGAIN = 1.0  # s between two makings of a part: a new one takes some time
TOLD_AGAIN = 60.0  # s after which the same error of a part is told once more


class PartGuard:
    """Runs the parts of one turn. `needed` are those without which the robot stands, each with how it is made anew.

    One that can't be made anew (None) is tried again at every turn; the parts that are not needed are left out for a
    while. `has_failed`: a part failed in this turn, or a needed one has not worked since.
    """

    def __init__(self, needed: Mapping[str, Callable[[], None] | None], record: Record) -> None:
        self._needed = needed
        self._record = record
        self._failing: set[str] = set()  # parts that have not worked since they failed
        self._told: dict[tuple[str, str], float] = {}  # when an error of a part, by its place, was told, s
        self._made: dict[str, float] = {}  # when a part was made anew, s
        self._until: dict[str, float] = {}  # when a part that was left out is tried again, s
        self._failed_now = False
        self._parts: dict[str, _Part] = {}
        self.now = 0.0

    def begin(self, now: float) -> None:
        """A new turn, at `now` (s)."""
        self.now = now
        self._failed_now = False

    @property
    def has_failed(self) -> bool:
        """Whether the wheels have to stand."""
        return self._failed_now or not self._failing.isdisjoint(self._needed)

    def may(self, part: str) -> bool:
        """Whether a part is not left out just now."""
        return self.now >= self._until.get(part, self.now)

    def part(self, name: str) -> _Part:
        """What is done inside belongs to a part; an error in it ends here."""
        if name not in self._parts:
            self._parts[name] = _Part(name, self)
        return self._parts[name]

    def worked(self, name: str) -> None:
        """A part did what it had to do."""
        self._failing.discard(name)

    def failed(self, name: str, error: BaseException) -> None:
        """A part did not: tell it, and have the part made anew."""
        self._failed_now = True
        self._failing.add(name)
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(frame.filename).name}:{frame.lineno}"
        maker = self._needed.get(name)
        then: Then = "restarted" if maker else "tried again" if name in self._needed else "left out"
        if self.now - self._told.get((name, place), -math.inf) >= TOLD_AGAIN:
            self._told[name, place] = self.now
            log.error("%s failed", name, exc_info=error)
            self._tell(PartFailed(name, place, in_words(error), then))
        if then == "left out":
            self._until[name] = self.now + LEFT_OUT
        if maker is None or self.now - self._made.get(name, -math.inf) < MADE_AGAIN:
            return
        self._made[name] = self.now
        try:
            maker()
        except Exception as again:
            log.error("%s can't be made anew: %s", name, in_words(again))

    def _tell(self, event: PartFailed) -> None:
        try:
            self._record(event)
        except Exception as error:  # the log itself is broken: the turn goes on without it
            log.error("an event could not be told: %s", in_words(error))


class _Part:
    """One part of a turn as a context, entered a dozen times a turn: a generator each time would cost too much."""

    def __init__(self, name: str, guard: PartGuard) -> None:
        self._name = name
        self._guard = guard

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is None:
            self._guard.worked(self._name)
            return False
        if not isinstance(error, (Exception, SystemExit)):
            return False
        self._guard.failed(self._name, error)
        return True


def in_words(error: BaseException) -> str:
    """An error's kind and its words, if it has any that can be written."""
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # as of a number with more digits than are written
        return type(error).__name__

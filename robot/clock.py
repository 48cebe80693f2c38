"""Time comes only from here: the wall for a real robot, the loop itself for the simulator."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta


class RealClock:
    """The machine's monotonic clock; the wall time of day is read apart, so its jumps never move durations."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The office's local time of day."""
        return datetime.now()

    def sleep_until(self, deadline: float) -> None:
        """Sleep to an absolute deadline; return at once when it has passed."""
        rest = deadline - time.monotonic()
        if rest > 0:
            time.sleep(rest)


@dataclass
class SimClock:
    """Simulated time: it moves only when the loop says so. `pace` (x real time) slows it for people who watch."""

    start: datetime
    seconds: float = 0.0
    pace: float | None = None
    _due: float = field(default=0.0, repr=False)

    def now(self) -> float:
        """Simulated seconds since the start."""
        return self.seconds

    def wall(self) -> datetime:
        """The simulated time of day."""
        return self.start + timedelta(seconds=self.seconds)

    def sleep_until(self, deadline: float) -> None:
        """Move to `deadline`; with a pace, wait as long as it takes at that pace (never catching up in a burst)."""
        step, self.seconds = deadline - self.seconds, deadline
        if self.pace is None:
            return
        self._due = max(self._due + step / self.pace, time.monotonic() - 0.1)
        rest = self._due - time.monotonic()
        if rest > 0:
            time.sleep(rest)

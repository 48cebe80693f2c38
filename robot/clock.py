"""Time comes only from here: the wall for a real robot, the loop itself for the simulator."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_TIME_ERROR = 5  # adjtimex(2): the clock follows no server
_UNKNOWN = -1
_TIMEX_BYTES = 512  # more than struct timex has on any machine; all zero asks without changing anything


def _kernel_clock_state() -> int:
    try:
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES)))
    except (OSError, AttributeError):
        return _UNKNOWN


class RealClock:
    """The machine's monotonic clock; the wall time of day is read apart, so its jumps never move durations."""

    def now(self) -> float:
        """Monotonic seconds."""
        return time.monotonic()

    def wall(self) -> datetime:
        """The office's local time of day."""
        return datetime.now()

    def uptime(self) -> float:
        """Seconds since the machine's start, those of its sleep included."""
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def is_vouched(self) -> bool:
        """Whether the kernel's clock follows a time server: setting it by hand ends that (adjtimex(2))."""
        return _kernel_clock_state() not in (_TIME_ERROR, _UNKNOWN)

    def sleep_until(self, deadline: float) -> None:
        """Sleep to an absolute deadline; return at once when it has passed."""
        rest = deadline - time.monotonic()
        if rest > 0:
            time.sleep(rest)


@dataclass
class SimClock:
    """Simulated time: it moves only when the loop says so. `pace` (x real time) slows it for people who watch.

    It is right unless a test says that nobody is `vouched` to know better.
    """

    start: datetime
    seconds: float = 0.0
    pace: float | None = None
    vouched: bool = True
    _due: float = field(default=0.0, repr=False)

    def now(self) -> float:
        """Simulated seconds since the start."""
        return self.seconds

    def wall(self) -> datetime:
        """The simulated time of day."""
        return self.start + timedelta(seconds=self.seconds)

    def uptime(self) -> float:
        """The same as `now`."""
        return self.seconds

    def is_vouched(self) -> bool:
        """Whether it is to be believed whatever it says."""
        return self.vouched

    def sleep_until(self, deadline: float) -> None:
        """Move to `deadline`; with a pace, wait as long as it takes at that pace (never catching up in a burst)."""
        step, self.seconds = deadline - self.seconds, deadline
        if self.pace is None:
            return
        self._due = max(self._due + step / self.pace, time.monotonic() - 0.1)
        rest = self._due - time.monotonic()
        if rest > 0:
            time.sleep(rest)

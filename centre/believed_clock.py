"""The office's clock: a time that jumps is not believed until the machine's own count, a time server or staff agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from robot.ports import Clock

TOLERANCE = 2 * 3600.0  # s: a clock that is set by less leads into no other day while an office is open


class BelievedClock:
    """A clock that goes on evenly while the machine's wall clock jumps, unless a time server vouches for the jump.

    When it starts, a date is believed that a time server vouches for, or that is at most `longest_closure` days after
    the last one in the books: a machine that was switched off can know no more. A date further ahead waits for staff.
    """

    def __init__(self, clock: Clock, longest_closure: int) -> None:
        self._clock = clock
        self._longest_closure = timedelta(days=longest_closure)
        self._ahead: float | None = None  # s from uptime to the time that is believed, as seconds of `_EPOCH`
        self._assumed = ""  # the day that was believed without anybody's word

    def now(self) -> float:
        """Monotonic seconds."""
        return self._clock.now()

    def uptime(self) -> float:
        """Monotonic seconds that count while the machine sleeps, too."""
        return self._clock.uptime()

    def is_vouched(self) -> bool:
        """Whether a time server vouches for the machine's wall clock."""
        return self._clock.is_vouched()

    def sleep_until(self, deadline: float) -> None:
        """As the machine's clock does."""
        self._clock.sleep_until(deadline)

    def wall(self) -> datetime:
        """The local time of day as far as it is believed; before anything is, the machine's."""
        wall = self._clock.wall()
        if self._ahead is None:
            return wall
        reckoned = _EPOCH + timedelta(seconds=self._clock.uptime() + self._ahead)
        if abs((wall - reckoned).total_seconds()) <= TOLERANCE:
            return wall
        if self._clock.is_vouched():
            self._believe(wall)
            return wall
        return reckoned

    def day(self, last: str) -> str:
        """The business day as an ISO date, where `last` is the last one in the books, "" when they are empty.

        Never before the last one: a clock that is set back starts no day.
        """
        wall = self.wall()
        today = wall.date().isoformat()
        if self._ahead is None and today >= last and self._may_be(wall, last):
            if not self._clock.is_vouched():
                self._assumed = today
            self._believe(wall)
        return last if today < last or self._ahead is None else today

    def is_doubted(self, last: str) -> bool:
        """Whether the machine's date is ahead of the books and waits for somebody's word."""
        return self.day(last) == last != "" and self._ahead is None and self.wall().date().isoformat() > last

    def refutes(self, last: str) -> bool:
        """Whether the last day in the books was only assumed, and a time server says now that it is not yet."""
        return last != "" and last == self._assumed and self.wall().date().isoformat() < last and self.is_vouched()

    def set_day(self, day: date) -> None:
        """Staff say which day it is; the time of day is the clock's."""
        self._believe(datetime.combine(day, self.wall().time()))

    def _may_be(self, wall: datetime, last: str) -> bool:
        if not last or self._clock.is_vouched():
            return True
        return wall.date() - date.fromisoformat(last) <= self._longest_closure

    def _believe(self, wall: datetime) -> None:
        self._ahead = (wall - _EPOCH).total_seconds() - self._clock.uptime()


_EPOCH = datetime(2000, 1, 1)

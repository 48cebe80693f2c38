"""What the robot does when it does not get on: it waits and asks, goes round, backs off, calls for help, gives up."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RecoveriesConfig:
    """Times in s since it last got on, in the order in which they come; distances in m."""

    getting_on: float = 0.3  # less is no progress
    ask_after: float = 3.0
    ask_every: float = 4.0
    ask_for: float = 3.0  # that an asking lasts: as long as the words
    hold_after: float = 4.0  # it does not plan anew each second: two ways as good as each other would alternate
    hold: float = 8.0
    go_round_after: float = 7.0
    back_off_after: float = 8.0
    help_after: float = 30.0
    give_up_after: float = 60.0
    detours: int = 3  # ways that may be longer than hoped, for one goal


class Recoveries:
    """Keeps the time since the robot last got on towards its goal."""

    def __init__(self, config: RecoveriesConfig | None = None) -> None:
        self.config = config or RecoveriesConfig()
        self.begin()

    def begin(self) -> None:
        """A new goal: nothing has been tried."""
        self._best = math.inf
        self._last = 0.0
        self._moved_at = -math.inf
        self._asked = -math.inf
        self._detours = 0

    def start(self, now: float) -> None:
        """The waiting is counted from the first step towards a goal."""
        if self._moved_at == -math.inf:
            self._moved_at = now

    def hold(self, seconds: float) -> None:
        """So much time in which something else held the robot is no time without getting on."""
        self._moved_at += seconds

    def note(self, now: float, remaining: float) -> None:
        """It gets on when less is left because it drives: neither by creeping nor because another plan is shorter."""
        enough = self.config.getting_on
        if self._last - remaining > enough:
            self._best = min(self._best, remaining)
        if remaining < self._best - enough or self._best == math.inf:
            self._best = remaining
            self._moved_at = now
        self._last = remaining

    def replanned(self, now: float, remaining: float) -> None:
        """On a longer way, what it drives counts as getting on; not for ever, for the plans may go to and fro."""
        late = self.blocked_for(now) > self.config.go_round_after
        if late and remaining > self._best + 0.5 and self._detours < self.config.detours:
            self._best = remaining
            self._detours += 1

    def blocked_for(self, now: float) -> float:
        """Seconds without getting on."""
        return now - self._moved_at if self._moved_at > -math.inf else 0.0

    def plan_period(self, now: float, usual: float) -> float:
        """How long a plan lasts."""
        return self.config.hold if self.blocked_for(now) > self.config.hold_after else usual

    def is_waiting(self, now: float) -> bool:
        """Whether it no longer merely drives slowly."""
        return self.blocked_for(now) > self.config.ask_after

    def asks(self, now: float) -> bool:
        """Whether to ask those around to make way now."""
        c = self.config
        if self.is_waiting(now) and now - self._asked >= c.ask_every:
            self._asked = now
        return self.is_waiting(now) and now - self._asked < c.ask_for

    def goes_round(self, now: float) -> bool:
        """Whether what is in the way will not make way."""
        return self.blocked_for(now) > self.config.go_round_after

    def backs_off(self, now: float) -> bool:
        """Whether to back off now: each time that twice the patience is over."""
        phase = self.blocked_for(now) % (2.0 * self.config.back_off_after)
        return phase > 2.0 * self.config.back_off_after - 0.2

    def needs_help(self, now: float) -> bool:
        """Whether somebody should be called."""
        return self.blocked_for(now) > self.config.help_after

    def gives_up(self, now: float) -> bool:
        """Whether there is no hope left."""
        return self.blocked_for(now) > self.config.give_up_after

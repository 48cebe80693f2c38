"""Words that wrap one node: how often, how long, and what its ending means."""

from __future__ import annotations

import math

from py_trees.common import Status

from behaviours.language.nodes import FAILURE, INVALID, RUNNING, SUCCESS, Branch, Flow


class Invert(Branch):
    """Success becomes failure and the other way round."""

    def flow(self) -> Flow:
        """Running stays running."""
        yield from self.only.tick()
        return {SUCCESS: FAILURE, FAILURE: SUCCESS}.get(self.only.status, self.only.status)


class Always(Branch):
    """Whatever the child ends with, this ends with `becomes`."""

    becomes: Status = SUCCESS

    def flow(self) -> Flow:
        """Running stays running."""
        yield from self.only.tick()
        return RUNNING if self.only.status is RUNNING else self.becomes


class AlwaysSucceed(Always):
    """Ends with success."""


class AlwaysFail(Always):
    """Ends with failure."""

    becomes = FAILURE


class Retry(Branch):
    """Again after a failure, `p.times` times at most."""

    def begin(self) -> None:
        self.tries = 0

    def flow(self) -> Flow:
        """One try a tick, so that a failing child can't block the loop."""
        yield from self.only.tick()
        if self.only.status is FAILURE:
            self.tries += 1
            return FAILURE if self.tries >= self.p.times else RUNNING
        return self.only.status


class Repeat(Branch):
    """Again after a success, `p.times` times (0 is for ever)."""

    def begin(self) -> None:
        self.rounds = 0

    def flow(self) -> Flow:
        """One round a tick at most."""
        yield from self.only.tick()
        if self.only.status is SUCCESS:
            self.rounds += 1
            return SUCCESS if self.rounds == self.p.times else RUNNING
        return self.only.status


class Timeout(Branch):
    """Fails when the child runs longer than `p.after`."""

    def begin(self) -> None:
        self.began = self.run.now

    def flow(self) -> Flow:
        """The time counts from the start of this node."""
        if self.run.now - self.began >= self.p.after:
            self.feedback_message = f"not done after {self.p.after:g} s"
            return FAILURE
        yield from self.only.tick()
        return self.only.status


class Every(Branch):
    """Fails when not due; due `p.period` after its last success, and at once at the start unless `p.wait_first`."""

    last = math.nan

    def flow(self) -> Flow:
        """Once begun it runs to its end."""
        if math.isnan(self.last):
            self.last = self.run.now if self.p.wait_first else -math.inf
        if self.status is not RUNNING and self.run.now - self.last < self.p.period:
            return FAILURE
        yield from self.only.tick()
        if self.only.status is SUCCESS:
            self.last = self.run.now
        return self.only.status


class Cooldown(Branch):
    """Fails for `p.period` after it ended, however it ended."""

    ended = -math.inf

    def flow(self) -> Flow:
        """Being interrupted counts as an end too (see `stop`)."""
        if self.status is not RUNNING and self.run.now - self.ended < self.p.period:
            return FAILURE
        yield from self.only.tick()
        return self.only.status

    def stop(self, new_status: Status = INVALID) -> None:
        """Remember when a round that had begun ended."""
        began = self.only.status is not INVALID
        if began and self.run.context is not None and self.run.now - self.ended >= self.p.period:
            self.ended = self.run.now
        super().stop(new_status)


class Delay(Branch):
    """Waits `p.period`, then runs the child."""

    def begin(self) -> None:
        self.began = self.run.now

    def flow(self) -> Flow:
        """Running while it waits."""
        if self.run.now - self.began < self.p.period:
            return RUNNING
        yield from self.only.tick()
        return self.only.status

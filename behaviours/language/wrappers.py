"""Words that wrap one node: how often, how long, and what its ending means."""

from __future__ import annotations

import math
from collections.abc import Sequence

from py_trees.common import Status
from pydantic import Field

from behaviours.language.nodes import FAILURE, INVALID, RUNNING, SUCCESS, Branch, NoParameters, Outcomes, Parameters
from behaviours.language.words import branch
from text.quantities import Time

_TURNED = {SUCCESS: FAILURE, FAILURE: SUCCESS, RUNNING: RUNNING}


class RetryParameters(Parameters):
    """How many tries."""

    times: int = Field(ge=1, le=1_000_000, description="how often at most", examples=[3])


class RepeatParameters(Parameters):
    """How many rounds."""

    times: int = Field(default=0, ge=0, le=1_000_000, description="how often; 0 is for ever", examples=[3])


class TimeoutParameters(Parameters):
    """How long."""

    after: Time = Field(gt=0, description="how long it may run", examples=["90 s"])


class PeriodParameters(Parameters):
    """How long."""

    period: Time = Field(gt=0, description="how long", examples=["15 min"])


class CooldownParameters(PeriodParameters):
    """How long, and after what."""

    after_interruption: bool = Field(
        default=True, description="whether it also rests when something above it has broken it off"
    )


class EveryParameters(PeriodParameters):
    """How often, and from when on."""

    first_after: Time = Field(default=0.0, ge=0.0, description="how long after the start the first round is due")


@branch("invert", "one")
class Invert(Branch[NoParameters]):
    """Success becomes failure and the other way round."""

    def flow(self) -> Status:
        """Running stays running."""
        return _TURNED[self.only.step()]

    @staticmethod
    def outcomes(p: NoParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """The child's, turned round."""
        return frozenset(_TURNED[status] for status in of[0])


class Always(Branch[NoParameters]):
    """Whatever the child ends with, this ends with `becomes`."""

    becomes: Status = SUCCESS

    def flow(self) -> Status:
        """Running stays running."""
        return RUNNING if self.only.step() is RUNNING else self.becomes


@branch("always_succeed", "one")
class AlwaysSucceed(Always):
    """Ends with success."""

    @staticmethod
    def outcomes(p: NoParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """Success for every ending."""
        return frozenset(RUNNING if status is RUNNING else SUCCESS for status in of[0])


@branch("always_fail", "one")
class AlwaysFail(Always):
    """Ends with failure."""

    becomes = FAILURE

    @staticmethod
    def outcomes(p: NoParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """Failure for every ending."""
        return frozenset(RUNNING if status is RUNNING else FAILURE for status in of[0])


@branch("retry", "one", RetryParameters)
class Retry(Branch[RetryParameters]):
    """Again after a failure, `times` times at most."""

    def begin(self) -> None:
        self.tries = 0

    def flow(self) -> Status:
        """One try a tick, so that a failing child can't block the loop."""
        status = self.only.step()
        if status is FAILURE:
            self.tries += 1
            return FAILURE if self.tries >= self.p.times else RUNNING
        return status

    @staticmethod
    def outcomes(p: RetryParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """Between two tries it runs."""
        again = FAILURE in of[0] and (p is None or p.times > 1)
        return of[0] | {RUNNING} if again else of[0]


@branch("repeat", "one", RepeatParameters)
class Repeat(Branch[RepeatParameters]):
    """Again after a success, `times` times (0 is for ever)."""

    def begin(self) -> None:
        self.rounds = 0

    def flow(self) -> Status:
        """One round a tick at most."""
        status = self.only.step()
        if status is SUCCESS:
            self.rounds += 1
            return SUCCESS if self.rounds == self.p.times else RUNNING
        return status

    @staticmethod
    def outcomes(p: RepeatParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """Between two rounds it runs; for ever has no success."""
        again = SUCCESS in of[0] and (p is None or p.times != 1)
        result = of[0] | {RUNNING} if again else of[0]
        return result - {SUCCESS} if p is not None and p.times == 0 else result


@branch("timeout", "one", TimeoutParameters)
class Timeout(Branch[TimeoutParameters]):
    """Fails when the child runs longer than `after`."""

    def begin(self) -> None:
        self.began = self.run.now

    def flow(self) -> Status:
        """The time counts from the start of this node."""
        if self.run.now - self.began >= self.p.after:
            self.feedback_message = f"not done after {self.p.after:g} s"
            return FAILURE
        return self.only.step()

    @staticmethod
    def outcomes(p: TimeoutParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """What runs may fail for it."""
        return of[0] | {FAILURE} if RUNNING in of[0] else of[0]


@branch("every", "one", EveryParameters)
class Every(Branch[EveryParameters]):
    """Fails when not due; due `period` after its last success, and the first time `first_after` the start."""

    due = math.nan

    def flow(self) -> Status:
        """Once begun it runs to its end."""
        if math.isnan(self.due):
            self.due = self.run.now + self.p.first_after
        if self.status is not RUNNING and self.run.now < self.due:
            return FAILURE
        status = self.only.step()
        if status is SUCCESS:
            self.due = self.run.now + self.p.period
        return status

    @staticmethod
    def outcomes(p: EveryParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """Fails when not due."""
        return of[0] | {FAILURE} if SUCCESS in of[0] or p is None or p.first_after > 0 else of[0]


@branch("cooldown", "one", CooldownParameters)
class Cooldown(Branch[CooldownParameters]):
    """Fails for `period` after it ended, however it ended; `after_interruption: false` begins anew after that."""

    ended = -math.inf

    def flow(self) -> Status:
        """What ends by itself is followed by a rest."""
        if self.status is not RUNNING and self.run.now - self.ended < self.p.period:
            return FAILURE
        status = self.only.step()
        if status is not RUNNING:
            self.ended = self.run.now
        return status

    def stop(self, new_status: Status = INVALID) -> None:
        """Being interrupted counts as an end too, if it is said so."""
        if self.only.status is RUNNING and self.p.after_interruption:
            self.ended = self.run.now
        super().stop(new_status)

    @staticmethod
    def outcomes(p: CooldownParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """Fails while it rests."""
        return of[0] | {FAILURE}


@branch("delay", "one", PeriodParameters)
class Delay(Branch[PeriodParameters]):
    """Waits `period`, then runs the child."""

    def begin(self) -> None:
        self.began = self.run.now

    def flow(self) -> Status:
        """Running while it waits."""
        return RUNNING if self.run.now - self.began < self.p.period else self.only.step()

    @staticmethod
    def outcomes(p: PeriodParameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """Runs while it waits."""
        return of[0] | {RUNNING}

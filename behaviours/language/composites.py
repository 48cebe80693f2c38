"""Words that join several nodes."""

from __future__ import annotations

from collections.abc import Sequence as Many
from typing import Literal

from py_trees.common import Status
from pydantic import Field

from behaviours.language.nodes import FAILURE, INVALID, RUNNING, SUCCESS, Branch, NoParameters, Outcomes, P, Parameters
from behaviours.language.words import branch


def passed_on(of: Many[Outcomes], goes_on_with: Status) -> Outcomes:
    """Outcomes of children that are tried in order, the next only after `goes_on_with`."""
    ends: Outcomes = frozenset()
    for child in of:
        ends |= child - {goes_on_with}
        if goes_on_with not in child:
            return ends
    return ends | {goes_on_with}


class Fallback(Branch[P]):
    """The first child that can run, looked at afresh every tick; a lower one that ran is ended."""

    goes_on_with: Status = FAILURE

    def flow(self) -> Status:
        """Success and running end the search."""
        for index, child in enumerate(self.below):
            status = child.step()
            if status is not FAILURE:
                self.current_child = child
                for lower in self.below[index + 1 :]:
                    if lower.status is RUNNING:
                        lower.stop(INVALID)
                return status
        return FAILURE

    @staticmethod
    def outcomes(p: P | None, of: Many[Outcomes]) -> Outcomes:
        """Fails only when every child may."""
        return passed_on(of, FAILURE)


@branch("first_of", "many")
class FirstOf(Fallback[NoParameters]):
    """The first child that can run, looked at afresh every tick; a lower one that ran is ended."""


class InOrder(Branch[NoParameters]):
    """Remembers where it is; goes on to the next child when one ends with `goes_on_with`."""

    goes_on_with: Status = SUCCESS

    def begin(self) -> None:
        self.at = 0

    def flow(self) -> Status:
        """The child at hand, and the following ones while each ends the right way."""
        while self.at < len(self.below):
            child = self.below[self.at]
            self.current_child = child
            status = child.step()
            if status is not self.goes_on_with:
                return status
            self.at += 1
        return self.goes_on_with


@branch("try_in_order", "many")
class TryInOrder(InOrder):
    """The next only after a failure; succeeds when one succeeds."""

    goes_on_with = FAILURE

    @staticmethod
    def outcomes(p: NoParameters | None, of: Many[Outcomes]) -> Outcomes:
        """Fails only when every child may."""
        return passed_on(of, FAILURE)


@branch("sequence", "many")
class Sequence(InOrder):
    """One after the other; fails when one fails."""

    @staticmethod
    def outcomes(p: NoParameters | None, of: Many[Outcomes]) -> Outcomes:
        """Succeeds only when every child may."""
        return passed_on(of, SUCCESS)


class TogetherParameters(Parameters):
    """Which children it waits for."""

    until: Literal["all", "one"] = Field(description="whether all or one must succeed", examples=["all"])


@branch("together", "many", TogetherParameters)
class Together(Branch[TogetherParameters]):
    """All children in one tick; `until` says whether all or one must succeed."""

    def begin(self) -> None:
        self.ended: dict[int, Status] = {}

    def flow(self) -> Status:
        """A child that has ended is not started again before the whole has."""
        ended = self.ended
        for index, child in enumerate(self.below):
            if index not in ended:
                status = child.step()
                if status is not RUNNING:
                    ended[index] = status
        decisive, other = (SUCCESS, FAILURE) if self.p.until == "one" else (FAILURE, SUCCESS)
        if decisive in ended.values():
            return decisive
        return other if len(ended) == len(self.below) else RUNNING

    @staticmethod
    def outcomes(p: TogetherParameters | None, of: Many[Outcomes]) -> Outcomes:
        """One child decides by the one ending, all of them by the other."""
        result = {RUNNING} if any(RUNNING in child for child in of) else set()
        for until, decisive, other in (("one", SUCCESS, FAILURE), ("all", FAILURE, SUCCESS)):
            if p is None or p.until == until:
                result |= {decisive} if any(decisive in child for child in of) else set()
                result |= {other} if all(other in child for child in of) else set()
        return frozenset(result)

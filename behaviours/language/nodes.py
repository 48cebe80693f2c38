"""The nodes of a running tree: lean py_trees behaviours that keep their place in the YAML and end a raising leaf."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Any

from py_trees.behaviour import Behaviour
from py_trees.common import Status
from py_trees.composites import Composite

from behaviours.language.conditions import Condition
from behaviours.language.scope import Scope

log = logging.getLogger("letan.tree")
Flow = Generator[Behaviour, None, Status]  # yields the nodes it ticks, returns its status
RUNNING, SUCCESS, FAILURE, INVALID = Status.RUNNING, Status.SUCCESS, Status.FAILURE, Status.INVALID


@dataclass(frozen=True, slots=True)
class Source:
    """Where a node stands: file, line and column, counted from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass
class Running:
    """What every node of one tree shares: the present tick's context, the variables, and the log of failures."""

    scope: Scope
    context: Any = None
    on_error: Callable[[Source, str], None] = lambda source, text: log.error("%s raised:\n%s", source, text)

    @property
    def now(self) -> float:
        """The stamp of the present tick in seconds."""
        return float(self.context.world.stamp)


class Leaf(Behaviour):
    """One thing the robot can do.

    Override `initialise`, `update` and, for bookkeeping only, `terminate`: claims end by themselves with the tick.
    `p` are the checked parameters, `run.context` the tick's context. A leaf that raises ends with FAILURE.
    """

    def __init__(self, name: str, source: Source, run: Running, p: Any) -> None:  # noqa: ANN401 (each leaf narrows it)
        super().__init__(name)
        self.source, self.run, self.p = source, run, p
        self.is_ticking = False

    def tick(self) -> Iterator[Behaviour]:
        """py_trees' contract without its debug formatting; an exception becomes FAILURE with its traceback logged."""
        self.is_ticking = True
        try:
            if self.status is not RUNNING:
                self.feedback_message = ""
                self.initialise()
            status = self.update()
        except Exception:  # a leaf is a designer's or a plugin's code: the tree must live on
            self.feedback_message = traceback.format_exc(limit=1).strip().splitlines()[-1]
            self.run.on_error(self.source, traceback.format_exc())
            status = FAILURE
        self.is_ticking = False
        if status is not RUNNING:
            self.stop(status)
        self.status = status
        yield self

    def stop(self, new_status: Status) -> None:
        """End this round; bookkeeping that raises is logged and does not stop the tree."""
        try:
            self.terminate(new_status)
        except Exception:
            self.run.on_error(self.source, traceback.format_exc())
        self.status = new_status
        self.iterator = self.tick()

    def fail(self, reason: str) -> Status:
        """FAILURE with its reason in words, for the log and the live view."""
        self.feedback_message = reason
        return FAILURE


class Branch(Composite):
    """A node with children: `flow` yields the nodes it ticks and returns its status."""

    def __init__(self, name: str, source: Source, run: Running, p: Any, children: list[Behaviour]) -> None:  # noqa: ANN401
        super().__init__(name, children)
        self.source, self.run, self.p = source, run, p

    def begin(self) -> None:
        """Called when the node starts anew."""

    def flow(self) -> Flow:
        """Tick children; the generator's return value is the node's new status."""
        raise NotImplementedError

    def tick(self) -> Iterator[Behaviour]:
        """Start if need be, run `flow`, and stop the children that were left running."""
        if self.status is not RUNNING:
            self.begin()
        status = yield from self.flow()
        if status is not RUNNING:
            self.stop(status)
        self.status = status
        yield self

    def stop(self, new_status: Status = INVALID) -> None:
        """End this round and every child that still runs."""
        for child in self.children:
            if child.status is RUNNING:
                child.stop(INVALID)
        self.status = new_status
        self.iterator = self.tick()

    @property
    def only(self) -> Behaviour:
        """The single child of a node that wraps one."""
        child: Behaviour = self.children[0]
        return child


class FirstOf(Branch):
    """The first child that can run, looked at afresh every tick; a lower one that ran is ended."""

    def flow(self) -> Flow:
        """Success and running end the search."""
        for index, child in enumerate(self.children):
            yield from child.tick()
            if child.status is not FAILURE:
                self.current_child = child
                for lower in self.children[index + 1 :]:
                    if lower.status is RUNNING:
                        lower.stop(INVALID)
                return child.status
        return FAILURE


class InOrder(Branch):
    """Remembers where it is; goes on to the next child when one ends with `p.next_on`."""

    goes_on_with: Status = SUCCESS

    def begin(self) -> None:
        self.at = 0

    def flow(self) -> Flow:
        """The child at hand, and the following ones while each ends the right way."""
        while self.at < len(self.children):
            child = self.children[self.at]
            self.current_child = child
            yield from child.tick()
            if child.status is not self.goes_on_with:
                return child.status
            self.at += 1
        return self.goes_on_with


class Sequence(InOrder):
    """One after the other; fails when one fails."""


class TryInOrder(InOrder):
    """The next only after a failure; succeeds when one succeeds."""

    goes_on_with = FAILURE


class Together(Branch):
    """All children in one tick; `p.until` says whether all or one must succeed."""

    def flow(self) -> Flow:
        """A child that has ended is not started again before the whole has."""
        if self.status is not RUNNING:
            self.ended: dict[int, Status] = {}
        for index, child in enumerate(self.children):
            if index in self.ended:
                continue
            yield from child.tick()
            if child.status is not RUNNING:
                self.ended[index] = child.status
        done = list(self.ended.values())
        if self.p.until == "one":
            if SUCCESS in done:
                return SUCCESS
            return FAILURE if len(done) == len(self.children) else RUNNING
        if FAILURE in done:
            return FAILURE
        return SUCCESS if len(done) == len(self.children) else RUNNING


class Guard(Branch):
    """`when` and `until` of any node: not true, not run; `until` ends what `when` began."""

    def __init__(
        self, name: str, source: Source, run: Running, when: Condition | None, until: Condition | None, child: Behaviour
    ) -> None:
        super().__init__(name, source, run, None, [child])
        self.when, self.until = when, until

    def flow(self) -> Flow:
        """Checked every tick; with `until`, `when` only begins."""
        facts = self.run
        if self.status is RUNNING and self.until is not None:
            if self.until.holds(facts):
                return SUCCESS
        elif self.when is not None and not self.when.holds(facts):
            self.feedback_message = f"not {self.when.text}"
            return FAILURE
        self.feedback_message = ""
        yield from self.only.tick()
        return self.only.status


class Subtree(Branch):
    """Another file's tree in this place."""

    def flow(self) -> Flow:
        """The subtree's root is the only child."""
        yield from self.only.tick()
        return self.only.status

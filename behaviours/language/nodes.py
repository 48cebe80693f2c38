"""The nodes of a running tree: lean py_trees behaviours that keep their place in the YAML and end a raising leaf."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from py_trees.behaviour import Behaviour
from py_trees.common import Status
from py_trees.composites import Composite
from pydantic import BaseModel, ConfigDict

from behaviours.language.scope import Scope
from behaviours.language.tick import Tick, Unticked, Value
from robot.types import LetanError

log = logging.getLogger("letan.tree")
RUNNING = Status.RUNNING
SUCCESS = Status.SUCCESS
FAILURE = Status.FAILURE
INVALID = Status.INVALID
Outcomes = frozenset[Status]  # what a tick of a node may end with


class Parameters(BaseModel):
    """Base of every word's parameters: unknown keys are errors, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


class NoParameters(Parameters):
    """A word that needs nothing."""


P = TypeVar("P", bound=Parameters)


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
    """What every node of one tree shares: the present tick's context, the variables, and the log of failures.

    `ticked` collects the nodes of a tick in the order in which they ended it, for who wants to know (see `Node.tick`).
    """

    scope: Scope
    context: Tick = field(default_factory=Unticked)
    on_error: Callable[[Source, str], None] = lambda source, text: log.error("%s raised:\n%s", source, text)
    ticked: list[Node] | None = None

    @property
    def now(self) -> float:
        """The time of the present tick in s."""
        return self.context.now

    @property
    def variables(self) -> Mapping[str, Value]:
        """The tree's variables by slot."""
        return self.scope.values


class Node(Behaviour):
    """What leaves and branches share: `step` is one tick by plain calls, `tick` the same as py_trees' generator."""

    source: Source
    run: Running

    def step(self) -> Status:
        """Tick this node and what is below it; returns its new status."""
        raise NotImplementedError

    def tick(self) -> Iterator[Behaviour]:
        """Tick, then yield every node that was ticked, the deepest first: for visitors, coverage and the live view."""
        ticked = self.run.ticked = []
        self.step()
        self.run.ticked = None
        yield from ticked


class Leaf(Node):
    """One thing the robot can do.

    Override `initialise`, `update` and, for bookkeeping only, `terminate`: claims end by themselves with the tick.
    `p` are the checked parameters (each leaf narrows their type), `run.context` is the present tick. A leaf that raises
    ends with FAILURE; a LetanError is told in its own words.
    """

    p: Parameters

    def __init__(self, name: str, source: Source, run: Running, p: Parameters) -> None:
        super().__init__(name)
        self.source = source
        self.run = run
        self.p = p
        self.is_ticking = False

    def step(self) -> Status:
        """py_trees' contract without its debug formatting; an exception becomes FAILURE with its traceback logged."""
        self.is_ticking = True
        try:
            if self.status is not RUNNING:
                self.feedback_message = ""
                self.initialise()
            status = self.update()
        except Exception as error:  # a leaf is a designer's or a plugin's code: the tree must live on
            told = str(error) if isinstance(error, LetanError) else traceback.format_exc()
            self.run.on_error(self.source, told)
            status = self.fail(told.strip().splitlines()[-1])
        self.is_ticking = False
        if status is not RUNNING:
            self.stop(status)
        self.status = status
        if self.run.ticked is not None:
            self.run.ticked.append(self)
        return status

    def stop(self, new_status: Status) -> None:
        """End this round; bookkeeping that raises is logged and does not stop the tree."""
        try:
            self.terminate(new_status)
        except Exception:
            self.run.on_error(self.source, traceback.format_exc())
        self.status = new_status

    def fail(self, reason: str) -> Status:
        """FAILURE with its reason in words, for the log and the live view."""
        self.feedback_message = reason
        return FAILURE


class Branch(Node, Composite, Generic[P]):
    """A node with children: `flow` steps them and returns its status; `outcomes` says the same without running."""

    def __init__(self, name: str, source: Source, run: Running, p: P, children: Sequence[Node]) -> None:
        Composite.__init__(self, name, list(children))
        self.source = source
        self.run = run
        self.p = p
        self.below = tuple(children)

    def begin(self) -> None:
        """Called when the node starts anew."""

    def flow(self) -> Status:
        """Step children; the result is the node's new status."""
        raise NotImplementedError

    @staticmethod
    def outcomes(p: P | None, of: Sequence[Outcomes]) -> Outcomes:
        """What `flow` may return, by what each child may (`p` is None where a caller will give it): the lint's view."""
        raise NotImplementedError

    def step(self) -> Status:
        """Start if need be, run `flow`, and stop the children that were left running."""
        if self.status is not RUNNING:
            self.begin()
        status = self.flow()
        if status is not RUNNING:
            self.stop(status)
        self.status = status
        if self.run.ticked is not None:
            self.run.ticked.append(self)
        return status

    def stop(self, new_status: Status = INVALID) -> None:
        """End this round and every child that still runs."""
        for child in self.below:
            if child.status is RUNNING:
                child.stop(INVALID)
        self.status = new_status

    @property
    def only(self) -> Node:
        """The single child of a node that wraps one."""
        return self.below[0]

"""Watches a running tree: after each tick one letter a row, for coverage, timeline, recording and live view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from behaviours.language.guard import Guard
from behaviours.language.nodes import FAILURE, INVALID, RUNNING, SUCCESS, Node
from behaviours.language.running import TreeRunner
from behaviours.language.spec import Spec, TreeSpec
from letan.workbench.describe import describe


@dataclass(frozen=True, slots=True)
class Row:
    """`outer` is the guard of `when` and `until` where there is one, else the node itself; `above` the parent's row."""

    index: int
    depth: int
    above: int
    spec: Spec
    outer: Node
    node: Node

    @property
    def guard(self) -> Guard | None:
        """What looks at `when` and `until`."""
        return self.outer if isinstance(self.outer, Guard) and self.outer is not self.node else None


def rows_of(runner: TreeRunner) -> list[Row]:
    """The interrupts first, as the robot looks at them first, then the root, each followed by what is below it."""
    rows: list[Row] = []

    def add(spec: Spec, outer: Node, depth: int, above: int) -> None:
        guarded = spec.when is not None or spec.until is not None
        node: Node = outer.below[0] if guarded and isinstance(outer, Guard) else outer
        row = Row(len(rows), depth, above, spec, outer, node)
        rows.append(row)
        for child, below in zip(spec.children, getattr(node, "below", ()), strict=True):
            add(child, below, depth + 1, row.index)

    tree = runner.spec
    for spec, node in zip((*tree.interrupts, tree.root), runner.root.below, strict=True):
        add(spec, node, 0, -1)
    return rows


def texts_of(tree: TreeSpec) -> dict[Path, str]:
    """The files of a tree and of all that it calls, as they were read; what is on the disk may be newer."""
    found, ahead = {tree.document.path: tree.document.text}, [*tree.interrupts, tree.root]
    while ahead:
        spec = ahead.pop()
        ahead += spec.children
        if spec.called is not None:
            found[spec.called.document.path] = spec.called.document.text
    return found


RUN, DONE, FAILED, REFUSED, UNTIL, CUT, IDLE = "rsfnux."  # u: ended by its `until`; x: ended by what is above it
ENDINGS = {DONE: "done", UNTIL: "ended by until", FAILED: "failed", REFUSED: "ended by when", CUT: "interrupted"}
_LETTERS = {RUNNING: RUN, SUCCESS: DONE, FAILURE: FAILED, INVALID: CUT}


class Listener(Protocol):
    """Hears of each tick, and of each new tree before its first."""

    def begun(self, seen: Observer) -> None: ...

    def ticked(self, seen: Observer) -> None: ...


class Observer:
    """`letters` are those of this tick's rows that are not idle, `before` of the last one's; `stamp` is in s.

    A node that its `when` refuses is not a failure of the node: it has its own letter.
    """

    def __init__(self, runner: TreeRunner, *listeners: Listener) -> None:
        self.runner = runner
        self.listeners = listeners
        self.letters: dict[int, str] = {}
        self.before: dict[int, str] = {}
        self.stamp = 0.0
        self._adopt()
        runner.watchers.append(self)

    def _adopt(self) -> None:
        self.root = self.runner.root
        self.rows = rows_of(self.runner)
        self.row_of = {row.outer: row for row in self.rows}
        self.letters = {}
        self.before = {}
        self.stepped: set[Node] = set()
        for listener in self.listeners:
            listener.begun(self)

    def __call__(self, runner: TreeRunner, ticked: Sequence[Node]) -> None:
        """Called by the runner after each tick."""
        self.stamp = runner.run.now
        if runner.root is not self.root:
            self._tell({index: CUT for index, letter in self.letters.items() if letter == RUN}, ())
            self._adopt()
        stepped, letters = set(ticked), {}
        for node in ticked:
            row = self.row_of.get(node)
            if row is not None:
                letters[row.index] = self._letter(row, stepped)
        for index, letter in self.letters.items():
            if letter == RUN and index not in letters:
                letters[index] = CUT
        self._tell(letters, ticked)

    def _tell(self, letters: dict[int, str], ticked: Sequence[Node]) -> None:
        self.before = self.letters
        self.letters = letters
        self.stepped = set(ticked)
        for listener in self.listeners:
            listener.ticked(self)

    @staticmethod
    def _letter(row: Row, stepped: set[Node]) -> str:
        status = row.outer.status
        if row.outer is not row.node and row.node not in stepped:
            return UNTIL if status is SUCCESS else REFUSED
        return _LETTERS[status]

    def reason(self, index: int) -> str:
        """Why a row failed: its own words, or those of the last node below it that failed."""
        row, letter = self.rows[index], self.letters.get(index, IDLE)
        if letter == UNTIL:
            return f"until {row.spec.until.text}" if row.spec.until else ""
        own = row.node.feedback_message if letter == FAILED else row.outer.feedback_message
        if own or letter != FAILED:
            return str(own) if letter in (FAILED, REFUSED) else ""
        below = [
            each for each in self.rows if each.above == index and self.letters.get(each.index) in (FAILED, REFUSED)
        ]
        if not below:
            return ""
        last, why = below[-1], self.reason(below[-1].index)
        inner = f"{named(last)} (line {last.spec.source.line})"
        return why if " (line " in why else f"{inner}: {why}" if why else inner


def named(row: Row) -> str:
    """A row in a few words: `go_to reception`, with its own name if it has one."""
    said = describe(row.spec)
    words = "interrupt" if row.spec.word is None else f"{said.word} {said.main}".strip()
    return f"{words} “{said.name}”" if said.name and row.spec.word is not None else words

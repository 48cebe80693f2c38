"""What the rules know of a tree without running it: its own nodes, how each may end, and what it may claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from behaviours.language.composites import passed_on
from behaviours.language.expressions import Expression, Not
from behaviours.language.fields import Surroundings
from behaviours.language.lint.possible import can_hold
from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS, Outcomes
from behaviours.language.spec import Spec, TreeSpec

MOST_PAIRED = 60  # children of one list that the rules compare in pairs: no honest list is longer


@dataclass(frozen=True, slots=True)
class Claim:
    """A leaf that may claim an actuator, and the conditions under which it is reached."""

    actuator: str
    leaf: Spec
    under: tuple[Expression, ...]

    @property
    def claims_only_free(self) -> bool:
        """Whether it claims only what nobody above it has."""
        return self.leaf.word is not None and self.leaf.word.claims_only_free


class Facts:
    """One file's tree as the rules see it."""

    def __init__(self, tree: TreeSpec, around: Surroundings) -> None:
        self.tree = tree
        self.around = around
        self._outcomes: dict[int, Outcomes] = {}

    @cached_property
    def nodes(self) -> tuple[Spec, ...]:
        """The nodes that stand in this file, from top to bottom."""
        return tuple(node for top in (*self.tree.interrupts, self.tree.root) for node in own(top))

    def outcomes(self, spec: Spec) -> Outcomes:
        """What a tick of the node may end with, its `when` and `until` included."""
        if id(spec) not in self._outcomes:
            self._outcomes[id(spec)] = self._guarded(spec)
        return self._outcomes[id(spec)]

    def unguarded(self, spec: Spec) -> Outcomes:
        """The same without its `when` and `until`."""
        of = [self.outcomes(child) for child in spec.children]
        return passed_on(of, FAILURE) if spec.word is None else spec.word.outcomes(spec.parameters, of)

    def _guarded(self, spec: Spec) -> Outcomes:
        ends = self.unguarded(spec)
        if spec.until is not None and RUNNING in ends:
            ends |= {SUCCESS}
        if spec.when is not None:
            if not can_hold(spec.when.expression):
                return frozenset({FAILURE})
            if can_hold(Not(spec.when.expression)):
                ends |= {FAILURE}
        return ends

    def claims(self, spec: Spec) -> list[Claim]:
        """What the node and all below it may claim, also in the trees that it calls; one of each kind."""
        kinds = {(each.actuator, each.under, each.claims_only_free): each for each in self._claims(spec, ())}
        return list(kinds.values())[:MOST_PAIRED]

    def _claims(self, spec: Spec, under: tuple[Expression, ...]) -> Iterator[Claim]:
        if spec.when is not None and spec.until is None:  # with `until`, `when` only begins
            under = (*under, spec.when.expression)
        if spec.word is not None:
            for actuator in sorted(spec.word.claims):
                yield Claim(actuator, spec, under)
        for child in spec.children:
            yield from self._claims(child, under)


def own(spec: Spec) -> Iterator[Spec]:
    """The node and those below it in the same file."""
    yield spec
    if spec.called is None:
        for child in spec.children:
            yield from own(child)


def everything(spec: Spec) -> Iterator[Spec]:
    """The node and those below it, also in the trees that it calls."""
    yield spec
    for child in spec.children:
        yield from everything(child)


def line(spec: Spec) -> str:
    """A node as messages name it."""
    return f"`{spec.label}` (line {spec.source.line})"

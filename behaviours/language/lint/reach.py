"""T006, T007, T014, T015, T017: nodes that are never reached, and words around a node that change nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from py_trees.common import Status

from behaviours.language import composites, wrappers
from behaviours.language.lint.facts import MOST_PAIRED, Facts, everything, line, own
from behaviours.language.lint.finding import Finding, found
from behaviours.language.lint.possible import implies
from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS, Node
from behaviours.language.spec import Spec

_NEVER = {FAILURE: "never fails", SUCCESS: "never succeeds"}


def _lists(facts: Facts) -> Iterator[tuple[Sequence[Spec], Status, bool]]:
    """Nodes that are tried in order, what leads from one to the next, and whether each tick begins at the first."""
    yield (*facts.tree.interrupts, facts.tree.root), FAILURE, True
    for spec in facts.nodes:
        make = spec.word.make if spec.word is not None else None
        if make is not None and issubclass(make, composites.FirstOf | composites.InOrder):
            yield spec.children, make.goes_on_with, issubclass(make, composites.FirstOf)


def unreached(facts: Facts) -> Iterator[Finding]:
    """The first child behind one that never lets the next have its turn."""
    for children, goes_on_with, _ in _lists(facts):
        for before, child in pairwise(children):
            if goes_on_with not in facts.outcomes(before):
                words = f"`{child.label}` is never reached: {line(before)} {_NEVER[goes_on_with]}"
                yield found("T006", child.source, words)
                break


def shadowed(facts: Facts) -> Iterator[Finding]:
    """A child whose condition never holds without a higher one's that then keeps the tick."""
    for children, _, is_afresh in _lists(facts):
        if not is_afresh:
            continue
        keepers: list[Spec] = []
        for child in children[:MOST_PAIRED]:
            above = next((keeper for keeper in keepers if _is_wider(keeper, child)), None)
            if above is not None and child.when is not None:
                words = f"`{child.label}` is never reached: whenever `{child.when.text}`, {line(above)} comes first"
                yield found("T007", child.source, words)
            if child.when is not None and FAILURE not in facts.unguarded(child):
                keepers.append(child)


def _is_wider(above: Spec, child: Spec) -> bool:
    if above.when is None or child.when is None:
        return False
    return implies(child.when.expression, above.when.expression)


def without_effect(facts: Facts) -> Iterator[Finding]:
    """A wrapper whose child never ends in the way that it is about."""
    about: dict[type[Node], tuple[Status, str]] = {
        wrappers.Retry: (FAILURE, "never fails"),
        wrappers.Repeat: (SUCCESS, "never succeeds"),
        wrappers.Every: (SUCCESS, "never succeeds, and `every` counts from the last success"),
        wrappers.Timeout: (RUNNING, "ends at once"),
    }
    for spec in facts.nodes:
        if spec.word is None or not spec.children:
            continue
        child, p, name = spec.children[0], spec.parameters, spec.word.name
        status, words = about.get(spec.word.make, (None, ""))
        if status is not None and status not in facts.outcomes(child):
            yield found("T014", spec.source, f"`{name}` changes nothing: {line(child)} {words}")
        elif spec.word.make is wrappers.Invert and facts.outcomes(child) == {RUNNING}:
            yield found("T014", spec.source, f"`{name}` changes nothing: {line(child)} never ends")
        elif getattr(p, "times", 0) == 1:
            yield found("T014", spec.place("times"), f"`{name}` changes nothing with `times: 1`")


def outer_timeouts(facts: Facts) -> Iterator[Finding]:
    """A timeout within another that is over first."""
    for outer in facts.nodes:
        if _after(outer) is None:
            continue
        for child in own(outer.children[0]):
            for inner in everything(child) if child.called is not None else (child,):
                if (_after(inner) or 0.0) >= (_after(outer) or 0.0):
                    words = f"never reached: the timeout around it (line {outer.source.line}) is over first"
                    yield found("T015", child.source, words)


def _after(spec: Spec) -> float | None:
    return spec.parameters.after if isinstance(spec.parameters, wrappers.TimeoutParameters) else None


def lonely(facts: Facts) -> Iterator[Finding]:
    """A word for several nodes with one."""
    for spec in facts.nodes:
        if spec.word is not None and spec.word.children == "many" and len(spec.children) == 1:
            yield found("T017", spec.source, f"`{spec.word.name}` has only one node: that alone does the same")


RULES = (unreached, shadowed, without_effect, outer_timeouts, lonely)

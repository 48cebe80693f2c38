"""T010–T012: conditions that say nothing, because they always hold, never hold, or hold too early."""

from __future__ import annotations

from collections.abc import Iterator

from behaviours.language.conditions import Condition
from behaviours.language.expressions import Not
from behaviours.language.lint.facts import Facts
from behaviours.language.lint.finding import Finding, found
from behaviours.language.lint.possible import can_hold, implies
from behaviours.language.spec import Spec


def _conditions(spec: Spec) -> Iterator[tuple[str, Condition]]:
    """The node's own conditions with the keys that they stand at."""
    if spec.when is not None:
        yield "when", spec.when
    if spec.until is not None:
        yield "until", spec.until
    if spec.parameters is not None:
        for key in type(spec.parameters).model_fields:
            if isinstance(value := getattr(spec.parameters, key), Condition):
                yield key, value


def settled(facts: Facts) -> Iterator[Finding]:
    """What no observation can change."""
    for spec in facts.nodes:
        for key, condition in _conditions(spec):
            if not can_hold(condition.expression):
                yield found("T011", spec.place(key), f"`{condition.text}` is never so")
            elif not can_hold(Not(condition.expression)):
                yield found("T010", spec.place(key), f"`{condition.text}` is always so")


def over_at_once(facts: Facts) -> Iterator[Finding]:
    """A node that ends in the tick after it began."""
    for spec in facts.nodes:
        if spec.when is None or spec.until is None:
            continue
        when, until = spec.when.expression, spec.until.expression
        if can_hold(when) and can_hold(Not(until)) and implies(when, until):
            words = f"`{spec.label}` is over at once: whenever `{spec.when.text}`, `{spec.until.text}` too"
            yield found("T012", spec.place("until"), words)


RULES = (settled, over_at_once)

"""T001–T005: parameters, variables and outputs that nobody reads or sets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from behaviours.language.conditions import Assignment, Condition
from behaviours.language.expressions import names_in
from behaviours.language.lint.facts import Facts
from behaviours.language.lint.finding import Finding, found
from behaviours.language.nodes import Source
from behaviours.language.spec import Spec
from behaviours.language.subtree import CallParameters


def unused_names(facts: Facts) -> Iterator[Finding]:
    """What is declared and then forgotten."""
    head = facts.tree.head
    read, written = set[str](), set[str]()
    for spec in facts.nodes:
        read |= _read(spec)
        written |= _written(spec)
    for name in head.parameters.keys() - read - facts.tree.substituted:
        yield found("T001", _place(facts, "parameters", name), f"the parameter `{name}` is never used")
    for name in head.let:
        if name not in read | written:
            yield found("T002", _place(facts, "let", name), f"the variable `{name}` is never used")
        elif name not in read:
            yield found("T003", _place(facts, "let", name), f"the variable `{name}` is set but never read")
        elif name not in written:
            words = f"the variable `{name}` is never set: it stays as it begins"
            yield found("T004", _place(facts, "let", name), words)
    for name in head.outputs.keys() - written:
        yield found("T005", _place(facts, "outputs", name), f"the output `{name}` is never set")


def _place(facts: Facts, section: str, name: str) -> Source:
    return Source(str(facts.tree.document.path), *facts.tree.document.position((section, name), of_key=True))


def _values(spec: Spec) -> list[object]:
    return (
        [] if spec.parameters is None else [getattr(spec.parameters, key) for key in type(spec.parameters).model_fields]
    )


def _read(spec: Spec) -> set[str]:
    names = set[str]()
    for value in (spec.when, spec.until, *_values(spec)):
        if isinstance(value, Condition | Assignment):
            names |= names_in(value.expression)
    if spec.parameters is None:  # open: what stands there may be a condition
        names |= set(re.findall(r"\w+", " ".join(map(str, spec.written.values()))))
    return names


def _written(spec: Spec) -> set[str]:
    names = {value.name for value in _values(spec) if isinstance(value, Assignment)}
    return names | set(spec.parameters.into.values()) if isinstance(spec.parameters, CallParameters) else names


RULES = (unused_names,)

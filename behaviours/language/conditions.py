"""Conditions (`when`, `until`, `wait_for`) and assignments (`set`), checked and ready to be asked at every tick."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from behaviours.language.expressions import Const, Expression, Name, Read, compiled
from behaviours.language.parsing import parse
from behaviours.language.tokens import ConditionError
from text.quantities import a
from text.yaml12 import nearest, shown

_ASSIGNMENT = re.compile(r"\s*([^\W\d][\w.]*)\s*(=(?!=))?\s*")


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition: its text, and a function of the running tree."""

    text: str
    expression: Expression
    holds: Read


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a tree: its kind, and where the scope keeps it (a caller may have bound it to one of its own)."""

    kind: str
    slot: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """A checked `visitors = visitors + 1`: the variable's name and place in the scope, and its new value."""

    text: str
    name: str
    slot: str
    expression: Expression
    value: Read


def compile_condition(text: object, names: Mapping[str, Name]) -> Condition:
    """The checked condition; ConditionError names the column and what was expected."""
    if isinstance(text, bool):
        return Condition(str(text).lower(), Const("bool", text), lambda _run: bool(text))
    if not isinstance(text, str) or not text.strip():
        raise ConditionError("expected a condition such as `battery < 20 %`", 0)
    expression = parse(text, names)
    if expression.kind != "bool":
        raise ConditionError(
            f"a condition is true or false, this is {a(expression.kind)}: compare it with something", 0
        )
    return Condition(text, expression, compiled(expression))


def compile_assignment(text: object, names: Mapping[str, Name], variables: Mapping[str, Variable]) -> Assignment:
    """The checked assignment; ConditionError names the column and what was expected."""
    match = _ASSIGNMENT.match(text) if isinstance(text, str) else None
    if not isinstance(text, str) or match is None:
        raise ConditionError("expected an assignment such as `visitors = visitors + 1`", 0)
    name, sign = match.groups()
    if name not in variables:
        if name in names:
            raise ConditionError(f"`{name}` can't be set: only what stands under `let` or `outputs` can", 0)
        raise ConditionError(f"unknown variable `{shown(name)}`{nearest(name, variables)}", match.start(1))
    if sign is None:
        raise ConditionError(f"expected `=` after `{name}`, as in `{name} = …`", match.end())
    start = match.end()
    try:
        expression = parse(text[start:], names)
    except ConditionError as error:
        raise ConditionError(str(error), error.column + start) from None
    variable = variables[name]
    if expression.kind != variable.kind:
        raise ConditionError(f"`{name}` is {a(variable.kind)}, this is {a(expression.kind)}", start)
    return Assignment(text, name, variable.slot, expression, compiled(expression))

"""What a node means, apart from how it is written: `20 s` is `20000 ms`, and a default written out is none."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from behaviours.language.conditions import Assignment, Condition
from behaviours.language.expressions import Arithmetic, Compare, Const, Expression, Logic, Not, Ref
from behaviours.language.spec import Spec

Meaning = Hashable


def of_expression(expression: Expression) -> Meaning:
    """Names by what they are called, values in SI units."""
    match expression:
        case Const(kind, value):
            return (kind, value)
        case Ref(text, _):
            return text
        case Not(inner):
            return ("not", of_expression(inner))
        case Logic(word, parts):
            return (word, *(of_expression(part) for part in parts))
        case Compare(symbol, left, right) | Arithmetic(symbol, left, right):
            return (symbol, of_expression(left), of_expression(right))


def fields(spec: Spec) -> dict[str, Meaning]:
    """Everything that can be changed in the node itself: its parameters, conditions and name."""
    result: dict[str, Meaning] = {"name": spec.label if spec.label != word_of(spec) else ""}
    if spec.when is not None:
        result["when"] = of_expression(spec.when.expression)
    if spec.until is not None:
        result["until"] = of_expression(spec.until.expression)
    for name, info in type(spec.parameters).model_fields.items() if spec.parameters is not None else ():
        result[info.alias or name] = _value(getattr(spec.parameters, name))
    for name, written in spec.written.items():
        if spec.parameters is None or (isinstance(written, str) and written.startswith("$")):
            result[name] = str(written)
    return result


def _value(value: Any) -> Meaning:  # noqa: ANN401 (a parameter of any word)
    if isinstance(value, Condition):
        return of_expression(value.expression)
    if isinstance(value, Assignment):
        return (value.name, of_expression(value.expression))
    return tuple(sorted((key, str(item)) for key, item in value.items())) if isinstance(value, dict) else value


def word_of(spec: Spec) -> str:
    """The node's word; interrupts have none of their own."""
    return spec.word.name if spec.word is not None else "interrupt"


def below(spec: Spec) -> tuple[Spec, ...]:
    """The nodes below it in the same file."""
    return () if spec.called is not None else spec.children


def whole(spec: Spec) -> Meaning:
    """The node with all that is below it."""
    return (word_of(spec), *sorted(fields(spec).items(), key=str), *(whole(child) for child in below(spec)))

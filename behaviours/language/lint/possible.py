"""Whether conditions can hold at all: every combination of the values that matter to them is tried."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from behaviours.language.expressions import (
    Compare,
    Const,
    Expression,
    Logic,
    Not,
    Ref,
    names_in,
    value_of,
)
from behaviours.language.tick import Value

MOST_COMBINATIONS = 5000
Given = Mapping[Expression, Value]


@dataclass
class _Atoms:
    """What the conditions consist of: names with what they are compared with, and sums taken as such."""

    cuts: dict[Ref, set[Value]] = field(default_factory=dict)
    opaque: set[Expression] = field(default_factory=set)

    def add(self, expression: Expression) -> None:
        match expression:
            case Ref():
                self.cuts.setdefault(expression, set())
            case Not(inner):
                self.add(inner)
            case Logic(_, parts):
                for part in parts:
                    self.add(part)
            case Compare(symbol, left, right):
                sides = (folded(left), folded(right))
                names = [side for side in sides if isinstance(side, Ref)]
                values = [side.value for side in sides if isinstance(side, Const)]
                if len(names) == len(values) == 1 and symbol != "multiple of":
                    self.cuts.setdefault(names[0], set()).add(values[0])
                elif len(values) < 2:
                    self.opaque.add(expression)

    def values(self) -> Iterable[Given]:
        """Every combination that can make a difference; none at all when there are too many."""
        columns = {name: _candidates(name, cuts) for name, cuts in self.cuts.items()}
        rows = list(columns.values())
        rows += [[False, True] for _ in self.opaque]
        count = 1
        for row in rows:
            count *= len(row)
        if count > MOST_COMBINATIONS:
            return
        keys: list[Expression] = [*columns, *self.opaque]
        for combination in itertools.product(*rows):
            yield dict(zip(keys, combination, strict=True))


def can_hold(*conditions: Expression) -> bool:
    """False only when these conditions can never hold together; sums and products are taken to be free."""
    atoms = _Atoms()
    for condition in conditions:
        atoms.add(condition)
    is_tried = False
    for given in atoms.values():
        is_tried = True
        if all(value_of(condition, given) for condition in conditions):
            return True
    return not is_tried


def implies(first: Expression, second: Expression) -> bool:
    """Whether the second holds whenever the first does."""
    return not can_hold(first, Not(second))


def folded(expression: Expression) -> Expression:
    """A calculation without names as its value."""
    if isinstance(expression, Const | Ref) or names_in(expression):
        return expression
    return Const(expression.kind, value_of(expression, {}))


def _candidates(name: Ref, cuts: set[Value]) -> list[Value]:
    if name.kind == "bool":
        return [False, True]
    if name.kind == "text":
        return list(name.name.choices) or [*sorted(map(str, cuts)), "\0 another"]
    points = sorted(float(cut) for cut in cuts)
    between = [(low + high) / 2 for low, high in itertools.pairwise(points)]
    around = [points[0] - 1.0, *points, *between, points[-1] + 1.0] if points else [0.0]
    edges = [edge for edge in (name.name.least, name.name.most) if abs(edge) != float("inf")]
    return [value for value in {*around, *edges} if name.name.least <= value <= name.name.most]

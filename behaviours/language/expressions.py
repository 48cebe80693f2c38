"""What a condition or a calculation consists of: typed expressions, compiled to plain functions, never eval'd."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from behaviours.language.tick import State, Value

Read = Callable[[State], Value]


@dataclass(frozen=True, slots=True)
class Name:
    """A documented name of the condition language.

    `kind` is bool, text, number, clock (a time of day) or a dimension of `units`; `read` takes it from what is seen;
    `choices` are all values that a text may have (none: any), `least` and `most` the range of a number in SI units.
    """

    kind: str
    about: str
    read: Read
    choices: tuple[str, ...] = ()
    least: float = -math.inf
    most: float = math.inf


@dataclass(frozen=True, slots=True)
class Const:
    """A written value, in SI units."""

    kind: str
    value: Value


@dataclass(frozen=True, slots=True)
class Ref:
    """A name and what it stands for."""

    text: str
    name: Name

    @property
    def kind(self) -> str:
        """The kind of the name."""
        return self.name.kind


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a yes or no."""

    inner: Expression
    kind: Literal["bool"] = field(default="bool", init=False)


@dataclass(frozen=True, slots=True)
class Logic:
    """Several yes-or-no parts joined by `and` or `or`."""

    word: Literal["and", "or"]
    parts: tuple[Expression, ...]
    kind: Literal["bool"] = field(default="bool", init=False)


@dataclass(frozen=True, slots=True)
class Compare:
    """Two values of one kind side by side."""

    symbol: str
    left: Expression
    right: Expression
    kind: Literal["bool"] = field(default="bool", init=False)


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """A sum, a difference, or a multiple of a quantity."""

    symbol: str
    left: Expression
    right: Expression
    kind: str


Expression = Const | Ref | Not | Logic | Compare | Arithmetic


def _is_multiple(value: Value, step: Value) -> bool:
    """100, 200, 300 … of 100; 0 is none, as nothing has been counted yet."""
    if isinstance(value, str) or isinstance(step, str):
        return False
    return value > 0 and step > 0 and math.isfinite(value) and value % step == 0


COMPARISONS: dict[str, Callable[[Value, Value], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "multiple of": _is_multiple,
}
CALCULATIONS: dict[str, Callable[[Value, Value], Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def compiled(expression: Expression) -> Read:
    """The expression as a function of the running tree."""
    match expression:
        case Const(_, value):
            return lambda _run: value
        case Ref(_, name):
            return name.read
        case Not(inner):
            turned = compiled(inner)
            return lambda run: not turned(run)
        case Logic(word, parts):
            reads = tuple(compiled(part) for part in parts)
            return _all_of(reads) if word == "and" else _any_of(reads)
        case Compare(symbol, left, right):
            return _joined(COMPARISONS[symbol], left, right)
        case Arithmetic(symbol, left, right):
            return _joined(CALCULATIONS[symbol], left, right)


def _joined(join: Callable[[Value, Value], Value], left: Expression, right: Expression) -> Read:
    first = compiled(left)
    if isinstance(right, Const):  # the usual case, without a call for the written value
        value = right.value
        return lambda run: join(first(run), value)
    second = compiled(right)
    return lambda run: join(first(run), second(run))


def _all_of(reads: tuple[Read, ...]) -> Read:
    def holds(run: State) -> bool:
        for read in reads:  # noqa: SIM110 (a generator would cost a frame at every tick)
            if not read(run):
                return False
        return True

    return holds


def _any_of(reads: tuple[Read, ...]) -> Read:
    def holds(run: State) -> bool:
        for read in reads:  # noqa: SIM110
            if read(run):
                return True
        return False

    return holds


def value_of(expression: Expression, given: Mapping[Expression, Value]) -> Value:
    """The value where some expressions, its names at least, have the values given; KeyError for a name without one."""
    if expression in given:
        return given[expression]
    match expression:
        case Const(_, value):
            return value
        case Ref():
            return given[expression]
        case Not(inner):
            return not value_of(inner, given)
        case Logic(word, parts):
            join = all if word == "and" else any
            return join(value_of(part, given) for part in parts)
        case Compare(symbol, left, right):
            return COMPARISONS[symbol](value_of(left, given), value_of(right, given))
        case Arithmetic(symbol, left, right):
            return CALCULATIONS[symbol](value_of(left, given), value_of(right, given))


def parts(expression: Expression) -> Iterator[Expression]:
    """The expression and everything in it."""
    yield expression
    match expression:
        case Not(inner):
            yield from parts(inner)
        case Logic(_, inside):
            for part in inside:
                yield from parts(part)
        case Compare(_, left, right) | Arithmetic(_, left, right):
            yield from parts(left)
            yield from parts(right)


def names_in(expression: Expression) -> frozenset[str]:
    """The names that an expression mentions, as written."""
    return frozenset(part.text for part in parts(expression) if isinstance(part, Ref))

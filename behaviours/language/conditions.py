"""The condition language: names, comparisons with units, `and`, `or`, `not`; parsed and type-checked, never eval'd."""

from __future__ import annotations

import difflib
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from behaviours.language.units import UNITS

Value = bool | float | str
Read = Callable[[Any], Value]  # from the tick's facts to a value


@dataclass(frozen=True, slots=True)
class Name:
    """A documented name of the condition language.

    `kind` is bool, text, number, clock (a time of day) or a dimension of `units`; `read` takes it from what is seen.
    """

    kind: str
    about: str
    read: Read


class ConditionError(ValueError):
    """A condition that can't be understood; `column` counts from 0 within its text."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Condition:
    """A checked condition: its text, and a function of what the tree sees."""

    text: str
    holds: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class _Typed:
    kind: str
    read: Read


_TOKEN = re.compile(
    r"""\s*(?:
    (?P<clock>\d{1,2}:\d{2})(?!\d)
    | (?P<number>[+-]?\d+(?:\.\d+)?)\s*(?P<unit>(?:m/s|cm/s|km/h|ms|min|mm|cm|deg|rad|%|s|h|m)(?![a-z_]))?
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<op><=|>=|==|!=|<|>)
    | (?P<paren>[()])
    | (?P<word>[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*)
    )""",
    re.VERBOSE,
)
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
DEEPEST = 50
_KEYWORDS = {"and", "or", "not", "true", "false"}


def nearest(name: str, names: Mapping[str, object] | list[str]) -> str:
    """ ", did you mean 'battery'?" for the nearest of the names, or ""."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f", did you mean {found[0]!r}?" if found else ""


def _constant(value: Value) -> Read:
    return lambda _facts: value


class _Parser:
    """Recursive descent: or, and, not, comparison, value."""

    def __init__(self, text: str, names: Mapping[str, Name]) -> None:
        self.text, self.names = text, names
        self.tokens: list[tuple[str, str, str, int]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if match is None:
                start = at + len(text[at:]) - len(text[at:].lstrip())
                raise ConditionError(f"{text[start]!r} is not part of the condition language", start)
            kind = next(k for k in ("clock", "number", "text", "op", "paren", "word") if match[k] is not None)
            self.tokens.append((kind, match[kind], match["unit"] or "", match.start(kind)))
            at = match.end()
        self.at = self.depth = 0

    def deeper(self, column: int) -> None:
        """One bracket or `not` deeper; a limit keeps the parser from the interpreter's own."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConditionError(f"nested more than {DEEPEST} deep", column)

    def peek(self, *values: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][1] in values and self.tokens[self.at][0] != "text"

    def next(self) -> tuple[str, str, str, int]:
        if self.at == len(self.tokens):
            raise ConditionError("the condition ends too early: expected a name or a value", len(self.text))
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self) -> _Typed:
        result = self.either()
        if self.at < len(self.tokens):
            kind, word, _, column = self.tokens[self.at]
            hint = nearest(word, ["and", "or"]) if kind == "word" else ""
            raise ConditionError(f"expected 'and', 'or' or the end, got {word!r}{hint}", column)
        return result

    def either(self) -> _Typed:
        left = self.both()
        while self.peek("or"):
            column = self.next()[3]
            left = self._join(left, self.both(), column, lambda a, b: lambda f: bool(a(f)) or bool(b(f)))
        return left

    def both(self) -> _Typed:
        left = self.negation()
        while self.peek("and"):
            column = self.next()[3]
            left = self._join(left, self.negation(), column, lambda a, b: lambda f: bool(a(f)) and bool(b(f)))
        return left

    def _join(self, left: _Typed, right: _Typed, column: int, make: Callable[[Read, Read], Read]) -> _Typed:
        for side in (left, right):
            if side.kind != "bool":
                raise ConditionError(f"'and' and 'or' join yes/no conditions, this is a {side.kind}", column)
        return _Typed("bool", make(left.read, right.read))

    def negation(self) -> _Typed:
        if self.peek("not"):
            column = self.next()[3]
            self.deeper(column)
            inner = self.negation()
            self.depth -= 1
            if inner.kind != "bool":
                raise ConditionError(f"'not' turns a yes/no condition round, this is a {inner.kind}", column)
            read = inner.read
            return _Typed("bool", lambda facts: not read(facts))
        return self.comparison()

    def comparison(self) -> _Typed:
        left = self.value()
        if not self.peek(*_OPERATORS):
            return left
        _, symbol, _, column = self.next()
        right = self.value()
        if left.kind != right.kind:
            raise ConditionError(f"a {left.kind} can't be compared with a {right.kind}{_unit_hint(left.kind)}", column)
        if left.kind in ("bool", "text") and symbol not in ("==", "!="):
            raise ConditionError(f"a {left.kind} can be compared with == and != only", column)
        compare, a, b = _OPERATORS[symbol], left.read, right.read
        return _Typed("bool", lambda facts: compare(a(facts), b(facts)))

    def value(self) -> _Typed:
        kind, word, unit, column = self.next()
        if kind == "number":
            if not unit:
                return _Typed("number", _constant(float(word)))
            dimension, factor = UNITS[unit]
            return _Typed(dimension, _constant(float(word) * factor))
        if kind == "clock":
            hours, minutes = word.split(":")
            if int(hours) > 23 or int(minutes) > 59:
                raise ConditionError(f"{word} is no time of day", column)
            return _Typed("clock", _constant(int(hours) * 3600.0 + int(minutes) * 60.0))
        if kind == "text":
            return _Typed("text", _constant(word[1:-1]))
        if word == "(":
            self.deeper(column)
            inner = self.either()
            self.depth -= 1
            if not self.peek(")"):
                raise ConditionError("a bracket is not closed", column)
            self.next()
            return inner
        if word in ("true", "false"):
            return _Typed("bool", _constant(word == "true"))
        if kind != "word" or word in _KEYWORDS:
            raise ConditionError(f"expected a name or a value, got {word!r}", column)
        return self.named(word, column)

    def named(self, word: str, column: int) -> _Typed:
        if word not in self.names:
            raise ConditionError(f"unknown name {word!r}{nearest(word, self.names)}", column)
        name = self.names[word]
        return _Typed(name.kind, name.read)


def _unit_hint(kind: str) -> str:
    units = [unit for unit, (dimension, _) in UNITS.items() if dimension == kind]
    return f" (write it with its unit: {', '.join(units)})" if units else ""


def compile_condition(text: object, names: Mapping[str, Name]) -> Condition:
    """The checked condition; ConditionError names the column and what was expected."""
    if isinstance(text, bool):
        text = "true" if text else "false"
    if not isinstance(text, str) or not text.strip():
        raise ConditionError("expected a condition such as `battery < 20 %`", 0)
    result = _Parser(text, names).whole()
    if result.kind != "bool":
        raise ConditionError(f"a condition is yes or no, this is a {result.kind}: compare it with something", 0)
    read = result.read
    return Condition(text, lambda facts: bool(read(facts)))

"""Reads the condition language: names, comparisons with units, `multiple of`, `and`, `or`, `not`; checks kinds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from behaviours.language.expressions import (
    COMPARISONS,
    Arithmetic,
    Compare,
    Const,
    Expression,
    Logic,
    Name,
    Not,
    Ref,
    names_in,
    value_of,
)
from behaviours.language.scope import spoken
from behaviours.language.tokens import KEYWORDS, ConditionError, Token, tokens_of
from text.quantities import UNITS, a, examples, unit_meant, written
from text.yaml12 import closest, nearest, shown

DEEPEST = 50
LONGEST = 1000  # letters


def parse(text: str, names: Mapping[str, Name]) -> Expression:
    """The checked expression; ConditionError says what was expected, and where."""
    if len(text) > LONGEST:
        raise ConditionError(f"longer than {LONGEST} letters", 0)
    return _Parser(text, names).whole()


class _Parser:
    """Recursive descent: or, and, not, comparison, sum, product, value."""

    def __init__(self, text: str, names: Mapping[str, Name]) -> None:
        self.text = text
        self.names = names
        self.tokens = tokens_of(text)
        self.at = 0
        self.depth = 0

    def deeper(self, column: int) -> None:
        """One bracket, `not` or sum deeper; a limit keeps the parser from the interpreter's own."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise ConditionError(f"nested more than {DEEPEST} deep", column)

    def peek(self, *values: str) -> bool:
        return (
            self.at < len(self.tokens) and self.tokens[self.at].text in values and self.tokens[self.at].kind != "text"
        )

    def next(self) -> Token:
        if self.at == len(self.tokens):
            raise ConditionError("the condition ends too early: expected a name or a value", len(self.text))
        self.at += 1
        return self.tokens[self.at - 1]

    def whole(self) -> Expression:
        result = self.logic("or")
        if self.at < len(self.tokens):
            token = self.tokens[self.at]
            hint = nearest(token.text, ["and", "or"]) if token.kind == "word" else ""
            raise ConditionError(f"expected `and`, `or` or the end, got `{shown(token.text)}`{hint}", token.column)
        return result

    def logic(self, word: str) -> Expression:
        """Parts joined by `or`, each of parts joined by `and`."""
        below = self.negation if word == "and" else lambda: self.logic("and")
        parts, columns = [below()], []
        while self.peek(word):
            columns.append(self.next().column)
            parts.append(below())
        for index, part in enumerate(parts if columns else []):
            if part.kind != "bool":
                words = f"`{word}` joins what is true or false, this is {a(part.kind)}{_unit_hint(part)}"
                raise ConditionError(words, columns[max(index - 1, 0)])
        return Logic("and" if word == "and" else "or", tuple(parts)) if columns else parts[0]

    def negation(self) -> Expression:
        if not self.peek("not"):
            return self.comparison()
        column = self.next().column
        self.deeper(column)
        inner = self.negation()
        self.depth -= 1
        if inner.kind != "bool":
            raise ConditionError(f"`not` turns true and false round, this is {a(inner.kind)}", column)
        return Not(inner)

    def comparison(self) -> Expression:
        left = self.sum()
        if self.peek("multiple"):
            return self.multiple(left)
        if not self.peek(*COMPARISONS):
            return left
        sign = self.next()
        self.quoted(left)
        at = self.at
        right = self.sum()
        if left.kind != right.kind:
            words = f"{a(left.kind)} can't be compared with {a(right.kind)}{_unit_hint(left)}"
            raise ConditionError(words, sign.column)
        if left.kind in ("bool", "text") and sign.text not in ("==", "!="):
            what = "a text" if left.kind == "text" else "what is true or false"
            raise ConditionError(f"{what} can be compared with == and != only", sign.column)
        _check_choice(left, right, self.tokens[at].column)
        if self.peek(*COMPARISONS):
            words = "two comparisons are joined with `and`, as in `battery > 20 % and battery < 50 %`"
            raise ConditionError(words, self.next().column)
        return Compare(sign.text, left, right)

    def quoted(self, left: Expression) -> None:
        """A text that is compared stands in quotes: `phase == done` lacks them."""
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token is None or token.kind != "word" or left.kind != "text" or token.text in KEYWORDS | self.names.keys():
            return
        choices = left.name.choices if isinstance(left, Ref) else ()
        word = closest(token.text, choices)
        if word or not closest(token.text, self.names):
            hint = f"`'{word or shown(token.text)}'`" if word or not choices else f"one of {_listed(choices)}"
            raise ConditionError(f"unknown name `{shown(token.text)}`; a text stands in quotes: {hint}", token.column)

    def multiple(self, left: Expression) -> Expression:
        column = self.next().column
        if not self.peek("of"):
            raise ConditionError("expected `multiple of`, as in `visitors multiple of 100`", column)
        self.next()
        at = self.at
        right = self.sum()
        if left.kind != right.kind or left.kind in ("bool", "text", "clock"):
            raise ConditionError(f"{a(left.kind)} is no multiple of {a(right.kind)}", column)
        _check_step(right, self.tokens[at].column)
        return Compare("multiple of", left, right)

    def sum(self) -> Expression:
        before = self.depth
        left = self.product()
        while self.peek("+", "-"):
            sign = self.next()
            self.deeper(sign.column)
            right = self.product()
            if left.kind != right.kind or left.kind in ("bool", "text", "clock"):
                words = f"`{sign.text}` needs two quantities of one kind, not {a(left.kind)} and {a(right.kind)}"
                raise ConditionError(words, sign.column)
            left = Arithmetic(sign.text, left, right, left.kind)
        self.depth = before
        return left

    def product(self) -> Expression:
        before = self.depth
        left = self.value()
        while self.peek("*"):
            sign = self.next()
            self.deeper(sign.column)
            right = self.value()
            kinds = {left.kind, right.kind}
            if "number" not in kinds or kinds & {"bool", "text", "clock"}:
                words = f"`*` needs a number on one side, not {a(left.kind)} and {a(right.kind)}"
                raise ConditionError(words, sign.column)
            left = Arithmetic("*", left, right, next(iter(kinds - {"number"}), "number"))
        self.depth = before
        return left

    def value(self) -> Expression:
        token = self.next()
        if token.text in ("+", "-") and self.at < len(self.tokens) and self.tokens[self.at].kind == "number":
            number = self.number(self.next())
            return number if token.text == "+" else Const(number.kind, -float(number.value))
        if token.kind == "number":
            return self.number(token)
        if token.kind == "clock":
            hours, minutes = map(int, token.text.split(":"))
            if hours > 23 or minutes > 59:
                raise ConditionError(f"{token.text} is no time of day", token.column)
            return Const("clock", hours * 3600.0 + minutes * 60.0)
        if token.kind == "text":
            return Const("text", token.text[1:-1])
        if token.text == "(":
            return self.bracket(token)
        if token.text in ("true", "false"):
            return Const("bool", token.text == "true")
        if token.kind != "word" or token.text in KEYWORDS:
            raise ConditionError(f"expected a name or a value, got `{token.text}`", token.column)
        if token.text not in self.names:
            word = spoken(token.text)
            hint = f": write `{word}`" if word else nearest(token.text, self.names)
            words = f"unknown name `{shown(token.text)}`{hint}"
            raise ConditionError(words, token.column)
        return Ref(token.text, self.names[token.text])

    def number(self, token: Token) -> Const:
        after = self.tokens[self.at] if self.at < len(self.tokens) else token
        if not token.unit and after.kind == "word" and after.text not in KEYWORDS:
            guess = unit_meant(after.text)
            hint = f"; did you mean `{guess}`?" if guess else f"; known are {', '.join(UNITS)}"
            words = f"unknown unit `{shown(after.text)}`{hint}"
            raise ConditionError(words, after.column)
        if not token.unit:
            return Const("number", float(token.text))
        dimension, factor = UNITS[token.unit]
        return Const(dimension, float(token.text) * factor)

    def bracket(self, opening: Token) -> Expression:
        self.deeper(opening.column)
        inner = self.logic("or")
        self.depth -= 1
        if not self.peek(")"):
            raise ConditionError("a bracket is not closed", opening.column)
        self.next()
        return inner


def _unit_hint(expression: Expression) -> str:
    units = examples(expression.kind)
    return f" (write it with its unit: {units})" if units else ""


def _listed(choices: Sequence[str]) -> str:
    return ", ".join(f"'{choice}'" for choice in choices)


def _check_step(step: Expression, column: int) -> None:
    """A written step that nothing is ever a multiple of."""
    if names_in(step):
        return
    value = float(value_of(step, {}))
    if step.kind != "number" and not value > 0:
        raise ConditionError(f"`multiple of` needs more than {written(0, step.kind)}", column)
    if step.kind == "number" and not (value >= 1 and value.is_integer()):
        words = f"`multiple of` needs a whole number of at least 1, not `{value:g}`, as in `visitors multiple of 100`"
        raise ConditionError(words, column)


def _check_choice(left: Expression, right: Expression, column: int) -> None:
    """A text that a name never has, as in `phase == 'dnoe'`."""
    for side, other in ((left, right), (right, left)):
        if isinstance(side, Ref) and isinstance(other, Const) and side.name.choices:
            value, choices = str(other.value), side.name.choices
            if value not in choices:
                words = (
                    f"`{side.text}` is never '{shown(value)}' but one of {_listed(choices)}{nearest(value, choices)}"
                )
                raise ConditionError(words, column)

"""Cuts the text of a condition into words, and says of a letter that has no business there what to write instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

from text.quantities import UNITS

KEYWORDS = frozenset({"and", "or", "not", "true", "false", "multiple", "of"})
_UNIT_WORDS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_TOKEN = re.compile(
    rf"""\s*(?:
    (?P<clock>\d{{1,2}}:\d{{2}})(?![\d:])
    | (?P<number>\d+(?:\.\d+)?)\s*(?P<unit>(?:{_UNIT_WORDS})(?!\w))?
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<op><=|>=|==|!=|<|>|\+|-|\*)
    | (?P<paren>[()])
    | (?P<word>[^\W\d]\w*(?:\.\w+)*)
    )""",
    re.VERBOSE,
)
_HINTS = {
    "=": "to compare, write `==`",
    "%": "for every 100th write `multiple of 100`",
    "/": "the language does not divide: multiply, as in `0.5 * rest`",
    "$": "here a parameter stands by its name alone, without `$`",
    "&": "write `and`",
    "|": "write `or`",
    "!": "write `not`",
    "=>": "write `>=`",
    "=<": "write `<=`",
    ",": "numbers have a point, as in `2.5 s`",
    "≥": "write `>=`",
    "≤": "write `<=`",
    "≠": "write `!=`",
    "×": "write `*`",
    **dict.fromkeys("“”„‘’‚", "texts stand in straight quotes, as in `'issue'`"),
    **dict.fromkeys("–−", "write `-`"),
}
_ONE_DIGIT = re.compile(r":(\d)(?!\d)")


class ConditionError(ValueError):
    """An expression that can't be understood; `column` counts from 0 within its text."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(message)
        self.column = column


@dataclass(frozen=True, slots=True)
class Token:
    """A word of the language; `kind` is clock, number, text, op, paren or word."""

    kind: str
    text: str
    unit: str
    column: int


def tokens_of(text: str) -> list[Token]:
    """The words of a condition; ConditionError for what is none."""
    tokens: list[Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise _odd(text, at + len(text[at:]) - len(text[at:].lstrip()), tokens)
        kind = next(k for k in ("clock", "number", "text", "op", "paren", "word") if match[k] is not None)
        tokens.append(Token(kind, match[kind], match["unit"] or "", match.start(kind)))
        at = match.end()
    return tokens


def _odd(text: str, at: int, before: list[Token]) -> ConditionError:
    """What is wrong at a letter that begins no word."""
    if text[at] in "'\"":
        return ConditionError("the quotation mark is not closed", at)
    minutes = _ONE_DIGIT.match(text, at)
    if minutes is not None and before and before[-1].kind == "number":
        hour = before[-1]
        words = f"a time of day has two digits after the colon: did you mean `{hour.text}:0{minutes[1]}`?"
        return ConditionError(words, hour.column)
    odd = text[at : at + 2] if text[at : at + 2] in _HINTS else text[at]
    hint = f": {_HINTS[odd]}" if odd in _HINTS else ""
    return ConditionError(f"{odd!r} is not part of the condition language{hint}", at)

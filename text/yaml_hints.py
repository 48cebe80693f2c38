"""Slips of spaces and colons: what a designer did where libyaml complains of its consequence, often a line later."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

LOOK_BACK = 200  # lines: what stands farther above is another matter
_DASH = re.compile(r"\s*(?:- +)*(-)[^\W\d_]")
_GLUED = re.compile(r"\s*(?:- +)*([^\W\d][\w.]*):[^\s]")
_BARE = re.compile(r"\s*(?:- +)*([^\W\d][\w.]*)\s*(?:#.*)?$")
_KEY = re.compile(r"\s*(?:- +)*([^\W\d][\w.]*) *:(?=\s|$)")
_WITH_VALUE = re.compile(r"\s*(?:- +)*([^\W\d][\w.]*) *:\s+[^\s#]")


class Slip(NamedTuple):
    """What was probably done, and where; line and column count from 0."""

    line: int
    column: int
    words: str


def slip_behind(words: str, lines: Sequence[str], line: int, column: int, key_line: int) -> Slip | None:
    """The slip behind libyaml's complaint at `line`; `key_line` is where the key began that it was reading."""
    if line > len(lines) or len("".join(lines[line : line + 1])) > 10_000:
        return None
    if "could not find expected ':'" in words:
        return _no_key(lines, key_line)
    if "<document start>" in words:  # one text, ended by a comment, and more below it
        return next((slip for at, _ in _above(lines, line) if (slip := _no_key(lines, at))), None)
    if "mapping values are not allowed" in words:
        return _swallowed(lines, line, column)
    if "did not find expected key" in words or "did not find expected '-'" in words:
        brothers = (at for at, text in _above(lines, line) if _indent(text) == column)
        near = (line, *(at for at, _ in _above(lines, line)))[:2]
        found = (slip for at in (*near, *brothers) if (slip := _glued(lines, at)))
        return next(found, None) or _out_of_line(lines, line) or _item_out_of_line(lines, line)
    return None


def _above(lines: Sequence[str], line: int) -> Iterator[tuple[int, str]]:
    """The written lines above one, the nearest first."""
    for at in range(min(line, len(lines)) - 1, max(line - LOOK_BACK, 0) - 1, -1):
        if lines[at].strip() and not lines[at].lstrip().startswith("#"):
            yield at, lines[at]


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _glued(lines: Sequence[str], at: int) -> Slip | None:
    """`-wait` or `say:speech.here`."""
    text = "".join(lines[at : at + 1])
    if match := _DASH.match(text):
        return Slip(at, match.start(1), "a space is missing after `-`")
    if match := _GLUED.match(text):
        return Slip(at, match.end(1) + 1, f"a space is missing after `{match[1]}:`")
    return None


def _no_key(lines: Sequence[str], at: int) -> Slip | None:
    """A line that is neither `key: value` nor an item, among lines that are."""
    if slip := _glued(lines, at):
        return slip
    match = _BARE.match("".join(lines[at : at + 1]))
    return Slip(at, match.end(1), f"a `:` is missing after `{match[1]}`") if match else None


def _swallowed(lines: Sequence[str], line: int, column: int) -> Slip | None:
    """A key, the first in its line, that was read as more of the value above it."""
    text = "".join(lines[line : line + 1])
    first = _KEY.match(text)
    if (first is None or first.end() != column + 1) and not _DASH.match(text):
        return None
    bare: Slip | None = None
    for at, above in _above(lines, line):
        if slip := _glued(lines, at):
            return slip
        match = _BARE.match(above)
        if match is None:
            return bare or (_out_of_line(lines, line) if _WITH_VALUE.match(above) else None)
        bare = Slip(at, match.end(1), f"a `:` is missing after `{match[1]}`")
    return bare


def _out_of_line(lines: Sequence[str], line: int) -> Slip | None:
    """A key that stands in no column of those that are open above it: the nearest of these is meant."""
    match = _KEY.match("".join(lines[line : line + 1]))
    if match is None:
        return None
    column, is_item = match.start(1), "- " in match[0]
    if is_item:
        return None
    keys, open_to = [], column + LOOK_BACK
    for _, above in _above(lines, line):
        key = _KEY.match(above)
        if key is not None and key.start(1) < open_to:
            open_to = key.start(1)
            keys.append((open_to, key[1]))
    if not keys:
        return None
    meant, name = min(keys, key=lambda each: abs(each[0] - column))
    if meant == column:
        return None
    far = "too far" if column > meant else "too little"
    words = f"`{match[1]}` is indented {far}: line it up with `{name}` above, in column {meant + 1}"
    return Slip(line, column, words)


def _item_out_of_line(lines: Sequence[str], line: int) -> Slip | None:
    """A `- ` that stands in no column of those open above it; which of the two is wrong, only the author knows."""
    text = "".join(lines[line : line + 1])
    if not text.lstrip().startswith("- "):
        return None
    column = _indent(text)
    open_to, items = column + LOOK_BACK, []
    for at, above in _above(lines, line):
        if _indent(above) < open_to:
            open_to = _indent(above)
            if above.lstrip().startswith("- "):
                items.append((open_to, at))
    if not items:
        return None
    meant, at = min(items, key=lambda each: abs(each[0] - column))
    words = f"this `- ` does not line up with that of line {at + 1}, in column {meant + 1}"
    return None if meant == column else Slip(line, column, words)

"""Folds what repeats in a list of lines: a round of lines that comes again and again is shown once, with a count."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

LONGEST = 60  # lines of a round
LEAST = 3  # rounds that are folded; two are as quickly read as the count


@dataclass(frozen=True, slots=True)
class Line:
    """`key` is what makes two lines the same; `clock` is when, as it is shown."""

    key: Hashable
    clock: str
    text: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A line, or rounds of parts that were folded: `clock` is when it began, `shown` what stands for it."""

    key: Hashable
    clock: str
    shown: tuple[str, ...]


def folded(lines: Sequence[Line]) -> list[str]:
    """The texts, repeated rounds once; rounds may hold folded rounds."""
    parts = [_Part(line.key, line.clock, (line.text,)) for line in lines]
    length = 1
    while length <= min(LONGEST, len(parts) // LEAST):
        parts = _pass(parts, length)
        length += 1
    return [text for part in parts for text in part.shown]


def _pass(parts: list[_Part], length: int) -> list[_Part]:
    """Fold the rounds of `length` parts."""
    found: list[_Part] = []
    index = 0
    while index < len(parts):
        times = _times(parts, index, length)
        if times < LEAST:
            found.append(parts[index])
            index += 1
        else:
            found.append(_round(parts[index : index + length], parts[index + length * (times - 1)].clock, times))
            index += length * times
    return found


def _times(parts: list[_Part], begin: int, length: int) -> int:
    """How often in a row the round that begins there comes."""
    end = begin + length
    while end < len(parts) and parts[end].key == parts[end - length].key:
        end += 1
    return (end - begin) // length


def _round(parts: list[_Part], last: str, times: int) -> _Part:
    shown = [text for part in parts for text in part.shown]
    above = "the line above" if len(shown) == 1 else f"the {len(shown)} lines above"
    more = f"          ↻ {above} {times - 1} times more, the last time at {last}"
    return _Part(("round", tuple(part.key for part in parts)), parts[0].clock, (*shown, more))

"""What ran when, from the designer's point of view, among what people saw, heard and touched."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from centre.events import Issued, Rated
from letan.events import PageShown, RobotSaid, Touched, Understood
from letan.workbench.observing import CUT, DONE, ENDINGS, FAILED, REFUSED, RUN, UNTIL, Observer, Row, named
from reception.events import Alarm, DrinksOffered, VisitEnd
from robot.events import Entry, Event, facts

HEARD = (RobotSaid, PageShown, Touched, Understood, Issued, VisitEnd, Rated, Alarm, DrinksOffered)
AFTER_ROWS = 1_000_000  # what people notice comes after what the nodes did in the same moment


@dataclass
class Span:
    """A node's round, in s; `times` of them when it ended alike in every tick of the time."""

    row: Row
    begins: float
    ends: float
    letter: str
    reason: str = ""
    times: int = 1


class Timeline:
    """Collects the rounds of all nodes; as a listener of `Observer`."""

    def __init__(self) -> None:
        self.spans: list[Span] = []
        self._open: dict[int, float] = {}
        self._last: dict[int, Span] = {}

    def begun(self, seen: Observer) -> None:
        """A new tree: nothing of it has run."""
        self._open = {}
        self._last = {}
        self._seen = seen

    def ticked(self, seen: Observer) -> None:
        """One tick."""
        for index, letter in seen.letters.items():
            if letter == RUN:
                self._open.setdefault(index, seen.stamp)
            elif letter in (DONE, FAILED, CUT, UNTIL) or (letter == REFUSED and index in self._open):
                self._ended(seen, index, letter)

    def _ended(self, seen: Observer, index: int, letter: str) -> None:
        begins = self._open.pop(index, seen.stamp)
        last = self._last.get(index)
        if begins == seen.stamp and last is not None and last.letter == letter and seen.stamp - last.ends < 0.15:
            last.ends, last.times = seen.stamp, last.times + 1
            return
        span = Span(seen.rows[index], begins, seen.stamp, letter, seen.reason(index))
        self._last[index] = span
        self.spans.append(span)

    def close(self) -> None:
        """What still runs ends with the run."""
        for index, begins in self._open.items():
            self.spans.append(Span(self._seen.rows[index], begins, self._seen.stamp, RUN))
        self._open = {}


def as_text(
    spans: Iterable[Span],
    entries: Sequence[Entry[Event]],
    begins: datetime,
    files: set[Path] | None,
    whole: bool = False,
) -> list[str]:
    """Lines in the order of time; with `files`, only nodes that stand in them; rounds are folded unless `whole`."""
    chosen = [span for span in spans if files is None or Path(span.row.spec.source.file) in files]
    least = min((span.row.depth for span in chosen), default=0)
    lines = [
        (span.begins, span.row.index, Line((span.row.index, span.letter, span.reason), clock, text))
        for span in chosen
        for clock, text in [(_clock(begins, span.begins), _span(span, begins, least))]
    ]
    lines += [
        (second, AFTER_ROWS + index, Line(said, clock, f"{clock}  {said}"))
        for index, (second, said) in enumerate(_said(entries))
        for clock in [_clock(begins, second)]
    ]
    ordered = [line for _, _, line in sorted(lines, key=lambda each: each[:2])]
    return [line.text for line in ordered] if whole else folded(ordered)


def _clock(begins: datetime, seconds: float) -> str:
    return f"{begins + timedelta(seconds=round(seconds, 1)):%H:%M:%S.%f}"[:10]


def _span(span: Span, begins: datetime, least: int) -> str:
    source = span.row.spec.source
    words = f"{'  ' * (span.row.depth - least)}{named(span.row)}"
    place = f"{Path(source.file).name}:{source.line}"
    often = f", {span.times} times" if span.times > 1 else ""
    why = f": {span.reason}" if span.reason else ""
    end = f"{ENDINGS.get(span.letter, 'still runs')}{often}{why}"
    return f"{_clock(begins, span.begins)} {span.ends - span.begins:7.1f} s  {place:<26} {words:<40} {end}"


def _said(entries: Sequence[Entry[Event]]) -> Iterable[tuple[float, str]]:
    """What citizens notice or cause, in words, each with its second."""
    for entry in entries:
        if isinstance(entry.event, HEARD):
            yield entry.t, f"          · {_in_words(entry.event)}"


def _in_words(event: Event) -> str:
    match event:
        case RobotSaid():
            return f"robot says “{event.text}”"
        case PageShown():
            return f"screen shows {event.page}"
        case Touched():
            return f"citizen touches {event.action} {event.value}".rstrip() + f" on {event.page}"
        case Understood():
            return f"citizen says something: {event.accepted or 'not understood'}"
    told = facts(event)
    told |= told.pop("data", {})
    return f"{event.name.replace('_', ' ')} " + ", ".join(f"{key} {value}" for key, value in told.items() if value)


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

"""Branch coverage of scenarios, by the lines of the tree files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from behaviours.language.nodes import Source
from letan.workbench.observing import CUT, DONE, FAILED, REFUSED, RUN, UNTIL, Observer, Row, named, texts_of


@dataclass
class Count:
    """What one node of a file did, wherever it is called from: rounds, their endings, its conditions by ticks."""

    name: str
    line: int
    began: int = 0
    ends: dict[str, int] = field(default_factory=lambda: dict.fromkeys((DONE, FAILED, CUT), 0))
    when: dict[bool, int] | None = None
    until: dict[bool, int] | None = None
    places: dict[str, Source] = field(default_factory=dict)  # of `when` and `until`

    @property
    def missing(self) -> list[str]:
        """Which of its branches no scenario has taken, in words."""
        found = [] if self.began else ["never ran"]
        for word, counts in (("when", self.when), ("until", self.until)):
            if counts is not None and any(counts.values()):
                found += [f"`{word}` was never {str(value).lower()}" for value in (True, False) if not counts[value]]
        return found

    @property
    def branches(self) -> tuple[int, int]:
        """(taken, all): that it ran, and each condition both ways."""
        conditions = [counts for counts in (self.when, self.until) if counts is not None]
        taken = (self.began > 0) + sum((counts[True] > 0) + (counts[False] > 0) for counts in conditions)
        return taken, 1 + 2 * len(conditions)


class Coverage:
    """Counts over any number of runs and reloads; as a listener of `Observer`."""

    def __init__(self) -> None:
        self.counts: dict[Source, Count] = {}
        self.files: dict[Path, str] = {}
        self.runs: list[str] = []
        self._of_row: list[Count] = []

    def begun(self, seen: Observer) -> None:
        """A new tree: its nodes are counted with those of the same place."""
        self._of_row = [self._count(row) for row in seen.rows]
        self.files |= texts_of(seen.runner.spec)

    def _count(self, row: Row) -> Count:
        count = self.counts.get(row.spec.source)
        if count is None:
            spec = row.spec
            count = self.counts[spec.source] = Count(named(row), spec.source.line)
            count.when = {True: 0, False: 0} if spec.when is not None else None
            count.until = {True: 0, False: 0} if spec.until is not None else None
            count.places = {word: spec.place(word) for word in ("when", "until") if word in spec.places}
        return count

    def ticked(self, seen: Observer) -> None:
        """One tick."""
        for index, letter in seen.letters.items():
            count, before = self._of_row[index], seen.before.get(index)
            if before != RUN and letter != REFUSED:
                count.began += 1
            if letter in (DONE, UNTIL, FAILED):
                count.ends[DONE if letter == UNTIL else letter] += 1
            elif letter == CUT or (letter == REFUSED and before == RUN):
                count.ends[CUT] += 1
            if seen.rows[index].outer in seen.stepped:
                _conditions(count, letter, before == RUN)

    def by_line(self, path: Path) -> dict[int, list[Count]]:
        """The nodes of a file by the line on which they stand."""
        lines: dict[int, list[Count]] = {}
        for source, count in sorted(self.counts.items(), key=lambda item: (item[0].line, item[0].column)):
            if Path(source.file) == path:
                lines.setdefault(source.line, []).append(count)
        return lines

    def share(self, paths: Iterable[Path] | None = None) -> tuple[int, int]:
        """(taken, all) branches of some files, or of all."""
        chosen = None if paths is None else {str(path) for path in paths}
        pairs = [count.branches for source, count in self.counts.items() if chosen is None or source.file in chosen]
        return sum(taken for taken, _ in pairs), sum(every for _, every in pairs)


def _conditions(count: Count, letter: str, ran: bool) -> None:
    """Which condition was looked at in this tick: `until` while it ran, else `when` (see `Guard`)."""
    if count.until is not None and ran:
        count.until[letter == UNTIL] += 1
    elif count.when is not None:
        count.when[letter != REFUSED] += 1

"""Ratings as the leaders see them: a report that never overstates few answers."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from centre.site import Site
from centre.stored_event import StoredEvent


@dataclass(frozen=True, slots=True)
class Rating:
    """One anonymous rating."""

    day: dt.date
    level: int
    door: str
    service: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `n` with its 95 % Wilson interval, all 0 when there are none."""

    part: int
    n: int

    @property
    def value(self) -> float:
        """The share itself."""
        return self.part / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval at 95 % (Wilson 1927)."""
        if not self.n:
            return 0.0, 0.0
        z, n, p = 1.96, self.n, self.value
        centre, spread = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max((centre - spread) / (1 + z * z / n), 0.0), min((centre + spread) / (1 + z * z / n), 1.0)


@dataclass(frozen=True, slots=True)
class RatingReport:
    """The ratings of a period: response, satisfaction, distribution, doors with enough answers, reasons."""

    response: Share
    satisfied: Share
    levels: dict[str, int]
    doors: dict[str, Share]
    hidden_doors: int  # doors with too few answers to be shown
    reasons: dict[str, int]


def ratings_in(events: Iterable[StoredEvent]) -> Iterator[Rating]:
    """The ratings among events, one by one."""
    for event in events:
        if event.kind == "rated":
            day = dt.date.fromisoformat(event.day)
            level = int(str(event.data["level"]))
            yield Rating(day, level, event.door, str(event.data["service"]), _reasons(event))


def _reasons(event: StoredEvent) -> tuple[str, ...]:
    reasons = event.data["reasons"]
    return tuple(reasons) if isinstance(reasons, list) else ()


def report(events: Sequence[StoredEvent], site: Site) -> RatingReport:
    """The report of a period; groups smaller than the site's `least_group` are hidden."""
    ratings = tuple(ratings_in(events))
    undone = {event.data["undoes"] for event in events if event.kind == "undone"}
    finished = sum(event.kind == "finished" and event.seq not in undone for event in events)
    scale = site.ratings
    good = Counter(r.door for r in ratings if r.level >= scale.satisfied_from)
    by_door = Counter(r.door for r in ratings)
    shown = {door: Share(good[door], by_door[door]) for door in site.doors if by_door[door] >= scale.least_group}
    hidden = sum(0 < by_door[door] < scale.least_group for door in site.doors)
    levels = Counter(str(r.level) for r in ratings)
    reasons = Counter(reason for r in ratings for reason in r.reasons)
    return RatingReport(
        response=Share(min(len(ratings), finished), finished),
        satisfied=Share(sum(good.values()), len(ratings)),
        levels={level: levels[level] for level in scale.levels},
        doors=shown,
        hidden_doors=hidden,
        reasons={reason: reasons[reason] for reason in scale.reasons if reasons[reason]},
    )

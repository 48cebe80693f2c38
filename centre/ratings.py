"""Ratings as the leaders see them: a report that never overstates few answers."""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from centre.groups import grouped
from centre.site import Site
from centre.stored_event import Kind, StoredEvent


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


RATED: frozenset[Kind] = frozenset({"rated"})
UNDOABLE = 1000  # more than happens in the seconds within which something can be undone
REPORTED: frozenset[Kind] = frozenset({"rated", "finished", "undone"})  # what a report reads


@dataclass(frozen=True, slots=True)
class RatingReport:
    """The ratings of a period: response, satisfaction, distribution, doors, reasons.

    Doors with too few answers are merged as in an export, so that no total gives one away; where all together are too
    few, nothing but their number is told.
    """

    response: Share
    satisfied: Share
    levels: dict[str, int]
    doors: dict[tuple[str, ...], Share]
    reasons: dict[str, int]
    are_few: bool = False


def ratings_in(events: Iterable[StoredEvent]) -> Iterator[Rating]:
    """The ratings among events, one by one."""
    for event in events:
        if event.kind == "rated":
            day = _date(event.day)
            level = int(str(event.data["level"]))
            yield Rating(day, level, event.door, str(event.data["service"]), _reasons(event))


@lru_cache(64)
def _date(day: str) -> dt.date:
    return dt.date.fromisoformat(day)


def _reasons(event: StoredEvent) -> tuple[str, ...]:
    reasons = event.data["reasons"]
    return tuple(reasons) if isinstance(reasons, list) else ()


def report(events: Iterable[StoredEvent], site: Site) -> RatingReport:
    """The report of a period, read once; groups smaller than the site's `least_group` are merged."""
    scale = site.ratings
    served = 0
    finished: deque[int] = deque(maxlen=UNDOABLE)  # the last ones
    answers = Counter[tuple[str, int]]()
    reasons = Counter[str]()
    for event in events:
        if event.kind == "finished":
            served += 1
            finished.append(event.seq)
        elif event.kind == "undone":
            served -= int(str(event.data["undoes"])) in finished
        for rating in ratings_in((event,)):
            answers[rating.door, rating.level] += 1
            reasons.update(rating.reasons)
    response = Share(min(answers.total(), served), served)
    if answers.total() < scale.least_group:
        return RatingReport(response, Share(0, 0), {}, {}, {}, are_few=True)
    by_door = Counter[str]()
    good = Counter[str]()
    for (door, level), count in answers.items():
        by_door[door] += count
        good[door] += count * (level >= scale.satisfied_from)
    groups = grouped(by_door, scale.least_group)
    return RatingReport(
        response=response,
        satisfied=Share(good.total(), by_door.total()),
        levels={level: sum(n for (_, of), n in answers.items() if str(of) == level) for level in scale.levels},
        doors={doors: Share(sum(good[d] for d in doors), sum(by_door[d] for d in doors)) for doors in groups},
        reasons={reason: reasons[reason] for reason in scale.reasons if reasons[reason]},
    )

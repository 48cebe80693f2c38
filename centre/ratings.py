"""Ratings as the leaders see them: a CSV for their spreadsheet and a report that never overstates few answers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from centre.journal import StoredEvent
from centre.site import Site

_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\0")


@dataclass(frozen=True, slots=True)
class Rating:
    """One anonymous rating."""

    stamp: dt.datetime
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


def ratings_in(events: Iterable[StoredEvent], first: dt.date, last: dt.date) -> tuple[Rating, ...]:
    """The ratings given from `first` to `last`, both included."""
    return tuple(
        Rating(event.stamp, int(str(event.data["level"])), event.door, str(event.data["service"]), _reasons(event))
        for event in events
        if event.kind == "rated" and first.isoformat() <= event.day <= last.isoformat()
    )


def _reasons(event: StoredEvent) -> tuple[str, ...]:
    reasons = event.data["reasons"]
    return tuple(reasons) if isinstance(reasons, list) else ()


def report(events: Sequence[StoredEvent], site: Site, first: dt.date, last: dt.date) -> RatingReport:
    """The report of a period; groups smaller than the site's `least_group` are hidden."""
    ratings = ratings_in(events, first, last)
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


def to_csv(ratings: Iterable[Rating], site: Site, separator: str = ";") -> bytes:
    """The ratings for a spreadsheet: UTF-8 with BOM, CRLF, ISO dates, no cell that starts a formula (CWE-1236)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    language = site.languages[0]
    writer.writerow(("date", "time", "door", "door_name", "service", "level", "level_name", "reasons"))
    for rating in ratings:
        door, scale = site.doors.get(rating.door), site.ratings
        names = [scale.reasons[r].name[language] if r in scale.reasons else r for r in rating.reasons]
        level = scale.levels.get(str(rating.level), {})
        cells = (
            rating.stamp.date().isoformat(), rating.stamp.strftime("%H:%M"), rating.door,
            door.name[language] if door else "", _service(rating.service, site, language), str(rating.level),
            level.get(language, ""), ", ".join(names),
        )  # fmt: skip
        writer.writerow([guard(cell.replace("\u00a0", " ")) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def guard(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: a quote in front of = + - @ and control signs, full width too."""
    text = unicodedata.normalize("NFKC", cell)
    if text.startswith(_DANGEROUS) or text.lstrip().startswith(_DANGEROUS):
        return "'" + cell
    return cell


def _service(service: str, site: Site, language: str) -> str:
    if service in site.procedures:
        return site.procedures[service].short[language]
    request = site.request(service)
    return request.name.get(language, service) if request else service

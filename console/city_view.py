"""What a city's leaders see of its offices, side by side: no office with few ratings can be told from the rest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from centre.groups import grouped
from centre.summary import Summary
from city.figures import OfficeKnown
from console.city_parts import CityWords, RobotHeard
from console.leaders_view import percent

LATE = dt.timedelta(hours=1)  # without a word of an office


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """One office; figures that are hidden or missing are "–"."""

    office: str
    name: str
    taken: int
    satisfied: str
    sure: str
    median: str
    over30: str
    missed: str
    heard: str
    is_late: bool
    robots: str


def whole(sums: Mapping[str, Summary]) -> Summary:
    """The sum of all offices, each standing in the place of a door."""
    made = Summary()
    for office, summary in sums.items():
        made.add(summary.as_door(office))
    return made


def office_rows(
    offices: Mapping[str, OfficeKnown],
    sums: Mapping[str, Summary],
    robots: Mapping[str, Mapping[str, RobotHeard]],
    words: CityWords,
    now: dt.datetime,
) -> list[OfficeRow]:
    """Every office in the order of names, with what may be told of it; `now` knows its time zone."""
    counts = {office: sums[office].ratings for office in offices if office in sums}
    shown = {group[0] for group in grouped(counts, words.label.least_group) if len(group) == 1}
    return [
        _row(office, sums.get(office.office, Summary()), robots.get(office.office), words, now, office.office in shown)
        for office in sorted(offices.values(), key=lambda each: each.label.called(words.language))
    ]


def _row(
    office: OfficeKnown,
    summary: Summary,
    robots: Mapping[str, RobotHeard] | None,
    words: CityWords,
    now: dt.datetime,
    is_shown: bool,
) -> OfficeRow:
    least = words.label.least_group
    share = summary.satisfied(words.label.satisfied_from)
    low, high = share.interval
    median = summary.wait_quantile(0.5)
    waits = summary.waits.total() >= least
    missed = summary.missed_share()
    online = sum(each.connection == "ONLINE" for each in (robots or {}).values())
    return OfficeRow(
        office=office.office,
        name=office.label.called(words.language),
        taken=summary.taken.total(),
        satisfied=percent(share.value, words) if is_shown else "–",
        sure=words("leaders.interval", low=percent(low, words), high=percent(high, words), n=share.n)
        if is_shown
        else "",
        median=words("minutes", minutes=median) if median is not None and waits else "–",
        over30=percent(summary.waited_over(30).value, words) if waits else "–",
        missed=percent(missed.value, words) if missed.n >= least else "–",
        heard=f"{office.heard.astimezone(now.tzinfo):%H:%M, %d/%m/%Y}",
        is_late=now - office.heard > LATE,
        robots="–" if robots is None else f"{online}/{len(robots)}",
    )

"""What the leaders' page shows of a period: every share with its interval and n, no group under the site's least."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from markupsafe import Markup

from centre.groups import grouped
from centre.ratings import Share
from centre.summary import Summary
from console.plots import PlotLine, bars, intervals, stacked
from console.words import Words

HEAT = 4  # shades of the busiest hours
MOST_DAYS = 31


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, the figure, how sure it is, and the period before."""

    name: str
    figure: str
    sure: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """A week day: its name, and by hour the words and a shade from 0 (nobody) to 4."""

    name: str
    cells: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class LeadersView:
    """The page of a period."""

    tiles: tuple[Figure, ...]
    doors: Markup
    levels: Markup
    legend: tuple[tuple[str, str, int], ...]  # class, name, count
    hours: tuple[int, ...]
    heat: tuple[HeatRow, ...]
    by_day: Markup
    reasons: Markup
    n: int
    taken: int
    explained: int
    is_hidden: bool  # too few ratings to show any of them


def leaders_view(summary: Summary, before: Summary, words: Words) -> LeadersView:
    """The page of a period and the one before it."""
    label = words.label
    hidden = summary.ratings < label.least_group
    shown = Summary() if hidden else summary
    mean = shown.satisfied(label.satisfied_from).value
    levels = [(level, names[words.language], _level(shown, int(level))) for level, names in label.levels.items()]
    hours, heat = _heat(summary, words)
    return LeadersView(
        tiles=_tiles(summary, before, words, hidden),
        doors=intervals(_doors(shown, words), mean, words("leaders.by_door")),
        levels=stacked([(name, n, f"r{level}") for level, name, n in levels], words("leaders.levels")),
        legend=tuple((f"l{level}", name, n) for level, name, n in levels),
        hours=hours,
        heat=heat,
        by_day=intervals(_days(shown, words), mean, words("leaders.by_day")),
        reasons=bars(_reasons(shown, words), words("leaders.reasons")),
        n=shown.ratings,
        taken=summary.taken.total(),
        explained=shown.explained.total(),
        is_hidden=hidden and summary.ratings > 0,
    )


def percent(share: float, words: Words, digits: int = 1) -> str:
    """A share as a percentage in the page's language."""
    told = f"{100 * share:.{digits}f}"
    return f"{told}%" if words.language == "en" else told.replace(".", ",") + "\N{NO-BREAK SPACE}%"


def _tiles(summary: Summary, before: Summary, words: Words, hidden: bool) -> tuple[Figure, ...]:
    least = words.label.satisfied_from
    made = []
    pairs = (
        ("satisfied", summary.satisfied(least), before.satisfied(least)),
        ("response", summary.response(), before.response()),
        ("over15", summary.waited_over(15), before.waited_over(15)),
        ("over30", summary.waited_over(30), before.waited_over(30)),
        ("missed", summary.missed_share(), before.missed_share()),
    )
    for key, share, earlier in pairs:
        if share.n < words.label.least_group or (hidden and key in ("satisfied", "response")):
            made.append(Figure(words(f"leaders.{key}"), "–", words("leaders.hidden_group")))
        else:
            made.append(_tile(key, share, earlier, words))
    for key, q in (("median", 0.5), ("p90", 0.9)):
        made.append(_wait_tile(key, summary, before, q, words))
    return tuple(made[i] for i in (0, 1, 5, 6, 2, 3, 4))


def _tile(key: str, share: Share, earlier: Share, words: Words) -> Figure:
    low, high = share.interval
    sure = words("leaders.interval", low=percent(low, words), high=percent(high, words), n=share.n)
    enough = earlier.n >= words.label.least_group
    then = words("leaders.before", value=percent(earlier.value, words)) if enough else ""
    return Figure(words(f"leaders.{key}"), percent(share.value, words), sure, then)


def _wait_tile(key: str, summary: Summary, before: Summary, q: float, words: Words) -> Figure:
    least = words.label.least_group
    n = summary.waits.total()
    minutes = summary.wait_quantile(q)
    earlier = before.wait_quantile(q)
    if minutes is None or n < least:
        return Figure(words(f"leaders.{key}"), "–", words("leaders.hidden_group"))
    enough = earlier is not None and before.waits.total() >= least
    then = words("leaders.before", value=words("minutes", minutes=earlier)) if enough else ""
    return Figure(words(f"leaders.{key}"), words("minutes", minutes=minutes), words("leaders.count", n=n), then)


def _level(summary: Summary, level: int) -> int:
    return sum(n for (_, given), n in summary.levels.items() if given == level)


def _doors(summary: Summary, words: Words) -> list[PlotLine]:
    counts: Counter[str] = Counter()
    good: Counter[str] = Counter()
    for (door, level), n in summary.levels.items():
        counts[door] += n
        good[door] += n if level >= words.label.satisfied_from else 0
    lines = []
    for doors in grouped(counts, words.label.least_group):
        share = Share(sum(good[door] for door in doors), sum(counts[door] for door in doors))
        known = doors[0] in words.label.doors
        name = words.door_name(doors[0]) if len(doors) == 1 and known else words.door(", ".join(doors))
        lines.append(PlotLine(name, share, f"{percent(share.value, words)} · n = {share.n}"))
    return lines


def _days(summary: Summary, words: Words) -> list[PlotLine]:
    """The newest days with enough ratings."""
    counts: Counter[dt.date] = Counter()
    good: Counter[dt.date] = Counter()
    for (day, _, level), n in summary.by_day.items():
        counts[day] += n
        good[day] += n if level >= words.label.satisfied_from else 0
    enough = [day for day in sorted(counts) if counts[day] >= words.label.least_group][-MOST_DAYS:]
    shares = {day: Share(good[day], counts[day]) for day in enough}
    return [
        PlotLine(words.say_date(day), share, f"{percent(share.value, words)} · n = {share.n}")
        for day, share in shares.items()
    ]


def _reasons(summary: Summary, words: Words) -> list[PlotLine]:
    n = summary.explained.total()
    counts: Counter[str] = Counter()
    for (_, reason), count in summary.reasons.items():
        counts[reason] += count
    least = words.label.least_group
    lines = []
    for reason, count in counts.most_common():
        known = words.label.reasons.get(reason)
        if count >= least and known:
            share = Share(count, n)
            lines.append(PlotLine(known[words.language], share, f"{count} · {percent(share.value, words)}"))
    return lines


def _heat(summary: Summary, words: Words) -> tuple[tuple[int, ...], tuple[HeatRow, ...]]:
    counts: Counter[tuple[int, int]] = Counter()
    for (_, weekday, hour), n in summary.taken.items():
        counts[weekday, hour] += n
    if not counts:
        return (), ()
    least = words.label.least_group
    most = max(counts.values())
    hours = tuple(range(min(hour for _, hour in counts), max(hour for _, hour in counts) + 1))
    rows = []
    for weekday in sorted({weekday for weekday, _ in counts}):
        cells = []
        for hour in hours:
            n = counts[weekday, hour]
            told = "" if n == 0 else f"< {least}" if n < least else str(n)
            cells.append((told, 0 if n < least else min(HEAT, 1 + HEAT * n // (most + 1))))
        rows.append(HeatRow(words.weekday(weekday), tuple(cells)))
    return hours, tuple(rows)

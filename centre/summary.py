"""What leaders ask of a period, as counts that add up: waits, served, missed, when people came, and what they said."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

from centre.ratings import Share, ratings_in
from centre.stored_event import StoredEvent
from centre.tickets import Day, Ticket

Door = str
Key = TypeVar("Key")


@dataclass(slots=True)
class Summary:
    """Counts by door; sums of summaries are summaries."""

    taken: Counter[tuple[Door, int, int]] = field(default_factory=Counter)  # by week day from Monday and hour
    waits: Counter[tuple[Door, int]] = field(default_factory=Counter)  # by whole minutes to the first call
    called: Counter[Door] = field(default_factory=Counter)
    missed: Counter[Door] = field(default_factory=Counter)
    finished: Counter[Door] = field(default_factory=Counter)
    answered: Counter[Door] = field(default_factory=Counter)  # ratings of who was served with a number
    levels: Counter[tuple[Door, int]] = field(default_factory=Counter)
    reasons: Counter[tuple[Door, str]] = field(default_factory=Counter)
    explained: Counter[Door] = field(default_factory=Counter)  # ratings with at least one reason
    by_day: Counter[tuple[dt.date, Door, int]] = field(default_factory=Counter)  # ratings by level

    def add(self, other: Summary) -> None:
        """Take the counts of another summary in."""
        self.taken += other.taken
        self.waits += other.waits
        self.called += other.called
        self.missed += other.missed
        self.finished += other.finished
        self.answered += other.answered
        self.levels += other.levels
        self.reasons += other.reasons
        self.explained += other.explained
        self.by_day += other.by_day

    def at(self, door: Door) -> Summary:
        """The counts of one door."""
        return Summary(
            taken=_only(self.taken, door),
            waits=_only(self.waits, door),
            called=_only_door(self.called, door),
            missed=_only_door(self.missed, door),
            finished=_only_door(self.finished, door),
            answered=_only_door(self.answered, door),
            levels=_only(self.levels, door),
            reasons=_only(self.reasons, door),
            explained=_only_door(self.explained, door),
            by_day=Counter({key: n for key, n in self.by_day.items() if key[1] == door}),
        )

    def as_door(self, door: Door) -> Summary:
        """The same counts, all at one door: an office among others."""
        return Summary(
            taken=_counted(((door, weekday, hour), n) for (_, weekday, hour), n in self.taken.items()),
            waits=_counted(((door, minutes), n) for (_, minutes), n in self.waits.items()),
            called=Counter({door: self.called.total()}),
            missed=Counter({door: self.missed.total()}),
            finished=Counter({door: self.finished.total()}),
            answered=Counter({door: self.answered.total()}),
            levels=_counted(((door, level), n) for (_, level), n in self.levels.items()),
            reasons=_counted(((door, reason), n) for (_, reason), n in self.reasons.items()),
            explained=Counter({door: self.explained.total()}),
            by_day=_counted(((day, door, level), n) for (day, _, level), n in self.by_day.items()),
        )

    @property
    def ratings(self) -> int:
        """How many ratings."""
        return self.levels.total()

    def satisfied(self, least: int) -> Share:
        """The share of ratings from a level on."""
        return Share(sum(n for (_, level), n in self.levels.items() if level >= least), self.ratings)

    def response(self) -> Share:
        """The share of the served who gave an opinion."""
        finished = self.finished.total()
        return Share(min(self.answered.total(), finished), finished)

    def missed_share(self) -> Share:
        """The share of the called who never came."""
        return Share(self.missed.total(), self.called.total())

    def waited_over(self, minutes: int) -> Share:
        """The share of the called who waited so long or longer."""
        return Share(sum(n for (_, waited), n in self.waits.items() if waited >= minutes), self.waits.total())

    def wait_quantile(self, q: float) -> int | None:
        """The wait in whole minutes that a share `q` did not exceed; None when nobody was called."""
        by_minutes: Counter[int] = Counter()
        for (_, minutes), n in self.waits.items():
            by_minutes[minutes] += n
        seen = 0
        total = by_minutes.total()
        for minutes in sorted(by_minutes):
            seen += by_minutes[minutes]
            if seen >= q * total:
                return minutes
        return None


def summary_of_day(events: Iterable[StoredEvent], day: str) -> Summary:
    """The summary of one day's events."""
    fold = Day(day)
    made = Summary()
    told = list(events)
    for event in told:
        fold.apply(event)
    for ticket in fold.tickets.values():
        _add_ticket(made, ticket)
    made.answered.update(event.door for event in told if event.kind == "rated" and event.ticket)
    for rating in ratings_in(told):
        made.levels[rating.door, rating.level] += 1
        made.by_day[rating.day, rating.door, rating.level] += 1
        made.explained[rating.door] += bool(rating.reasons)
        for reason in set(rating.reasons):
            made.reasons[rating.door, reason] += 1
    return made


def summaries(events: Iterable[StoredEvent]) -> Iterator[tuple[dt.date, Summary]]:
    """The summary of each day with events, in the order of the days."""
    for day, of_day in groupby(events, key=lambda event: event.day):
        yield dt.date.fromisoformat(day), summary_of_day(of_day, day)


def _add_ticket(summary: Summary, ticket: Ticket) -> None:
    if not ticket.nights:  # else it was taken on an earlier day
        summary.taken[ticket.door, ticket.issued.weekday(), ticket.issued.hour] += 1
    if ticket.first_called is not None:
        summary.called[ticket.door] += 1
    if ticket.first_called is not None and not ticket.nights:
        waited = max(int((ticket.first_called - ticket.issued).total_seconds() // 60), 0)
        summary.waits[ticket.door, waited] += 1
    summary.missed[ticket.door] += ticket.state == "no_show"
    summary.finished[ticket.door] += ticket.state == "finished"


def _counted(pairs: Iterable[tuple[Key, int]]) -> Counter[Key]:
    """Counts of keys that may come several times."""
    made: Counter[Key] = Counter()
    for key, n in pairs:
        made[key] += n
    return made


def _only(counts: Counter, door: Door) -> Counter:  # type: ignore[type-arg]
    return Counter({key: n for key, n in counts.items() if key[0] == door})


def _only_door(counts: Counter[Door], door: Door) -> Counter[Door]:
    return Counter({door: counts[door]} if counts[door] else {})

"""How true the range is that citizens are told: simulated weeks of every door, lunch, closing, late and absent clerks.

python benchmarks/waiting.py [--weeks N] [--seed N] [--json]

Services are lognormal in one week and gamma distributed in the next. How long they take differs by door and week, some
do not come when called, some have priority, some say "not yet", a clerk takes a while between two, and in some hours a
clerk is away without having closed the counter. Each number's range is what its page says when it is taken; what counts
is when it is first called. Against it: the range of the plain formula (mean x (ahead + 1) / counters ± 1.28 standard
deviations, in steps of five), and the estimators of Ibrahim & Whitt (2009): the wait of who is at the head of the line,
of who was called last, and a constant.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import math
import random
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from centre.office import Office
from centre.site import Site, load_site
from centre.tickets import service_minutes
from centre.waiting import WaitEstimate
from letan.setup import site_folder
from robot.clock import SimClock

MONDAY = datetime(2026, 11, 23, 7, 30)
DAYS = 5
VARIES = 0.65  # of the times of services
WEEK_VARIES = 0.25  # of a door's mean from week to week
BETWEEN = 0.7  # minutes from one to the next
NO_SHOW = 0.08
LOST_BY_NO_SHOW = 1.5  # minutes
PRIORITY = 0.08
NOT_YET = 0.03
AWAY = 0.1  # of counters and half days: the clerk leaves for an hour and closes nothing
CONSTANT = 15.0


@dataclass(frozen=True, slots=True)
class Told:
    """What was said to somebody, what naive estimators would have said, and what came (minutes; None: never called)."""

    wait: WaitEstimate
    plain: tuple[float, float]
    head: float
    last: float
    actual: float | None
    over_break: bool


class DoorWeek:
    """One door in one week, driven by events in the order of their time."""

    def __init__(self, site: Site, door: str, seed: int) -> None:
        self.random = random.Random(seed)
        self.clock = SimClock(MONDAY)
        self.office = Office(site, self.clock)
        self.door = door
        entry = site.doors[door]
        self.counters = [f"{door}-{i + 1}" for i in range(max(entry.counters, 1))]
        self.mean = entry.minutes * math.exp(self.random.gauss(0.0, WEEK_VARIES))
        self.is_gamma = seed // 100 % 2 == 1
        self.load = self.random.uniform(0.55, 1.0)
        self.told: dict[int, tuple[datetime, WaitEstimate, tuple[float, float], float, float]] = {}
        self.done: list[Told] = []
        self._order = itertools.count()
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self._free: set[str] = set()
        self._away: set[str] = set()

    def run(self) -> list[Told]:
        """All numbers of the week."""
        for day in range(DAYS):
            self._plan_day(day)
            while self._coming:
                self.clock.seconds, _, happens = heapq.heappop(self._coming)
                happens()
            self._end_day()
        self.office.close()
        return self.done

    def _at(self, seconds: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._coming, (seconds, next(self._order), happens))

    def _plan_day(self, day: int) -> None:
        start = (MONDAY + timedelta(days=day)).replace(hour=0, minute=0)
        base = (start - self.clock.start).total_seconds()
        self._free = set(self.counters)
        self._away = set()
        for opens, closes in ((8.0, 11.5), (13.5, 17.0)):
            self._at(base + 3600 * opens, self._serve)
            services = self.load * len(self.counters) * (closes - opens) * 60 / (self.mean + BETWEEN)
            for _ in range(round(services * self.random.uniform(0.7, 1.3))):
                hour = opens - 0.2 + (closes - opens + 0.15) * self.random.betavariate(1.2, 1.8)
                self._at(base + 3600 * hour, self._arrive)
            for counter in self.counters:
                if self.random.random() < AWAY and len(self.counters) > 1:
                    leaves = self.random.uniform(opens, closes - 1.0)
                    self._at(base + 3600 * leaves, lambda counter=counter: self._away.add(counter))
                    self._at(base + 3600 * (leaves + 1.0), lambda counter=counter: self._comes_back(counter))

    def _comes_back(self, counter: str) -> None:
        self._away.discard(counter)
        self._serve()

    def _arrive(self) -> None:
        office = self.office
        priority = "elder" if self.random.random() < PRIORITY else ""
        ticket = office.issue(office.open_visit(), self.door, priority=priority)
        if not priority:
            wait = office.wait(self.door, ticket.number)
            self.told[ticket.visit] = (self.clock.wall(), wait, self._plain(wait.ahead), self._head(), self._last())
        if self.random.random() < NOT_YET:
            self.told.pop(ticket.visit, None)
            office.mark("deferred", ticket.number)
        self._serve()

    def _plain(self, ahead: int) -> tuple[float, float]:
        served = [m for t in self.office.tickets() if (m := service_minutes(t)) is not None]
        weight = self.office.site.services.weight
        mean = (weight * self.office.site.doors[self.door].minutes + sum(served)) / (weight + len(served))
        busy = sum(t.state in ("called", "serving") for t in self.office.tickets())
        if ahead == 0 and busy < len(self.counters):
            return 0.0, 0.0
        middle = mean * (ahead + 1) / len(self.counters)
        spread = 1.28 * mean * math.sqrt(ahead + 1) / len(self.counters)
        low = 5 * round(max(middle - spread, 0.0) / 5)
        return low, max(5 * round((middle + spread) / 5), low + 5)

    def _head(self) -> float:
        """How long the one at the head of the line has waited."""
        line = self.office.line(self.door)
        return (self.clock.wall() - line[0].issued).total_seconds() / 60 if line else 0.0

    def _last(self) -> float:
        """How long the last one who was called had waited."""
        calls = self.office.calls(1)
        called = calls[0].first_called if calls else None
        return (called - calls[0].issued).total_seconds() / 60 if called else 0.0

    def _serve(self) -> None:
        for counter in sorted(self._free - self._away):
            if not self.office.site.place.is_open(self.clock.wall()):
                return
            ticket = self.office.call_next(self.door, counter)
            if ticket is None:
                return
            self._free.discard(counter)
            self._note(ticket.visit, self.clock.wall())
            if self.random.random() < NO_SHOW:
                self._at(self.clock.seconds + 60 * LOST_BY_NO_SHOW, self._ends("no_show", ticket.number, counter))
                continue
            self.office.mark("started", ticket.number, counter)
            self._at(self.clock.seconds + 60 * self._lasts(), self._ends("finished", ticket.number, counter))

    def _lasts(self) -> float:
        if self.is_gamma:
            return self.random.gammavariate(1 / VARIES**2, self.mean * VARIES**2)
        spread = math.log(1 + VARIES**2)
        return self.random.lognormvariate(math.log(self.mean) - spread / 2, math.sqrt(spread))

    def _ends(self, step: str, number: str, counter: str) -> Callable[[], None]:
        def ends() -> None:
            self.office.mark("finished" if step == "finished" else "no_show", number, counter)
            self._at(self.clock.seconds + 60 * BETWEEN, lambda: self._is_free(counter))

        return ends

    def _is_free(self, counter: str) -> None:
        self._free.add(counter)
        self._serve()

    def _note(self, visit: int, called: datetime | None) -> None:
        told = self.told.pop(visit, None)
        if told is None:
            return
        taken, wait, plain, head, last = told
        actual = (called - taken).total_seconds() / 60 if called else None
        over = called is not None and (taken.hour < 12) != (called.hour < 12)
        self.done.append(Told(wait, plain, head, last, actual, over))

    def _end_day(self) -> None:
        for visit in list(self.told):
            self._note(visit, None)


def figures(told: Iterable[Told]) -> dict[str, float]:
    """What comes of it, by those who were called."""
    ranged = [t for t in told if not t.wait.idle and t.actual is not None]
    actual = [t.actual for t in ranged if t.actual is not None]
    if not actual:
        return {"n": 0}

    def mean_error(said: Iterable[float]) -> float:
        return round(statistics.fmean(abs(s - a) for s, a in zip(said, actual, strict=True)), 2)

    def covered(ranges: Iterable[tuple[float, float]]) -> float:
        return round(
            100 * statistics.fmean(lo - 0.5 <= a <= hi + 0.5 for (lo, hi), a in zip(ranges, actual, strict=True)), 1
        )

    return {
        "n": len(actual),
        "covered": covered((t.wait.low, t.wait.high) for t in ranged),
        "covered_plain": covered(t.plain for t in ranged),
        "error": mean_error(t.wait.middle for t in ranged),
        "error_plain": mean_error(sum(t.plain) / 2 for t in ranged),
        "error_head": mean_error(t.head for t in ranged),
        "error_last": mean_error(t.last for t in ranged),
        "error_constant": mean_error(CONSTANT for _ in ranged),
        "width": statistics.median(t.wait.high - t.wait.low for t in ranged),
        "width_plain": statistics.median(t.plain[1] - t.plain[0] for t in ranged),
        "width_over_middle": round(
            statistics.median((t.wait.high - t.wait.low) / max((t.wait.high + t.wait.low) / 2, 1) for t in ranged), 2
        ),
        "shown": round(100 * statistics.fmean(t.wait.kind == "range" for t in ranged), 1),
        "mean_wait": round(statistics.fmean(actual), 1),
    }


def of_idle(told: Iterable[Told]) -> dict[str, float]:
    """How often "come in now" was said, and how often it was not true."""
    idle = [t for t in told if t.wait.idle]
    plain = [t for t in told if t.plain == (0.0, 0.0)]

    def late(those: list[Told]) -> int:
        return sum(t.actual is None or t.actual > 3 for t in those)

    return {"said": len(idle), "untrue": late(idle), "said_plain": len(plain), "untrue_plain": late(plain)}


def of_closing(told: Iterable[Told]) -> dict[str, float]:
    """Who was not called that day, and who was told before that it may be so."""
    all_told = list(told)
    missed = [t for t in all_told if t.actual is None]
    warned = [t for t in all_told if t.wait.kind == "late"]
    return {
        "never_called": len(missed),
        "of_these_warned": sum(t.wait.kind == "late" for t in missed),
        "warned": len(warned),
        "warned_and_called": sum(t.actual is not None for t in warned),
    }


def main() -> None:
    """Every door of the shipped site in so many weeks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weeks", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    site = load_site(site_folder("cua_nam"))
    told: list[Told] = []
    for week in range(given.weeks):
        for door in site.doors:
            told += DoorWeek(site, door, given.seed * 100_000 + week * 100 + int(door)).run()
    result = {
        "all": figures(t for t in told if t.wait.is_open),
        "inside_hours": figures(t for t in told if not t.over_break and t.wait.is_open),
        "over_lunch": figures(t for t in told if t.over_break),
        "come_in_now": of_idle(told),
        "closing": of_closing(told),
    }
    for name, found in result.items():
        print(f"{name}: " + "  ".join(f"{key} {value}" for key, value in found.items()))
    if given.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()

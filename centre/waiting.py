"""How long one waits: a range drawn from how long services take here, who is ahead, and the opening hours (pure)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Minutes: TypeAlias = NDArray[np.float64]
DRAWS = 256
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
VARIES = 0.65  # standard deviation of a service's time over its mean, where nothing is measured yet
PACE_VARIES = 0.15  # a clerk's pace within a day, pauses, who is away: relative standard deviation of the mean
EARLIER = 0.4  # of a measurement: what one of an earlier day counts
BACK_AFTER = 30.0  # minutes, in the mean: a clerk who left without closing the counter
SOON = 0.01  # minutes: no service has lasted nothing
FINE = 10  # minutes up to which a range is told to the minute, above in steps
STEP = 5
_NORMAL = np.array([NormalDist().inv_cdf((i + 0.5) / 2048) for i in range(2048)])  # in equal steps of probability
PAST_BREAK = ("after", "maybe_after", "closed")
HELPS = 30  # minutes: a wider range says something only when it is no wider than its middle


Told = Literal["now", "range", "at_least", "maybe_after", "after", "late", "closed"]


@dataclass(frozen=True, slots=True)
class WaitEstimate:
    """An expected wait in whole minutes for somebody with `ahead` people in front, and what of it helps them.

    Eight of ten are called between `low` and `high`, half before `middle`. `kind` says how to tell it: come in "now";
    the "range"; where that is too wide to plan by, "at_least" its low end; "maybe_after" or "after" the break that ends
    at `resumes` ("13:30"); "late" when it may last beyond closing; "closed" now (until `resumes`, "" when not today).
    """

    ahead: int
    kind: Told = "range"
    low: int = 0
    high: int = 0
    middle: int = 0
    resumes: str = ""

    @property
    def idle(self) -> bool:
        """Whether a counter is free: come in now."""
        return self.kind == "now"

    @property
    def is_open(self) -> bool:
        """Whether the door serves now."""
        return self.kind != "closed"


@dataclass(frozen=True, slots=True)
class DoorNow:
    """What is known of a door now; times in minutes.

    `cycles` are measured times from one call of a counter to its next, `usual` the time of one service where nothing is
    measured, worth `weight` measurements. `running` is how long each present service has lasted. Of the open `counters`
    so many are `at_work`, as far as can be seen. `earlier` are the cycles of days before, of which each counts less;
    `overtaking` is the share of those who go before others that came earlier.
    """

    usual: float
    weight: float
    cycles: Sequence[float]
    counters: int
    running: Sequence[float]
    at_work: int
    earlier: Sequence[float] = ()
    overtaking: float = 0.0


@dataclass(frozen=True, slots=True)
class Hours:
    """The working time that is left today: intervals in minutes from now, in their order."""

    intervals: tuple[tuple[float, float], ...]

    @property
    def is_open(self) -> bool:
        """Whether the office works now."""
        return bool(self.intervals) and self.intervals[0][0] <= 0.0

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where breaks begin and the day ends, in minutes of work from now."""
        ends = np.cumsum([end - start for start, end in self.intervals])
        return tuple(float(end) for end in ends)

    def after_work(self, minutes: float) -> float:
        """How many minutes pass until so many minutes have been worked, infinite when the day is over before."""
        for start, end in self.intervals:
            if minutes < end - start:
                return start + minutes
            minutes -= end - start
        return math.inf


def starts(door: DoorNow, people: int, breaks: Sequence[float] = ()) -> Minutes:
    """When each of so many people in a line is called, in minutes of work from now; shape (people, DRAWS).

    Services are lognormal (Brown et al. 2005) with the measured mean and spread, the present ones on condition that
    they have lasted as long as they have; the mean itself is as uncertain as its number of measurements leaves it. What
    runs when a break begins is done before the break ends; who is away comes back some time. The same door, the same
    draws.
    """
    mean, varies, known = measured(door)
    mean *= 1.0 + door.overtaking
    sigma = math.sqrt(math.log(1.0 + varies**2))
    draws = np.random.default_rng(1)
    uncertain = math.hypot(varies / math.sqrt(max(known, 1.0)), PACE_VARIES)
    typical = mean * np.exp(uncertain * draws.standard_normal(DRAWS) - sigma**2 / 2.0)
    free = np.zeros((door.counters, DRAWS))
    for i, lasted in enumerate(sorted(door.running)[: door.counters]):
        least = np.log(max(lasted, SOON) / typical) / sigma
        free[i] = typical * np.exp(sigma * _above(least, draws.random(DRAWS))) - lasted
    absent = max(door.counters - max(door.at_work, len(door.running)), 0)
    free[door.counters - absent :] = draws.exponential(BACK_AFTER, (absent, DRAWS))
    free = _stopped(np.zeros_like(free), np.maximum(free, 0.0), breaks)
    services = typical * np.exp(sigma * draws.standard_normal((people, DRAWS)))
    begun = np.empty((people, DRAWS))
    each = np.arange(DRAWS)
    for i in range(people):
        counter = free.argmin(axis=0)
        begun[i] = free[counter, each]
        free[counter, each] = _stopped(begun[i], begun[i] + services[i], breaks)
    return begun


def measured(door: DoorNow) -> tuple[float, float, float]:
    """The mean of a service's time (minutes), its standard deviation over that, and how many services that rests on."""
    cycles = np.array([*door.cycles, *door.earlier], dtype=float)
    weights = np.array([1.0] * len(door.cycles) + [EARLIER] * len(door.earlier))
    known = door.weight + weights.sum()
    if not known:
        return door.usual, VARIES, 0.0
    mean = (door.weight * door.usual + weights @ cycles) / known
    own = weights @ cycles / weights.sum() if len(cycles) else mean
    spread = (door.weight * VARIES**2 + weights @ (cycles / max(own, 0.1) - 1.0) ** 2) / known
    return float(mean), float(np.clip(math.sqrt(spread), 0.3, 1.2)), float(known)


def _above(least: Minutes, draws: Minutes) -> Minutes:
    """Standard normal values on condition that each is above its `least`; `draws` are from 0 to 1."""
    below = np.searchsorted(_NORMAL, least)
    chosen = below + (draws * (len(_NORMAL) - below)).astype(int)
    return np.where(below < len(_NORMAL), _NORMAL[np.minimum(chosen, len(_NORMAL) - 1)], least)


def _stopped(begun: Minutes, ends: Minutes, breaks: Sequence[float]) -> Minutes:
    for at in breaks:
        ends = np.where((begun < at) & (ends > at), at, ends)
    return ends


def estimates(door: DoorNow, people: int, hours: Hours, resumes: str) -> tuple[WaitEstimate, ...]:
    """The wait of each of so many people in a line; `resumes` is when the office opens again after the next break."""
    if door.counters < 1 or not hours.intervals:
        return tuple(WaitEstimate(ahead, "closed") for ahead in range(people))
    if not hours.is_open:
        door = replace(door, running=())
    idle = door.at_work - len(door.running) if hours.is_open else 0
    quantiles = np.quantile(starts(door, people, hours.breaks), (LOW, MIDDLE, HIGH), axis=1, method="higher")
    return tuple(
        WaitEstimate(ahead, "now") if ahead < idle else _told(ahead, quantiles[:, ahead], hours, resumes)
        for ahead in range(people)
    )


def _told(ahead: int, worked: Minutes, hours: Hours, resumes: str) -> WaitEstimate:
    low, middle, high = (hours.after_work(float(minutes)) for minutes in worked)
    closes = hours.intervals[-1][1]
    least = rounded(min(low, closes))
    most = max(rounded(min(high, closes)), least + (1 if least < FINE else STEP))
    kind: Told = "range" if most - least <= max(HELPS, (least + most) / 2) else "at_least"
    if not hours.is_open:
        kind = "closed"
    elif math.isinf(high):
        kind = "late"
    elif high >= hours.intervals[0][1]:
        kind = "after" if low >= hours.intervals[0][1] else "maybe_after"
    return WaitEstimate(ahead, kind, least, most, round(min(middle, closes)), resumes if kind in PAST_BREAK else "")


def rounded(minutes: float) -> int:
    """To the minute while that says something, else to five."""
    return round(minutes) if minutes < FINE else STEP * round(minutes / STEP)

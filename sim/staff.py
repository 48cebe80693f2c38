"""Staff at the counters: simulated ones call, serve and finish numbers; where a person does, people follow them."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from sim.hall import Hall

NO_SHOW = 90.0  # s until a called number that nobody brings is given up


def counter(hall: Hall, door: str, mean_minutes: float, rng: np.random.Generator) -> Generator[None, None, None]:
    """Work at one counter for ever."""
    staff = hall.scenario.staff

    def pause(seconds: float) -> Generator[None, None, None]:
        until = hall.clock.now() + seconds
        while hall.clock.now() < until:
            yield

    while True:
        yield from pause(float(rng.uniform(0.5, 1.5)) * staff.gap)
        if not hall.staff_are_there or not hall.counters.waiting(door):
            continue
        number = hall.counters.call_next(door)
        if number is None:
            continue
        hall.called[number] = door
        until = hall.clock.now() + NO_SHOW
        while number not in hall.at_counter and hall.clock.now() < until:
            yield
        if number not in hall.at_counter:
            hall.counters.no_show(number)
            hall.finished.add(number)
            continue
        hall.counters.start(number)
        spread = staff.spread
        factor = math.exp(float(rng.normal(0.0, spread)) - spread * spread / 2)
        yield from pause(60.0 * mean_minutes * staff.scale * factor)
        hall.counters.finish(number)
        hall.finished.add(number)


def called_by_somebody(hall: Hall, door: str) -> Generator[None, None, None]:
    """A door at which somebody outside the simulation calls: the hall hears of each call, and of each end."""
    while True:
        for number, state in hall.counters.states(door).items():
            if state in ("called", "serving"):
                hall.called[number] = door
            elif state in ("finished", "no_show"):
                hall.finished.add(number)
        yield

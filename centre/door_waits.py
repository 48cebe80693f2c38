"""The waits at every door, worked out anew when something has happened or some seconds have gone by."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from centre.door_facts import at_work, cycles, overtaking, running
from centre.site import Site
from centre.tickets import Day, Ticket, in_line
from centre.waiting import DoorNow, Hours, WaitEstimate, estimates

GOOD_FOR = 10.0  # s
MOST_EARLIER = 80  # services by door


class DoorWaits:
    """Remembers what it has worked out; asking changes nothing that anybody else could see."""

    def __init__(self, site: Site, earlier: Callable[[], Iterable[Day]]) -> None:
        self._site = site
        self._read_earlier = earlier
        self._earlier: dict[str, deque[float]] | None = (
            None  # cycles of the days before by door, read when first needed
        )
        self._known: dict[str, tuple[tuple[int, int], dict[str, int], tuple[WaitEstimate, ...]]] = {}

    def wait(
        self, door: str, number: str, tickets: Sequence[Ticket], counters: int, revision: int, now: datetime
    ) -> WaitEstimate:
        """Of the holder of a number who waits, or of somebody who comes now."""
        moment = revision, int((now - datetime.min).total_seconds() // GOOD_FOR)
        found = self._known.get(door)
        if found is None or found[0] != moment:
            line = in_line(tickets, now, self._site.services.ageing)
            places = {ticket.number: place for place, ticket in enumerate(line)}
            found = moment, places, self._made(door, tickets, len(line) + 1, counters, now)
            self._known[door] = found
        _, places, waits = found
        return waits[places.get(number, len(places))]

    def learn(self, day: Day) -> None:
        """A day is over: how long its services took is known tomorrow."""
        if self._earlier is not None:
            self._take(self._earlier, day)

    def _take(self, known: dict[str, deque[float]], day: Day) -> None:
        for door in self._site.doors:
            here = [ticket for ticket in day.tickets.values() if ticket.door == door]
            known.setdefault(door, deque(maxlen=MOST_EARLIER)).extend(cycles(here))

    def _cycles_before(self, door: str) -> Sequence[float]:
        if self._earlier is None:
            self._earlier = {}
            for day in self._read_earlier():
                self._take(self._earlier, day)
        return self._earlier.get(door, ())

    def _made(
        self, door: str, tickets: Sequence[Ticket], people: int, counters: int, now: datetime
    ) -> tuple[WaitEstimate, ...]:
        facts = DoorNow(
            usual=self._site.doors[door].minutes,
            weight=self._site.services.weight,
            cycles=cycles(tickets),
            counters=counters,
            running=running(tickets, now),
            earlier=self._cycles_before(door),
            at_work=at_work(tickets, counters, now),
            overtaking=overtaking(tickets),
        )
        hours = Hours(self._site.place.working(now))
        return estimates(facts, people, hours, self._site.place.resumes(now))

"""One day's numbers as a fold over its events: what became of each, who was called, which counters are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from centre.numbers import plain_number
from centre.robots import FIRST_NUMBER
from centre.stored_event import Kind, StoredEvent, numbers_in

State = Literal["waiting", "called", "serving", "held", "finished", "no_show"]
Step = Literal[
    "called", "recalled", "started", "finished", "no_show", "held", "returned", "transferred", "deferred", "arrived"
]
NEXT: dict[Kind, dict[State, State]] = {  # what may happen to a ticket in which state, and the state after
    "called": {"waiting": "called", "held": "called", "no_show": "called"},
    "recalled": {"called": "called"},
    "started": {"called": "serving", "waiting": "serving"},
    "finished": {"serving": "finished", "called": "finished"},
    "no_show": {"called": "no_show"},
    "held": {"called": "held", "serving": "held"},
    "returned": {"held": "waiting", "no_show": "waiting"},
    "transferred": {"waiting": "waiting", "called": "waiting", "serving": "waiting", "held": "waiting"},
    "deferred": {"waiting": "waiting"},
    "arrived": {"waiting": "waiting"},
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number and what became of it."""

    number: str
    day: str
    door: str
    service: str  # procedure or request id, "" for the door alone
    visit: int
    state: State
    issued: datetime
    called: datetime | None = None  # the last time
    first_called: datetime | None = None
    started: datetime | None = None
    finished: datetime | None = None
    left: datetime | None = None  # when it left the counter that called it without being finished
    priority: str = ""  # a group of the site's `priority`
    counter: str = ""  # which counter called it last, "" when that was not said
    recalls: int = 0  # since it was called
    deferred: datetime | None = None  # "not yet", said by the citizen: passed over until then
    deferrals: int = 0
    returned: datetime | None = None  # came back after a miss, or was taken up again
    nights: int = 0  # that it was kept for
    appointment: datetime | None = None  # whose holder came in time for it

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for something."""
        return self.state in ("waiting", "called", "serving", "held")


@dataclass(frozen=True, slots=True)
class Act:
    """What one counter did last: the events of one transaction, which are undone together."""

    events: tuple[StoredEvent, ...]

    @property
    def stamp(self) -> datetime:
        """When it was done."""
        return self.events[-1].stamp


class Day:
    """The state of one day, built by applying its events in order; those of another day change nothing."""

    def __init__(self, name: str = "") -> None:
        self.name = name
        self.tickets: dict[str, Ticket] = {}  # by number, in order of issue
        self.of_visit: dict[int, str] = {}
        self.counts: dict[str, int] = {}  # numbers issued by door
        self.own: set[tuple[str, int]] = set()  # doors and numbers that robots gave by themselves
        self.called: list[str] = []  # newest last
        self._plain: dict[tuple[str, ...], str] = {}
        self.closed: dict[str, frozenset[str]] = {}  # closed counters by door
        self.acts: dict[str, Act] = {}  # the last one by counter
        self.changed: dict[str, int] = {}  # seq of a ticket's last event
        self.seq = 0  # of the last event
        self._touched: dict[str, int] = {}  # seq of the last event at a door; at "" of one that may concern several
        self.doubted = 0  # seq of the first of those at the end whose time is of a later day than they stand under
        self._before: dict[int, tuple[Ticket, tuple[str, ...]]] = {}  # by seq, so that an act can be undone

    def apply(self, event: StoredEvent) -> None:
        """Take over one event of this day."""
        self.seq = event.seq
        self._touched["" if event.kind in ("transferred", "undone") else event.door] = event.seq
        is_doubted = event.stamp.date().isoformat() > self.name
        self.doubted = (self.doubted or event.seq) if is_doubted else 0
        ticket = self.tickets.get(event.ticket)
        for door, number in numbers_in(event):
            self.counts[door] = max(self.counts.get(door, 0), number)
        if event.kind in ("issued", "renumbered") and event.count >= FIRST_NUMBER:
            self.own.add((event.door, event.count))
        if event.kind in ("issued", "kept") and event.visit is not None:
            self._issue(event, event.visit)
        elif event.kind == "renumbered" and ticket is not None:
            self._renumber(ticket, str(event.data["number"]))
        elif event.kind in ("counter_closed", "counter_opened"):
            self._open_or_close(event)
        elif event.kind == "undone" and ticket is not None:
            self._undo(event)
        elif event.kind in NEXT and ticket is not None:
            self._before[event.seq] = ticket, tuple(self.called)
            self.tickets[event.ticket] = _after(ticket, event)
            self.changed[event.ticket] = event.seq
            self._remember(event)
            if event.kind in ("called", "recalled"):
                self.called = [number for number in self.called if number != event.ticket] + [event.ticket]

    def named(self, number: str) -> Ticket | None:
        """The ticket with a number, written as it may be ("a17" is "A 017")."""
        return self.tickets.get(self._plain.get(plain_number(number), ""))

    def last_among(self, numbers: range) -> dict[str, int]:
        """The highest of some numbers that robots gave by themselves, by door."""
        last: dict[str, int] = {}
        for door, number in self.own:
            if number in numbers:
                last[door] = max(last.get(door, 0), number)
        return last

    def revision(self, door: str) -> int:
        """Grows with every event that may have changed something at a door."""
        return max(self._touched.get(door, 0), self._touched.get("", 0))

    def undoable(self, counter: str) -> tuple[StoredEvent, ...]:
        """The last act of a counter, the newest event first; empty when something else happened to a ticket since."""
        act = self.acts.get(counter)
        if act is None or any(self.changed.get(event.ticket, 0) > act.events[-1].seq for event in act.events):
            return ()
        return tuple(reversed(act.events))

    def _issue(self, event: StoredEvent, visit: int) -> None:
        service = str(event.data["service"])
        priority = str(event.data.get("priority", ""))
        head = (event.ticket, event.day, event.door, service, visit)
        if event.ticket in self.tickets:  # of two days that were made one: nobody is lost, the newer number is called
            older = self.tickets.pop(event.ticket)
            self.tickets[f"{older.number}/{older.visit}"] = older
            self.of_visit[older.visit] = f"{older.number}/{older.visit}"
        given = datetime.fromisoformat(str(event.data["given"])) if "given" in event.data else event.stamp
        appointed = str(event.data.get("appointment", ""))
        self.tickets[event.ticket] = Ticket(
            *head,
            "waiting",
            given,
            priority=priority,
            nights=int(str(event.data.get("nights", 0))),
            appointment=datetime.fromisoformat(appointed) if appointed else None,
        )
        self._plain[plain_number(event.ticket)] = event.ticket
        self.of_visit[visit] = event.ticket

    def _renumber(self, ticket: Ticket, number: str) -> None:
        """Its holder has another number on paper."""
        del self.tickets[ticket.number]
        self.tickets[number] = replace(ticket, number=number)
        self._plain[plain_number(number)] = number
        self.of_visit[ticket.visit] = number
        self.called = [number if each == ticket.number else each for each in self.called]

    def _open_or_close(self, event: StoredEvent) -> None:
        counter = frozenset({str(event.data.get("counter", ""))})
        closed = self.closed.get(event.door, frozenset())
        self.closed[event.door] = closed | counter if event.kind == "counter_closed" else closed - counter

    def _remember(self, event: StoredEvent) -> None:
        """What was done `with` an event of the same counter belongs to the same act."""
        counter = str(event.data.get("counter", ""))
        act = self.acts.get(counter)
        goes_on = act is not None and act.events[0].seq == event.data.get("with")
        self.acts[counter] = Act((*act.events, event) if act is not None and goes_on else (event,))

    def _undo(self, event: StoredEvent) -> None:
        found = self._before.pop(int(str(event.data.get("undoes", 0))), None)
        if found is not None:
            self.tickets[event.ticket] = found[0]
            self.called = list(found[1])
            self.changed[event.ticket] = event.seq
        self.acts.pop(str(event.data.get("counter", "")), None)


def in_line(tickets: Sequence[Ticket], now: datetime, ageing: float) -> list[Ticket]:
    """Those who wait, the next one first: by arrival, where a priority counts as `ageing` minutes (not more) earlier.

    So nobody is overtaken by a priority that came more than `ageing` minutes after. An appointment counts from its own
    time, as a priority does. Who said "not yet" comes last.
    """
    bonus = timedelta(minutes=ageing)

    def turn(ticket: Ticket) -> datetime:
        comes = ticket.appointment or ticket.issued
        return comes - bonus if ticket.priority or ticket.appointment else comes

    waiting = [ticket for ticket in tickets if ticket.state == "waiting"]
    return sorted(waiting, key=lambda t: (is_away(t, now), turn(t)))


def is_away(ticket: Ticket, now: datetime) -> bool:
    """Whether its holder said "not yet" and the time has not run out."""
    return ticket.deferred is not None and now < ticket.deferred


def _after(ticket: Ticket, event: StoredEvent) -> Ticket:
    stamp = event.stamp
    leaves = event.kind in ("no_show", "held", "transferred")
    ticket = replace(
        ticket, state=NEXT[event.kind].get(ticket.state, ticket.state), left=stamp if leaves else ticket.left
    )
    counter = str(event.data.get("counter", ""))
    if event.kind == "called":
        first = ticket.first_called or stamp
        return replace(ticket, called=stamp, first_called=first, left=None, recalls=0, counter=counter, deferred=None)
    if event.kind == "recalled":
        return replace(ticket, called=stamp, recalls=ticket.recalls + 1, counter=counter or ticket.counter)
    if event.kind == "started":
        counter = counter or ticket.counter
        return replace(ticket, started=stamp, called=ticket.called or stamp, counter=counter, deferred=None)
    if event.kind == "finished":
        return replace(ticket, started=ticket.started or ticket.called, finished=stamp)
    if event.kind == "returned":
        return replace(ticket, returned=stamp)
    if event.kind == "transferred":
        return replace(ticket, door=event.door, called=None, started=None, counter="")
    if event.kind == "deferred":
        until = stamp + timedelta(minutes=float(str(event.data["minutes"])))
        return replace(ticket, deferred=until, deferrals=ticket.deferrals + 1)
    return replace(ticket, deferred=None) if event.kind == "arrived" else ticket


def service_minutes(ticket: Ticket) -> float | None:
    """How long a finished ticket was served, None when it was not."""
    if ticket.started is None or ticket.finished is None:
        return None
    return max((ticket.finished - ticket.started).total_seconds() / 60.0, 0.0)

"""The office at work: tickets, calls, staff and ratings, all remembered as events and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Literal

from centre.appointments import Appointment, appointments_in, check_slot, comes_in_time
from centre.books import Books
from centre.robots import RobotSlot, own_numbers, own_visits
from centre.stored_event import Kind, StoredEvent, Value
from centre.tickets import NEXT, Day, State, Step, Ticket, in_line
from centre.waiting import WaitEstimate
from robot.types import LetanError

UNDO_SECONDS = 10.0
Act = Callable[..., StoredEvent]  # writes one event of an act; see Office._event


class Office(Books):
    """Few plain methods; `counter` names who acts ("" when that is not known), so that it can undo its own last act."""

    def open_visit(self) -> int:
        """The id of a new visit, which no other has, also after a restart."""
        return self._write_one("visit").seq

    def issue(self, visit: int, door: str, service: str = "", priority: str = "") -> Ticket:
        """The ticket of a visit: a new number the first time, the same whenever asked again.

        `service` is the id of a procedure or request, "" for the door alone; `priority` a group of the site.
        """
        if priority and priority not in self.site.services.priority:
            raise LetanError(f"there is no priority group `{priority}`")
        return self._issue(visit, door, service, {"priority": priority} if priority else {})

    def _issue(self, visit: int, door: str, service: str, more: dict[str, Value]) -> Ticket:
        self._know(door, "a ticket needs a door; there is no door")
        with self._writing() as write:
            found = self.ticket_of(visit)
            if found is None:
                count, number = self._next_number(door)
                data: dict[str, Value] = {"service": service, **more}
                write(self._event("issued", visit=visit, ticket=number, door=door, count=count, data=data))
        return found or self._now().tickets[number]

    def _next_number(self, door: str) -> tuple[int, str]:
        """The next number of a door's series that nobody has today, also not from yesterday."""
        today = self._now()
        count = today.counts.get(door, 0)
        while True:
            count += 1
            number = self.site.place.number_of(self.site.doors[door].letter, count, date.fromisoformat(self.day))
            if number not in today.tickets:
                return count, number

    def door_for(self, service: str, door: str) -> str:
        """Where a service is to be had soonest among the doors that serve it; `door` where none is better."""
        waits = {each: self.wait(each) for each in self.site.doors_of(service)}
        if door not in waits:
            return door
        able = [each for each, wait in waits.items() if wait.kind not in ("closed", "late")] or [door]
        return min(able, key=lambda each: (0 if waits[each].idle else waits[each].middle, each != door))

    def book(self, door: str, at: datetime, service: str = "") -> Appointment:
        """Keep a time at a door for somebody, whose visit's code is the booked one. LetanError when it can't be had."""
        self._know(door)
        with self._writing() as write:
            taken = appointments_in(self._journal.of_appointments()).values()
            check_slot(at, self.clock.wall(), door, taken, self.site.place, self.site.services.appointments)
            visit = write(self._event("visit")).seq
            write(self._event("booked", visit=visit, door=door, data={"service": service, "at": at.isoformat()}))
        return Appointment(visit, door, service, at)

    def appointment(self, visit: int) -> Appointment | None:
        """The appointment of a visit, None when it has none or gave it back."""
        return appointments_in(self._journal.of_visit(visit)).get(visit)

    def give_back(self, visit: int) -> bool:
        """An appointment is free for others; False when there is none, or its number is taken already."""
        with self._writing() as write:
            if self.appointment(visit) is None or self.ticket_of(visit) is not None:
                return False
            write(self._event("unbooked", visit=visit))
        return True

    def check_in(self, visit: int) -> Ticket:
        """Who has an appointment is here: their number, which goes by the appointed time when they are not too late.

        LetanError when there is no such appointment, NotYetError before its window begins or on another day.
        """
        found = self.ticket_of(visit)
        if found is not None:
            return found
        appointment = self.appointment(visit)
        if appointment is None:
            raise LetanError(f"there is no appointment {visit}")
        in_time = comes_in_time(appointment, self.clock.wall(), self.site.services.appointments)
        more: dict[str, Value] = {"appointment": appointment.at.isoformat()} if in_time else {}
        return self._issue(visit, appointment.door, appointment.service, more)

    def slot_of(self, robot: str) -> RobotSlot:
        """The slot of a robot, which no other has."""
        with self._writing() as write:
            known = self._journal.robots()
            if robot not in known:
                known[robot] = len(known)
                write(self._event("robot", data={"robot": robot, "slot": known[robot]}))
        slot = known[robot]
        visits = own_visits(slot)
        numbers = own_numbers(slot)
        last = self._journal.last_visit(visits)
        return RobotSlot(slot, 0 if last is None else last - visits.start + 1, self._now().last_among(numbers))

    def note_visit(self, visit: int) -> None:
        """A robot has opened a visit with an id of its own; saying so twice changes nothing."""
        with self._writing() as write:
            if not self._journal.of_visit(visit):
                write(self._event("visit", visit=visit))

    def take_over(self, visit: int, door: str, service: str, count: int, given: datetime) -> Ticket | None:
        """A number that a robot gave while this office was away: it waits since then. None when that day is over.

        Where this office had given the visit another one, and the robot never heard of it, that becomes this one.
        """
        self._know(door)
        number = self.site.place.number_of(self.site.doors[door].letter, count, date.fromisoformat(self.day))
        data: dict[str, Value] = {"service": service, "given": given.isoformat(timespec="milliseconds")}
        with self._writing() as write:
            found = self.ticket_of(visit)
            if found is not None and found.number != number:
                told: dict[str, Value] = {"number": number}
                write(self._event("renumbered", visit=visit, ticket=found.number, door=door, count=count, data=told))
            elif found is None and given.date().isoformat() == self.day:
                write(self._event("issued", visit=visit, ticket=number, door=door, count=count, data=data))
            elif found is None and all(event.kind != "given_late" for event in self._journal.of_visit(visit)):
                write(self._event("given_late", visit=visit, door=door, count=count, data=data))
        return self._now().tickets.get(number)

    def ticket_of(self, visit: int) -> Ticket | None:
        """The ticket of a visit, also of an earlier day; None while it has none."""
        number = self._today.of_visit.get(visit)
        if number is not None:
            return self._today.tickets[number]
        events = [event for event in self._journal.of_visit(visit) if event.ticket]
        if not events or events[0].day == self._today.name:
            return None
        then = Day(events[0].day)
        for event in events:
            then.apply(event)
        return next(iter(then.tickets.values()), None)

    def ticket(self, number: str) -> Ticket | None:
        """Today's ticket with a number, written as it may be ("a17" is "A 017")."""
        return self._now().named(number)

    def tickets(self, door: str = "", state: State | Literal[""] = "") -> tuple[Ticket, ...]:
        """Today's tickets in order of issue, of one door and state if asked."""
        tickets = self._now().tickets.values()
        return tuple(t for t in tickets if door in ("", t.door) and state in ("", t.state))

    def line(self, door: str) -> list[Ticket]:
        """Who waits at a door, the next one first."""
        return in_line(self.tickets(door), self.clock.wall(), self.site.services.ageing)

    def call_next(self, door: str, counter: str = "") -> Ticket | None:
        """Call the next who waits at a door; None when nobody does. A named counter's last one is finished by it."""
        self._know(door)
        with self._acting(counter) as act:
            line = [ticket for ticket in self.line(door) if ticket.deferred is None or self._is_back(ticket)]
            if not line:
                return None
            for ticket in self.at(counter):
                act("finished", ticket)
            act("called", line[0])
        return self._now().tickets[line[0].number]

    def at(self, counter: str) -> tuple[Ticket, ...]:
        """Whom a named counter has called and not finished."""
        return tuple(t for t in self.tickets() if counter and t.counter == counter and t.state in ("called", "serving"))

    def mark(self, kind: Step, number: str, counter: str = "") -> Ticket | None:
        """A step of a ticket of today; None when its state does not allow that."""
        with self._acting(counter) as act:
            ticket = self.ticket(number)
            if ticket is None or ticket.state not in NEXT[kind]:
                return None
            data: dict[str, Value] = {"minutes": self.site.services.late} if kind == "deferred" else {}
            if kind == "called":
                for other in self.at(counter):
                    act("finished", other)
            act(kind, ticket, data=data)
        return self._now().tickets[ticket.number]

    def transfer(self, number: str, door: str, counter: str = "") -> Ticket | None:
        """A ticket waits at another door from now on, with the time of its arrival; None when that can't be."""
        self._know(door)
        with self._acting(counter) as act:
            ticket = self.ticket(number)
            if ticket is None or ticket.state not in NEXT["transferred"] or ticket.door == door:
                return None
            act("transferred", ticket, door=door, data={"from": ticket.door})
        return self._now().tickets[ticket.number]

    def undo(self, counter: str = "") -> tuple[Ticket, ...]:
        """Take a counter's last act of the last ten seconds back: the tickets as they are then, () when too late."""
        with self._acting(counter) as act:
            events = self.undoable(counter)
            for event in events:
                act("undone", self._now().tickets[event.ticket], data={"undoes": event.seq})
        return tuple(self._now().tickets[event.ticket] for event in events)

    def undoable(self, counter: str = "") -> tuple[StoredEvent, ...]:
        """What `undo` would take back now, the newest event first."""
        events = self._now().undoable(counter)
        if not events or not timedelta() <= self.clock.wall() - events[0].stamp <= timedelta(seconds=UNDO_SECONDS):
            return ()
        return events

    def set_counter(self, door: str, counter: str, is_open: bool) -> None:
        """A counter of a door closes or opens again; nothing happens when it is so already.

        When the last one closes, those who wait go to the soonest other door that serves their matter, with the time of
        their arrival; the others stay in line, and their page says that the door is closed.
        """
        self._know(door)
        with self._writing() as write:
            if (counter in self._now().closed.get(door, frozenset())) != is_open:
                return
            kind: Kind = "counter_opened" if is_open else "counter_closed"
            closing = write(self._event(kind, door=door, data={"counter": counter}))
            if is_open or self.counters(door) > 1:
                return
            for ticket in self.line(door):
                others = [each for each in self.site.doors_of(ticket.service) if each != door and self.counters(each)]
                if others:
                    to = min(others, key=lambda each: self.wait(each).middle)
                    data: dict[str, Value] = {"from": door, "with": closing.seq}
                    write(self._event("transferred", visit=ticket.visit, ticket=ticket.number, door=to, data=data))

    def counters(self, door: str) -> int:
        """How many counters of a door are open."""
        return max(self.site.doors[door].counters - len(self._now().closed.get(door, ())), 0)

    def is_closed(self, door: str, counter: str) -> bool:
        """Whether a counter of a door was closed today."""
        return counter in self._now().closed.get(door, frozenset())

    def calls(self, most: int = 5) -> tuple[Ticket, ...]:
        """Today's called tickets, the newest first."""
        today = self._now()
        return tuple(today.tickets[number] for number in today.called[: -most - 1 : -1])

    def wait(self, door: str, number: str = "") -> WaitEstimate:
        """The wait at a door for somebody who comes now, or for the holder of a number."""
        now = self.clock.wall()
        return self._waits.wait(door, number, self.tickets(door), self.counters(door), self._now().revision(door), now)

    def rate(self, visit: int, level: int, reasons: Sequence[str] = (), *, door: str = "", service: str = "") -> bool:
        """Store a visit's rating, nothing about the person; False when the visit or its ticket has one already.

        `door` and `service` are what a visit without a ticket was about. A visit that comes again later (by phone, with
        the visit id of its ticket) is the same visit; the rating belongs to the day on which it is given.
        """
        if str(level) not in self.site.ratings.levels:
            return False
        known = [reason for reason in reasons if reason in self.site.ratings.reasons]
        with self._writing() as write:
            if self._journal.is_rated(visit):
                return False
            ticket = self.ticket_of(visit)
            number, at, matter = (ticket.number, ticket.door, ticket.service) if ticket else ("", door, service)
            data: dict[str, Value] = {"level": level, "service": matter, "reasons": known}
            write(self._event("rated", visit=visit, ticket=number, door=at, data=data))
        return True

    def is_rated(self, visit: int) -> bool:
        """Whether a visit has given its rating."""
        return self._journal.is_rated(visit)

    @contextmanager
    def _acting(self, counter: str) -> Iterator[Act]:
        """One transaction of a counter; the events after the first say with which they belong together."""
        first: list[int] = []
        with self._writing() as write:

            def act(kind: Kind, ticket: Ticket, door: str = "", data: dict[str, Value] | None = None) -> StoredEvent:
                told: dict[str, Value] = dict(data or {})
                if counter:
                    told["counter"] = counter
                if first:
                    told["with"] = first[0]
                at = door or ticket.door
                written = write(self._event(kind, visit=ticket.visit, ticket=ticket.number, door=at, data=told))
                first.append(written.seq)
                return written

            yield act

    def _is_back(self, ticket: Ticket) -> bool:
        return ticket.deferred is not None and self.clock.wall() >= ticket.deferred

    def _know(self, door: str, words: str = "there is no door") -> None:
        if door not in self.site.doors:
            raise LetanError(f"{words} `{door}`; doors are {', '.join(self.site.doors)}")

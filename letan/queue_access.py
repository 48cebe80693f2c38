"""How the command line acts on a queue: in the database itself, or through the office that owns it."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from centre.acts import act_on
from centre.office import Office
from centre.owner import AlreadyOwned, Owner, owning
from centre.site import load_site
from centre.tickets import Ticket
from letan.office_client import OfficeClient
from letan.setup import site_folder
from robot.clock import RealClock
from robot.types import LetanError


@dataclass(frozen=True, slots=True)
class Acted:
    """A number after what was done with it."""

    number: str
    door: str
    state: str


class QueueActs(Protocol):
    """What the command line can do with a queue; LetanError says why something can't be done."""

    def call_next(self, door: str) -> Acted | None: ...

    def step(self, word: str, number: str) -> Acted: ...

    def transfer(self, number: str, door: str) -> Acted: ...

    def add(self, door: str, service: str, priority: str) -> Acted: ...

    def undo(self) -> list[Acted]: ...

    def set_counter(self, counter: str, is_open: bool) -> tuple[int, int]: ...

    def set_day(self, day: date, instead_of: date | None) -> str: ...

    def book(self, door: str, at: datetime, service: str) -> int: ...

    def give_back(self, appointment: int) -> None: ...

    def check_in(self, appointment: int) -> Acted: ...


class OwnQueue:
    """Acts in the database itself, which nobody else owns meanwhile."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def call_next(self, door: str) -> Acted | None:
        called = self._office.call_next(door)
        return _acted(called) if called else None

    def step(self, word: str, number: str) -> Acted:
        return _acted(act_on(self._office, number, word))

    def transfer(self, number: str, door: str) -> Acted:
        return _acted(act_on(self._office, number, "transfer", door=door))

    def add(self, door: str, service: str, priority: str) -> Acted:
        return _acted(self._office.issue(self._office.open_visit(), door, service, priority))

    def undo(self) -> list[Acted]:
        return [_acted(ticket) for ticket in self._office.undo()]

    def set_counter(self, counter: str, is_open: bool) -> tuple[int, int]:
        door = counter.partition("-")[0]
        self._office.set_counter(door, counter, is_open)
        return self._office.counters(door), len(self._office.line(door))

    def set_day(self, day: date, instead_of: date | None) -> str:
        self._office.set_day(day, instead_of)
        return self._office.day

    def book(self, door: str, at: datetime, service: str) -> int:
        return self._office.book(door, at, service).visit

    def give_back(self, appointment: int) -> None:
        if not self._office.give_back(appointment):
            raise LetanError(f"there is no appointment {appointment} to give back")

    def check_in(self, appointment: int) -> Acted:
        return _acted(self._office.check_in(appointment))


class OfficesQueue:
    """Acts through the office that owns the database, over HTTP on this machine."""

    def __init__(self, owner: Owner) -> None:
        self._client = OfficeClient(owner)

    def call_next(self, door: str) -> Acted | None:
        called = self._client.post(f"doors/{_part(door)}/call", {})
        return Acted(called["number"], called["door"], called["state"]) if called else None

    def step(self, word: str, number: str) -> Acted:
        return self._acted(f"tickets/{_part(number)}/{word}", {})

    def transfer(self, number: str, door: str) -> Acted:
        return self._acted(f"tickets/{_part(number)}/transfer", {"door": door})

    def add(self, door: str, service: str, priority: str) -> Acted:
        return self._acted("tickets", {"door": door, "service": service, "priority": priority})

    def undo(self) -> list[Acted]:
        return [Acted(each["number"], each["door"], each["state"]) for each in self._client.post("undo", {})]

    def set_counter(self, counter: str, is_open: bool) -> tuple[int, int]:
        told = self._client.post(f"counters/{_part(counter)}/{'open' if is_open else 'close'}", {})
        return int(told["counters"]), int(told["waiting"])

    def set_day(self, day: date, instead_of: date | None) -> str:
        wish = {"day": day.isoformat(), "instead_of": instead_of.isoformat() if instead_of else ""}
        return str(self._client.post("day", wish)["day"])

    def book(self, door: str, at: datetime, service: str) -> int:
        wish = {"door": door, "at": at.isoformat(timespec="minutes"), "service": service}
        return int(self._client.post("appointments", wish)["appointment"])

    def give_back(self, appointment: int) -> None:
        self._client.post(f"appointments/{appointment}/give-back", {})

    def check_in(self, appointment: int) -> Acted:
        return self._acted(f"appointments/{appointment}/check-in", {})

    def _acted(self, path: str, body: dict[str, str]) -> Acted:
        told = self._client.post(path, body)
        return Acted(told["number"], told["door"], told["state"])


@contextmanager
def acting_queue(site: str, db: Path) -> Iterator[QueueActs]:
    """The queue of a database: through its office where one is at work, else in the file itself."""
    place = load_site(site_folder(site))
    if not db.is_file():
        raise LetanError(f"{db}: there is no such database; name the robot's with --db")
    try:
        with owning(db):
            office = Office(place, RealClock(), db, access="write")
            try:
                yield OwnQueue(office)
            finally:
                office.close()
    except AlreadyOwned as owned:
        if owned.owner is None or not owned.owner.url:
            raise
        yield OfficesQueue(owned.owner)


def _part(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _acted(ticket: Ticket) -> Acted:
    return Acted(ticket.number, ticket.door, ticket.state)

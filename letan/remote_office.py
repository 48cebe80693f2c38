"""An office elsewhere as a robot uses it: read from a replica that follows its events, written by asking it."""

from __future__ import annotations

import json
import os
import queue
import threading
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from centre.acts import ACTS
from centre.office import Office
from centre.owner import Owner, owner_of
from centre.site import Site
from centre.store import Write
from centre.stored_event import Kind, StoredEvent, Value
from centre.tickets import Day, Step, Ticket
from letan.office_client import TOKEN, AwayError, OfficeClient, RefusedError
from robot.ports import Clock
from robot.types import LetanError

COMES_BACK_WITHIN = 5.0  # s from an answer to the event that it is about
AGAIN = 1.0  # s until a lost stream is tried again
_WORDS = {step: word for word, step in ACTS.items()}


class Replica:
    """Today's events of an office elsewhere, followed by a thread and applied by `refresh` in its caller's thread."""

    def __init__(self, client: OfficeClient, apply: Callable[[StoredEvent], None]) -> None:
        self.broken_at: int | None = None
        self.began = 0
        self.last = 0
        self._client = client
        self._apply = apply
        self._came: queue.SimpleQueue[StoredEvent] = queue.SimpleQueue()
        self._over = threading.Event()
        self._reached = threading.Event()
        self._trouble = ""
        self._refused = False
        self._head = 0  # the office's last event when it was reached first
        self._events: list[StoredEvent] = []
        threading.Thread(target=self._follow, name="office", daemon=True).start()

    def begin(self) -> None:
        """Know today as it is now. LetanError when the office is away, or does not let this program in."""
        self._reached.wait(COMES_BACK_WITHIN)
        if not self._reached.is_set() or self._trouble:
            raise LetanError(self._trouble or f"the office at {self._client.url} is away")
        self.wait_for(self._head)

    def refresh(self) -> None:
        """Apply what has come; never waits."""
        while not self._came.empty():
            self._take(self._came.get())

    def wait_for(self, revision: int) -> None:
        """Apply what comes until an event is there. LetanError when it does not come."""
        deadline = time.monotonic() + COMES_BACK_WITHIN
        while self.last < revision:
            if self._refused:
                raise LetanError(self._trouble)
            if time.monotonic() > deadline:
                raise AwayError(self._trouble or f"the office at {self._client.url} is away")
            with suppress(queue.Empty):
                self._take(self._came.get(timeout=0.1))

    def _take(self, event: StoredEvent) -> None:
        if event.seq <= self.last:
            return
        self.last = event.seq
        self._events.append(event)
        self._apply(event)

    def _follow(self) -> None:
        after: int | None = None
        while not self._over.is_set():
            try:
                if after is None:
                    after = self._first()
                for told in self._client.lines(f"/api/events?after={after}"):
                    if self._over.is_set():
                        return
                    if told.startswith("data: "):
                        event = _event(told[6:])
                        after = event.seq
                        self._came.put(event)
                self._trouble = ""
            except LetanError as error:
                self._trouble = str(error)
                self._refused = isinstance(error, RefusedError)
                self._reached.set()
            self._over.wait(AGAIN)

    def _first(self) -> int:
        """Where today begins, and how far it has come."""
        health = self._client.get("/health")
        self.began = int(health["began"])
        self._head = int(health["revision"])
        self._trouble = ""
        self._reached.set()
        return self.began

    def of_visit(self, visit: int) -> tuple[StoredEvent, ...]:
        return tuple(event for event in self._events if event.visit == visit)

    def of_appointments(self) -> tuple[StoredEvent, ...]:
        raise LetanError("a replica does not know: ask its office")

    def is_rated(self, visit: int) -> bool:
        return any(event.kind == "rated" and event.visit == visit for event in self._events)

    def after(self, seq: int, most: int) -> tuple[StoredEvent, ...]:
        return tuple(event for event in self._events if event.seq > seq)[:most]

    def robots(self) -> dict[str, int]:
        raise LetanError("a replica does not know: ask its office")

    def last_visit(self, among: range) -> int | None:
        raise LetanError("a replica does not know: ask its office")

    def days(self) -> tuple[date, date] | None:
        days = [date.fromisoformat(event.day) for event in self._events]
        return (days[0], days[-1]) if days else None

    def span(self, day: date) -> tuple[int, int] | None:
        raise LetanError("a replica does not know: ask its office")

    def day_at(self, seq: int) -> str:
        raise LetanError("a replica does not know: ask its office")

    def reading(self, first: date, last: date, kinds: Container[Kind] | None = None) -> Iterator[StoredEvent]:
        """Of today only: the office itself has the other days."""
        days = first.isoformat(), last.isoformat()
        for event in self._events:
            if days[0] <= event.day <= days[1] and (kinds is None or event.kind in kinds):
                yield event

    def writing(self) -> AbstractContextManager[Write]:
        raise LetanError("a replica is not written: ask its office")

    def lost(self, first: date, last: date) -> int:
        raise LetanError("a replica does not know: ask its office")

    def ends_of_days(self, first: date, last: date) -> dict[date, str]:
        raise LetanError("a replica does not know: ask its office")

    def back_up(self, to: Path) -> None:
        raise LetanError("a replica is not copied: ask its office")

    def verify(self) -> int:
        raise LetanError("a replica is not checked: ask its office")

    def close(self) -> None:
        self._over.set()


class RemoteOffice(Office):
    """The office at an address. Its methods return when what they did has come back in the stream of events.

    LetanError when it is away, unless it `may_be_away`: then today is known as soon as it is reached.
    """

    def __init__(
        self,
        site: Site,
        clock: Clock,
        client: OfficeClient,
        on_event: Callable[[StoredEvent], None] | None = None,
        may_be_away: bool = False,
    ) -> None:
        self._begin(site, clock)
        self._client = client
        self._replica = Replica(client, self._apply)
        self._journal = self._replica
        try:
            self._replica.begin()
        except LetanError:
            if not may_be_away:
                self.close()
                raise
        self._is_begun = True
        self._on_event = on_event

    @property
    def last(self) -> int:
        """The last event that is known here."""
        return self._replica.last

    def assume(self, event: StoredEvent) -> None:
        """Something has happened that the office does not know yet."""
        if event.day > self._today.name:
            self._today = Day(event.day)
            self.staff.forget()
        self._today.apply(replace(event, seq=self._today.seq))
        if self._on_event:
            self._on_event(event)

    def _apply(self, event: StoredEvent) -> None:
        if event.kind == "issued" and event.visit is not None and event.ticket == self._today.of_visit.get(event.visit):
            self.revision = event.seq  # known already: it was assumed
            return
        super()._apply(event)

    @property
    def client(self) -> OfficeClient:
        """How it is reached."""
        return self._client

    def issue(self, visit: int, door: str, service: str = "", priority: str = "") -> Ticket:
        wish = {"visit": visit, "door": door, "service": service, "priority": priority}
        return self.tickets_by_number(self._asked("tickets", wish)["number"])

    def call_next(self, door: str, counter: str = "") -> Ticket | None:
        called = self._asked(f"doors/{door}/call", {"counter": counter})
        return self.tickets_by_number(called["number"]) if called else None

    def mark(self, kind: Step, number: str, counter: str = "") -> Ticket | None:
        try:
            done = self._asked(f"tickets/{number.replace(' ', '')}/{_WORDS[kind]}", {"counter": counter})
        except RefusedError as refused:
            if refused.status == 409:
                return None
            raise
        return self.tickets_by_number(done["number"])

    def rate(self, visit: int, level: int, reasons: Sequence[str] = (), *, door: str = "", service: str = "") -> bool:
        wish = {"level": level, "reasons": list(reasons), "door": door, "service": service}
        return bool(self._asked(f"visits/{visit}/rating", wish)["stored"])

    def set_day(self, day: date, instead_of: date | None = None) -> None:
        self._asked("day", {"day": day.isoformat(), "instead_of": instead_of.isoformat() if instead_of else ""})

    def tickets_by_number(self, number: str) -> Ticket:
        """A ticket that the office has just named."""
        return self._now().tickets[number]

    def _earlier_days(self) -> Iterator[Day]:
        """None: a replica has today alone."""
        return iter(())

    def _write_one(
        self, kind: Kind, *, visit: int | None = None, door: str = "", data: dict[str, Value] | None = None
    ) -> StoredEvent:
        told = data or {}
        wish = {"visit": visit, "door": door, "call": told.get("call"), "who": told.get("who", "")}
        seq = int(self._asked(f"reports/{kind}", wish)["seq"])
        return StoredEvent(kind, self.clock.wall(), self.day, visit, door=door, data=told, seq=seq)

    def _asked(self, path: str, wish: Mapping[str, object]) -> Any:  # noqa: ANN401 (JSON)
        answer = self._client.post(path, wish)
        self._replica.wait_for(self._client.revision)
        return answer


def owner_at(place: str) -> Owner:
    """The office at an address, or at work on a database. LetanError when there is none, or no token."""
    if place.startswith(("http://", "https://")):
        token = os.environ.get(TOKEN, "")
        if not token:
            raise LetanError(f"{place}: the environment variable {TOKEN} must hold the office's token")
        return Owner(0, place.rstrip("/"), token)
    found = owner_of(Path(place))
    if found is None or not found.url:
        raise LetanError(f"{place}: no office is at work on this database; start it with `letan office --db {place}`")
    return found


def _event(told: str) -> StoredEvent:
    """As `console.live.as_json` sends it."""
    fields = json.loads(told)
    return StoredEvent(**(fields | {"stamp": datetime.fromisoformat(fields["stamp"])}))

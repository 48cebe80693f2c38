"""A robot's errands to an office elsewhere: done by one thread in their order, and kept on disk while it is away."""

from __future__ import annotations

import queue
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from centre.owner import Owner
from centre.robots import own_numbers, own_visits
from centre.site import Site
from centre.stored_event import StoredEvent
from letan.office_client import OfficeClient, RefusedError
from letan.outbox import KeptWish, RobotOutbox
from letan.remote_office import RemoteOffice
from letan.status_report import ROBOT
from reception.errands import GivenRating
from robot.ports import Clock, Job, Outcome
from robot.types import LetanError

AGAIN = 1.0  # s until an office that is away is tried again
SOON = 3.0  # s within which an office answers that is there
KNOWN_WITHIN = 10.0  # s from an answer to the event that it is about
DONE = Outcome(True)


@dataclass
class Errand:
    """A `robot.ports.Job`: `revision` is the event that must be known here before it counts as done."""

    path: str
    body: Mapping[str, object]
    revision: int | None = None
    since: float = 0.0
    outcome: Outcome | None = None
    assumed: StoredEvent | None = None

    def cancel(self) -> None:
        """Without effect: what was asked for is not taken back."""


class RemoteErrands:
    """Errands to `office`, which is that of `client`; `outbox` is a file of this robot alone, `robot` its name.

    Visits have ids of the robot's own, so that opening one waits for nobody. While the office is away the robot gives
    numbers of its own; these and ratings reach the office later, each once. A call for staff fails then.
    """

    def __init__(self, office: RemoteOffice, client: OfficeClient, outbox: Path | str, robot: str = ROBOT) -> None:
        self._office = office
        self._client = client
        self._robot = robot
        self._asked: queue.SimpleQueue[Errand] = queue.SimpleQueue()
        self._answered: queue.SimpleQueue[Errand] = queue.SimpleQueue()
        self._troubles: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._unknown: deque[Errand] = deque()  # answered, but not heard of in the office's events
        self._trouble = ""
        self._over = threading.Event()
        try:
            self._outbox = RobotOutbox(outbox)
            self._slot = self._outbox.slot
            self._visits, self._reserved = self._outbox.reserve_visits(0)
        except sqlite3.Error as error:
            raise LetanError(f"{outbox}: the robot's outbox can't be used: {error}") from error
        if self._slot is None:
            with suppress(LetanError):
                self._reach()
        self._thread = threading.Thread(target=self._work, name="errands", daemon=True)
        self._thread.start()

    def open_visit(self) -> int:
        """The id of a new visit. LetanError before the office was reached for the first time."""
        if self._slot is None or self._visits >= self._reserved:
            raise LetanError(self._trouble or "the office was not reached yet")
        visit = own_visits(self._slot)[self._visits]
        self._visits += 1
        self._ask(f"visits/{visit}", {})
        return visit

    def issue(self, visit: int, door: str, service: str) -> Job:
        """The number of a visit: the office's next one, or the robot's own while it is away."""
        return self._ask("tickets", {"visit": visit, "door": door, "service": service})

    def rate(self, rating: GivenRating) -> Job:
        """A rating: kept at once."""
        wish = {"level": rating.level, "reasons": list(rating.reasons), "door": rating.door, "service": rating.service}
        return self._ask(f"visits/{rating.visit}/rating", wish)

    def call_staff(self, visit: int) -> Job:
        """Somebody of the staff is wanted."""
        return self._ask("reports/staff_called", {"visit": visit})

    def take_call_back(self, call: int) -> Job:
        """Nobody needs to come any more."""
        return self._ask("reports/staff_cancelled", {"call": call})

    def answer_robot_call(self, call: int) -> Job:
        """The robot is at the counter that called it."""
        return self._ask("reports/robot_answered", {"call": call})

    def look(self) -> Sequence[str]:
        """Take in what the office has told and answered."""
        self._office.refresh()
        while not self._answered.empty():
            self._unknown.append(self._answered.get())
        for errand in list(self._unknown):
            if self._is_known(errand):
                self._unknown.remove(errand)
        troubles = []
        while not self._troubles.empty():
            troubles.append(self._troubles.get())
        return troubles

    def close(self) -> None:
        """What the office does not have yet stays in the outbox."""
        self._over.set()
        self._thread.join(KNOWN_WITHIN)
        self._outbox.close()

    def _ask(self, path: str, body: Mapping[str, object]) -> Errand:
        errand = Errand(path, body)
        self._asked.put(errand)
        return errand

    def _is_known(self, errand: Errand) -> bool:
        """Whether what was done is known here by now; then its outcome is told."""
        if errand.assumed is not None:
            self._office.assume(errand.assumed)
        elif errand.revision is not None and self._office.last < errand.revision:
            if time.monotonic() - errand.since < KNOWN_WITHIN:
                return False
            errand.outcome = Outcome(False, "the office's events do not come")
            return True
        errand.outcome = DONE
        return True

    # --- in the thread ---------------------------------------------------------------------------------------------

    def _work(self) -> None:
        while not self._over.is_set():
            errand: Errand | None = None
            with suppress(queue.Empty):
                errand = self._asked.get(timeout=AGAIN)
            try:
                if errand is None:
                    self._send_kept()
                else:
                    self._do(errand)
            except sqlite3.Error as error:
                self._tell(f"the robot's outbox: {error}")
                if errand is not None:
                    errand.outcome = Outcome(False, self._trouble)

    def _do(self, errand: Errand) -> None:
        if errand.path.startswith("visits/"):
            self._outbox.keep(errand.path, errand.body)
            if self._reserved - self._visits < 32:
                _, self._reserved = self._outbox.reserve_visits(self._visits)
            errand.outcome = DONE
            self._send_kept()
        elif not self._send_kept():
            self._without_office(errand)
        else:
            self._at_office(errand)

    def _at_office(self, errand: Errand) -> None:
        try:
            self._client.post(errand.path, errand.body)
        except RefusedError as refused:
            errand.outcome = Outcome(False, str(refused))
        except LetanError as error:
            self._tell(str(error))
            self._without_office(errand)
        else:
            errand.revision = self._client.revision
            errand.since = time.monotonic()
            self._answered.put(errand)

    def _without_office(self, errand: Errand) -> None:
        if errand.path != "tickets" or self._slot is None:
            errand.outcome = Outcome(False, self._trouble)
            return
        now = self._office.clock.wall()
        door = str(errand.body["door"])
        visit = int(str(errand.body["visit"]))
        day = now.date().isoformat()
        if door not in self._office.site.doors:
            errand.outcome = Outcome(False, f"there is no door `{door}`")
            return
        count = self._outbox.next_number(day, door, own_numbers(self._slot))
        if count is None:
            errand.outcome = Outcome(False, f"{self._trouble}; the robot's own numbers for today are used up")
            return
        given = {"door": door, "service": errand.body["service"], "count": count}
        self._outbox.keep(f"visits/{visit}/number", given | {"given": now.isoformat(timespec="milliseconds")})
        number = self._office.site.place.number_of(self._office.site.doors[door].letter, count, now.date())
        data = {"service": str(errand.body["service"])}
        errand.assumed = StoredEvent("issued", now, day, visit, number, door, count, dict(data))
        self._answered.put(errand)

    def _send_kept(self) -> bool:
        """Whether the office has all that was kept for it."""
        try:
            if self._slot is None:
                self._reach()
            elif self._trouble:
                self._client.get("/health")
            while not self._over.is_set() and (kept := self._outbox.first()) is not None:
                self._send(kept)
        except LetanError as error:
            self._tell(str(error))
            return False
        self._tell("")
        return True

    def _send(self, kept: KeptWish) -> None:
        body = dict(kept.body)
        if "given" in body:
            since = self._office.clock.wall() - datetime.fromisoformat(body.pop("given"))
            body["ago"] = max(0.0, since.total_seconds())
        try:
            self._client.post(kept.path, body)
        except RefusedError as refused:
            if refused.status >= 500 or refused.status in (401, 403):
                raise  # it may be taken later
            self._troubles.put(f"the office refuses {kept.path}: {refused}")
        self._outbox.done(kept)

    def _reach(self) -> None:
        """Be known to the office; it knows what a robot that has lost its disk has given before."""
        known = self._client.post("robots", {"name": self._robot})
        today = self._office.clock.wall().date().isoformat()
        for door, number in known["numbers"].items():
            self._outbox.note_number(today, door, int(number))
        self._visits, self._reserved = self._outbox.reserve_visits(int(known["visits"]))
        self._outbox.slot = int(known["slot"])
        self._slot = self._outbox.slot

    def _tell(self, trouble: str) -> None:
        """Once when the office goes away, and once when it is back."""
        if bool(trouble) != bool(self._trouble):
            self._troubles.put(trouble or "the office is back")
        self._trouble = trouble


def elsewhere(
    owner: Owner, outbox: Path | str = ":memory:", robot: str = ROBOT, may_be_away: bool = False
) -> Callable[[Site, Clock, Callable[[StoredEvent], None]], tuple[RemoteOffice, RemoteErrands]]:
    """How a robot uses the office of an owner; LetanError when it is away, unless it `may_be_away` to begin with."""

    def opened(site: Site, clock: Clock, hear: Callable[[StoredEvent], None]) -> tuple[RemoteOffice, RemoteErrands]:
        office = RemoteOffice(site, clock, OfficeClient(owner), hear, may_be_away)
        return office, RemoteErrands(office, OfficeClient(owner, SOON), outbox, robot)

    return opened

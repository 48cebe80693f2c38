"""What the robot keeps an eye on in the hall: calls to announce, who was just served, who waits."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass

from centre.office import Office
from centre.stored_event import StoredEvent
from robot.pages import CalledNumber
from robot.types import Pose

RATING_WINDOW = 75.0  # s after being served within which somebody may still be there
STALE_CALL = 45.0  # s after which a call is not announced any more
STALE_WORDS = 120.0  # s after which an announcement is not made any more
NEAR_DOOR = 3.5  # m


@dataclass(frozen=True, slots=True)
class Served:
    """A ticket whose holder was served, at which door, and when (s)."""

    number: str
    door: str
    at: float


class HallWatch:
    """Hears the office's events; `asked` are the tickets whose holders were asked for a rating or gave one."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._changed = True
        self._calls: deque[tuple[float, str, str]] = deque()
        self._words: deque[tuple[float, str]] = deque()
        self._served: deque[Served] = deque()
        self._waiting: Counter[str] = Counter()
        self._busy = False
        self.asked: set[str] = set()

    def on_event(self, event: StoredEvent, now: float) -> None:
        """Remember what is to be announced, and who was served."""
        self._changed = True
        if event.kind in ("called", "recalled"):
            self._calls.append((now, event.ticket, event.door))
        if event.kind == "announced":
            self._words.append((now, str(event.data["text"])))
        if event.kind == "finished":
            self._served.append(Served(event.ticket, event.door, now))
        if event.kind == "undone":
            self._calls = deque(call for call in self._calls if call[1] != event.ticket)
            self._served = deque(served for served in self._served if served.number != event.ticket)

    def take_call(self, stamp: float, language: str) -> CalledNumber | None:
        """The next number to announce; each is handed out once."""
        while self._calls:
            at, number, door = self._calls.popleft()
            if stamp - at < STALE_CALL:
                return CalledNumber(number, door, self._office.site.doors[door].name[language])
        return None

    def take_words(self, stamp: float) -> str:
        """What staff want to have said to the whole hall, "" when nothing; each is handed out once."""
        while self._words:
            at, words = self._words.popleft()
            if stamp - at < STALE_WORDS:
                return words
        return ""

    def rating_due(self, now: float) -> Served | None:
        """Who was served a moment ago and not yet asked, the first first."""
        while self._served and (now - self._served[0].at > RATING_WINDOW or self._served[0].number in self.asked):
            self._served.popleft()
        return next((served for served in self._served if served.number not in self.asked), None)

    def rating_near(self, pose: Pose, now: float) -> bool:
        """Whether somebody is due near the robot."""
        due = self.rating_due(now)
        return due is not None and self._office.site.floor.doors[due.door].arrive.distance(pose) < NEAR_DOOR

    def waiting(self, door: str = "") -> int:
        """Tickets that wait to be called, at one door or at all."""
        self._count()
        return self._waiting[door] if door else self._waiting.total()

    def busy(self) -> bool:
        """Whether tickets wait or are being served."""
        self._count()
        return self._busy

    def _count(self) -> None:
        """Only after something has happened."""
        if not self._changed:
            return
        self._changed = False
        tickets = self._office.tickets()
        self._busy = any(ticket.state in ("waiting", "called", "serving") for ticket in tickets)
        self._waiting = Counter(ticket.door for ticket in tickets if ticket.state == "waiting")

"""Sends an office's events to the city: its own chain is the outbox, the city's answer the proof of delivery."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from centre.label import Label
from centre.stored_event import ChainedEvent
from city.database import CityAway
from city.inbox import ForkedError, Inbox, Received

BATCH = 1000  # events of one transaction
LONGEST = 60.0  # s until a city that is away is asked again
EVERY = 2.0  # s between two looks at the outbox


class Outbox(Protocol):
    """The events of an office in the order of their chain; `centre.journal.Journal` is one."""

    def chain_after(self, seq: int, most: int) -> tuple[ChainedEvent, ...]: ...

    def hash_of(self, seq: int) -> str: ...


class Forwarder:
    """Nothing is kept here: where to go on is asked of the city, each time anew after it was away."""

    def __init__(self, office: str, label: Label, outbox: Outbox, inbox: Inbox) -> None:
        self._office = office
        self._label = label
        self._outbox = outbox
        self._inbox = inbox
        self._known: Received | None = None

    def forward(self) -> int:
        """Send all that the city lacks; how many events it has acknowledged now.

        CityAway when it does not answer, ForkedError when it has others, LetanError when ours are not as written.
        """
        sent = 0
        try:
            known = self._known or self._begin()
            while batch := self._outbox.chain_after(known.seq, BATCH):
                known = self._inbox.take(self._office, known, batch)
                self._known = known
                sent += len(batch)
        except CityAway:
            self._known = None
            raise
        return sent

    def _begin(self) -> Received:
        """Where the city is, if that is a place of our chain."""
        self._inbox.introduce(self._office, self._label)
        known = self._inbox.received(self._office)
        ours = self._outbox.hash_of(known.seq)
        if known.seq and ours != known.hash and not (ours == "" and self._lost(known.seq)):
            raise ForkedError(self._office, known.seq)
        self._known = known
        return known

    def _lost(self, seq: int) -> bool:
        """Whether the office itself says that it has lost an event: it goes on with one that tells so."""
        following = self._outbox.chain_after(seq, 1)
        if not following or following[0].event.kind != "lost":
            return False
        told = following[0].event.data
        return int(str(told["from"])) <= seq <= int(str(told["to"]))


def keep_forwarding(forwarder: Forwarder, wait: Callable[[float], object], say: Callable[[str], None]) -> None:
    """Until `wait` raises; a city that is away is asked again after 1 s, 2 s, 4 s … a minute, and said once."""
    pauses = 0
    while True:
        try:
            sent = forwarder.forward()
        except CityAway as error:
            if not pauses:
                say(f"{error}; trying again until it does")
            pauses += 1
            wait(min(2.0 ** (pauses - 1), LONGEST))
            continue
        if pauses:
            say(f"the city is back: {sent} events sent")
        pauses = 0
        wait(EVERY)

"""Tells whoever listens over HTTP that something has happened at the office."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

from centre.office import Office
from centre.stored_event import StoredEvent

ALIVE = 5.0  # s between two signs of life: a page that hears nothing for three of them says so


class Live:
    """Wakes every listener at each event; it belongs to the event loop's thread, as the office does."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()
        self.over = False
        self.hearers: list[Callable[[StoredEvent], None]] = []  # whoever else is told

    def happened(self, event: StoredEvent) -> None:
        """Something was stored."""
        for hear in self.hearers:
            hear(event)
        self._wake()

    def close(self) -> None:
        """No more: every stream ends, so that the server can."""
        self.over = True
        self._wake()

    def _wake(self) -> None:
        for listener in self._listeners:
            listener.set()

    async def changes(self, office: Office) -> AsyncIterator[str]:
        """The office's revision at once and at every change, as server-sent events; nothing about anybody."""
        told = -1
        async for _ in self._wakings():
            if told != office.revision:
                told = office.revision
                yield f"event: change\nid: {told}\ndata: {told}\n\n"
            else:
                yield "event: alive\ndata: 1\n\n"

    async def events(self, office: Office, after: int) -> AsyncIterator[str]:
        """Every event after one, then those to come: what a replica folds."""
        async for _ in self._wakings():
            yield ": alive\n\n"
            while stored := office.events_after(after):
                for event in stored:
                    yield f"id: {event.seq}\ndata: {json.dumps(as_json(event), ensure_ascii=False)}\n\n"
                after = stored[-1].seq

    async def _wakings(self) -> AsyncIterator[None]:
        listener = asyncio.Event()
        self._listeners.add(listener)
        try:
            while not self.over:
                listener.clear()
                yield
                try:
                    await asyncio.wait_for(listener.wait(), ALIVE)
                except TimeoutError:
                    continue
        finally:
            self._listeners.discard(listener)


def as_json(event: StoredEvent) -> dict[str, object]:
    """An event as programs get it."""
    return {
        "seq": event.seq,
        "stamp": event.stamp.isoformat(timespec="milliseconds"),
        "day": event.day,
        "kind": event.kind,
        "visit": event.visit,
        "ticket": event.ticket,
        "door": event.door,
        "count": event.count,
        "data": event.data,
    }

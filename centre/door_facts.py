"""What a day's tickets tell of a door now: how long counters take, who is served, which counters work (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from centre.tickets import Ticket

AT_ONCE = timedelta(minutes=3)  # a counter that is there and free has called by then
PAUSE = timedelta(minutes=5)  # what lasts longer belongs to no service: lunch, another task
REMEMBERED = timedelta(minutes=90)
WITNESSES = 3
FEW = 10  # numbers, of which a share says little


def cycles(tickets: Sequence[Ticket]) -> list[float]:
    """How long counters took for one (min): from a call to the same counter's next, where somebody waited for that.

    Where nobody did, or which counter it was is not known, from the call to the end.
    """
    taken: list[float] = []
    by_counter: dict[str, list[Ticket]] = {}
    for ticket in sorted((t for t in tickets if t.called), key=lambda t: t.called or t.issued):
        by_counter.setdefault(ticket.counter, []).append(ticket)
    for counter, served in by_counter.items():
        followers: list[Ticket | None] = [*served[1:], None]
        for ticket, follower in zip(served, followers, strict=True):
            end = _end(ticket)
            if ticket.called is None or end is None:
                continue
            begins = follower.called if follower is not None and counter and follower.issued <= end else None
            if begins is not None and end <= begins <= end + PAUSE:
                end = begins
            taken.append(max((end - ticket.called).total_seconds() / 60.0, 0.0))
    return taken


def running(tickets: Sequence[Ticket], now: datetime) -> list[float]:
    """How long each present service has lasted since its call, in minutes."""
    present = [t.called for t in tickets if t.state in ("called", "serving") and t.called]
    return [max((now - called).total_seconds() / 60.0, 0.0) for called in present]


def overtaking(tickets: Sequence[Ticket]) -> float:
    """The share of the numbers given today that go before others that came earlier."""
    return sum(bool(t.priority) for t in tickets) / max(len(tickets), FEW)


def at_work(tickets: Sequence[Ticket], counters: int, now: datetime) -> int:
    """How many of the open counters work, as far as the last calls show: who is free calls whoever waits.

    A counter whose clerk left without closing it calls nobody: then people waited, and were called when another counter
    was done. The last ones who waited are the witnesses; while somebody waits unheeded, only busy counters work.
    """
    busy = sum(t.state in ("called", "serving") for t in tickets)
    waiting = [t for t in tickets if t.state == "waiting" and t.deferred is None]
    if busy and waiting and min(now - _since(t, tickets) for t in waiting) > AT_ONCE:
        return min(busy, counters)
    witnesses = [t for t in tickets if _waited(t) and t.first_called and now - t.first_called <= REMEMBERED]
    witnesses.sort(key=lambda t: t.first_called or t.issued)
    if len(witnesses) < WITNESSES:
        return counters
    seen = max(_served_at(tickets, witness) for witness in witnesses[-WITNESSES:])
    return min(max(seen, busy, 1), counters)


def _waited(ticket: Ticket) -> bool:
    first = ticket.first_called
    return first is not None and first - ticket.issued > AT_ONCE and not ticket.deferrals and not ticket.priority


def _served_at(tickets: Sequence[Ticket], witness: Ticket) -> int:
    """How many counters worked when a witness was called: the one that called, and those that were serving."""
    at = witness.first_called
    assert at is not None
    serving = 0
    for ticket in tickets:
        end = _end(ticket)
        if ticket is not witness and ticket.called and ticket.called <= at and (end is None or end > at):
            serving += ticket.state != "waiting"
    return serving + 1


def _since(ticket: Ticket, tickets: Sequence[Ticket]) -> datetime:
    """Since when a free counter could have called somebody who waits: their coming, or the last end of another."""
    ends = [end for t in tickets if (end := _end(t)) is not None]
    return max([ticket.returned or ticket.issued, *ends])


def _end(ticket: Ticket) -> datetime | None:
    """When a counter was done with a ticket, None while it is not."""
    return ticket.finished if ticket.state == "finished" else ticket.left

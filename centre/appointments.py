"""Appointments: a time at a door that is kept for somebody, and when its holder may take a number for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from centre.offer import Booking
from centre.place import Place
from centre.stored_event import StoredEvent
from robot.types import LetanError


@dataclass(frozen=True, slots=True)
class Appointment:
    """Who has the `visit` is expected at a door; the code of that visit is the booked one."""

    visit: int
    door: str
    service: str
    at: datetime


class NotYetError(LetanError):
    """What was asked for can't be done at this time; the words say when it can."""


def appointments_in(events: Iterable[StoredEvent]) -> dict[int, Appointment]:
    """The appointments among events, by visit, without those that were given back."""
    kept: dict[int, Appointment] = {}
    for event in events:
        if event.kind == "booked" and event.visit is not None:
            at = datetime.fromisoformat(str(event.data["at"]))
            kept[event.visit] = Appointment(event.visit, event.door, str(event.data["service"]), at)
        elif event.kind == "unbooked" and event.visit is not None:
            kept.pop(event.visit, None)
    return kept


def check_slot(
    at: datetime, now: datetime, door: str, taken: Iterable[Appointment], place: Place, rules: Booking
) -> None:
    """LetanError when a time can't be booked at a door: it is over, too far, outside the hours, or full."""
    told = f"{at:%Y-%m-%d %H:%M}"
    if at <= now or at - now > timedelta(days=rules.days_ahead):
        raise LetanError(f"{told}: appointments are given from now to {rules.days_ahead} days ahead")
    if not place.is_open(at):
        raise LetanError(f"{told}: the office is closed then")
    if at.minute % rules.every or at.second or at.microsecond:
        raise LetanError(f"{told}: appointments begin every {rules.every} minutes of an hour")
    if sum(each.door == door and each.at == at for each in taken) >= rules.places:
        raise LetanError(f"{told}: door {door} has no place left then")


def comes_in_time(appointment: Appointment, now: datetime, rules: Booking) -> bool:
    """Whether its holder still goes by the appointed time; who comes later waits like everybody.

    NotYetError before the window begins, or on another day.
    """
    opens = appointment.at - timedelta(minutes=rules.early)
    if now < opens:
        raise NotYetError(
            f"the appointment is at {appointment.at:%Y-%m-%d %H:%M}: a number for it from {opens:%H:%M} on"
        )
    if now.date() > appointment.at.date():
        raise NotYetError(f"the appointment was at {appointment.at:%Y-%m-%d %H:%M}")
    return now <= appointment.at + timedelta(minutes=rules.late)

"""What the page of the whole room shows: the hall, who serves whom at each door, how the robot is (reads only)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from centre.office import Office
from centre.robot_status import RobotStatus
from centre.staff import StaffCall
from centre.tickets import Ticket
from console.counter_view import wait_words
from console.hall_map import hall_map
from console.robots import AWAY, RobotBoard
from console.words import SiteWords

LONG = 2.0  # times the usual minutes of a door's services


@dataclass(frozen=True, slots=True)
class Serving:
    """Whom a counter serves or has called, what for, and since when."""

    number: str
    counter: str
    matter: str
    minutes: int
    is_long: bool
    is_called: bool


@dataclass(frozen=True, slots=True)
class DoorRow:
    """One door."""

    door: str
    serving: tuple[Serving, ...]
    is_closed: bool
    wait: str
    people: int


@dataclass(frozen=True, slots=True)
class RobotCard:
    """One robot in words; of one that has gone silent what it said last. `troubles` are parts and what they say."""

    name: str
    does: str
    battery: int
    charging: bool
    tray: int
    order: str
    is_away: bool
    since: int
    devices: tuple[tuple[str, str], ...]
    held: str
    needs_help: str
    is_emergency: bool


@dataclass(frozen=True, slots=True)
class RoomView:
    """The page."""

    map: Markup
    people: int
    doors: tuple[DoorRow, ...]
    robots: tuple[RobotCard, ...]
    help: StaffCall | None
    help_at: str
    more_help: int
    order: str


def room_view(office: Office, board: RobotBoard, words: SiteWords) -> RoomView:
    """The room as it is now."""
    now = office.clock.wall()
    known = board.all()
    near = [status for status, age in known if age < AWAY]
    calls = office.staff.staff_calls
    people = sum(len(status.people) for status in near)
    title = words("room.map", people=people)
    return RoomView(
        map=hall_map(office.site.floor, near, bool(calls), title),
        people=people,
        doors=tuple(_door(office, door, words, now) for door in office.site.doors),
        robots=tuple(_card(status, age, words) for status, age in known),
        help=calls[0] if calls else None,
        help_at=f"{calls[0].called:%H:%M}" if calls else "",
        more_help=max(len(calls) - 1, 0),
        order=office.staff.order,
    )


def _door(office: Office, door: str, words: SiteWords, now: datetime) -> DoorRow:
    usual = office.site.doors[door].minutes
    busy = [ticket for ticket in office.tickets(door) if ticket.state in ("called", "serving")]
    return DoorRow(
        door=door,
        serving=tuple(_serving(ticket, usual, words, now) for ticket in busy),
        is_closed=office.counters(door) == 0,
        wait=wait_words(words, office.wait(door)),
        people=len(office.tickets(door, "waiting")),
    )


def _serving(ticket: Ticket, usual: float, words: SiteWords, now: datetime) -> Serving:
    since = ticket.started or ticket.called or now
    minutes = max(int((now - since).total_seconds() // 60), 0)
    return Serving(
        number=ticket.number,
        counter=ticket.counter,
        matter=words.service(ticket.service, ticket.door),
        minutes=minutes,
        is_long=minutes > LONG * usual,
        is_called=ticket.state == "called",
    )


def _card(status: RobotStatus, age: float, words: SiteWords) -> RobotCard:
    return RobotCard(
        name=status.robot,
        does=_does(status, words),
        battery=round(100 * status.battery),
        charging=status.charging,
        tray=status.tray_items,
        order=status.order,
        is_away=age >= AWAY,
        since=round(age),
        devices=tuple((_device(name, words), told) for name, told in sorted(status.devices.items())),
        held=status.held,
        needs_help=status.needs_help,
        is_emergency=status.emergency_stop,
    )


def _device(name: str, words: SiteWords) -> str:
    return words(f"room.device.{name}") if name in _DEVICES else name


def _does(status: RobotStatus, words: SiteWords) -> str:
    """In a few words; pages that are parts of a conversation are one."""
    kind = _KINDS.get(status.page, "talking")
    if status.emergency_stop:
        kind = "emergency"
    elif status.order == "stop":
        kind = "stopped"
    elif status.charging:
        kind = "charging"
    return words(f"room.does.{kind}")


_DEVICES = ("printer", "voice", "ears", "music")
_KINDS = {
    "": "waking",
    "board": "resting",
    "board_driving": "driving",
    "driving_face": "driving",
    "announcement": "announcing",
    "message": "announcing",
    "follow_me": "guiding",
    "call_staff": "calling_staff",
    "drinks": "drinks",
    "rating": "rating",
    "reasons": "rating",
    "out_of_order": "out_of_order",
    "staff_pin": "staff",
}

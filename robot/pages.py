"""What each page of the citizens' screen is told, and the words its touches answer with.

One frozen dataclass a page, plain strings already in the visit's language; fixed labels (titles, buttons) are the
screen's own, from the site's texts under `screen.*`. Every page with a foot answers besides with `back`, `home`,
`easy_view`, `language` and `call_staff`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """A called number: "A 017" at door "1", with the door's short name."""

    number: str
    door: str
    door_name: str = ""


@dataclass(frozen=True, slots=True)
class DoorWait:
    """A door's expected wait in minutes; `idle` means come in now; `is_open` False greys it."""

    door: str
    name: str
    low: int
    high: int
    idle: bool = False
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class BoardContent:
    """board: the resting page. Touches: start, speak."""

    calls: tuple[Call, ...] = ()  # newest first, at most five
    doors: tuple[DoorWait, ...] = ()
    announcements: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    qr: str = ""


@dataclass(frozen=True, slots=True)
class DrivingContent:
    """board_driving (with a call or an announcement) and driving_face (without). Touches: stop (anywhere)."""

    call: Call | None = None
    announcement: str = ""


@dataclass(frozen=True, slots=True)
class AnnouncementContent:
    """announcement: one call over the whole screen. No touches."""

    call: Call


@dataclass(frozen=True, slots=True)
class WelcomeContent:
    """welcome: greeting. Touches: speak, fields, take_number, show_way."""

    clock: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """Something to choose: id, name, one sub line, icon name of icons.yaml, and facts for cards."""

    id: str
    name: str
    detail: str = ""
    icon: str = "doc"
    time: str = ""
    fee: str = ""


@dataclass(frozen=True, slots=True)
class FieldsContent:
    """ask_fields: services by field, at most eight. Touches: speak, search, field(id)."""

    fields: tuple[Tile, ...] = ()
    listening: bool = False


@dataclass(frozen=True, slots=True)
class ServicesContent:
    """services: the procedures of one field, at most eight a page. Touches: service(id), more."""

    field: str
    services: tuple[Tile, ...] = ()
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class DoorsContent:
    """doors: which door to be shown the way to. Touches: door(id)."""

    doors: tuple[Tile, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchContent:
    """search: letters typed so far and what they find. Touches: key(letter), erase, service(id)."""

    typed: str = ""
    found: tuple[Tile, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One document to bring: title and one line of detail."""

    title: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ProcedureContent:
    """procedure: papers, time, fee. Touches: ticket."""

    id: str
    name: str
    name_en: str
    papers: tuple[Paper, ...]
    time: str
    time_note: str
    fee: str
    fee_note: str
    note: str
    source: str
    checked: str
    qr: str
    door: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WhichOneContent:
    """which_one: an unsure request. Touches: service(id), none, again."""

    heard: str
    choices: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class TicketContent:
    """ticket: the number. `paper` is printing, printed or failed. Touches: guide, alone."""

    number: str
    door: str
    door_name: str
    service: str
    ahead: int
    wait_low: int
    wait_high: int
    qr: str
    paper: str = "printing"


@dataclass(frozen=True, slots=True)
class FollowContent:
    """follow_me: on the way. `progress` 0-1, `remaining` metres. Touches: pause, resume, alone, call_staff."""

    door: str
    door_name: str
    remaining: float
    progress: float
    paused: bool = False


@dataclass(frozen=True, slots=True)
class CallStaffContent:
    """call_staff: `step` 1 called, 2 accepted, 3 coming; times as "10:42". Touches: speak, cancel."""

    step: int
    called_at: str
    accepted_at: str = ""
    who: str = ""
    door: str = ""
    minutes: int = 2


@dataclass(frozen=True, slots=True)
class DrinksContent:
    """drinks: what is on the tray. Touches: taken, decline."""

    cups: int
    candies: int


@dataclass(frozen=True, slots=True)
class RatingContent:
    """rating: five faces. Touches: rate("5".."1"), skip."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class ReasonsContent:
    """reasons: what went wrong, several may be chosen. Touches: reason(id) toggles, speak, skip, send."""

    reasons: tuple[Tile, ...]
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EasyViewContent:
    """easy_view: the switches as set so far.

    Touches: set(large_text|low|high_contrast), volume(+|-), rate(slow|normal|fast), reset, try, done.
    """

    large_text: bool = False
    low: bool = False
    high_contrast: bool = False
    volume: int = 4
    rate: str = "normal"


@dataclass(frozen=True, slots=True)
class IdleContent:
    """idle_warning: seconds left of `total`. Touches: more_time."""

    seconds_left: int
    total: int = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One ability of the robot and whether it works now."""

    icon: str
    name: str
    detail: str
    works: bool


@dataclass(frozen=True, slots=True)
class OutOfOrderContent:
    """out_of_order: what works first. Touches: take_number."""

    parts: tuple[Part, ...]
    where: str = ""
    where_door: str = ""
    who: str = ""


@dataclass(frozen=True, slots=True)
class StaffPinContent:
    """staff_pin: how many keys were pressed; the menu after the code. Touches: key(digit), erase, cancel, menu(id).

    `offered` are the menu's entries, `chosen` those in force; `notes` what the staff should know, a sentence each.
    """

    entered: int = 0
    length: int = 6
    unlocked: bool = False
    status: str = ""
    offered: tuple[str, ...] = ("stop", "charge", "refill", "clean", "report")
    chosen: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageContent:
    """message: one thing the robot says, in its own words. Touches: home."""

    title: str
    detail: str = ""
    icon: str = ""


PageContent = (
    BoardContent
    | DrivingContent
    | AnnouncementContent
    | WelcomeContent
    | FieldsContent
    | ServicesContent
    | DoorsContent
    | SearchContent
    | ProcedureContent
    | WhichOneContent
    | TicketContent
    | FollowContent
    | CallStaffContent
    | DrinksContent
    | RatingContent
    | ReasonsContent
    | EasyViewContent
    | IdleContent
    | OutOfOrderContent
    | StaffPinContent
    | MessageContent
)

PAGES: dict[str, type[PageContent]] = {
    "board": BoardContent,
    "board_driving": DrivingContent,
    "driving_face": DrivingContent,
    "announcement": AnnouncementContent,
    "welcome": WelcomeContent,
    "ask_fields": FieldsContent,
    "services": ServicesContent,
    "doors": DoorsContent,
    "search": SearchContent,
    "procedure": ProcedureContent,
    "which_one": WhichOneContent,
    "ticket": TicketContent,
    "follow_me": FollowContent,
    "call_staff": CallStaffContent,
    "drinks": DrinksContent,
    "rating": RatingContent,
    "reasons": ReasonsContent,
    "easy_view": EasyViewContent,
    "idle_warning": IdleContent,
    "out_of_order": OutOfOrderContent,
    "staff_pin": StaffPinContent,
    "message": MessageContent,
}

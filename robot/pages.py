"""What each page of the citizens' screen is: declared once, with its content, its owner and how people use it.

One frozen dataclass a page, plain strings already in the visit's language; fixed labels (titles, buttons) are the
screen's own, from the site's texts under `screen.*`. Every page with a foot answers besides with `back`, `home`,
`easy_view`, `language` and `call_staff`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeVar, dataclass_transform

PageName = Literal[
    "board", "board_driving", "driving_face", "announcement", "welcome", "ask_fields", "services", "doors", "search",
    "procedure", "which_one", "ticket", "follow_me", "call_staff", "drinks", "rating", "reasons", "easy_view",
    "idle_warning", "out_of_order", "staff_pin", "message",
]  # fmt: skip
Expression = Literal["neutral", "greeting", "listening", "thinking", "speaking", "happy", "sorry", "sleeping"]
PaperState = Literal["", "printing", "printed", "failed"]
SpeechRate = Literal["slow", "normal", "fast"]


class PageContent:
    """What a page is told; `PAGES` says of each page which content it has."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page as everybody knows it.

    `owner`: a page of the `dialogue` follows from what was touched and said before, and a touch that comes when it has
    gone changes nothing; one of the `visit` follows from the visit too; one of the `robot` shows what it does itself.
    `is_spoken`: its line `speech.<name>` is said once. `is_rating`: it belongs to being asked for a rating.
    `is_taken`: who sees it from afar sees that somebody else is with the robot. `expression`: the face to it.
    `tells`: the field of the content whose change makes it a new page to its reader.
    """

    name: PageName
    content: type[PageContent]
    owner: Literal["dialogue", "visit", "robot"] = "robot"
    is_spoken: bool = False
    is_rating: bool = False
    is_taken: bool = False
    expression: Expression = "neutral"
    tells: str = ""


PAGES: dict[PageName, PageSpec] = {}
Content = TypeVar("Content", bound=PageContent)


@dataclass_transform(frozen_default=True)
def page(
    *names: PageName,
    owner: Literal["dialogue", "visit", "robot"] = "robot",
    is_spoken: bool = False,
    is_rating: bool = False,
    is_taken: bool = False,
    expression: Expression = "neutral",
    tells: str = "",
) -> Callable[[type[Content]], type[Content]]:
    """Declare the pages of these names by the frozen dataclass that they are told."""

    def register(cls: type[Content]) -> type[Content]:
        made = dataclass(frozen=True, slots=True)(cls)
        for name in names:
            PAGES[name] = PageSpec(name, made, owner, is_spoken, is_rating, is_taken, expression, tells)
        return made

    return register


@dataclass(frozen=True, slots=True)
class CalledNumber:
    """A called number: "A 017" at door "1", with the door's short name."""

    number: str
    door: str
    door_name: str = ""


@dataclass(frozen=True, slots=True)
class DoorWait:
    """A door's expected wait in minutes, told in `words` where these are not empty; `is_open` False greys it."""

    door: str
    name: str
    low: int
    high: int
    words: str = ""
    is_open: bool = True


@page("board")
class BoardContent(PageContent):
    """board: the resting page. Touches: start, speak."""

    calls: tuple[CalledNumber, ...] = ()  # newest first, at most five
    doors: tuple[DoorWait, ...] = ()
    announcements: tuple[str, ...] = ()
    instructions: tuple[str, ...] = ()
    qr: str = ""


@page("board_driving", "driving_face")
class DrivingContent(PageContent):
    """board_driving (with a call or an announcement) and driving_face (without). Touches: stop (anywhere)."""

    call: CalledNumber | None = None
    announcement: str = ""


@page("announcement")
class AnnouncementContent(PageContent):
    """announcement: one call over the whole screen. No touches."""

    call: CalledNumber


@page("welcome", owner="dialogue", is_spoken=True, expression="greeting")
class WelcomeContent(PageContent):
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


@page("ask_fields", owner="dialogue", is_spoken=True)
class FieldsContent(PageContent):
    """ask_fields: services by field, at most eight. Touches: speak, search, field(id)."""

    fields: tuple[Tile, ...] = ()
    listening: bool = False


@page("services", owner="dialogue", tells="services")
class ServicesContent(PageContent):
    """services: the procedures of one field, at most eight a page. Touches: service(id), more."""

    field: str
    services: tuple[Tile, ...] = ()
    has_more: bool = False


@page("doors", owner="dialogue", is_spoken=True)
class DoorsContent(PageContent):
    """doors: which door to be shown the way to. Touches: door(id)."""

    doors: tuple[Tile, ...] = ()


@page("search", owner="dialogue")
class SearchContent(PageContent):
    """search: letters typed so far and what they find. Touches: key(letter), erase, service(id)."""

    typed: str = ""
    found: tuple[Tile, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One document to bring: title and one line of detail."""

    title: str
    detail: str = ""


@page("procedure", owner="dialogue", is_spoken=True, tells="id")
class ProcedureContent(PageContent):
    """procedure: papers, time, fee, and how long one `wait`s at the door. Touches: ticket."""

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
    wait: str = ""


@page("which_one", owner="dialogue", is_spoken=True, expression="thinking", tells="heard")
class WhichOneContent(PageContent):
    """which_one: an unsure request. Touches: service(id), none, again."""

    heard: str
    choices: tuple[Tile, ...]


@page("ticket", owner="dialogue", is_spoken=True, tells="number")
class TicketContent(PageContent):
    """ticket: the number. `paper` is printing, printed or failed; `wait` tells what no range can.

    Touches: guide, alone.
    """

    number: str
    door: str
    door_name: str
    service: str
    ahead: int
    wait_low: int
    wait_high: int
    qr: str
    paper: PaperState = "printing"
    wait: str = ""


@page("follow_me", is_taken=True)
class FollowContent(PageContent):
    """follow_me: on the way. `progress` 0-1, `remaining` metres. Touches: pause, resume, alone, call_staff."""

    door: str
    door_name: str
    remaining: float
    progress: float
    paused: bool = False


@page("call_staff", owner="visit")
class CallStaffContent(PageContent):
    """call_staff: `step` 1 called, 2 accepted, 3 coming; times as "10:42". Touches: speak, cancel.

    `words` are what the staff have answered.
    """

    step: int
    called_at: str
    accepted_at: str = ""
    who: str = ""
    door: str = ""
    minutes: int = 2
    words: str = ""


@page("drinks", is_taken=True)
class DrinksContent(PageContent):
    """drinks: what is on the tray. Touches: taken, decline."""

    cups: int
    candies: int


@page("rating", owner="dialogue", is_spoken=True, is_rating=True, is_taken=True)
class RatingContent(PageContent):
    """rating: five faces. Touches: rate("5".."1"), skip."""

    number: str = ""


@page("reasons", owner="dialogue", is_spoken=True, is_rating=True, is_taken=True, expression="sorry", tells="chosen")
class ReasonsContent(PageContent):
    """reasons: what went wrong, several may be chosen. Touches: reason(id) toggles, speak, skip, send."""

    reasons: tuple[Tile, ...]
    chosen: tuple[str, ...] = ()


@page("easy_view", owner="dialogue")
class EasyViewContent(PageContent):
    """easy_view: the switches as set so far.

    Touches: set(large_text|low|high_contrast), volume(+|-), rate(slow|normal|fast), reset, try, done.
    """

    large_text: bool = False
    low: bool = False
    high_contrast: bool = False
    volume: int = 4
    rate: SpeechRate = "normal"


@page("idle_warning")
class IdleContent(PageContent):
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


@page("out_of_order")
class OutOfOrderContent(PageContent):
    """out_of_order: what works first. Touches: take_number."""

    parts: tuple[Part, ...]
    where: str = ""
    where_door: str = ""
    who: str = ""


@page("staff_pin")
class StaffPinContent(PageContent):
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


@page("message", owner="dialogue", is_rating=True, tells="title")
class MessageContent(PageContent):
    """message: one thing the robot says, in its own words. Touches: home."""

    title: str
    detail: str = ""
    icon: str = ""

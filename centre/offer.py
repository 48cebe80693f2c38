"""What the office offers as data: doors, procedures, requests, small talk, notices and the rating scale."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from text.yaml12 import Model

Text = dict[str, str]  # language -> words; the loader checks that every language of the site is there
Fact = Text | Literal["unconfirmed"]  # shown with the site's words until the ward confirms it
Action = Literal[
    "call_staff", "come", "drink", "show_way", "take_number", "rate", "stop", "music", "language", "decline"
]


class Door(Model):
    """A service door: its letter on tickets, its tile, open counters and usual minutes of one service."""

    letter: str = Field(pattern="^[A-Z]$")
    name: Text
    field: Text
    detail: Text
    icon: str
    say: tuple[str, ...] = ()  # how people name it
    counters: int = Field(ge=0, le=20)
    minutes: float = Field(gt=0, le=240)


class Booking(Model):
    """Appointments: one begins every so many minutes, with so many places a door, up to `days_ahead`.

    A number for it can be taken from `early` minutes before; who comes more than `late` minutes after waits as all do.
    """

    every: Literal[5, 10, 15, 20, 30, 60] = 15
    places: int = Field(default=1, ge=1, le=20)
    days_ahead: int = Field(default=30, ge=1, le=365)
    early: int = Field(default=15, ge=0, le=120)
    late: int = Field(default=15, ge=0, le=120)


class Doors(Model):
    """All doors by number; `weight` is how many measured services the usual minutes count for.

    `priority` names the groups that are called first: each counts as having come `ageing` minutes earlier, and so does
    an appointment before its time. Who says "not yet" is passed over for `late` minutes. Numbers that still wait at
    night are kept for `keep_days` days, the first of the next.
    """

    weight: float = Field(ge=0)
    ageing: float = Field(default=30, ge=0, le=240)
    late: float = Field(default=30, gt=0, le=240)
    keep_days: int = Field(default=0, ge=0, le=7)
    appointments: Booking = Booking()
    priority: dict[str, Text] = Field(default_factory=dict)
    doors: dict[str, Door] = Field(min_length=1)


class PaperFact(Model):
    """One document to bring."""

    title: Text
    detail: Text = Field(default_factory=dict)


class Procedure(Model):
    """A procedure as far as its sources confirm it; `grave` ones are about deaths: no music, no happy face.

    It is served at `door`, and at the doors `also`.
    """

    door: str
    also: tuple[str, ...] = ()
    name: Text
    short: Text
    detail: Text
    icon: str
    grave: StrictBool = False
    papers_confirmed: StrictBool
    papers: tuple[PaperFact, ...] = Field(max_length=4)
    time: Fact
    time_note: Text = Field(default_factory=dict)
    fee: Fact
    fee_note: Text = Field(default_factory=dict)
    note: Text = Field(default_factory=dict)
    source: Text
    checked: dt.date | Literal["unconfirmed"]
    portal: Annotated[str, Field(pattern=r"^\d\.\d{6}$")] | None = None


class Request(Model):
    """What an understood request leads to: procedures, a door, or something the robot does itself."""

    procedures: tuple[str, ...] = Field(default=(), max_length=3)
    door: str = ""
    action: Action | Literal[""] = ""
    name: Text = Field(default_factory=dict)
    icon: str = "doc"

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Request:
        if bool(self.action) == bool(self.procedures or self.door):
            raise ValueError("a request leads to procedures or a door, or else to one action")
        if not self.procedures and not self.name:
            raise ValueError("a request without procedures needs a `name` for its tile")
        return self


class Ambiguous(Model):
    """A phrase that means more than one thing."""

    say: str = Field(min_length=3)
    procedures: tuple[str, ...] = Field(min_length=1, max_length=3)
    door: str = ""


class Elsewhere(Model):
    """A phrase for what another office does."""

    say: str = Field(min_length=3)
    send: Text


class Answers(Model):
    """What the robot says when no request came out; `elsewhere` holds `{place}`."""

    unclear: Text
    decline: Text
    elsewhere: Text
    thanks: Text


class Requests(Model):
    """Every request by id, and the phrases with a meaning of their own."""

    answers: Answers
    language_names: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    requests: dict[str, Request]
    ambiguous: tuple[Ambiguous, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()


class SmallTalk(Model):
    """Phrases and the answer to them."""

    say: tuple[str, ...] = Field(min_length=1)
    answer: Text


class Notices(Model):
    """Lines of the board, in turn, and what staff can have said to the hall by a button."""

    announcements: tuple[Text, ...]
    instructions: tuple[Text, ...]
    to_say: tuple[Text, ...] = ()


class Reason(Model):
    """Why somebody was not satisfied."""

    name: Text
    icon: str


class LowRatings(Model):
    """At least `count` ratings of `level` or lower at a door within `minutes`, where at least `least` rated."""

    level: int = Field(ge=1)
    count: int = Field(ge=1)
    minutes: float = Field(gt=0, le=1440)
    least: int = Field(default=5, ge=5)  # fewer would tell of single people


class LongWait(Model):
    """Somebody waits at a door for longer than `minutes`."""

    minutes: float = Field(gt=0, le=600)


class Alerts(Model):
    """When leaders are told at once; a rule that is not there never alerts."""

    low_ratings: LowRatings | None = None
    long_wait: LongWait | None = None


class Ratings(Model):
    """The scale, best first, and the reasons asked for below `ask_below`."""

    levels: dict[str, Text]
    satisfied_from: int
    ask_below: int
    least_group: int = Field(ge=1)
    reasons: dict[str, Reason] = Field(max_length=6)
    alerts: Alerts = Alerts()

    @model_validator(mode="after")
    def _is_a_scale(self) -> Ratings:
        if sorted(self.levels) != [str(level) for level in range(1, len(self.levels) + 1)]:
            raise ValueError("`levels` are numbered 1, 2, … without a gap")
        return self

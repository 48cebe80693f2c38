"""The place itself as data: names, languages, opening hours, codes, dates, slip and devices."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from centre.numbers import plain_number
from centre.offer import Text
from centre.waiting import WaitEstimate
from text.yaml12 import Model

MOST_SIGNS = 10  # what screen, slip and wall have room for
TimeOfDay = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Codes(Model):
    """Where QR codes lead: https and the named hosts only; `ticket` holds `{number}`."""

    hosts: tuple[str, ...] = Field(min_length=1)
    lookup: str
    ticket: str

    @model_validator(mode="after")
    def _stays_at_home(self) -> Codes:
        for url in (self.lookup, self.ticket):
            parts = urlsplit(url)
            if parts.scheme != "https" or parts.netloc not in self.hosts:
                raise ValueError(f"a code leads to https and one of {', '.join(self.hosts)}, not to {url}")
        return self


class SlipWords(Model):
    """How the printed ticket says a wait that is a range, which holds `{low}` and `{high}`, and that there is none."""

    wait: Text
    idle: Text


class WaitWords(Model):
    """How a wait is told, by its kind: `range` holds `{low}` and `{high}`, `at_least` `{low}`, others `{at}`."""

    now: Text
    range: Text
    at_least: Text
    maybe_after: Text
    after: Text
    late: Text
    closed: Text
    closed_until: Text

    @model_validator(mode="after")
    def _hold_what_they_tell(self) -> WaitWords:
        for kind, words in self:
            for language, text in words.items():
                try:
                    text.format(low=5, high=10, at="13:30")
                except (KeyError, IndexError, ValueError):
                    raise ValueError(f"`{kind}` in `{language}` can only hold {{low}}, {{high}} and {{at}}") from None
        return self


class DeviceNames(Model):
    """What is plugged in: the folder of the Vosk model, voice names, and the printer's address or `none`."""

    vosk_model: str
    voices: dict[str, str]
    printer: Annotated[str, Field(pattern=r"^(none|usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}|tcp:.+:\d+|file:.+)$")] = "none"


class Place(Model):
    """One centre: `hours` are opening intervals by week day from Monday; `door` holds `{door}`.

    `number` is how ticket numbers are written, from `{letter}` of the door, `{count}` of so many digits, and `{day}` (a
    date). `waits` are the site's own words of waits, else those that all sites share.
    `longest_closure` is how many days it is closed at most (Tết): a date that is further ahead waits for staff's word.
    """

    name: Text
    centre: Text
    languages: tuple[str, ...] = Field(min_length=1)
    unconfirmed: Text
    ask_staff: Text
    something_else: Text
    door: Text
    hours: tuple[tuple[tuple[TimeOfDay, TimeOfDay], ...], ...] = Field(min_length=7, max_length=7)
    longest_closure: Annotated[int, Field(ge=1, le=60)] = 10
    number_digits: Literal[2, 3, 4]
    number: str = "{letter} {count}"
    staff_code: Annotated[str, Field(pattern=r"^[0-9]{4,8}$")]
    qr: Codes
    dates: Text
    weekdays: dict[str, tuple[str, ...]]
    slip: SlipWords
    waits: WaitWords | None = None
    devices: DeviceNames

    @model_validator(mode="after")
    def _numbers_differ(self) -> Place:
        day = dt.date(2026, 11, 22)
        try:
            made = [self.number_of(letter, count, day) for letter in "AB" for count in (1, 11, 101)]
        except (KeyError, IndexError, ValueError, AttributeError):
            raise ValueError(f"`number: {self.number}` may hold {{letter}}, {{count}} and {{day}} alone") from None
        if len({plain_number(number) for number in made}) < len(made):
            raise ValueError(f"`number: {self.number}` gives two people one number: it needs {{letter}} and {{count}}")
        if max(map(len, made)) > MOST_SIGNS:
            raise ValueError(f"`number: {self.number}` is longer than {MOST_SIGNS} signs")
        return self

    @model_validator(mode="after")
    def _dates_work(self) -> Place:
        for language, pattern in self.dates.items():
            try:
                self.say_date(dt.date(2026, 11, 22), language)
            except (KeyError, IndexError, ValueError):
                raise ValueError(f"the date pattern `{pattern}` or its seven week days do not fit") from None
        return self

    def say_wait(self, wait: WaitEstimate, language: str) -> str:
        """A wait in words."""
        kind = "closed_until" if wait.kind == "closed" and wait.resumes else wait.kind
        words: Text = getattr(self.waits, kind)  # given at the latest by `load_site`
        return words[language].format(low=wait.low, high=wait.high, at=wait.resumes)

    def say_on_slip(self, wait: WaitEstimate, language: str) -> str:
        """A wait as the printed ticket says it."""
        words = {"now": self.slip.idle, "range": self.slip.wait}.get(wait.kind)
        return words[language].format(low=wait.low, high=wait.high) if words else self.say_wait(wait, language)

    def say_date(self, day: dt.date, language: str) -> str:
        """A date in words, the week day first."""
        weekday = self.weekdays[language][day.weekday()]
        return self.dates[language].format(weekday=weekday, day=f"{day:%d}", month=f"{day:%m}", year=day.year)

    def is_open(self, when: dt.datetime) -> bool:
        """True within the opening hours."""
        clock = f"{when.hour:02}:{when.minute:02}"
        return any(start <= clock < end for start, end in self.hours[when.weekday()])

    def working(self, when: dt.datetime) -> tuple[tuple[float, float], ...]:
        """What is left of this day's opening intervals, in minutes from `when`."""
        now = when.hour * 60 + when.minute + when.second / 60.0
        intervals = [(_minutes(start) - now, _minutes(end) - now) for start, end in self.hours[when.weekday()]]
        return tuple((max(start, 0.0), end) for start, end in intervals if end > 0.0)

    def resumes(self, when: dt.datetime) -> str:
        """When the office opens next on this day, "" when it does not."""
        clock = f"{when.hour:02}:{when.minute:02}"
        return next((start for start, _ in self.hours[when.weekday()] if start > clock), "")

    def number_of(self, letter: str, count: int, day: dt.date) -> str:
        """A ticket number in the ward's form, e.g. "A 017"."""
        return self.number.format(letter=letter, count=f"{count:0{self.number_digits}d}", day=day)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])

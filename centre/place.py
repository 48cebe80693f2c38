"""The place itself as data: names, languages, opening hours, codes, dates, slip and devices."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from centre.offer import Text
from text.yaml12 import Model

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
    """What the printed ticket says; `wait` holds `{low}` and `{high}`."""

    wait: Text
    idle: Text


class DeviceNames(Model):
    """What is plugged in: the folder of the Vosk model, voice names, and the printer's address or `none`."""

    vosk_model: str
    voices: dict[str, str]
    printer: Annotated[str, Field(pattern=r"^(none|usb:[0-9a-fA-F]{4}:[0-9a-fA-F]{4}|tcp:.+:\d+|file:.+)$")] = "none"


class Place(Model):
    """One centre: `hours` are opening intervals by week day from Monday; `door` holds `{door}`.

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
    staff_code: Annotated[str, Field(pattern=r"^[0-9]{4,8}$")]
    qr: Codes
    dates: Text
    weekdays: dict[str, tuple[str, ...]]
    slip: SlipWords
    devices: DeviceNames

    @model_validator(mode="after")
    def _dates_work(self) -> Place:
        for language, pattern in self.dates.items():
            try:
                self.say_date(dt.date(2026, 11, 22), language)
            except (KeyError, IndexError, ValueError):
                raise ValueError(f"the date pattern `{pattern}` or its seven week days do not fit") from None
        return self

    def say_date(self, day: dt.date, language: str) -> str:
        """A date in words, the week day first."""
        weekday = self.weekdays[language][day.weekday()]
        return self.dates[language].format(weekday=weekday, day=f"{day:%d}", month=f"{day:%m}", year=day.year)

    def is_open(self, when: dt.datetime) -> bool:
        """True within the opening hours."""
        clock = f"{when.hour:02}:{when.minute:02}"
        return any(start <= clock < end for start, end in self.hours[when.weekday()])

    def number(self, letter: str, count: int) -> str:
        """A ticket number in the ward's form, e.g. "A 017"."""
        return f"{letter} {count:0{self.number_digits}d}"

"""The words of one page in one language, and which language a browser wants."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fastapi import Request

from centre.label import Label
from centre.site import Site
from robot.types import Texts

COOKIE = "letan_language"


@dataclass(frozen=True, slots=True)
class Words:
    """Looks texts up and fills them in; `label` gives the names of an office's doors and services."""

    texts: Texts
    label: Label
    language: str

    def __call__(self, key: str, /, **values: object) -> str:
        """A text of the console by its key, filled in."""
        text = self.texts[self.language][key]
        return text.format(**values) if values else text

    def door(self, door: str) -> str:
        """A door by its number."""
        return self("door", door=door)

    def door_name(self, door: str) -> str:
        """A door by its number and name."""
        return self("door_name", door=door, name=self.label.doors[door][self.language])

    def place(self) -> str:
        """Whose office it is."""
        return self.label.name[self.language]

    def say_date(self, day: dt.date) -> str:
        """A date in words."""
        return self.label.say_date(day, self.language)

    def weekday(self, weekday: int) -> str:
        """A day of the week, 0 is Monday."""
        return self.label.weekdays[self.language][weekday]


@dataclass(frozen=True, slots=True)
class SiteWords(Words):
    """Where the office itself is: also what somebody came for, and who is called first."""

    site: Site

    def service(self, service: str, door: str, short: bool = True) -> str:
        """What somebody came for: a procedure, a request, or what the door is for."""
        procedure = self.site.procedures.get(service)
        if procedure is not None:
            return (procedure.short if short else procedure.name)[self.language]
        request = self.site.request(service)
        if request is not None and request.name:
            return request.name[self.language]
        return self.site.doors[door].field[self.language] if door in self.site.doors else service

    def group(self, group: str) -> str:
        """A priority group."""
        named = self.site.services.priority.get(group)
        return named[self.language] if named else self("priority")


def language_of(request: Request, languages: tuple[str, ...]) -> str:
    """What the address asks for, else the browser's choice of last time, else the first language."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if wanted in languages:
            return str(wanted)
    return languages[0]

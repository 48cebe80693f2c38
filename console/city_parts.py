"""What the routes of a city's console share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, Request

from centre.label import Label
from city.figures import CityFigures, OfficeKnown
from console.access import Access, Who
from console.accounts import Accounts
from console.words import Words, language_of
from robot.types import Texts


class RobotHeard(Protocol):
    """What is known of one robot."""

    @property
    def connection(self) -> str: ...


@dataclass(frozen=True, slots=True)
class CityWords(Words):
    """Where an office stands in the place of a door."""

    def door(self, door: str) -> str:
        """Offices by their names, which are too few to be told apart."""
        return ", ".join(self.label.doors.get(each, {}).get(self.language, each) for each in door.split(", "))

    def door_name(self, door: str) -> str:
        """An office by its name."""
        return self.label.doors[door][self.language]


@dataclass(frozen=True, slots=True)
class CityParts:
    """A city with its console; `robots` gives those of an office, None where nobody listens to a broker."""

    accounts: Accounts
    access: Access
    figures: CityFigures
    label: Label
    texts: Texts
    palette: dict[str, str]
    now: Callable[[], datetime] = datetime.now
    robots: Callable[[str], Mapping[str, RobotHeard]] | None = None

    @property
    def revision(self) -> int:
        """Pages of a city don't follow events."""
        return 0

    def tabs(self, who: Who) -> list[str]:
        """The names of the pages that somebody may see."""
        return ["leaders"] if "leader" in who.roles else []

    def words(self, request: Request) -> Words:
        """The words of the city itself."""
        return Words(self.texts, self.label, language_of(request, self.label.languages))

    def words_of_all(self, request: Request, offices: Mapping[str, OfficeKnown]) -> CityWords:
        """The words of the city with its offices."""
        language = language_of(request, self.label.languages)
        names = {name: {language: office.label.called(language)} for name, office in offices.items()}
        return CityWords(self.texts, self.label.model_copy(update={"doors": names}), language)

    def words_of(self, request: Request, office: OfficeKnown) -> Words:
        """The words of one of its offices, in a language that the office has."""
        both = tuple(each for each in self.label.languages if each in office.label.languages)
        return Words(self.texts, office.label, language_of(request, both or office.label.languages))


def city_of(request: Request) -> CityParts:
    """The city that a request came to."""
    parts: CityParts = request.app.state.parts
    return parts


CityHere = Annotated[CityParts, Depends(city_of)]

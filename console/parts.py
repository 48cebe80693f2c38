"""What the routes of one office share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Protocol

from fastapi import Depends, HTTPException, Request

from centre.codes import TicketCodes
from centre.label import Label
from centre.office import Office
from centre.site import Site
from console.access import Access, Who
from console.accounts import Accounts, Role
from console.alerts import AlertBook
from console.live import Live
from console.robots import RobotBoard
from console.statistics import Statistics
from console.words import SiteWords, Words, language_of
from robot.types import Texts


class Host(Protocol):
    """Whose pages they are: an office's, or a city's."""

    @property
    def accounts(self) -> Accounts: ...

    @property
    def access(self) -> Access: ...

    @property
    def revision(self) -> int: ...

    def now(self) -> datetime: ...

    def words(self, request: Request) -> Words: ...

    def tabs(self, who: Who) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class ConsoleParts:
    """An office with its console; all of it lives on the event loop's thread."""

    office: Office
    accounts: Accounts
    access: Access
    live: Live
    codes: TicketCodes
    statistics: Statistics
    robots: RobotBoard
    alerts: AlertBook
    label: Label
    texts: Texts
    palette: dict[str, str]

    @property
    def site(self) -> Site:
        """The office's site."""
        return self.office.site

    @property
    def revision(self) -> int:
        """Grows with every event of the office."""
        return self.office.revision

    def now(self) -> datetime:
        """The office's time."""
        return self.office.clock.wall()

    def words(self, request: Request) -> SiteWords:
        """The words of the browser's language."""
        return SiteWords(self.texts, self.label, language_of(request, self.site.languages), self.site)

    def tabs(self, who: Who) -> list[str]:
        """The names of the pages that somebody may see."""
        may = {
            "counter": bool(who.counter),
            "room": bool(who.roles & {"counter", "leader"}),
            "leaders": "leader" in who.roles,
            "admin": "admin" in who.roles,
        }
        return [page for page in ("counter", "room", "leaders", "wall", "admin") if may.get(page, True)]

    def counters(self) -> dict[str, str]:
        """Every counter, such as "1-2" for the second of door 1, with its door."""
        doors = self.site.doors.items()
        return {f"{door}-{i}": door for door, entry in doors for i in range(1, max(entry.counters, 1) + 1)}


def host_of(request: Request) -> Host:
    """Whose pages a request came to."""
    host: Host = request.app.state.parts
    return host


def parts_of(request: Request) -> ConsoleParts:
    """The parts of the office that a request came to."""
    parts: ConsoleParts = request.app.state.parts
    return parts


def who_asks(request: Request) -> Who:
    """Who asks."""
    return host_of(request).access.who(request)


HostHere = Annotated[Host, Depends(host_of)]
PartsHere = Annotated[ConsoleParts, Depends(parts_of)]
WhoAsks = Annotated[Who, Depends(who_asks)]


def needs(*roles: Role) -> Callable[[Who], Who]:
    """A dependency: who asks must have one of the roles, else HTTP 401 or 403."""

    def check(who: WhoAsks) -> Who:
        if not who.roles:
            raise HTTPException(401, "log in first, or have this computer enrolled", {"WWW-Authenticate": "Bearer"})
        if not who.roles & set(roles):
            raise HTTPException(403, f"this is for: {', '.join(roles)}")
        return who

    return check

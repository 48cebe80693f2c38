"""What the screen and the slip show: site, office and visit turned into `robot.pages` in one language (reads only)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from centre.offer import Fact, Text
from centre.office import Office
from centre.site import Site
from centre.tickets import Ticket
from centre.waiting import WaitEstimate
from reception.dialogue import shelf_size
from reception.visits import Visit
from robot import pages
from robot.pages import PageName
from robot.ports import TicketSlip
from text.vietnamese import plain

FOUND = 8  # procedures that a search shows
_Builder = TypeVar("_Builder", bound=Callable[["Presenter", Visit], pages.PageContent])
_BUILDERS: dict[PageName, Callable[[Presenter, Visit], pages.PageContent]] = {}


def _builds(page: PageName) -> Callable[[_Builder], _Builder]:
    """The method that builds a page's content."""

    def register(build: _Builder) -> _Builder:
        _BUILDERS[page] = build
        return build

    return register


class Presenter:
    """Builds the content of every page that the office knows about."""

    def __init__(self, site: Site, office: Office) -> None:
        self.site = site
        self.office = office

    def page(self, visit: Visit, page: PageName | None = None) -> pages.PageContent:
        """The content of the visit's page, or of another one for this visit. KeyError for a page that no visit has."""
        return _BUILDERS[page or visit.page](self, visit)

    def expression(self, visit: Visit) -> pages.Expression:
        """The face to the visit's page, a name of theme.yaml; never a happy one where somebody has died."""
        procedure = self.site.procedures.get(visit.procedure)
        if visit.listening:
            return "listening"
        if visit.page == "message" and visit.message in ("unclear", "decline"):
            return "sorry"
        if visit.page == "ticket" or (visit.page != "reasons" and visit.message == "thanks"):
            return "neutral" if procedure and procedure.grave else "happy"
        return pages.PAGES[visit.page].expression

    def board(self, language: str) -> pages.BoardContent:
        """The resting page."""
        notices = self.site.notices
        return pages.BoardContent(
            calls=tuple(self.call(ticket, language) for ticket in self.office.calls()),
            doors=tuple(self._door_wait(door, language) for door in self.site.doors),
            announcements=tuple(line[language] for line in notices.announcements),
            instructions=tuple(line[language] for line in notices.instructions),
            qr=self.site.place.qr.lookup,
        )

    def driving(self, language: str, line: int = 0) -> pages.DrivingContent:
        """What shows while driving: the newest call, and announcement number `line` of the round."""
        calls, lines = self.office.calls(1), self.site.notices.announcements
        call = self.call(calls[0], language) if calls else None
        return pages.DrivingContent(call, lines[line % len(lines)][language] if lines else "")

    def call(self, ticket: Ticket, language: str) -> pages.CalledNumber:
        """A called number."""
        return pages.CalledNumber(ticket.number, ticket.door, self.site.doors[ticket.door].name[language])

    def door_tiles(self, language: str) -> tuple[pages.Tile, ...]:
        """The doors as the fields that people look for."""
        return tuple(
            pages.Tile(name, door.field[language], door.detail[language], door.icon)
            for name, door in self.site.doors.items()
        )

    def tile(self, choice: str, language: str) -> pages.Tile:
        """Something to choose: a procedure, `door:N`, or a request by id."""
        procedure = self.site.procedures.get(choice)
        if procedure is not None:
            time, fee = self._fact(procedure.time, language), self._fact(procedure.fee, language)
            name, detail = procedure.short[language], procedure.detail[language]
            return pages.Tile(choice, name, detail, procedure.icon, time, fee)
        request, words = self.site.request(choice), self.site.place
        if request is not None:
            detail = self._at_door(request.door, language) if request.door else ""
            return pages.Tile(choice, request.name[language], detail, request.icon)
        door = choice.partition(":")[2]
        icon = self.site.doors[door].icon
        return pages.Tile(choice, words.something_else[language], self._at_door(door, language), icon)

    def search(self, typed: str, language: str) -> tuple[pages.Tile, ...]:
        """The procedures with a word that begins as typed, with or without marks, the shortest name first."""
        wanted = plain(typed)
        if not wanted:
            return ()
        found = []
        for name, procedure in self.site.procedures.items():
            words = (procedure.short[language], procedure.name[language], procedure.detail[language])
            ranks = [i for i, text in enumerate(words) if f" {wanted}" in f" {plain(text)}"]
            if ranks:
                found.append((ranks[0], len(procedure.short[language]), name))
        return tuple(self.tile(name, language) for _, _, name in sorted(found)[:FOUND])

    def slip(self, visit: Visit) -> TicketSlip:
        """The printed ticket of a visit that has a number."""
        language, place = visit.language, self.site.place
        ticket = self._issued(visit)
        wait = self.office.wait(ticket.door, ticket.number)
        procedure = self.site.procedures.get(ticket.service)
        papers = procedure.papers if procedure and procedure.papers_confirmed else ()
        return TicketSlip(
            serial=ticket.visit,
            centre=f"{place.name[language]}\n{place.centre[language]}",
            number=ticket.number,
            door=ticket.door,
            door_name=self.site.doors[ticket.door].name[language],
            service=self.service_name(ticket.service, language),
            wait=place.say_on_slip(wait, language),
            issued=f"{ticket.issued:%H:%M}, {_date(ticket.issued.date())}",
            qr=self._ticket_code(ticket.number),
            notes=tuple(paper.title[language] for paper in papers),
            language=language,
            ahead=wait.ahead,
        )

    def _issued(self, visit: Visit) -> Ticket:
        ticket = self.office.ticket_of(visit.id)
        if ticket is None:
            raise LookupError(f"visit {visit.id} has no ticket to show")
        return ticket

    def service_name(self, service: str, language: str) -> str:
        """The name of a procedure or request, "" for a door alone."""
        if service in self.site.procedures:
            return self.site.procedures[service].name[language]
        request = self.site.request(service)
        return request.name[language] if request else ""

    def _fact(self, fact: Fact, language: str) -> str:
        return self.site.place.unconfirmed[language] if isinstance(fact, str) else fact[language]

    def _at_door(self, door: str, language: str) -> str:
        place = self.site.place
        return f"{place.ask_staff[language]}, {place.door[language].format(door=door)}"

    def _ticket_code(self, number: str) -> str:
        return self.site.place.qr.ticket.format(number=number.replace(" ", ""))

    def _door_wait(self, door: str, language: str) -> pages.DoorWait:
        wait, name = self.office.wait(door), self.site.doors[door].name[language]
        return pages.DoorWait(door, name, wait.low, wait.high, self._beside_range(wait, language), wait.is_open)

    def _beside_range(self, wait: WaitEstimate, language: str) -> str:
        """What is said of a wait that no range tells, "" where one does."""
        return "" if wait.kind == "range" else self.site.place.say_wait(wait, language)

    def _wait_at(self, door: str, language: str) -> str:
        return self.site.place.say_wait(self.office.wait(door), language)

    @_builds("welcome")
    def _welcome(self, visit: Visit) -> pages.WelcomeContent:
        now = self.office.clock.wall()
        return pages.WelcomeContent(now.strftime("%H:%M"), self.site.place.say_date(now.date(), visit.language))

    @_builds("ask_fields")
    def _ask_fields(self, visit: Visit) -> pages.FieldsContent:
        return pages.FieldsContent(self.door_tiles(visit.language), visit.listening)

    @_builds("doors")
    def _doors(self, visit: Visit) -> pages.DoorsContent:
        doors = self.door_tiles(visit.language)
        return pages.DoorsContent(tuple(replace(tile, detail=self._wait_at(tile.id, visit.language)) for tile in doors))

    @_builds("search")
    def _search(self, visit: Visit) -> pages.SearchContent:
        return pages.SearchContent(visit.typed, self.search(visit.typed, visit.language))

    @_builds("rating")
    def _rating(self, visit: Visit) -> pages.RatingContent:
        return pages.RatingContent(visit.ticket)

    @_builds("services")
    def _services(self, visit: Visit) -> pages.ServicesContent:
        names, size = self.site.procedures_at(visit.field), shelf_size(visit)
        shown = names[visit.shelf * size : (visit.shelf + 1) * size]
        tiles = tuple(self.tile(name, visit.language) for name in shown)
        return pages.ServicesContent(self.site.doors[visit.field].field[visit.language], tiles, len(names) > size)

    @_builds("procedure")
    def _procedure(self, visit: Visit) -> pages.ProcedureContent:
        language, place = visit.language, self.site.place
        procedure = self.site.procedures.get(visit.procedure)
        if procedure is None:
            return self._ask_at_door(visit)
        waiting = place.unconfirmed[language]
        confirmed = procedure.papers_confirmed
        papers = (
            pages.Paper(paper.title[language], paper.detail.get(language, "") if confirmed else waiting)
            for paper in procedure.papers
        )
        return pages.ProcedureContent(
            id=visit.procedure,
            name=procedure.name[language],
            name_en=procedure.name.get("en", ""),
            papers=tuple(papers),
            time=self._fact(procedure.time, language),
            time_note=procedure.time_note.get(language, ""),
            fee=self._fact(procedure.fee, language),
            fee_note=procedure.fee_note.get(language, ""),
            note=procedure.note.get(language, ""),
            source=procedure.source[language],
            checked=waiting if isinstance(procedure.checked, str) else _date(procedure.checked),
            qr=place.qr.lookup,
            door=visit.door,
            wait=self._wait_at(visit.door, language),
        )

    def _ask_at_door(self, visit: Visit) -> pages.ProcedureContent:
        """A door without a procedure: whom to ask, and nothing that nobody confirmed."""
        language, place = visit.language, self.site.place
        waiting = place.unconfirmed[language]
        door = self.site.doors[visit.door]
        name: Text = door.field
        request = self.site.request(visit.request)
        if request is not None:
            name = request.name
        return pages.ProcedureContent(
            id=visit.request,
            name=name[language],
            name_en=name.get("en", ""),
            papers=(pages.Paper(self._at_door(visit.door, language)),),
            time=waiting,
            time_note="",
            fee=waiting,
            fee_note="",
            note="",
            source=waiting,
            checked=waiting,
            qr=place.qr.lookup,
            door=visit.door,
            wait=self._wait_at(visit.door, language),
        )

    @_builds("which_one")
    def _which_one(self, visit: Visit) -> pages.WhichOneContent:
        return pages.WhichOneContent(visit.heard, tuple(self.tile(c, visit.language) for c in visit.choices))

    @_builds("ticket")
    def _ticket(self, visit: Visit) -> pages.TicketContent:
        ticket = self._issued(visit)
        wait = self.office.wait(ticket.door, ticket.number)
        return pages.TicketContent(
            number=ticket.number,
            door=ticket.door,
            door_name=self.site.doors[ticket.door].name[visit.language],
            service=self.service_name(ticket.service, visit.language),
            ahead=wait.ahead,
            wait_low=wait.low,
            wait_high=wait.high,
            qr=self._ticket_code(ticket.number),
            paper=visit.paper or "printing",
            wait=self._beside_range(wait, visit.language),
        )

    @_builds("reasons")
    def _reasons(self, visit: Visit) -> pages.ReasonsContent:
        reasons = self.site.ratings.reasons.items()
        tiles = (
            pages.Tile(name, reason.name[visit.language], _other(reason.name, visit.language), reason.icon)
            for name, reason in reasons
        )
        return pages.ReasonsContent(tuple(tiles), visit.reasons)

    @_builds("easy_view")
    def _easy_view(self, visit: Visit) -> pages.EasyViewContent:
        draft = visit.draft
        return pages.EasyViewContent(draft.large_text, draft.low, draft.high_contrast, draft.volume, draft.rate)

    @_builds("message")
    def _message(self, visit: Visit) -> pages.MessageContent:
        return pages.MessageContent(self.site.answer(visit.message or "unclear")[visit.language])

    @_builds("call_staff")
    def _call_staff(self, visit: Visit) -> pages.CallStaffContent:
        call = self.office.staff.of_visit(visit.id)
        if call is None:
            return pages.CallStaffContent(1, self.office.clock.wall().strftime("%H:%M"))
        accepted = call.accepted.strftime("%H:%M") if call.accepted else ""
        return pages.CallStaffContent(call.step, call.called.strftime("%H:%M"), accepted, call.who, call.door)


def _date(day: dt.date) -> str:
    return day.strftime("%d/%m/%Y")


def _other(text: Text, language: str) -> str:
    """The words in the next language, as the line below."""
    return next((words for name, words in text.items() if name != language), "")

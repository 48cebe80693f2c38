"""The page of a counter, and the acts of its buttons and keys; forms do without JavaScript."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from centre.acts import ACTS, NotPossibleError, act_on
from console.access import Who
from console.counter_view import counter_view
from console.parts import ConsoleParts, PartsHere, WhoAsks, needs
from console.rendering import page
from console.room_acts import do_in_room
from robot.types import LetanError

DEAD_SECONDS = 2.0  # after a call, so that a key pressed twice calls one number
SEE_OTHER = 303
router = APIRouter(include_in_schema=False)
Counter = Annotated[Who, Depends(needs("counter"))]


@router.get("/")
async def start(who: WhoAsks) -> Response:
    """Where somebody belongs."""
    to = "/counter" if who.counter else "/leaders" if who.roles else "/login"
    return RedirectResponse(to, SEE_OTHER)


@router.get("/counter")
async def counter(parts: PartsHere, request: Request, who: WhoAsks) -> Response:
    """The counter's page; a computer that is not enrolled is told how it would be."""
    if not who.counter:
        return RedirectResponse("/login", SEE_OTHER)
    return _counter(parts, request, who)


@router.post("/counter")
async def act(
    parts: PartsHere,
    request: Request,
    who: Counter,
    token: Annotated[str, Form(max_length=200)],
    do: Annotated[str, Form(max_length=60)],
    door: Annotated[str, Form(max_length=8)] = "",
    service: Annotated[str, Form(max_length=60)] = "",
    priority: Annotated[str, Form(max_length=30)] = "",
    words: Annotated[list[str] | None, Form(max_length=50)] = None,
) -> Response:
    """What a button says: `call`, `undo`, `add`, `close`, `open`, `robot`, or a word and what it is about."""
    parts.access.check_form(request, token)
    word, _, about = do.partition(" ")
    try:
        if word == "add":
            parts.office.issue(parts.office.open_visit(), who.door, service, priority)
        elif word == "reply":
            own = next((each for each in words or () if each.strip()), "")  # of the one call that they were typed for
            do_in_room(parts.office, do, own, who.door)
        elif word == "helped":
            parts.office.staff.close(int(about) if about.isdecimal() else 0)
        else:
            _act(parts, word, about, door, who)
    except NotPossibleError as error:
        return _counter(parts, request, who, 409, f"{parts.words(request)('error.409')}: {error}")
    except LetanError as error:
        return _counter(parts, request, who, 422, str(error))
    return RedirectResponse("/counter", SEE_OTHER)


def _act(parts: ConsoleParts, word: str, about: str, door: str, who: Who) -> None:
    office = parts.office
    if word == "call" and not about:
        if not _just_called(parts, who.counter):
            office.call_next(who.door, who.counter)
    elif word == "undo":
        office.undo(who.counter)
    elif word in ("close", "open"):
        office.set_counter(who.door, who.counter, word == "open")
    elif word == "robot":
        office.staff.call_robot(who.door)
    elif word in ACTS:
        act_on(office, about, word, who.counter, door)
    else:
        raise NotPossibleError(f"there is no act `{word}`")


def _just_called(parts: ConsoleParts, counter: str) -> bool:
    events = parts.office.undoable(counter)
    if not events or events[0].kind != "called":
        return False
    return (parts.office.clock.wall() - events[0].stamp).total_seconds() < DEAD_SECONDS


def _counter(parts: ConsoleParts, request: Request, who: Who, status: int = 200, trouble: str = "") -> Response:
    view = counter_view(parts.office, who.counter, parts.words(request))
    doors = [door for door in parts.site.doors if door != who.door]
    services = parts.site.procedures_at(who.door)
    groups = list(parts.site.services.priority)
    return page(
        parts, request, "counter.html", who, status, view=view, trouble=trouble, doors=doors, services=services,
        groups=groups, ageing=round(parts.site.services.ageing),
    )  # fmt: skip

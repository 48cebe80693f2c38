"""The page of the whole room: what the robot does, stop it and send it, answer a call for help, say something."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from centre.acts import NotPossibleError
from console.access import Who
from console.parts import ConsoleParts, PartsHere, needs
from console.rendering import page
from console.room_acts import MOST_WORDS, do_in_room
from console.room_view import room_view
from robot.types import LetanError

SEE_OTHER = 303
Staff = Annotated[Who, Depends(needs("counter", "leader"))]
router = APIRouter(include_in_schema=False)


@router.get("/room")
async def room(parts: PartsHere, request: Request, who: Staff) -> Response:
    """The room as it is now."""
    return _room(parts, request, who)


@router.post("/room")
async def act(
    parts: PartsHere,
    request: Request,
    who: Staff,
    token: Annotated[str, Form(max_length=200)],
    do: Annotated[str, Form(max_length=60)],
    words: Annotated[str, Form(max_length=1000)] = "",
    door: Annotated[str, Form(max_length=8)] = "",
) -> Response:
    """What a button says: an order for the robot, `come`, `say N`, `say`, or `reply CALL HOW`."""
    parts.access.check_form(request, token)
    try:
        do_in_room(parts.office, do, words, who.door or (door if do == "come" else ""))
    except NotPossibleError as error:
        return _room(parts, request, who, 409, f"{parts.words(request)('error.409')}: {error}")
    except LetanError as error:
        return _room(parts, request, who, 422, str(error))
    parts.accounts.note(who.told, f"room: {do.partition(' ')[0]}")
    return RedirectResponse("/room", SEE_OTHER)


def _room(parts: ConsoleParts, request: Request, who: Who, status: int = 200, trouble: str = "") -> Response:
    words = parts.words(request)
    view = room_view(parts.office, parts.robots, words)
    lines = [line[words.language] for line in parts.site.notices.to_say]
    return page(parts, request, "room.html", who, status, view=view, trouble=trouble, lines=lines, most=MOST_WORDS)

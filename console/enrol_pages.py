"""Enrolling a counter's computer, and the admins' page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request
from starlette.responses import RedirectResponse, Response

from console.access import DEVICE, Who
from console.api import REFUSALS
from console.login_pages import NOBODY, SEE_OTHER, Token
from console.parts import PartsHere, needs
from console.rendering import page

Admin = Annotated[Who, Depends(needs("admin"))]
Invitation = Annotated[str, Path(max_length=60)]
router = APIRouter(include_in_schema=False)


@router.get("/enrol/{invitation}")
async def enrol_page(parts: PartsHere, request: Request, invitation: Invitation) -> Response:
    """Asks first: a link that is only looked at (by a mail scanner, a preview) uses nothing up."""
    counter = parts.accounts.invited(invitation)
    status = 200 if counter else 410
    return page(parts, request, "enrol.html", NOBODY, status, counter=counter or "", invitation=invitation)


@router.post("/enrol/{invitation}")
async def enrol(parts: PartsHere, request: Request, invitation: Invitation, token: Token) -> Response:
    """This computer belongs to a counter from now on."""
    parts.access.check_form(request, token)
    device = parts.accounts.enrol(invitation)
    if device is None:
        return page(parts, request, "enrol.html", NOBODY, 410, counter="", invitation=invitation)
    answer = RedirectResponse("/counter", SEE_OTHER)
    parts.access.keep(answer, DEVICE, device, request)
    return answer


@router.get("/admin")
async def admin(parts: PartsHere, request: Request, who: Admin) -> Response:
    """Computers of the counters, and what was done at the console."""
    lines = [(datetime.fromtimestamp(stamp), name, what) for stamp, name, what in parts.accounts.audit()]
    return page(parts, request, "admin.html", who, lines=lines, counters=parts.accounts.enrolled())


@router.post("/admin")
async def dismiss(
    parts: PartsHere, request: Request, _who: Admin, token: Token, counter: Annotated[str, Form(max_length=12)]
) -> Response:
    """The computers of a counter are its no longer."""
    parts.access.check_form(request, token)
    if counter not in parts.accounts.enrolled():
        raise HTTPException(404, f"there is no computer of counter `{counter}`")
    parts.accounts.dismiss(counter)
    return RedirectResponse("/admin", SEE_OTHER)


@router.post(
    "/api/counters/{counter}/invite", include_in_schema=True, tags=["office"], status_code=201, responses=REFUSALS
)
async def invite(parts: PartsHere, counter: Annotated[str, Path(max_length=12)], who: Admin) -> dict[str, str]:
    """The path that enrols one computer for a counter, once, within ten minutes."""
    if counter not in parts.counters():
        raise HTTPException(404, f"there is no counter `{counter}`; counters are {', '.join(parts.counters())}")
    parts.accounts.note(who.told, f"invited a computer for {counter}")
    return {"path": f"/enrol/{parts.accounts.invite(counter)}"}

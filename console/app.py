"""Puts the console of one office together: its parts, what guards them, and its routes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import FastAPI, Request
from fastapi.exception_handlers import http_exception_handler
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from centre.codes import TicketCodes
from centre.label import label_of
from centre.office import Office
from console import (
    api,
    appointments_api,
    assets,
    away_api,
    enrol_pages,
    leaders_pages,
    login_pages,
    public_pages,
    robot_api,
    room_pages,
    staff_pages,
)
from console.access import Access
from console.accounts import Accounts
from console.alerts import AlertBook
from console.guard import RequestGuard
from console.live import Live
from console.parts import ConsoleParts, host_of
from console.rendering import page
from console.robots import RobotBoard
from console.statistics import Statistics
from robot.types import LetanError, Texts

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class ConsoleLook:
    """What pages look and sound like: their texts by language, and the colours by name."""

    texts: Texts
    palette: dict[str, str]


def make_parts(
    office: Office,
    accounts: Accounts,
    live: Live,
    statistics: Statistics,
    look: ConsoleLook,
    alerts: AlertBook,
    token: str = "",
) -> ConsoleParts:
    """What the routes share; `token` lets programs on this machine in."""
    return ConsoleParts(
        office=office,
        accounts=accounts,
        access=Access(accounts, token),
        live=live,
        codes=TicketCodes(accounts.key("tickets")),
        statistics=statistics,
        robots=RobotBoard(),
        alerts=alerts,
        label=label_of(office.site),
        texts=look.texts,
        palette=look.palette,
    )


def make_app(parts: ConsoleParts, names: Iterable[str] = ()) -> FastAPI:
    """The ASGI application, which answers to the loopback's names and to `names`."""
    app = FastAPI(title="Letan office", version="1", docs_url=None, redoc_url=None)
    app.state.parts = parts
    app.add_middleware(RequestGuard, names=LOOPBACK | frozenset(names), revision=lambda: parts.office.revision)
    modules = (
        login_pages,
        enrol_pages,
        api,
        appointments_api,
        robot_api,
        away_api,
        staff_pages,
        room_pages,
        public_pages,
        leaders_pages,
    )
    for module in modules:
        app.include_router(module.router)
    assets.add_to(app, parts.palette)
    app.add_exception_handler(LetanError, trouble)
    app.add_exception_handler(StarletteHTTPException, refused)
    return app


async def refused(request: Request, error: Exception) -> Response:
    """Programs get JSON, people a page in their language."""
    assert isinstance(error, StarletteHTTPException)
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return await http_exception_handler(request, error)
    if error.status_code == 401:
        return RedirectResponse("/login", 303)
    host = host_of(request)
    who = host.access.who(request)
    status = error.status_code
    return page(host, request, "error.html", who, status, code=status, detail=str(error.detail))


async def trouble(request: Request, error: Exception) -> JSONResponse:
    """What the database refuses did not happen; whoever asked may try again."""
    return JSONResponse({"detail": f"not done: {error}"}, 503)

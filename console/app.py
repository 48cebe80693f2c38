"""Puts the console of one office together: its parts, what guards them, and its routes."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI, Request
from starlette.responses import JSONResponse

from centre.codes import TicketCodes
from centre.office import Office
from console import api
from console.access import Access
from console.accounts import Accounts
from console.guard import Guard
from console.live import Live
from console.parts import Parts
from robot.types import LetanError, Texts

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def make_parts(
    office: Office, accounts: Accounts, live: Live, texts: Texts, palette: dict[str, str], token: str = ""
) -> Parts:
    """What the routes share; `token` lets programs on this machine in."""
    codes = TicketCodes(accounts.key("tickets"))
    return Parts(office, accounts, Access(accounts, token), live, codes, texts, palette)


def make_app(parts: Parts, names: Iterable[str] = ()) -> FastAPI:
    """The ASGI application, which answers to the loopback's names and to `names`."""
    app = FastAPI(title="Letan office", version="1", docs_url=None, redoc_url=None)
    app.state.parts = parts
    app.add_middleware(Guard, names=LOOPBACK | frozenset(names))
    app.include_router(api.router)
    app.add_exception_handler(LetanError, _trouble)
    return app


async def _trouble(request: Request, error: Exception) -> JSONResponse:
    """What the database refuses did not happen; whoever asked may try again."""
    return JSONResponse({"detail": f"not done: {error}"}, 503)

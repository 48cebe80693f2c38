"""Logging in and out, at an office as at a city."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from console.access import LOGIN, Who
from console.accounts import TooManyFailures
from console.parts import HostHere, WhoAsks
from console.rendering import page

SEE_OTHER = 303
NOBODY = Who()
Token = Annotated[str, Form(max_length=200)]
router = APIRouter(include_in_schema=False)


@router.get("/login")
async def login_page(host: HostHere, request: Request, who: WhoAsks) -> Response:
    """The form."""
    return page(host, request, "login.html", who, trouble="")


@router.post("/login")
async def login(
    host: HostHere,
    request: Request,
    token: Token,
    name: Annotated[str, Form(max_length=60)],
    password: Annotated[str, Form(max_length=200)],
    code: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """A leader or admin comes in; who fails often waits, also after a restart."""
    host.access.check_form(request, token)
    words = host.words(request)
    where = request.client.host if request.client else ""
    try:  # a password takes a tenth of a second on purpose, which the counters need not wait for
        account = await run_in_threadpool(host.accounts.login, name, password, code, where)
    except TooManyFailures as error:
        wait = max(round(error.seconds), 1)
        made = page(host, request, "login.html", NOBODY, 429, trouble=words("login.wait", seconds=wait))
        made.headers["Retry-After"] = str(wait)
        return made
    if account is None:
        return page(host, request, "login.html", NOBODY, 401, trouble=words("login.wrong"))
    answer = RedirectResponse("/leaders", SEE_OTHER)
    host.access.keep(answer, LOGIN, account.name, request)
    return answer


@router.post("/logout")
async def logout(host: HostHere, request: Request, token: Token) -> Response:
    """The browser forgets who logged in."""
    host.access.check_form(request, token)
    answer = RedirectResponse("/login", SEE_OTHER)
    answer.delete_cookie(LOGIN)
    return answer

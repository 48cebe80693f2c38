"""Turns templates into answers: escaped, in the browser's language, with the cookies that forms need."""

from __future__ import annotations

from pathlib import Path

import jinja2
from fastapi import Request
from starlette.responses import HTMLResponse

from console.access import Who
from console.parts import Host
from console.words import COOKIE

HERE = Path(__file__).resolve().parent
_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(host: Host, request: Request, template: str, who: Who, status: int = 200, **values: object) -> HTMLResponse:
    """A page; every template gets `words`, `who`, the form `token`, `path` and the time."""
    words = host.words(request)
    made = HTMLResponse(status_code=status)
    told = {
        "words": words,
        "who": who,
        "tabs": host.tabs(who),
        "token": host.access.form_token(request, made),
        "path": request.url.path,
        "now": host.now(),
        "revision": host.revision,
        **values,
    }
    body = _TEMPLATES.get_template(template).render(told).encode()
    made.body = body
    made.headers["Content-Length"] = str(len(body))
    made.headers["Vary"] = "Cookie"
    if request.query_params.get("lang") == words.language:
        made.set_cookie(COOKIE, words.language, max_age=400 * 86400, samesite="lax", httponly=True)
    return made

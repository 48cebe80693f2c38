"""What every request must pass before anything reads it: our own host name, no other site's page, a bounded body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REVISION = "X-Letan-Revision"
MOST_BYTES = 64 * 1024
SAFE = ("GET", "HEAD")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class RequestGuard:
    """ASGI middleware; `names` are the host names that this office answers to.

    Each answer says the office's `revision` as it is when it begins: who acts and follows the events knows by it when
    what it has done has come back.
    """

    def __init__(self, app: ASGIApp, names: frozenset[str], revision: Callable[[], int]) -> None:
        self._app = app
        self._names = names
        self._revision = revision

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse in words, or pass on with a body of bounded size and careful headers in the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if refusal := self._refusal(scope):
            await refusal(scope, receive, _careful(send, self._revision))
            return
        await self._app(scope, _bounded(receive), _careful(send, self._revision))

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name(host) not in self._names:
            return PlainTextResponse("this office does not answer to that name", 421)
        if scope["method"] in SAFE:
            return None
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return PlainTextResponse("refused: this request comes from another site's page", 403)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return PlainTextResponse("refused: this request comes from another site's page", 403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MOST_BYTES:
            return PlainTextResponse(f"refused: more than {MOST_BYTES} bytes", 413)
        return None


def _name(host: str) -> str:
    """A Host header without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _bounded(receive: Receive) -> Receive:
    """A body without a length ends where it becomes too long."""
    read = 0

    async def bounded() -> Message:
        nonlocal read
        message = await receive()
        read += len(message.get("body", b""))
        return message if read <= MOST_BYTES else {"type": "http.disconnect"}

    return bounded


def _careful(send: Send, revision: Callable[[], int]) -> Send:
    async def careful(message: Any) -> None:  # noqa: ANN401 (a dict of ASGI)
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("Cache-Control", "no-store")
            headers[REVISION] = str(revision())
        await send(message)

    return careful

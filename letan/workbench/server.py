"""Serves the live view of a run: one page, the run's record as server-sent events, and requests to the run."""

from __future__ import annotations

import math
import os
import re
import threading
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hmi.theme import load_theme
from letan.workbench.recording import NAME, SCREENS, goes_on
from letan.workbench.run_requests import WHATS, RunRequest, deliver
from robot.types import LetanError

PAGE = Path(__file__).with_name("watch.html")
BATCH, PAUSE, ALIVE = 400, 0.1, 5.0  # lines an event, s between two looks at the file, s between two signs of life
PULSE = 1.0  # s between two looks whether the run still lives
LOOPBACK = "127.0.0.1"
PICTURE = re.compile(r"/screens/([0-9]{1,6}\.jpg)")


class Server(ThreadingHTTPServer):
    """The live view of the run in a folder, for browsers on this machine unless `host` says otherwise."""

    daemon_threads = True

    def __init__(self, run: Path, host: str = LOOPBACK, port: int = 0) -> None:
        if not (run / NAME).is_file():
            raise LetanError(f"{run}: there is no {NAME}: begin a run with `letan sim run … --out {run}`")
        self.run = run
        self.is_open = host != LOOPBACK
        self.over = threading.Event()
        try:
            super().__init__((host, port), Handler)
        except OSError as error:
            raise LetanError(f"{host}:{port} can't be served: {error.strerror or error}") from error

    @property
    def url(self) -> str:
        """Where a browser finds it."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"

    def server_close(self) -> None:
        """No more feeds either."""
        self.over.set()
        super().server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 (socketserver's types)
        """A browser that has gone is no error."""

    def allows(self, host: str) -> bool:
        """Whether a request names us: a page elsewhere that points its own name here must not get in."""
        name = host.rsplit(":", 1)[0]
        return self.is_open or name in (LOOPBACK, "localhost")


class Handler(BaseHTTPRequestHandler):
    """GET / the page, /feed the record as it grows, /screens/N.jpg a picture of the screen; POST /do/WHAT a request."""

    server: Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """The page or the feed; a body has no meaning here, and ends the connection unread."""
        if self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers:
            self.close_connection = True
        if not self.server.allows(self.headers.get("Host", "")):
            self._answer(HTTPStatus.FORBIDDEN, "not this host")
        elif self.path == "/":
            self._answer(HTTPStatus.OK, page(), "text/html; charset=utf-8")
        elif self.path == "/feed":
            self._feed()
        elif picture := PICTURE.fullmatch(self.path):
            self._picture(self.server.run / SCREENS / picture[1])
        elif self.path == "/favicon.ico":
            self._answer(HTTPStatus.NO_CONTENT, "")
        else:
            self._answer(HTTPStatus.NOT_FOUND, "there is only /, /feed and /screens/N.jpg")

    def do_POST(self) -> None:
        """A request to the run; the header keeps pages of other sites out.

        A body is not read, so the connection ends: what stands in it must not be taken for the next request.
        """
        self.close_connection = True
        what = self.path.removeprefix("/do/")
        if not self.server.allows(self.headers.get("Host", "")) or not self._is_from_here():
            self._answer(HTTPStatus.FORBIDDEN, "not from here")
        elif what not in WHATS:
            self._answer(HTTPStatus.NOT_FOUND, f"expected one of {', '.join(WHATS)}")
        else:
            try:
                deliver(self.server.run, RunRequest(what, now=True))
            except LetanError as error:
                self._answer(HTTPStatus.CONFLICT, str(error))
                return
            self._answer(HTTPStatus.NO_CONTENT, "")

    def _is_from_here(self) -> bool:
        """Whether our own page asks: it sends a header of ours, and no other page's origin."""
        origin = self.headers.get("Origin")
        ours = origin is None or urlsplit(origin).netloc == self.headers.get("Host", "")
        return self.headers.get("X-Letan") is not None and ours

    def _picture(self, path: Path) -> None:
        """One that is being taken just now is not there yet."""
        try:
            data = path.read_bytes()
        except OSError:
            self._answer(HTTPStatus.NOT_FOUND, "there is no such picture")
        else:
            self._answer(HTTPStatus.OK, data, "image/jpeg")

    def _answer(self, status: HTTPStatus, answer: str | bytes, kind: str = "text/plain; charset=utf-8") -> None:
        data = answer.encode() if isinstance(answer, str) else answer
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.send_header("Content-Security-Policy", "default-src 'self' 'unsafe-inline'")
        self.end_headers()
        self.wfile.write(data)

    def _feed(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for event in events(self.server.run / NAME, self.server.over):
            self.wfile.write(event.encode())
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: ANN401 (the base class's)
        """Nothing on the console."""


def page() -> str:
    """The page with the colours of the look."""
    text = PAGE.read_text(encoding="utf-8")
    colours = ";".join(f"--{name}:{value}" for name, value in load_theme().palette.items())
    return text.replace("/*palette*/", f":root{{{colours}}}")


class Record:
    """A run's record as it grows; the one of a new run in the folder takes its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open(encoding="utf-8")
        self._rest = ""

    def lines(self) -> list[str]:
        """The next lines, whole ones only, at most `BATCH`."""
        found: list[str] = []
        while len(found) < BATCH and (line := self._file.readline()):
            self._rest += line
            if self._rest.endswith("\n"):
                found.append(self._rest.strip())
                self._rest = ""
        return found

    def began_anew(self) -> bool:
        """Whether a new run has begun, whose record is read from now on."""
        try:
            state = self.path.stat()
            if state.st_ino == os.fstat(self._file.fileno()).st_ino and state.st_size >= self._file.tell():
                return False
            file = self.path.open(encoding="utf-8")
        except FileNotFoundError:  # the folder was emptied a moment ago
            return False
        self._file.close()
        self._file = file
        self._rest = ""
        return True

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def events(path: Path, over: threading.Event) -> Iterator[str]:
    """The record from its beginning, then as it grows, until all is `over`; a new run in the folder begins anew.

    `life` says true or false whenever it changes whether the run still lives.
    """
    record, lives = Record(path), None
    heard = looked = -math.inf
    try:
        while not over.is_set():
            if lines := record.lines():
                yield f"data: [{','.join(lines)}]\n\n"
                heard = time.monotonic()
                continue
            if record.began_anew():
                yield "event: anew\ndata: {}\n\n"
                lives = None
                continue
            now = time.monotonic()
            if now - looked > PULSE or lives is None:
                looked, lived, lives = now, lives, goes_on(path)
                if lived is not lives:
                    yield f"event: life\ndata: {str(lives).lower()}\n\n"
            if now - heard > ALIVE:
                yield ": alive\n\n"  # the write fails, and the thread ends, when the browser has gone
                heard = now
            over.wait(PAUSE)
    finally:
        record.close()

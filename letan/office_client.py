"""Asks an office over HTTP, with a token that lets programs in."""

from __future__ import annotations

import http.client
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from typing import Any

from centre.owner import Owner
from centre.store import BusyError
from robot.types import LetanError

TOKEN = "LETAN_OFFICE_TOKEN"  # the environment variable that holds what lets programs in
ANSWERS_WITHIN = 10.0  # s
SILENT_WITHIN = 30.0  # s without any sign of life until a stream counts as lost
REVISION = "X-Letan-Revision"


class AwayError(BusyError):
    """The office does not answer: it may be tried again."""


class RefusedError(LetanError):
    """The office has understood and refuses, in its own words; `status` is that of HTTP."""

    def __init__(self, status: int, words: str) -> None:
        self.status = status
        super().__init__(words)


class OfficeClient:
    """One office; AwayError when it is away, RefusedError when it refuses. For one thread, but for its streams."""

    def __init__(self, owner: Owner, answers_within: float = ANSWERS_WITHIN) -> None:
        self._owner = owner
        self.url = owner.url
        self._answers_within = answers_within
        self.revision = 0  # of the office as its last answer began
        self._token = owner.token
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if owner.certificate:
            handlers.append(urllib.request.HTTPSHandler(context=_known_again(owner.certificate)))
        self._direct = urllib.request.build_opener(*handlers)

    def post(self, path: str, body: Mapping[str, object]) -> Any:  # noqa: ANN401 (JSON)
        """What the office answers to a wish."""
        return self._answer(f"/api/{path}", json.dumps(body).encode())

    def get(self, path: str) -> Any:  # noqa: ANN401 (JSON)
        """What stands at a path."""
        return self._answer(path, None)

    def another(self) -> OfficeClient:
        """The same office, for another thread."""
        return OfficeClient(self._owner)

    def lines(self, path: str) -> Iterator[str]:
        """The lines of a stream until it ends. LetanError when it can't be followed (any more)."""
        try:
            with self._opened(path, None, SILENT_WITHIN) as answer:
                for line in answer:
                    yield line.decode("utf-8").rstrip("\r\n")
        except urllib.error.HTTPError as error:
            raise RefusedError(error.code, _detail(error)) from error
        except (OSError, http.client.HTTPException) as error:
            raise AwayError(f"the office at {self.url} does not answer: {error}") from error

    def _answer(self, path: str, body: bytes | None) -> Any:  # noqa: ANN401 (JSON)
        try:
            with self._opened(path, body, self._answers_within) as answer:
                self.revision = int(answer.headers.get(REVISION, 0))
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise RefusedError(error.code, _detail(error)) from error
        except (OSError, http.client.HTTPException) as error:
            raise AwayError(f"the office at {self.url} does not answer: {error}") from error

    def _opened(self, path: str, body: bytes | None, seconds: float) -> http.client.HTTPResponse:
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        answer: http.client.HTTPResponse = self._direct.open(
            urllib.request.Request(self.url + path, body, headers), timeout=seconds
        )
        return answer


def _known_again(certificate: str) -> ssl.SSLContext:
    """Trust just the office on this machine that has this certificate, whatever names stand in it."""
    try:
        context = ssl.create_default_context(cafile=certificate)
    except OSError as error:
        raise LetanError(f"{certificate}: the office's certificate can't be read: {error}") from error
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        detail = json.loads(error.read())["detail"]
        return detail if isinstance(detail, str) else "; ".join(str(each["msg"]) for each in detail)
    except (ValueError, KeyError, TypeError):
        return f"the office refuses: {error.reason}"

"""Asks the office that owns a database, over HTTP on this machine, with the token that it left for local programs."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

from centre.owner import Owner
from robot.types import LetanError

ANSWERS_WITHIN = 10.0  # s


class OfficeClient:
    """One office; LetanError, in its own words, for what it refuses."""

    def __init__(self, owner: Owner) -> None:
        self._owner = owner

    def post(self, path: str, body: dict[str, str]) -> Any:  # noqa: ANN401 (JSON)
        """What the office answers to a wish."""
        headers = {"Authorization": f"Bearer {self._owner.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self._owner.url}/api/{path}", json.dumps(body).encode(), headers)
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with direct.open(request, timeout=ANSWERS_WITHIN) as answer:
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            raise LetanError(_detail(error)) from error
        except OSError as error:
            raise LetanError(f"the office at {self._owner.url} does not answer: {error}") from error


def _detail(error: urllib.error.HTTPError) -> str:
    try:
        detail = json.loads(error.read())["detail"]
        return detail if isinstance(detail, str) else "; ".join(str(each["msg"]) for each in detail)
    except (ValueError, KeyError, TypeError):
        return f"the office refuses: {error.reason}"

"""The code behind a ticket: it names a visit, and nobody who was not given it can guess it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

_FORM = re.compile(r"([0-9a-f]{1,12})-([a-z2-7]{16})")  # 80 bits that depend on the office's key


class TicketCodes:
    """Makes and reads codes with the office's secret `key`; nothing is stored."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def code(self, visit: int) -> str:
        """The code of a visit's ticket, fit for an address."""
        return f"{visit:x}-{self._proof(visit)}"

    def visit(self, code: str) -> int | None:
        """The visit that a code was made for; None for any other text."""
        found = _FORM.fullmatch(code)
        if found is None:
            return None
        visit = int(found[1], 16)
        fits = hmac.compare_digest(self.code(visit).encode(), code.encode())
        return visit if fits else None

    def _proof(self, visit: int) -> str:
        digest = hmac.new(self._key, f"ticket {visit}".encode(), hashlib.sha256).digest()
        return base64.b32encode(digest[:10]).decode().lower()

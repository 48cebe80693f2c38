"""Ticket numbers as people write them: "a17" is "A 017"."""

from __future__ import annotations

import re

_PART = re.compile(r"[A-Z]+|\d+")


def plain_number(text: str) -> tuple[str, ...]:
    """The letters and figures of a number without what is between them, and without leading zeros."""
    return tuple(part.lstrip("0") if part.isdigit() else part for part in _PART.findall(text.upper()))

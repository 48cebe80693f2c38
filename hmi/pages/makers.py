"""Which function draws which page: each says so itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from hmi.pages.draft import Draft
from robot.pages import PageName

MAKERS: dict[PageName, Callable[[Draft, Any], None]] = {}  # each takes its own page's content
Maker = TypeVar("Maker", bound=Callable[[Draft, Any], None])


def draws(name: PageName) -> Callable[[Maker], Maker]:
    """The function that places the content of the page of this name on a draft."""

    def register(maker: Maker) -> Maker:
        MAKERS[name] = maker
        return maker

    return register

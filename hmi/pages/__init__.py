"""The pages: each a function that places its content on a draft."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hmi.items import Page
from hmi.pages import ask, rate, rest, search, settings, tell, tray, way
from hmi.pages.draft import Draft
from robot.types import ScreenState, Texts

MAKERS: dict[str, Callable[[Draft, Any], None]] = {
    "board": rest.board,
    "board_driving": rest.board_driving,
    "driving_face": rest.driving_face,
    "announcement": rest.announcement,
    "welcome": ask.welcome,
    "ask_fields": ask.ask_fields,
    "services": ask.services,
    "doors": ask.doors,
    "search": search.search,
    "procedure": tell.procedure,
    "which_one": ask.which_one,
    "ticket": tell.ticket,
    "follow_me": way.follow_me,
    "call_staff": way.call_staff,
    "drinks": tray.drinks,
    "rating": rate.rating,
    "reasons": rate.reasons,
    "easy_view": settings.easy_view,
    "idle_warning": settings.idle_warning,
    "out_of_order": tell.out_of_order,
    "staff_pin": settings.staff_pin,
    "message": tell.message,
}


def make(state: ScreenState, texts: Texts, turn: int = 0) -> Page:
    """The page of `state`; `turn` counts what it does by itself (doors taking turns, paging in large text)."""
    draft = Draft(texts, state.language, state.modes, turn)
    MAKERS[state.page](draft, state.content)
    return draft.page

"""The pages: each a function that places its content on a draft."""

from __future__ import annotations

from hmi.items import Page
from hmi.pages import ask, rate, rest, search, settings, tell, tray, way
from hmi.pages.draft import Draft
from hmi.pages.makers import MAKERS
from robot.types import ScreenState, Texts

__all__ = ["ask", "make", "rate", "rest", "search", "settings", "tell", "tray", "way"]  # each draws its pages


def make(state: ScreenState, texts: Texts, turn: int = 0) -> Page:
    """The page of `state`; `turn` counts what it does by itself (doors taking turns, paging in large text)."""
    draft = Draft(texts, state.language, state.modes, turn)
    MAKERS[state.page](draft, state.content)
    return draft.page

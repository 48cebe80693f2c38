"""Vietnamese text made comparable: lower case, with or without marks, words alone."""

from __future__ import annotations

import re
import unicodedata

_NOT_WORDS = re.compile(r"[\W_]+")


def normal(text: str) -> str:
    """NFC, lower case, words joined by single blanks."""
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFC", text).lower()).strip()


def plain(text: str) -> str:
    """The same without marks, as typed by somebody in a hurry."""
    bare = unicodedata.normalize("NFD", normal(text)).replace("\u0111", "d")
    return "".join(letter for letter in bare if not unicodedata.combining(letter))


def says(text: str, phrase: str) -> bool:
    """True when the words of `phrase` stand in `text`; marks count when the text has any."""
    marked = normal(text) != plain(text)
    here, there = (normal(text), normal(phrase)) if marked else (plain(text), plain(phrase))
    return f" {there} " in f" {here} "

"""What is said and shown in words: the site's texts in the language of the visit, with what they mention."""

from __future__ import annotations

from collections.abc import Callable

from centre.site import Site
from reception.events import TextWithGaps
from reception.visits import Visit
from robot.events import Record
from robot.types import Texts
from text.placeholders import filled, placeholders

PLACEHOLDERS = ("number", "door", "door_name")  # of the visit, in any text that a tree speaks or shows


class Wording:
    """`visit` says whose visit it is now, if any."""

    def __init__(self, site: Site, texts: Texts, visit: Callable[[], Visit | None], record: Record) -> None:
        self._site = site
        self._texts = texts
        self._visit = visit
        self._record = record
        self._with_gaps: set[str] = set()  # texts that were said without what they mention

    @property
    def language(self) -> str:
        """The language spoken now."""
        visit = self._visit()
        return visit.language if visit else self._site.languages[0]

    def text(self, key: str, **values: str) -> str:
        """The site's text for a key; what it mentions comes from `values`, else from the visit."""
        text, known = self._texts[self.language][key], {**self.values(), **values}
        gaps = sorted(name for name in placeholders(text) if known.get(name) == "")
        if gaps and key not in self._with_gaps:
            self._with_gaps.add(key)
            self._record(TextWithGaps(key, tuple(gaps)))
        return filled(text, known)

    def values(self) -> dict[str, str]:
        """What texts may mention of the visit: the placeholders in `PLACEHOLDERS`."""
        visit = self._visit()
        door = visit.door if visit else ""
        known = visit.ticket if visit else "", door, self.door_name(door)
        return dict(zip(PLACEHOLDERS, known, strict=True))

    def door_name(self, door: str) -> str:
        """A door's short name."""
        doors = self._site.doors
        return doors[door].name[self.language] if door in doors else ""

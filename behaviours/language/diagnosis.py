"""What is wrong with a node in a form that there is not; what is inside is read all the same, for its own mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from behaviours.language import hints
from behaviours.language.forms import Form, below_of, form_of_value, split
from behaviours.language.nodes import Source
from behaviours.language.one_file import OneFile
from behaviours.language.spec import BESIDE
from behaviours.language.words import Word, vocabulary
from text.yaml12 import Location, Yaml, closest, nearest, shown, told


class NodeReader(Protocol):
    """Who reads what is inside."""

    def node(self, data: Yaml, loc: Location) -> object: ...

    def formed(self, form: Form, loc: Location, source: Source) -> object: ...

    def beside(self, data: dict[str, Yaml], loc: Location) -> object: ...


class Diagnosis:
    """Tells the mistakes of one file's nodes; every node that comes here gets at least one message."""

    def __init__(self, file: OneFile, reader: NodeReader) -> None:
        self.file = file
        self.reader = reader

    def interrupt(self, data: Yaml, loc: Location) -> None:
        """An interrupt that is not `when`, perhaps `until` and `name`, and `do`."""
        if not isinstance(data, dict) or "do" not in data or "when" not in data:
            self.file.error(loc, "an interrupt needs `when` and `do`")
            return
        extras = data.keys() - {"do", *BESIDE}
        left = [extra for extra in extras if data["do"] is None and extra in vocabulary()]
        for extra in extras:
            hint = "; indent it, if it belongs to `do`" if extra in left else nearest(extra, ["do", *BESIDE])
            self.file.error((*loc, extra), f"`{shown(extra)}` can't stand in an interrupt{hint}", of_key=True)
        if not left:
            self.reader.node(data["do"], (*loc, "do"))
        self.reader.beside(data, loc)

    def node(self, data: Yaml, loc: Location) -> None:
        """A node that is not a word, or a mapping of one word with a value that it can have."""
        if isinstance(data, str):
            self._worded(data, None, loc, False)
            return
        if not isinstance(data, dict):
            above = ": put a word such as `sequence:` above the list" if isinstance(data, list) else ""
            self.file.error(loc, f"expected a node (a word such as `hold`, or `word: …`), got {told(data)}{above}")
            return
        words = [key for key in data if key not in BESIDE]
        main = next((word for word in words if word in vocabulary()), words[0] if words else "")
        if not main:
            self.file.error(loc, "expected one word beside `when`, `until` and `name`")
            return
        others = [word for word in words if word != main] + hints.outdented(main, data)
        if self._beside_the_word(main, data, others, loc):
            data = {key: item for key, item in data.items() if key not in others}
        else:
            self._worded(main, data[main], (*loc, main), True)
        self.reader.beside(data, loc)

    def _beside_the_word(self, main: str, data: dict[str, Yaml], others: Sequence[str], loc: Location) -> bool:
        """Note what can't stand beside the word; whether some of it belongs to the word, which then lacks it."""
        belonging = [extra for extra in data if extra in others and hints.belongs(main, extra, data)]
        foreign = [[extra] for extra in others if extra not in belonging]
        for extras in [belonging, *foreign] if belonging else foreign:
            self.file.error((*loc, extras[0]), hints.beside(main, extras, data), of_key=True)
        hangs = belonging and vocabulary()[main].children != "none"
        for key in (*belonging, main) if hangs else ():
            below = data[key]
            for i, each in enumerate(below if isinstance(below, list) and key in ("do", main) else ()):
                self.reader.node(each, (*loc, key, i))
            if key == "do" and isinstance(below, str | dict):
                self.reader.node(below, (*loc, key))
            elif key in vocabulary() and key != main:
                self._worded(key, below, (*loc, key), True)
        return bool(belonging)

    def _worded(self, name: str, value: Yaml, loc: Location, of_key: bool) -> None:
        """What stands where a word should, with its value."""
        word, source = vocabulary().get(name), self.file.source(loc, of_key)
        if word is not None:
            self._known(word, value, loc, source)
            return
        words, offset = hints.unknown(name)
        self.file.error(loc, words, of_key, offset)
        meant = vocabulary().get(closest(name, vocabulary())) if words.startswith("unknown") else None
        if meant is not None and value is not None:
            self._known(meant, value, loc, source)

    def _known(self, word: Word, value: Yaml, loc: Location, source: Source) -> None:
        """A word with a value that it may or may not have."""
        form = form_of_value(word, value)
        if form is not None:
            self.reader.formed(form, loc, source)
            return
        own, inner, at = split(word, value)
        below = below_of(word, inner)
        hint = hints.bare(word, value) if word.children != "none" and not own and not at else None
        if hint is None and (own is None or below is None):
            hint = hints.unlike(word, value)
        if hint is not None:
            self.file.error((*loc, *at, *hint.at), hint.words, hint.of_key)
        if own is None or below is None:
            return
        form = Form(word, own, below, at)
        if hint is None:  # it is the node below that is none
            self.reader.formed(form, loc, source)
        elif isinstance(inner, list | dict):
            for index, each in enumerate(below):
                self.reader.node(each, form.place(loc, index))

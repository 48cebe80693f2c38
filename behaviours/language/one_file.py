"""One tree file as one call sees it: its names and variables, and where everything in it stands."""

from __future__ import annotations

from dataclasses import replace

from behaviours.language.naming import names_of, variables_of
from behaviours.language.nodes import Source
from behaviours.language.reading import Reading, TreeCall, TreeText
from text.yaml12 import Location


class OneFile:
    """What the readers of one file share; `used` are the tree's parameters that stand as `$name` so far."""

    def __init__(self, reading: Reading, text: TreeText, call: TreeCall) -> None:
        self.reading = reading
        self.document = text.document
        self.head = text.head
        self.call = call
        self.path = text.document.path
        self.variables = variables_of(text.head, call)
        names = names_of(reading.around.names, text.head, call, self.variables)
        self.around = replace(reading.around, names=names, variables=self.variables)
        self.used: set[str] = set()

    def error(self, loc: Location, words: str, of_key: bool = False, offset: int = 0) -> None:
        """Note a problem."""
        self.reading.problems.append(self.document.problem(loc, words, of_key, offset))

    def source(self, loc: Location, of_key: bool = False) -> Source:
        """Where something of this file stands."""
        return Source(str(self.path), *self.document.position(loc, of_key))

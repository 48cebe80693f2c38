"""Reads tree files into checked specifications; every problem of all files in one pass, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from behaviours.language import hints as hints
from behaviours.language.calls import Caller
from behaviours.language.conditions import Condition, compile_condition
from behaviours.language.fields import Surroundings
from behaviours.language.naming import defaults, names_of, odd_names, variables_of
from behaviours.language.nodes import Source
from behaviours.language.parameters import Filler
from behaviours.language.reading import Reading, TooMuch, TreeCall, Trial
from behaviours.language.spec import BESIDE, Spec, TreeFile, TreeSpec
from behaviours.language.tokens import ConditionError
from behaviours.language.words import CALL, Word, vocabulary
from text.problems import FileError
from text.yaml12 import Document, Location, closest, nearest, shown, told


def read_tree(path: Path, around: Surroundings, trial: Trial | None = None) -> TreeSpec:
    """The tree in `path` with its subtrees (files beside it), ready to run; FileError lists every problem.

    A tree that needs parameters can't run by itself: that is a problem too (see `check_tree`).
    """
    spec = check_tree(path, around, trial)
    needed = [name for name, declaration in spec.head.parameters.items() if declaration.default is None]
    if needed:
        words = f"`{spec.name}` needs the parameter `{needed[0]}`: it can only be called by another tree"
        raise FileError([spec.document.problem(("parameters", needed[0]), words, of_key=True)])
    return spec


def check_tree(path: Path, around: Surroundings, trial: Trial | None = None) -> TreeSpec:
    """The same for a tree that others call: parameters without a default stay open."""
    reading, spec = Reading(around, trial), None
    source = reading.file(path)
    try:
        if source is not None:
            given = defaults(source.document, source.head)
            spec = TreeReader(reading, source.document, source.head, TreeCall(given)).read()
    except TooMuch:
        pass
    if reading.problems or spec is None:
        raise FileError(sorted(reading.problems))
    return spec


class TreeReader:
    """Reads one file as one call sees it."""

    def __init__(self, reading: Reading, document: Document, head: TreeFile, call: TreeCall) -> None:
        self.reading, self.document, self.head, self.call = reading, document, head, call
        self.path = document.path
        self.variables = variables_of(head, call)
        names = names_of(reading.around.names, head, call, self.variables)
        self.around = replace(reading.around, names=names, variables=self.variables)
        self.fill = Filler(reading, document, head, call, self.around)
        self._call = Caller(self)

    def read(self) -> TreeSpec | None:
        """The file's tree, or None with the reasons among the problems."""
        head = self.head
        if not self.path.stem.isidentifier():
            self.error(("tree",), f"`{shown(self.path.stem)}` can't be a tree's name: use letters, digits and `_`")
        elif head.tree != self.path.stem and isinstance(head.tree, str):
            self.error(("tree",), f"this file's tree is called `{self.path.stem}`, not `{shown(head.tree)}`")
        for section, name, words in odd_names(head, self.reading.around.names):
            self.error((section, name), words, of_key=True)
        for variable, declaration in (head.let | head.outputs).items():
            self.reading.variables.setdefault(self.variables[variable].slot, declaration)
        interrupts = [self.interrupt(item, ("interrupts", i)) for i, item in enumerate(head.interrupts)]
        root = self.node(head.root, ("root",))
        if root is None or None in interrupts:
            return None
        above = tuple(spec for spec in interrupts if spec is not None)
        used = frozenset(self.fill.used)
        return TreeSpec(self.path.stem, root, above, self.reading.variables, head, self.document, used)

    def error(self, loc: Location, words: str, of_key: bool = False, offset: int = 0) -> None:
        """Note a problem."""
        self.reading.problems.append(self.document.problem(loc, words, of_key, offset))

    def source(self, loc: Location, of_key: bool = False) -> Source:
        """Where something of this file stands."""
        return Source(str(self.path), *self.document.position(loc, of_key))

    def interrupt(self, data: Any, loc: Location) -> Spec | None:  # noqa: ANN401
        """`when`, perhaps `until`, and the node to `do`, which is guarded by them."""
        if not isinstance(data, dict) or "do" not in data or "when" not in data:
            self.error(loc, "an interrupt needs `when` and `do`")
            return None
        extras = data.keys() - {"do", *BESIDE}
        left = [extra for extra in extras if data["do"] is None and extra in vocabulary()]
        for extra in extras:
            hint = "; indent it, if it belongs to `do`" if extra in left else nearest(extra, ["do", *BESIDE])
            self.error((*loc, extra), f"`{shown(extra)}` can't stand in an interrupt{hint}", of_key=True)
        inner = None if left else self.node(data["do"], (*loc, "do"))
        guard = self.beside(data, loc)
        return None if inner is None else guarded(Spec(inner.label, self.source(loc), None, None, (inner,)), guard)

    def node(self, data: Any, loc: Location) -> Spec | None:  # noqa: ANN401
        """One node: a word, or a mapping of one word and what may stand beside it."""
        with self.reading.one_more(self.document.problem(loc, "")):
            if isinstance(data, str):
                return self.worded(data, None, loc, False)
            if not isinstance(data, dict):
                above = ": put a word such as `sequence:` above the list" if isinstance(data, list) else ""
                self.error(loc, f"expected a node (a word such as `hold`, or `word: …`), got {told(data)}{above}")
                return None
            words = [key for key in data if key not in BESIDE]
            main = next((word for word in words if word in vocabulary()), words[0] if words else "")
            if not main:
                self.error(loc, "expected one word beside `when`, `until` and `name`")
                return None
            others = [word for word in words if word != main] + hints.outdented(main, data)
            if self._odd(main, data, others, loc):
                self.beside({key: item for key, item in data.items() if key not in others}, loc)
                return None
            spec, guard = self.worded(main, data[main], (*loc, main), True), self.beside(data, loc)
            return None if spec is None or others else guarded(spec, guard)

    def _odd(self, main: str, data: Mapping[str, Any], others: list[str], loc: Location) -> bool:
        """Note what can't stand beside the word; whether some of it belongs to the word, which then lacks it."""
        belonging = [extra for extra in data if extra in others and hints.belongs(main, extra, data)]
        foreign = [[extra] for extra in others if extra not in belonging]
        for extras in [belonging, *foreign] if belonging else foreign:
            self.error((*loc, extras[0]), hints.beside(main, extras, data), of_key=True)
        hangs = belonging and vocabulary()[main].children != "none"
        for key in (*belonging, main) if hangs else ():  # what hangs below is checked all the same
            below = data[key]
            for i, each in enumerate(below if isinstance(below, list) and key in ("do", main) else ()):
                self.node(each, (*loc, key, i))
            if key == "do" and isinstance(below, str | dict):
                self.node(below, (*loc, key))
            elif key in vocabulary() and key != main:
                self.worded(key, below, (*loc, key), True)
        return bool(belonging)

    def beside(self, data: Mapping[str, Any], loc: Location) -> dict[str, Any]:
        """What stands beside a node's word, as fields of its specification."""
        places = {key: self.source((*loc, key)) for key in BESIDE if key in data}
        found: dict[str, Any] = {key: self.condition(data[key], (*loc, key)) for key in BESIDE[:2] if key in data}
        name = data.get("name")
        if isinstance(name, str) and name.strip():
            found["label"] = name.strip()
        elif "name" in data:
            self.error((*loc, "name"), f"a name is a text, not {told(name)}")
        return {**found, "places": places}

    def condition(self, text: Any, loc: Location) -> Condition | None:  # noqa: ANN401
        """A checked `when` or `until`."""
        try:
            return compile_condition(text, self.around.names)
        except ConditionError as error:
            self.error(loc, str(error), offset=error.column)
            return None

    def worded(self, name: str, value: Any, loc: Location, of_key: bool) -> Spec | None:  # noqa: ANN401
        """The node called `name` with its value."""
        word = vocabulary().get(name)
        if word is None:
            words, offset = hints.unknown(name)
            self.error(loc, words, of_key, offset)
            meant = vocabulary().get(closest(name, vocabulary())) if words.startswith("unknown") else None
            if meant is not None and value is not None:  # what is inside is checked all the same
                self.known(meant, value, loc, self.source(loc, of_key))
            return None
        return self.known(word, value, loc, self.source(loc, of_key))

    def known(self, word: Word, value: Any, loc: Location, source: Source) -> Spec | None:  # noqa: ANN401
        """A word of the vocabulary: its children, then its parameters."""
        own, inner, at = split(word, value)
        short = hints.bare(word, value) if word.children != "none" and not own and not at else None
        fits = {"many": isinstance(inner, list) and bool(inner), "one": inner is not None, "none": True}[word.children]
        if short is None and (own is None or not fits):
            short = hints.unlike(word, value)
        if short is not None:
            self.error((*loc, *at, *short.at), short.words, short.of_key)
        if own is None or not fits or (short is not None and not isinstance(inner, list | dict)):
            return None
        if word is CALL:
            return self._call.spec(own, loc, source)
        children: list[Spec | None] = []
        if word.children == "many":
            children = [self.node(item, (*loc, *at, i)) for i, item in enumerate(inner)]
        elif word.children == "one":
            children = [self.node(inner, (*loc, *at))]
        filled = self.fill(word, own, loc) if short is None else None
        if filled is None or None in children:
            return None
        below = tuple(child for child in children if child is not None)
        places = {key: self.source((*loc, key)) for key in own}
        return Spec(word.name, source, word, filled.parameters, below, written=own, places=places)


def guarded(spec: Spec, guard: dict[str, Any]) -> Spec:
    """The node with what stands beside it."""
    return replace(spec, **{**guard, "places": {**spec.places, **guard["places"]}})


def split(word: Word, value: Any) -> tuple[dict[str, Any] | None, Any, Location]:  # noqa: ANN401
    """(parameters, children, where the children stand) of a word's value; parameters None when it can't be."""
    if word.children == "none":
        if isinstance(value, dict):
            return value, None, ()
        if value is None:
            return {}, None, ()
        return ({word.short: value} if word.short else None), None, ()
    if isinstance(value, dict) and (value.keys() & {"do", *word.parameters.model_fields}):
        at: Location = ("do",) if "do" in value else ()
        return {key: item for key, item in value.items() if key != "do"}, value.get("do"), at
    return {}, value, ()

"""Reads tree files into checked specifications; every problem of all files in one pass, each with its place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from behaviours.language.conditions import Condition, compile_condition
from behaviours.language.diagnosis import Diagnosis
from behaviours.language.fields import Surroundings
from behaviours.language.forms import Form, form_of
from behaviours.language.naming import defaults, odd_names
from behaviours.language.nodes import Source
from behaviours.language.one_file import OneFile
from behaviours.language.parameters import Filler
from behaviours.language.reading import Reading, TooMuch, TreeCall, TreeText, Trial
from behaviours.language.spec import BESIDE, Spec, TreeSpec
from behaviours.language.subtree import CALL
from behaviours.language.subtree_reader import SubtreeReader
from behaviours.language.tokens import ConditionError
from text.problems import FileError
from text.yaml12 import Location, Yaml, shown, told


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
    reading = Reading(around, trial)
    spec = None
    text = reading.file(path)
    try:
        if text is not None:
            spec = _read(reading, text, TreeCall(defaults(text.document, text.head)))
    except TooMuch:
        pass
    if reading.problems or spec is None:
        raise FileError(sorted(reading.problems))
    return spec


def _read(reading: Reading, text: TreeText, call: TreeCall) -> TreeSpec | None:
    """A file's tree as one call sees it, or None with the reasons among the problems."""
    return TreeReader(OneFile(reading, text, call)).read()


class Beside(NamedTuple):
    """What stands beside a node's word; `label` is "" where it has no name of its own."""

    when: Condition | None
    until: Condition | None
    label: str
    places: dict[str, Source]

    def of(self, spec: Spec) -> Spec:
        """The node with it."""
        if not self.places:
            return spec
        places = {**spec.places, **self.places}
        return replace(spec, when=self.when, until=self.until, label=self.label or spec.label, places=places)


class TreeReader:
    """Reads one file as one call sees it; a node in a form that there is not goes to the diagnosis."""

    def __init__(self, file: OneFile) -> None:
        self.file = file
        self.fill = Filler(file)
        self.subtree = SubtreeReader(file, self.fill, _read)
        self.diagnosis = Diagnosis(file, self)

    def read(self) -> TreeSpec | None:
        """The file's tree, or None with the reasons among the problems."""
        file, head, name = self.file, self.file.head, self.file.path.stem
        if not name.isidentifier():
            file.error(("tree",), f"`{shown(name)}` can't be a tree's name: use letters, digits and `_`")
        elif head.tree != name and isinstance(head.tree, str):
            file.error(("tree",), f"this file's tree is called `{name}`, not `{shown(head.tree)}`")
        for section, odd, words in odd_names(head, file.reading.around.names):
            file.error((section, odd), words, of_key=True)
        variables = file.reading.variables
        for variable, declaration in (head.let | head.outputs).items():
            variables.setdefault(file.variables[variable].slot, declaration)
        interrupts = [self.interrupt(item, ("interrupts", i)) for i, item in enumerate(head.interrupts)]
        root = self.node(head.root, ("root",))
        above = tuple(spec for spec in interrupts if spec is not None)
        if root is None or len(above) < len(interrupts):
            return None
        return TreeSpec(name, root, above, variables, head, file.document, frozenset(file.used))

    def interrupt(self, data: Yaml, loc: Location) -> Spec | None:
        """`when`, perhaps `until`, and the node to `do`, which is guarded by them."""
        if not isinstance(data, dict) or not {"when", "do"} <= data.keys() <= {"do", *BESIDE}:
            self.diagnosis.interrupt(data, loc)
            return None
        inner, beside = self.node(data["do"], (*loc, "do")), self.beside(data, loc)
        return None if inner is None else beside.of(Spec(inner.label, self.file.source(loc), None, None, (inner,)))

    def node(self, data: Yaml, loc: Location) -> Spec | None:
        """One node: a word, or a mapping of one word and what may stand beside it."""
        with self.file.reading.one_more(self.file.document, loc):
            form = form_of(data)
            if form is None:
                self.diagnosis.node(data, loc)
                return None
            if not isinstance(data, dict):
                return self.formed(form, loc, self.file.source(loc))
            at = (*loc, form.word.name)
            spec, beside = self.formed(form, at, self.file.source(at, of_key=True)), self.beside(data, loc)
            return None if spec is None else beside.of(spec)

    def formed(self, form: Form, loc: Location, source: Source) -> Spec | None:
        """A word with a value in a form that it has: its children, then its parameters."""
        word, own = form.word, form.own
        if word is CALL:
            return self.subtree.read(own, loc, source)
        children = [self.node(each, form.place(loc, index)) for index, each in enumerate(form.below)]
        filled = self.fill(word, own, loc)
        below = tuple(child for child in children if child is not None)
        if filled is None or len(below) < len(children):
            return None
        places = {key: self.file.source((*loc, key)) for key in own}
        return Spec(word.name, source, word, filled.parameters, below, written=own, places=places)

    def beside(self, data: dict[str, Yaml], loc: Location) -> Beside:
        """What stands beside a node's word."""
        places = {key: self.file.source((*loc, key)) for key in BESIDE if key in data}
        when, until = self._condition(data, "when", loc), self._condition(data, "until", loc)
        name = data.get("name", "")
        label = name.strip() if isinstance(name, str) else ""
        if "name" in data and not label:
            self.file.error((*loc, "name"), f"a name is a text, not {told(name)}")
        return Beside(when, until, label, places)

    def _condition(self, data: dict[str, Yaml], key: str, loc: Location) -> Condition | None:
        """A checked `when` or `until`, where there is one."""
        if key not in data:
            return None
        try:
            return compile_condition(data[key], self.file.around.names)
        except ConditionError as error:
            self.file.error((*loc, key), str(error), offset=error.column)
            return None

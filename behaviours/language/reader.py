"""Reads tree files into checked specifications; every problem of all files in one pass, each with its place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from behaviours.language.conditions import Condition, ConditionError, Name, compile_condition
from behaviours.language.fields import Surroundings
from behaviours.language.nodes import Source
from behaviours.language.scope import Declaration, convert
from behaviours.language.spec import Spec, TreeFile, TreeSpec
from behaviours.language.words import Parameters, Word, vocabulary
from robot.types import LetanError
from robot.yaml12 import Document, Location, explain, nearest, read_yaml, validate

BESIDE = ("when", "until", "name")


@dataclass
class _Findings:
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_tree(path: Path, around: Surroundings) -> TreeSpec:
    """The tree in `path` with its subtrees (files beside it); LetanError lists every problem, one a line."""
    findings = _Findings()
    spec = _TreeReader(path, around, findings, {}, (), {}).read()
    if findings.errors or spec is None:
        raise LetanError("\n".join(dict.fromkeys(findings.errors)))
    return replace(spec, warnings=tuple(dict.fromkeys(findings.warnings)))


def variable_name(name: str, declaration: Declaration) -> Name:
    """A tree variable as a name of the condition language."""
    return Name(declaration.type, declaration.about, lambda run: run.scope[name])


class _TreeReader:
    """Reads one file; `given` are the parameters it is called with, `stack` the trees that called it."""

    def __init__(
        self,
        path: Path,
        around: Surroundings,
        findings: _Findings,
        given: dict[str, Any],
        stack: tuple[str, ...],
        variables: dict[str, Declaration],
    ) -> None:
        self.path, self.around, self.findings, self.given, self.stack = path, around, findings, given, stack
        self.variables, self.used, self.document = variables, set[str](), Document(path)

    def read(self) -> TreeSpec | None:
        """The file's tree, or None with the reasons among the findings."""
        try:
            self.document = read_yaml(self.path)
            head = validate(self.document, TreeFile)
        except LetanError as error:
            self.findings.errors += str(error).splitlines()
            return None
        if head.tree != self.path.stem:
            self.error(("tree",), f"this file's tree is called `{self.path.stem}`, not `{head.tree}`")
        self.head = head
        self.variables |= head.variables
        self.names = self._names()
        interrupts = [self.node(item, ("interrupts", i)) for i, item in enumerate(self._interrupts(head))]
        root = self.node(head.root, ("root",))
        for name in head.parameters:
            if name not in self.used:
                self.findings.warnings.append(
                    self.document.say(("parameters", name), f"T001 the parameter `{name}` is never used", of_key=True)
                )
        if root is None or None in interrupts:
            return None
        return TreeSpec(head.tree, root, tuple(i for i in interrupts if i), self.variables)

    def error(self, loc: Location, words: str, of_key: bool = False) -> None:
        self.findings.errors.append(self.document.say(loc, words, of_key))

    def _interrupts(self, head: TreeFile) -> list[Any]:
        nodes = []
        for i, item in enumerate(head.interrupts):
            if not isinstance(item, dict) or "do" not in item or "when" not in item:
                self.error(("interrupts", i), "an interrupt needs `when` and `do`")
                continue
            nodes.append(item)
        return nodes

    def _names(self) -> Mapping[str, Name]:
        """World names, variables, and parameters as constants of the values given."""
        names = dict(self.around.names)
        for name, declaration in self.variables.items():
            names[name] = variable_name(name, declaration)
        for name, declaration in self.head.parameters.items():
            raw = self.given.get(name, None)
            value = declaration.initial if raw is None else convert(raw, declaration.type)
            names[name] = Name(declaration.type, declaration.about, self._constant(value))
        return names

    @staticmethod
    def _constant(value: bool | float | str) -> Any:  # noqa: ANN401
        return lambda _run: value

    def node(self, data: Any, loc: Location) -> Spec | None:  # noqa: ANN401
        """One node: a word, or a mapping of one word and what may stand beside it."""
        if isinstance(data, str):
            return self.worded(data, None, loc, loc, {})
        if not isinstance(data, dict):
            self.error(loc, f"expected a node (a word such as `hold`, or `word: …`), got {data!r}")
            return None
        words = [key for key in data if key not in BESIDE]
        if loc[0] == "interrupts" and len(loc) == 2:
            return self.interrupt(data, words, loc)
        if len(words) != 1:
            self.odd(words, loc)
            return None
        return self.worded(words[0], data[words[0]], loc, (*loc, words[0]), data)

    def interrupt(self, data: dict[str, Any], words: list[str], loc: Location) -> Spec | None:
        """`when`, perhaps `until`, and the node to `do`, which is guarded by them."""
        if words != ["do"]:
            self.odd([word for word in ("do", *words) if word in words or word == "do"], loc)
            return None
        inner = self.node(data["do"], (*loc, "do"))
        when, until = (self.condition(data, key, loc) for key in ("when", "until"))
        line, column = self.document.position(loc)
        if inner is None:
            return None
        source = Source(str(self.path), line, column)
        return Spec(str(data.get("name") or inner.label), source, None, None, (inner,), when, until)

    def odd(self, words: list[str], loc: Location) -> None:
        if not words:
            self.error(loc, "expected one word beside `when`, `until` and `name`")
            return
        for extra in words[1:]:
            near = nearest(extra, BESIDE)
            self.error((*loc, extra), f"`{extra}` can't stand beside `{words[0]}`: a node is one word{near}", True)

    def worded(self, name: str, value: Any, outer: Location, loc: Location, beside: dict[str, Any]) -> Spec | None:  # noqa: ANN401
        """The node called `name` with its value, and with its `when` and `until` if it has any."""
        line, column = self.document.position(loc, of_key=loc != outer)
        source = Source(str(self.path), line, column)
        when = self.condition(beside, "when", outer)
        until = self.condition(beside, "until", outer)
        if name == "tree":
            spec = self.subtree(value, loc, source)
        elif name in vocabulary():
            spec = self.known(vocabulary()[name], value, loc, source)
        else:
            self.error(loc, f"unknown word `{name}`{nearest(name, [*vocabulary(), 'tree'])}", of_key=loc != outer)
            return None
        if spec is None:
            return None
        return replace(spec, label=str(beside.get("name") or spec.label), when=when, until=until)

    def condition(self, beside: dict[str, Any], key: str, outer: Location) -> Condition | None:
        if key not in beside:
            return None
        try:
            self.used |= {name for name in self.head.parameters if name in str(beside[key])}
            return compile_condition(beside[key], self.names)
        except ConditionError as error:
            line, column = self.document.position((*outer, key))
            self.findings.errors.append(f"{self.path}:{line}:{column + error.column}: {error}")
            return None

    def known(self, word: Word, value: Any, loc: Location, source: Source) -> Spec | None:  # noqa: ANN401
        """A word of the vocabulary: its children, then its parameters."""
        own, inner, at = self._split(word, value)
        if own is None:
            self.error(loc, f"`{word.name}` needs {'a list of nodes' if word.takes == 'many' else 'a node'}")
            return None
        children: tuple[Spec | None, ...] = ()
        if word.takes == "many":
            if not isinstance(inner, list) or not inner:
                self.error((*loc, *at), f"`{word.name}` needs a list of nodes")
                return None
            children = tuple(self.node(item, (*loc, *at, i)) for i, item in enumerate(inner))
        elif word.takes == "one":
            children = (self.node(inner, (*loc, *at)),)
        parameters = self.parameters(word, own, loc)
        if parameters is None or None in children:
            return None
        return Spec(word.name, source, word, parameters, tuple(c for c in children if c))

    def _split(self, word: Word, value: Any) -> tuple[dict[str, Any] | None, Any, Location]:  # noqa: ANN401
        """(parameters, children, where the children stand) of a word's value; parameters None when it can't be."""
        if word.takes == "none":
            if isinstance(value, dict):
                return value, None, ()
            if value is None:
                return {}, None, ()
            return ({word.short: value} if word.short else None), None, ()
        if isinstance(value, dict) and "do" in value:
            return {key: item for key, item in value.items() if key != "do"}, value["do"], ("do",)
        return (None, None, ()) if value is None else ({}, value, ())

    def parameters(self, word: Word, own: dict[str, Any], loc: Location) -> Parameters | None:
        """The word's checked parameters, with `$name` replaced by what the subtree was given."""
        raw = {key: self.substituted(item, (*loc, key)) for key, item in own.items()}
        around = replace(self.around, names=self.names)
        try:
            return word.parameters.model_validate(raw, context=around)
        except ValidationError as error:
            self.findings.errors += explain(_within(self.document, loc), word.parameters, error)
            return None

    def substituted(self, value: Any, loc: Location) -> Any:  # noqa: ANN401
        if not (isinstance(value, str) and value.startswith("$")):
            return value
        name = value[1:]
        if name not in self.head.parameters:
            self.error(loc, f"unknown parameter `{value}`{nearest(name, self.head.parameters)}")
            return value
        self.used.add(name)
        return self.given.get(name, self.head.parameters[name].default)

    def subtree(self, value: Any, loc: Location, source: Source) -> Spec | None:  # noqa: ANN401
        """`tree: name` or `tree: {name: …, with: {…}}`."""
        name, given = (value.get("name"), value.get("with") or {}) if isinstance(value, dict) else (value, {})
        path = self.path.parent / f"{name}.yaml"
        known = [p.stem for p in self.path.parent.glob("*.yaml")]
        if not isinstance(name, str) or name not in known:
            self.error(loc, f"there is no tree `{name}` beside this file{nearest(str(name), known)}")
            return None
        if name in (*self.stack, self.path.stem):
            self.error(loc, f"the tree `{name}` contains itself: {' > '.join((*self.stack, self.path.stem, name))}")
            return None
        given = {key: self.substituted(item, (*loc, "with", key)) for key, item in given.items()}
        reader = _TreeReader(path, self.around, self.findings, given, (*self.stack, self.path.stem), self.variables)
        if not self._arguments_fit(path, given, loc):
            return None
        spec = reader.read()
        return None if spec is None else Spec(name, source, None, None, (spec.root,))

    def _arguments_fit(self, path: Path, given: dict[str, Any], loc: Location) -> bool:
        try:
            declared = validate(read_yaml(path), TreeFile).parameters
        except LetanError as error:
            self.findings.errors += str(error).splitlines()
            return False
        before = len(self.findings.errors)
        for key, item in given.items():
            if key not in declared:
                self.error((*loc, "with", key), f"`{path.stem}` has no parameter `{key}`{nearest(key, declared)}", True)
                continue
            try:
                convert(item, declared[key].type)
            except ValueError as error:
                self.error((*loc, "with", key), f"`{key}`: {error}")
        for key, declaration in declared.items():
            if declaration.default is None and key not in given:
                self.error(loc, f"`{path.stem}` needs the parameter `{key}` (a {declaration.type})")
        return len(self.findings.errors) == before


def _within(document: Document, loc: Location) -> Document:
    """The part of a document below `loc`, so that a leaf's own errors find their places."""
    depth = len(loc)
    inner = Document(document.path)
    inner.values = {key[depth:]: value for key, value in document.values.items() if key[:depth] == loc}
    inner.keys = {key[depth:]: value for key, value in document.keys.items() if key[:depth] == loc}
    return inner

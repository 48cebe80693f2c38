"""What the readers of one tree and its subtrees share: each file read once, every problem, and honest limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter, ValidationError

from behaviours.language.fields import Surroundings
from behaviours.language.scope import Declaration
from behaviours.language.spec import TreeFile
from text.problems import FileError, Problem
from text.validation import explain
from text.yaml12 import Document, Location, Yaml, read_yaml, shown

MOST_NODES = 10_000  # of a tree with all its subtrees: a file that calls another twice, that another twice … ends here
DEEPEST = 60  # nodes below one another: the interpreter's own limit is far away
SECTIONS = ("parameters", "outputs", "let")
_DECLARATIONS = TypeAdapter(dict[str, Declaration])


class TreeText(NamedTuple):
    """A tree file as read: where everything stands, and its head."""

    document: Document
    head: TreeFile


class TooMuch(Exception):
    """The tree is larger than any honest one; the reason is among the problems."""


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter's value as it is written, and where: by a caller, or as the default."""

    value: Yaml
    path: Path
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class TreeCall:
    """How a tree is called: what is given (a parameter missing here gets its value at run time), and by whom."""

    given: Mapping[str, Given] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)  # the caller's slots, by output
    stack: tuple[str, ...] = ()
    prefix: str = ""  # of its variables' slots


@dataclass(frozen=True, slots=True)
class Trial:
    """Other files in the place of a folder's trees of the same name; the folder itself stays as it is."""

    folder: Path
    instead: Mapping[str, Path]


@dataclass
class Reading:
    """The common notebook."""

    around: Surroundings
    trial: Trial | None = None
    problems: list[Problem] = field(default_factory=list)
    variables: dict[str, Declaration] = field(default_factory=dict)
    prefixes: Counter[str] = field(default_factory=Counter)
    nodes: int = 0
    depth: int = 0
    _files: dict[Path, TreeText | None] = field(default_factory=dict)
    _siblings: dict[Path, list[str]] = field(default_factory=dict)

    def file(self, path: Path) -> TreeText | None:
        """The file's head, read once; None, with the reasons among the problems, when nothing can be made of it."""
        if path not in self._files:
            self._files[path] = self._read(path)
        return self._files[path]

    def siblings(self, path: Path) -> list[str]:
        """The trees that the one in `path` can call: those beside it, or of the trial."""
        folder = self.trial.folder if self.trial is not None else path.parent
        if folder not in self._siblings:
            more = self.trial.instead.keys() if self.trial is not None else ()
            self._siblings[folder] = sorted({each.stem for each in folder.glob("*.yaml")}.union(more))
        return self._siblings[folder]

    def sibling(self, path: Path, name: str) -> Path:
        """The file of the tree `name` as the one in `path` calls it."""
        if self.trial is None:
            return path.parent / f"{name}.yaml"
        return self.trial.instead.get(name, self.trial.folder / f"{name}.yaml")

    def _read(self, path: Path) -> TreeText | None:
        try:
            document = read_yaml(path)
        except FileError as error:
            self.problems += error.problems
            return None
        try:
            return TreeText(document, TreeFile.model_validate(document.data))
        except ValidationError as error:
            self.problems += _outside(document) or explain(document, TreeFile, error)
        head = _salvaged(document.data)
        return None if head is None else TreeText(document, head)

    @contextmanager
    def one_more(self, document: Document, loc: Location) -> Iterator[None]:
        """Count a node; TooMuch when there are too many of them, or too many below one another."""
        self.nodes += 1
        self.depth += 1
        if self.nodes > MOST_NODES or self.depth > DEEPEST:
            limit = f"more than {MOST_NODES} nodes" if self.nodes > MOST_NODES else f"nodes more than {DEEPEST} deep"
            self.problems.append(document.problem(loc, f"{limit}: split the tree"))
            raise TooMuch
        yield
        self.depth -= 1


def _outside(document: Document) -> list[Problem]:
    """What stands below an empty `root:`, `let:` … but not deeper, or a `root:` that stands deeper than they do."""
    data = document.data if isinstance(document.data, dict) else {}
    for section in SECTIONS if "root" not in data else ():
        if isinstance(data.get(section), dict) and "root" in data[section]:
            words = f"`root` does not belong under `{section}:`: begin it in column 1"
            return [document.problem((section, "root"), words, of_key=True)]
    for key, below in pairwise(data):
        if key in ("root", *SECTIONS) and data[key] is None and below not in TreeFile.model_fields:
            words = f"`{shown(below)}` belongs under `{key}:`: indent it, and what stands below it"
            return [document.problem((below,), words, of_key=True)]
    return []


def _salvaged(data: Yaml) -> TreeFile | None:
    """A head with mistakes, as far as the nodes can still be checked against it."""
    if not isinstance(data, dict) or data.get("root") is None:
        return None
    try:
        parameters, outputs, let = (_DECLARATIONS.validate_python(data.get(key, {})) for key in SECTIONS)
    except ValidationError:
        return None
    above = data.get("interrupts")
    return TreeFile.model_construct(
        tree=data.get("tree"), about="", parameters=parameters, outputs=outputs, let=let,
        interrupts=above if isinstance(above, list) else [], root=data["root"],
    )  # fmt: skip

"""What a tree file says once it has been checked: nodes with their parameters, conditions and places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field, field_validator

from behaviours.language.conditions import Condition
from behaviours.language.nodes import Parameters, Source
from behaviours.language.scope import Declaration
from behaviours.language.words import Word
from text.yaml12 import Document, Model, Yaml

BESIDE = ("when", "until", "name")  # what may stand beside any word


class TreeFile(Model):
    """The head of a tree file; the nodes themselves are read word by word."""

    tree: str = Field(description="the tree's name: that of its file, without .yaml")
    about: str = Field(min_length=1, description="what it does, in one sentence")
    parameters: dict[str, Declaration] = Field(default={}, description="what a caller gives: `$name` in the nodes")
    outputs: dict[str, Declaration] = Field(default={}, description="what a caller gets: set here, bound by `into`")
    let: dict[str, Declaration] = Field(default={}, description="its variables, each with its first value")
    # Any where Yaml is meant: pydantic can't resolve an alias that names itself
    interrupts: list[Any] = Field(default=[], description="what comes before everything else, the highest first")
    root: Any = Field(description="the node that everything hangs from")

    @field_validator("root")
    @classmethod
    def _there(cls, value: object) -> object:
        if value is None:
            raise ValueError("the root is empty: expected a node such as `first_of:`")
        return value


@dataclass(frozen=True, slots=True)
class Spec:
    """One checked node.

    `word` is None where nodes are only grouped, `parameters` where they depend on what a caller will give. `written` is
    what the file says of them, `places` where they, `when` and `until` stand. A call has the `called` tree's interrupts
    and root as its children.
    """

    label: str
    source: Source
    word: Word | None
    parameters: Parameters | None
    children: tuple[Spec, ...] = ()
    when: Condition | None = None
    until: Condition | None = None
    written: Mapping[str, Yaml] = field(default_factory=dict)
    places: Mapping[str, Source] = field(default_factory=dict)
    called: TreeSpec | None = None

    def place(self, key: str) -> Source:
        """Where `when`, `until` or a parameter stands, else the node itself."""
        return self.places.get(key, self.source)


@dataclass(frozen=True, slots=True)
class TreeSpec:
    """A checked tree with everything it refers to, ready to be built.

    `variables` are those of the whole, by slot; `substituted` the parameters that stand as `$name` in this file.
    """

    name: str
    root: Spec
    interrupts: tuple[Spec, ...]
    variables: Mapping[str, Declaration]
    head: TreeFile
    document: Document
    substituted: frozenset[str] = frozenset()

"""What a tree file says once it has been checked: nodes with their parameters, conditions and places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import Field, field_validator

from behaviours.language.conditions import Condition
from behaviours.language.nodes import Source
from behaviours.language.scope import Declaration
from behaviours.language.words import Parameters, Word
from robot.yaml12 import Model


@dataclass(frozen=True, slots=True)
class Spec:
    """One checked node: `word` is None for a subtree, whose root is then the only child."""

    label: str
    source: Source
    word: Word | None
    parameters: Parameters | None
    children: tuple[Spec, ...] = ()
    when: Condition | None = None
    until: Condition | None = None


@dataclass(frozen=True, slots=True)
class TreeSpec:
    """A checked tree with everything it refers to, ready to be built; `warnings` are lint, not errors."""

    name: str
    root: Spec
    interrupts: tuple[Spec, ...]
    variables: dict[str, Declaration]
    warnings: tuple[str, ...] = ()


class TreeFile(Model):
    """The head of a tree file; the nodes themselves are read word by word."""

    tree: str
    about: str = Field(min_length=1)
    parameters: dict[str, Declaration] = {}
    variables: dict[str, Declaration] = {}
    interrupts: list[Any] = []
    root: Any

    @field_validator("root")
    @classmethod
    def _there(cls, value: Any) -> Any:  # noqa: ANN401
        if value is None:
            raise ValueError("the root is empty: expected a node such as `first_of:`")
        return value

"""The word that puts another file's tree in its place."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from behaviours.language.composites import Fallback
from behaviours.language.nodes import Parameters
from behaviours.language.words import Word, register


class CallParameters(Parameters):
    """Which tree, and what it gets and gives."""

    name: str = Field(description="the tree's name: its file beside this one, without .yaml", examples=["patrol"])
    # Any where Yaml is meant: pydantic can't resolve an alias that names itself
    given: dict[str, Any] = Field(default={}, alias="with", description="values for the tree's parameters")
    into: dict[str, str] = Field(default={}, description="the tree's outputs, each with a variable of this tree")


class Subtree(Fallback[CallParameters]):
    """Another file's tree in this place: its interrupts stand above its root."""


CALL = Word("tree", "Another file's tree in this place.", "none", CallParameters, Subtree, "name")
register(CALL)

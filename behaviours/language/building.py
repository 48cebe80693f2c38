"""Builds a running tree from its specification, off the loop; nothing here can fail on a checked tree."""

from __future__ import annotations

from typing import Any

from behaviours.language.composites import FirstOf, Guard, Subtree
from behaviours.language.nodes import Running, Source
from behaviours.language.scope import Scope
from behaviours.language.spec import Spec, TreeSpec
from behaviours.language.words import CALL


def build(spec: TreeSpec) -> tuple[FirstOf, Running]:
    """The tree's root, with the interrupts above it, and what its nodes share."""
    run = Running(Scope(spec.variables))
    children = [_node(child, run) for child in (*spec.interrupts, spec.root)]
    top = Source(spec.root.source.file, 1, 1)
    return FirstOf(spec.name, top, run, None, children), run


def _node(spec: Spec, run: Running) -> Any:  # noqa: ANN401 (a py_trees behaviour, untyped)
    children = [_node(child, run) for child in spec.children]
    if spec.word is None or spec.word is CALL:
        group = Subtree if len(children) == 1 else FirstOf  # a called tree's interrupts stand above its root
        node: Any = group(spec.label, spec.source, run, None, children)
    elif spec.word.children == "none":
        node = spec.word.make(spec.label, spec.source, run, spec.parameters)
    else:
        node = spec.word.make(spec.label, spec.source, run, spec.parameters, children)
    if spec.when is None and spec.until is None:
        return node
    return Guard(spec.label, spec.source, run, spec.when, spec.until, node)

"""Builds a running tree from its specification, off the loop; nothing here can fail on a checked tree."""

from __future__ import annotations

from behaviours.language.composites import FirstOf
from behaviours.language.guard import Guard
from behaviours.language.nodes import Leaf, Node, NoParameters, Running, Source
from behaviours.language.scope import Scope
from behaviours.language.spec import Spec, TreeSpec


def build(spec: TreeSpec) -> tuple[FirstOf, Running]:
    """The tree's root, with the interrupts above it, and what its nodes share."""
    run = Running(Scope(spec.variables))
    children = [_node(child, run) for child in (*spec.interrupts, spec.root)]
    top = Source(spec.root.source.file, 1, 1)
    return FirstOf(spec.name, top, run, NoParameters(), children), run


def _node(spec: Spec, run: Running) -> Node:
    node = _unguarded(spec, run, [_node(child, run) for child in spec.children])
    if spec.when is None and spec.until is None:
        return node
    return Guard(spec.label, spec.source, run, spec.when, spec.until, node)


def _unguarded(spec: Spec, run: Running, children: list[Node]) -> Node:
    if spec.word is None:
        return FirstOf(spec.label, spec.source, run, NoParameters(), children)
    assert spec.parameters is not None, "only a tree that others call has open parameters"
    make = spec.word.make
    if issubclass(make, Leaf):
        return make(spec.label, spec.source, run, spec.parameters)
    return make(spec.label, spec.source, run, spec.parameters, children)

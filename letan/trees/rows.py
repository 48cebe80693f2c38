"""A running tree as rows from top to bottom: each node of the files beside the nodes that run for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from behaviours.language.composites import Guard
from behaviours.language.nodes import Node
from behaviours.language.running import TreeRunner
from behaviours.language.spec import Spec, TreeSpec


@dataclass(frozen=True, slots=True)
class Row:
    """`outer` is the guard of `when` and `until` where there is one, else the node itself; `above` the parent's row."""

    index: int
    depth: int
    above: int
    spec: Spec
    outer: Node
    node: Node

    @property
    def guard(self) -> Guard | None:
        """What looks at `when` and `until`."""
        return self.outer if isinstance(self.outer, Guard) and self.outer is not self.node else None


def rows_of(runner: TreeRunner) -> list[Row]:
    """The interrupts first, as the robot looks at them first, then the root, each followed by what is below it."""
    rows: list[Row] = []

    def add(spec: Spec, outer: Node, depth: int, above: int) -> None:
        guarded = spec.when is not None or spec.until is not None
        node: Node = outer.below[0] if guarded and isinstance(outer, Guard) else outer
        row = Row(len(rows), depth, above, spec, outer, node)
        rows.append(row)
        for child, below in zip(spec.children, getattr(node, "below", ()), strict=True):
            add(child, below, depth + 1, row.index)

    tree = runner.spec
    for spec, node in zip((*tree.interrupts, tree.root), runner.root.below, strict=True):
        add(spec, node, 0, -1)
    return rows


def texts_of(tree: TreeSpec) -> dict[Path, str]:
    """The files of a tree and of all that it calls, as they were read; what is on the disk may be newer."""
    found, ahead = {tree.document.path: tree.document.text}, [*tree.interrupts, tree.root]
    while ahead:
        spec = ahead.pop()
        ahead += spec.children
        if spec.called is not None:
            found[spec.called.document.path] = spec.called.document.text
    return found

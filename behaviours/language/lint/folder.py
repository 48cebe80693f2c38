"""T013: trees of a folder that nothing leads to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from behaviours.language.lint.facts import own
from behaviours.language.lint.finding import Finding, found
from behaviours.language.nodes import Source
from behaviours.language.spec import TreeSpec


def unused_trees(trees: Sequence[TreeSpec], main: str) -> Iterator[Finding]:
    """Those that neither the `main` tree nor one that it calls, calls."""
    calls = {
        tree.name: {node.called.name for top in (*tree.interrupts, tree.root) for node in own(top) if node.called}
        for tree in trees
    }
    reached, ahead = set[str](), [main]
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += calls.get(name, ())
    for tree in trees:
        if tree.name not in reached:
            at = Source(str(tree.document.path), *tree.document.position(("tree",)))
            yield found("T013", at, f"nothing calls the tree `{tree.name}`, and it is not the main one (`{main}`)")

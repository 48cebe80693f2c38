"""The running tree: ticks it, and swaps in a new one at a tick boundary when nobody is being served."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

from behaviours.language.building import build
from behaviours.language.fields import Surroundings
from behaviours.language.nodes import INVALID, RUNNING
from behaviours.language.reader import read_tree
from behaviours.language.spec import TreeSpec
from robot.types import LetanError

log = logging.getLogger("letan.tree")
PATIENCE = 120.0  # s that a new tree waits for a visit to end


class TreeRunner:
    """One tree of one robot."""

    def __init__(self, spec: TreeSpec, on_error: Callable[[str, str], None] | None = None) -> None:
        self._on_error = on_error
        self.root, self.run = self._built(spec)
        self._next: TreeSpec | None = None
        self._asked = 0.0
        self.swaps = 0

    def _built(self, spec: TreeSpec, earlier: Any = None) -> Any:  # noqa: ANN401
        root, run = build(spec, earlier)
        if self._on_error is not None:
            report = self._on_error
            run.on_error = lambda source, text: report(str(source), text)
        return root, run

    def tick(self, context: Any) -> None:  # noqa: ANN401 (the language does not know what its leaves see)
        """One tick with this context."""
        self._swap(context)
        self.run.context = context
        self.root.step()

    def reload(self, path: Path, around: Surroundings, now: float) -> str:
        """Read and check a tree aside; "" when it is ready to be swapped in, else why the old one stays."""
        try:
            self._next, self._asked = read_tree(path, around), now
        except LetanError as error:
            log.warning("the running tree stays; the new one has errors:\n%s", error)
            return str(error)
        return ""

    def _swap(self, context: Any) -> None:  # noqa: ANN401
        """At a tick boundary, with no visit active or after two minutes: the old tree ends, variables live on."""
        if self._next is None:
            return
        if context.world.visit is not None and context.world.stamp - self._asked < PATIENCE:
            return
        spec, self._next = self._next, None
        if self.root.status is RUNNING:
            self.root.stop(INVALID)
        self.root, self.run = self._built(spec, self.run.scope)
        self.swaps += 1
        log.info("the tree %s has been reloaded", spec.name)

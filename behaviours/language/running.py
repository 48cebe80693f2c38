"""The running tree: ticks it, and swaps in a new one at a tick boundary when nothing is broken off by it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from behaviours.language.building import build
from behaviours.language.composites import FirstOf
from behaviours.language.fields import Surroundings
from behaviours.language.nodes import INVALID, RUNNING, Node, Running
from behaviours.language.reader import read_tree
from behaviours.language.spec import TreeSpec
from behaviours.language.tick import Tick
from robot.types import LetanError

log = logging.getLogger("letan.tree")
PATIENCE = 120.0  # s that a new tree waits while the present one is busy


@dataclass(frozen=True, slots=True)
class Built:
    """A tree read, checked and built aside: nothing of it has run yet."""

    spec: TreeSpec
    root: FirstOf
    run: Running


def prepare(path: Path, around: Surroundings) -> Built:
    """Read, check and build a tree, in any thread; LetanError says why it can't run."""
    spec = read_tree(path, around)
    try:
        return Built(spec, *build(spec))
    except Exception as error:  # a plugin's leaf may raise when it is made
        raise LetanError(f"{path}: the tree can't be built: {type(error).__name__}: {error}") from error


class TreeRunner:
    """One tree of one robot.

    `watchers` are called after each tick with the nodes ticked, the deepest first; without any they cost nothing.
    """

    def __init__(self, spec: TreeSpec, on_error: Callable[[str, str], None] | None = None) -> None:
        self._on_error = on_error
        self._next: Built | None = None
        self._then: Callable[[], None] = lambda: None
        self._due = 0.0  # when the new tree is swapped in even at a busy tick
        self.swaps = 0
        self.watchers: list[Callable[[TreeRunner, Sequence[Node]], None]] = []
        self._install(Built(spec, *build(spec)))

    def _install(self, built: Built) -> None:
        self.spec = built.spec
        self.root = built.root
        self.run = built.run
        if self._on_error is not None:
            report = self._on_error
            self.run.on_error = lambda source, text: report(str(source), text)

    def tick(self, context: Tick) -> None:
        """One tick; the leaves and names see all of its `context`."""
        self._swap(context)
        self.run.context = context
        if not self.watchers:
            self.root.step()
            return
        ticked = self.run.ticked = []
        self.root.step()
        self.run.ticked = None
        for watcher in self.watchers:
            watcher(self, ticked)

    def restart(self) -> None:
        """Begin the tree anew after an error in it; its variables begin anew too."""
        self._install(Built(self.spec, *build(self.spec)))

    def offer(
        self, built: Built, now: float, at_once: bool = False, then: Callable[[], None] = lambda: None
    ) -> None:  # fmt: skip
        """Swap a tree in at a tick that is not busy, or after two minutes (`at_once`: at the next tick); `now` in s.

        `then` is called as it is swapped in, for what belongs to the new tree.
        """
        self._next = built
        self._then = then
        self._due = now if at_once else now + PATIENCE

    @property
    def is_waiting(self) -> bool:
        """Whether a new tree waits to be swapped in."""
        return self._next is not None

    def _swap(self, context: Tick) -> None:
        """At a tick boundary: the old tree ends, its variables live on."""
        if self._next is None or (context.is_busy and context.now < self._due):
            return
        built, self._next = self._next, None
        if self.root.status is RUNNING:
            self.root.stop(INVALID)
        built.run.scope.inherit(self.run.scope)
        self._install(built)
        self._then()
        self.swaps += 1
        log.info("the tree %s has been reloaded", built.spec.name)

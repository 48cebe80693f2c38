"""The guard of `when` and `until`, which may stand beside any word."""

from __future__ import annotations

from py_trees.common import Status

from behaviours.language.conditions import Condition
from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS, Branch, Node, NoParameters, Running, Source


class Guard(Branch[NoParameters]):
    """`when` and `until` of any node: not true, not run; `until` ends what `when` began."""

    def __init__(
        self, name: str, source: Source, run: Running, when: Condition | None, until: Condition | None, child: Node
    ) -> None:
        super().__init__(name, source, run, NoParameters(), [child])
        self.when = when
        self.until = until
        self.refusal = f"`{when.text}` does not hold" if when is not None else ""

    def flow(self) -> Status:
        """Checked every tick; with `until`, `when` only begins."""
        if self.status is RUNNING and self.until is not None:
            if self.until.holds(self.run):
                return SUCCESS
        elif self.when is not None and not self.when.holds(self.run):
            self.feedback_message = self.refusal
            return FAILURE
        self.feedback_message = ""
        return self.below[0].step()

    def step(self) -> Status:
        """As of any branch; most guards of a tree refuse at most ticks, so that is made short."""
        if self.status is RUNNING or self.when is None or self.run.ticked is not None:
            return super().step()
        if not self.when.holds(self.run):
            self.feedback_message = self.refusal
            self.status = FAILURE
            return FAILURE
        self.feedback_message = ""
        self.status = self.below[0].step()
        return self.status

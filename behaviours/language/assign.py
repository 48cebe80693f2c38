"""The word that gives a variable a new value."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import Assign
from behaviours.language.nodes import SUCCESS, Leaf
from behaviours.language.words import Parameters, leaf


class SetParameters(Parameters):
    """What becomes of a variable."""

    to: Assign = Field(
        description="`variable = value`, such as `visitors = visitors + 1`", examples=["visitors = visitors + 1"]
    )


@leaf("set", SetParameters, short="to", endings={SUCCESS})
class Set(Leaf):
    """Give a variable of this tree a new value."""

    p: SetParameters

    def update(self) -> Status:
        """Always succeeds."""
        assignment = self.p.to
        self.run.scope[assignment.slot] = assignment.value(self.run)
        return SUCCESS

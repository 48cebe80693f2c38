"""The words that every tree has: those that join and wrap nodes, the call, and the leaves that know no robot."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.language import composites, subtree, wrappers
from behaviours.language.fields import Assign, When
from behaviours.language.nodes import RUNNING, SUCCESS, Leaf, Parameters
from behaviours.language.words import leaf
from text.quantities import Time

__all__ = ["Set", "Wait", "WaitFor", "composites", "subtree", "wrappers"]


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


class WaitParameters(Parameters):
    """How long."""

    time: Time = Field(description="how long", examples=["5 s"])


@leaf("wait", WaitParameters, short="time", endings={RUNNING, SUCCESS})
class Wait(Leaf):
    """Let some time pass; claims nothing."""

    p: WaitParameters

    def initialise(self) -> None:
        """The time counts from here."""
        self.until = self.run.now + self.p.time

    def update(self) -> Status:
        """Succeeds when the time is over."""
        return SUCCESS if self.run.now >= self.until else RUNNING


class WaitForParameters(Parameters):
    """What for."""

    condition: When = Field(description="a condition", examples=["person.near"])


@leaf("wait_for", WaitForParameters, short="condition", endings={RUNNING, SUCCESS})
class WaitFor(Leaf):
    """Run until a condition holds."""

    p: WaitForParameters

    def update(self) -> Status:
        """Looks every tick."""
        return SUCCESS if self.p.condition.holds(self.run) else RUNNING

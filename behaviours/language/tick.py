"""What the language asks of a tick and of a running tree; the names of conditions and the leaves may see more of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Value = bool | float | str  # of names, variables and expressions; quantities in SI units


class Tick(Protocol):
    """One tick as the language sees it."""

    @property
    def now(self) -> float:
        """The time in s, on a clock that never goes back."""

    @property
    def is_busy(self) -> bool:
        """Whether something is under way that a new tree should not break off."""


class State(Protocol):
    """What an expression may look at: the present tick, and the tree's variables by slot."""

    @property
    def context(self) -> Tick: ...

    @property
    def variables(self) -> Mapping[str, Value]: ...


@dataclass(frozen=True, slots=True)
class Unticked:
    """The tick of a tree that has not been ticked yet."""

    now: float = 0.0
    is_busy: bool = False

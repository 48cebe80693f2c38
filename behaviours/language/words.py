"""The one registry of node types: each word with its parameters, its class, how it may end and what it claims."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Literal

from py_trees.common import Status
from pydantic import BaseModel, ConfigDict, Field

from behaviours.language import composites, wrappers
from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS, Outcomes
from behaviours.language.units import Time
from robot.types import LetanError

ANY_OUTCOME: Outcomes = frozenset({RUNNING, SUCCESS, FAILURE})


class Parameters(BaseModel):
    """Base of every word's parameters: unknown keys are errors, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=True)


class NoParameters(Parameters):
    """A word that needs nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """A node type.

    `children` are none (a leaf), one (it wraps `do`) or many; `short` names the parameter that a bare value stands
    for (`say: greet.hello`). Of leaves: `endings` are what a tick may end with, `claims` the actuators that it may
    claim, `claims_only_free` that it claims only what nobody above it has.
    """

    name: str
    about: str
    children: Literal["none", "one", "many"]
    parameters: type[Parameters]
    make: type[Any]
    short: str = ""
    endings: Outcomes = ANY_OUTCOME
    claims: frozenset[str] = frozenset()
    claims_only_free: bool = False

    def outcomes(self, p: Parameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """What a tick may end with, by what the children's may."""
        if self.children == "none" and not of:
            return self.endings
        result: Outcomes = self.make.outcomes(p, of)
        return result


_LEAVES: dict[str, Word] = {}


def leaf(
    name: str,
    parameters: type[Parameters] = NoParameters,
    short: str = "",
    endings: Collection[Status] = ANY_OUTCOME,
    claims: Collection[str] = (),
    claims_only_free: bool = False,
) -> Callable[[type[Any]], type[Any]]:
    """Register a leaf class under its word: `@leaf("go_to", GoTo, short="place", claims={"wheels"})`."""

    def register(cls: type[Any]) -> type[Any]:
        about = (cls.__doc__ or "").strip().splitlines()[0]
        known = _LEAVES.get(name)
        if known is not None and (known.make.__module__, known.make.__name__) != (cls.__module__, cls.__name__):
            raise LetanError(f"two leaves are called `{name}`: {known.make.__module__} and {cls.__module__}")
        _LEAVES[name] = Word(
            name, about, "none", parameters, cls, short, frozenset(endings), frozenset(claims), claims_only_free
        )
        return cls

    return register


class _Together(Parameters):
    until: Literal["all", "one"] = Field(description="whether all or one must succeed", examples=["all"])


class _Times(Parameters):
    times: int = Field(ge=1, le=1_000_000, description="how often at most", examples=[3])


class _Rounds(Parameters):
    times: int = Field(default=0, ge=0, le=1_000_000, description="how often; 0 is for ever", examples=[3])


class _After(Parameters):
    after: Time = Field(gt=0, description="how long it may run", examples=["90 s"])


class _Period(Parameters):
    period: Time = Field(gt=0, description="how long", examples=["15 min"])


class _Every(_Period):
    wait_first: bool = Field(default=False, description="whether the first round too waits for a period")


class CallParameters(Parameters):
    """Which tree, and what it gets and gives."""

    name: str = Field(description="the tree's name: its file beside this one, without .yaml", examples=["patrol"])
    given: dict[str, Any] = Field(default={}, alias="with", description="values for the tree's parameters")
    into: dict[str, str] = Field(default={}, description="the tree's outputs, each with a variable of this tree")


CALL = Word("tree", "Another file's tree in this place.", "none", CallParameters, composites.Subtree, "name")


def _structure() -> list[Word]:
    rows: list[tuple[str, Literal["one", "many"], type[Parameters], type[Any]]] = [
        ("first_of", "many", NoParameters, composites.FirstOf),
        ("try_in_order", "many", NoParameters, composites.TryInOrder),
        ("sequence", "many", NoParameters, composites.Sequence),
        ("together", "many", _Together, composites.Together),
        ("invert", "one", NoParameters, wrappers.Invert),
        ("always_succeed", "one", NoParameters, wrappers.AlwaysSucceed),
        ("always_fail", "one", NoParameters, wrappers.AlwaysFail),
        ("retry", "one", _Times, wrappers.Retry),
        ("repeat", "one", _Rounds, wrappers.Repeat),
        ("timeout", "one", _After, wrappers.Timeout),
        ("every", "one", _Every, wrappers.Every),
        ("cooldown", "one", _Period, wrappers.Cooldown),
        ("delay", "one", _Period, wrappers.Delay),
    ]
    return [
        Word(name, (cls.__doc__ or "").splitlines()[0], children, model, cls) for name, children, model, cls in rows
    ]


@cache
def vocabulary() -> dict[str, Word]:
    """Every word: the structure, our leaves, and those of installed plugins (entry point group `letan.behaviours`)."""
    import behaviours.language.assign
    import behaviours.leaves  # noqa: F401 (registers our leaves; they import this module)

    for entry in entry_points(group="letan.behaviours"):
        try:
            entry.load()
        except Exception as error:
            raise LetanError(f"the plugin {entry.name} ({entry.value}) can't be loaded: {error}") from error
    words = {word.name: word for word in (*_structure(), CALL)}
    if taken := sorted((words.keys() | {"when", "until", "do"}) & _LEAVES.keys()):
        raise LetanError(
            f"a plugin's leaf is called `{taken[0]}`, which is a word of the language: choose another name"
        )
    return words | _LEAVES

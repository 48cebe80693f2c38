"""The one registry of node types: each word with its parameters, its class and what it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from behaviours.language import nodes, wrappers
from behaviours.language.units import Time
from robot.types import LetanError


class Parameters(BaseModel):
    """Base of every word's parameters: unknown keys are errors, values don't change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParameters(Parameters):
    """A word that needs nothing."""


@dataclass(frozen=True, slots=True)
class Word:
    """A node type. `takes` is none (a leaf), one (wraps `do`) or many children; `short` names the parameter that a
    bare value stands for (`say: greet.hello`)."""

    name: str
    about: str
    takes: Literal["none", "one", "many"]
    parameters: type[Parameters]
    make: Callable[..., Any]
    short: str = ""


_LEAVES: dict[str, Word] = {}


def leaf(name: str, parameters: type[Parameters] = NoParameters, short: str = "") -> Callable[[type[Any]], type[Any]]:
    """Register a leaf class under its word: `@leaf("go_to", GoTo, short="place")`."""

    def register(cls: type[Any]) -> type[Any]:
        about = (cls.__doc__ or "").strip().splitlines()[0]
        _LEAVES[name] = Word(name, about, "none", parameters, cls, short)
        return cls

    return register


class _Together(Parameters):
    until: Literal["all", "one"] = Field(description="whether all or one must succeed")


class _Times(Parameters):
    times: int = Field(ge=1, description="how often at most")


class _Rounds(Parameters):
    times: int = Field(default=0, ge=0, description="how often; 0 is for ever")


class _After(Parameters):
    after: Time = Field(description="how long it may run")


class _Period(Parameters):
    period: Time = Field(description="how long")


class _Every(_Period):
    wait_first: bool = Field(default=False, description="whether the first round too waits for a period")


def _structure() -> list[Word]:
    many: list[tuple[str, type[Parameters], type[nodes.Branch]]] = [
        ("first_of", NoParameters, nodes.FirstOf),
        ("try_in_order", NoParameters, nodes.TryInOrder),
        ("sequence", NoParameters, nodes.Sequence),
        ("together", _Together, nodes.Together),
    ]
    one: list[tuple[str, type[Parameters], type[nodes.Branch]]] = [
        ("invert", NoParameters, wrappers.Invert),
        ("always_succeed", NoParameters, wrappers.AlwaysSucceed),
        ("always_fail", NoParameters, wrappers.AlwaysFail),
        ("retry", _Times, wrappers.Retry),
        ("repeat", _Rounds, wrappers.Repeat),
        ("timeout", _After, wrappers.Timeout),
        ("every", _Every, wrappers.Every),
        ("cooldown", _Period, wrappers.Cooldown),
        ("delay", _Period, wrappers.Delay),
    ]
    result: list[Word] = []
    takes: Literal["many", "one"]
    for takes, rows in (("many", many), ("one", one)):
        for name, parameters, cls in rows:
            result.append(Word(name, (cls.__doc__ or "").splitlines()[0], takes, parameters, cls))
    return result


@cache
def vocabulary() -> dict[str, Word]:
    """Every word: the structure, our leaves, and those of installed plugins (entry point group `letan.behaviours`)."""
    import behaviours.leaves  # noqa: F401 (registers our leaves; they import this module)

    for entry in entry_points(group="letan.behaviours"):
        try:
            entry.load()
        except Exception as error:
            raise LetanError(f"the plugin {entry.name} ({entry.value}) can't be loaded: {error}") from error
    words = {word.name: word for word in _structure()}
    return words | _LEAVES

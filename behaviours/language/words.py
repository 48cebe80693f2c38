"""The registry of node types: each word with its parameters, its class, how it may end and what it claims."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Literal, TypeVar

from py_trees.common import Status

from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS, Branch, Leaf, NoParameters, Outcomes, Parameters
from robot.types import LetanError

GROUP = "letan.behaviours"  # the entry points whose modules register words, the language's own among them
OWN = "language"  # the entry point of the language's own words
ANY_OUTCOME: Outcomes = frozenset({RUNNING, SUCCESS, FAILURE})
_RESERVED = frozenset({"when", "until", "do"})
AnyBranch = Branch[Any]  # of whatever parameters: `outcomes` takes them, so their base class would not do


@dataclass(frozen=True, slots=True)
class Word:
    """A node type.

    `children` are none (a leaf, or a call of another tree), one (it wraps `do`) or many; `short` names the parameter
    that a bare value stands for (`wait: 5 s`). Of leaves: `endings` are what a tick may end with, `claims` the
    actuators that it may claim, `claims_only_free` that it claims only what nobody above it has.
    """

    name: str
    about: str
    children: Literal["none", "one", "many"]
    parameters: type[Parameters]
    make: type[Leaf] | type[AnyBranch]
    short: str = ""
    endings: Outcomes = ANY_OUTCOME
    claims: frozenset[str] = frozenset()
    claims_only_free: bool = False

    def outcomes(self, p: Parameters | None, of: Sequence[Outcomes]) -> Outcomes:
        """What a tick may end with, by what the children's may."""
        return self.make.outcomes(p, of) if of and issubclass(self.make, Branch) else self.endings


_JOINING: dict[str, Word] = {}
_LEAVES: dict[str, Word] = {}
LeafType = TypeVar("LeafType", bound=type[Leaf])
BranchType = TypeVar("BranchType", bound=type[AnyBranch])


def register(word: Word) -> None:
    """Make a word known; LetanError when another class has its name."""
    is_leaf = issubclass(word.make, Leaf)
    known = (_LEAVES if is_leaf else _JOINING).setdefault(word.name, word)
    one, other = known.make, word.make
    if one is not other:
        what = "leaves" if is_leaf else "words"
        raise LetanError(f"two {what} are called `{word.name}`: {one.__module__} and {other.__module__}")


def leaf(
    name: str,
    parameters: type[Parameters] = NoParameters,
    short: str = "",
    endings: Collection[Status] = ANY_OUTCOME,
    claims: Collection[str] = (),
    claims_only_free: bool = False,
) -> Callable[[LeafType], LeafType]:
    """Register a leaf class under its word: `@leaf("wait", WaitParameters, short="time", endings=…)`."""

    def decorate(cls: LeafType) -> LeafType:
        ends, claimed = frozenset(endings), frozenset(claims)
        register(Word(name, _about(cls), "none", parameters, cls, short, ends, claimed, claims_only_free))
        return cls

    return decorate


def branch(
    name: str, children: Literal["one", "many"], parameters: type[Parameters] = NoParameters
) -> Callable[[BranchType], BranchType]:
    """Register the class of a node with children under its word: `@branch("retry", "one", RetryParameters)`."""

    def decorate(cls: BranchType) -> BranchType:
        register(Word(name, _about(cls), children, parameters, cls))
        return cls

    return decorate


def _about(cls: type) -> str:
    """The first line of a class's docstring, which the reference shows; LetanError without one."""
    lines = (cls.__doc__ or "").strip().splitlines()
    if not lines:
        raise LetanError(f"{cls.__module__}.{cls.__name__} needs a docstring: its first line is the word's help")
    return lines[0]


@cache
def vocabulary() -> dict[str, Word]:
    """Every word of the installed packages: those that join and wrap nodes, then the leaves.

    LetanError when the language's own are not installed, a module can't be loaded, or two words have one name.
    """
    entries = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name != OWN, entry.name))
    if not entries or entries[0].name != OWN:
        raise LetanError(f"the words of the trees are not installed (no `{OWN}` in {GROUP}): run scripts/setup")
    for entry in entries:
        try:
            entry.load()
        except LetanError:  # it says itself which two are at odds
            raise
        except Exception as error:
            raise LetanError(f"the plugin {entry.name} ({entry.value}) can't be loaded: {error}") from error
    if taken := sorted((_JOINING.keys() | _RESERVED) & _LEAVES.keys()):
        raise LetanError(
            f"a plugin's leaf is called `{taken[0]}`, which is a word of the language: choose another name"
        )
    return _JOINING | _LEAVES

"""The forms of a node: one word, bare or with a value, and what may stand beside it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from behaviours.language.nodes import Parameters
from behaviours.language.spec import BESIDE
from behaviours.language.words import Word, vocabulary
from text.yaml12 import Location, Yaml


class Form(NamedTuple):
    """A word's value taken apart: its parameters, the nodes below it, and where their list or the one node stands."""

    word: Word
    own: dict[str, Yaml]
    below: list[Yaml]
    at: Location = ()

    def place(self, loc: Location, index: int) -> Location:
        """Where one of the nodes below stands, the value standing at `loc`."""
        return (*loc, *self.at, index) if self.word.children == "many" else (*loc, *self.at)


@cache
def keys_of(parameters: type[Parameters]) -> tuple[str, ...]:
    """The names of a word's parameters, as files write them."""
    return tuple(info.alias or name for name, info in parameters.model_fields.items())


@cache
def needed_of(parameters: type[Parameters]) -> tuple[str, ...]:
    """Those that have no default."""
    return tuple(info.alias or name for name, info in parameters.model_fields.items() if info.is_required())


def split(word: Word, value: Yaml) -> tuple[dict[str, Yaml] | None, Yaml, Location]:
    """(parameters, children, where the children stand) of a word's value; parameters None when it can't be."""
    if word.children == "none":
        if isinstance(value, dict):
            return value, None, ()
        if value is None:
            return {}, None, ()
        return ({word.short: value} if word.short else None), None, ()
    if isinstance(value, dict) and not value.keys().isdisjoint(("do", *word.parameters.model_fields)):
        at: Location = ("do",) if "do" in value else ()
        return {key: item for key, item in value.items() if key != "do"}, value.get("do"), at
    return {}, value, ()


def below_of(word: Word, inner: Yaml) -> list[Yaml] | None:
    """The nodes below a word, or None when these can't be any."""
    if word.children == "none":
        return []
    if word.children == "one":
        return None if inner is None else [inner]
    return inner if isinstance(inner, list) and inner else None


def form_of_value(word: Word, value: Yaml) -> Form | None:
    """A word's value in a form that it has, or None."""
    own, inner, at = split(word, value)
    below = below_of(word, inner)
    if own is None or below is None:
        return None
    is_short = word.children != "none" and not own and not at  # only nodes: for words that need nothing else
    if is_short and (needed_of(word.parameters) or not _is_node(inner)):
        return None
    return Form(word, own, below, at)


def _is_node(inner: Yaml) -> bool:
    return inner in vocabulary() if isinstance(inner, str) else isinstance(inner, list | dict)


def form_of(data: Yaml) -> Form | None:
    """A node in a form that there is, or None; a mapping's values beside the word are looked at elsewhere."""
    if isinstance(data, str):
        word = vocabulary().get(data)
        return None if word is None else form_of_value(word, None)
    names = [key for key in data if key not in BESIDE] if isinstance(data, dict) else []
    if not isinstance(data, dict) or len(names) != 1:
        return None
    word = vocabulary().get(names[0])
    return None if word is None else form_of_value(word, data[names[0]])

"""What to say of a node that is written in a form that its word does not have, and how it is written instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pydantic import ValidationError

from behaviours.language.forms import keys_of, needed_of
from behaviours.language.spec import BESIDE
from behaviours.language.words import Word, vocabulary
from text.yaml12 import Location, Yaml, nearest, shown, told


class Hint(NamedTuple):
    """Words for the place `at` below the word's value, or for the key there."""

    words: str
    at: Location = ()
    of_key: bool = False


def bare(word: Word, value: Yaml) -> Hint | None:
    """`timeout: 5 s` or `retry: hold`: one value in the place of several; None when the value may be a node."""
    needed = needed_of(word.parameters)
    form = written_form(word, value)
    if not form:
        return None
    missing = " and ".join(f"`{key}`" for key in [*needed, "do"])
    return Hint(f"`{word.name}` needs {missing}: `{form}`")


def written_form(word: Word, value: Yaml) -> str:
    """How a word around other nodes is written with what it needs, `value` being one of its parameters or a node."""
    needed = needed_of(word.parameters)
    first = (*needed, *keys_of(word.parameters), "")[0]
    fits = first and not isinstance(value, list | dict) and value is not None and _fits(word, first, value)
    if not needed and not fits:
        return ""
    known = isinstance(value, str) and value in vocabulary()
    given = {key: shown(value) if fits and key == first else _example(word, key) for key in needed or (first,)}
    below = str(value) if known else "…"
    given["do"] = f"[{below}]" if word.children == "many" else below
    return f"{word.name}: {{{', '.join(f'{key}: {item}' for key, item in given.items())}}}"


def _example(word: Word, key: str) -> str:
    """A value that a parameter may have."""
    return next((str(each) for each in word.parameters.model_fields[key].examples or ()), "…")


def _fits(word: Word, key: str, value: Yaml) -> bool:
    """Whether a value can be that of one parameter."""
    try:
        word.parameters.model_validate({key: value})
    except ValidationError as error:
        return all(item["loc"][:1] != (key,) for item in error.errors(include_url=False))
    return True


def unlike(word: Word, value: Yaml) -> Hint:
    """A word with something below it that it can't have."""
    inside = [key for key in value if key in vocabulary()] if isinstance(value, dict) else []
    glued = [key for key in value if key.startswith(("-", "do:"))] if isinstance(value, dict) else []
    if word.children == "none":
        return Hint(f"`{word.name}` takes nothing, not {told(value)}")
    if glued:
        before = "-" if glued[0].startswith("-") else "do:"
        return Hint(f"a space is missing after `{before}`", (glued[0],), of_key=True)
    if word.children == "many" and isinstance(value, str) and value.startswith("-"):
        return Hint("a space is missing after `-`")
    if word.children == "many":
        return Hint(f"`{word.name}` needs a list of nodes (lines that begin with `- `)")
    if inside:
        return Hint(f"`{inside[0]}` belongs under `do:` of `{word.name}`", (inside[0],), of_key=True)
    return Hint(f"`{word.name}` needs a node under `do:`")


def unknown(name: str) -> tuple[str, int]:
    """What to say of a word that there is not, and at which of its letters."""
    head, colon, rest = name.partition(":")
    if name.startswith("-") and name[1:2].isalpha():
        return "a space is missing after `-`", 0
    if colon and rest and head in vocabulary():
        return f"a space is missing after `{head}:`", len(head) + 1
    upper, dash, _ = name.partition(" - ")
    if dash and upper in vocabulary() and vocabulary()[upper].children != "none":
        return f"a `:` is missing after `{upper}`", len(upper)
    if dash and upper in vocabulary():
        return f"a `- ` below `{upper}` does not line up with the one before it", 0
    return f"unknown word `{shown(name)}`{nearest(name, vocabulary())}", 0


def outdented(main: str, node: Mapping[str, Yaml]) -> list[str]:
    """Keys that may stand beside any word, but belong to this one by their value: `until: one` below `together:`."""
    word = vocabulary().get(main)
    if word is None or word.children == "none" or isinstance(node[main], dict):
        return []
    return [key for key in BESIDE if key in node and key in keys_of(word.parameters) and _fits(word, key, node[key])]


def _whole(word: Word, value: Yaml, extra: str, more: Yaml) -> str:
    """How a word is written with what stands behind it and what stands beside it; "" when indenting is enough."""
    if value is None or isinstance(value, dict):
        return ""
    return written_form(word, more if extra != "do" and isinstance(value, list) else value)


def belongs(main: str, extra: str, node: Mapping[str, Yaml]) -> bool:
    """Whether what stands beside a node's word is a part of that word, not indented enough."""
    word = vocabulary().get(main)
    if word is None:
        return False
    hangs = word.children != "none" and (extra == "do" or (node[main] is None and extra in vocabulary()))
    return hangs or extra in keys_of(word.parameters)


def beside(main: str, extras: Sequence[str], node: Mapping[str, Yaml]) -> str:
    """What to say of keys that can't stand beside a node's word; several only when they belong to it."""
    word, value, extra, more = vocabulary().get(main), node[main], extras[0], node[extras[0]]
    if word is None or not belongs(main, extra, node):
        hint = nearest(extra, BESIDE)
    elif word.short and value is not None and not isinstance(value, dict):
        written = "…" if more is None or isinstance(more, list | dict) else shown(more)
        hint = f": write `{main}: {{{word.short}: {shown(value)}, {extra}: {written}}}`"
    elif form := _whole(word, value, extra, more):
        hint = f": write `{form}`"
    else:
        what = "it, if it belongs" if len(extras) == 1 else "them, if they belong"
        hint = f"; indent {what} to `{main}`"
    keys = " and ".join(f"`{shown(key)}`" for key in extras)
    return f"{keys} can't stand beside `{shown(main)}`: a node is one word{hint}"

"""A node in words, as the terminal, the picture and the comparison show it: as the file writes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS
from behaviours.language.spec import Spec
from behaviours.language.subtree import CALL
from behaviours.language.words import Word

Kind = Literal["list", "wrapper", "call", "leaf", "group"]


@dataclass(frozen=True, slots=True)
class Description:
    """`word` and `main` (`go_to`, `reception`), what else is given, the conditions, and its own name if it has one."""

    kind: Kind
    word: str
    main: str
    details: tuple[str, ...]
    when: str
    until: str
    name: str
    line: int


def describe(spec: Spec) -> Description:
    """The node itself, without what is below it."""
    word = spec.word
    short = word.short if word is not None else ""
    main = "" if not short or short not in spec.written else shown(spec.written[short])
    details = tuple(f"{key} {shown(value)}" for key, value in spec.written.items() if key != short)
    default = main if word is CALL else word.name if word is not None else spec.label
    return Description(
        kind=kind_of(spec),
        word=word.name if word is not None else "do",
        main=main,
        details=details,
        when=spec.when.text if spec.when is not None else "",
        until=spec.until.text if spec.until is not None else "",
        name=spec.label if spec.label != default else "",
        line=spec.source.line,
    )


def kind_of(spec: Spec) -> Kind:
    """Which of the five looks a node has."""
    if spec.word is None:
        return "group"
    if spec.word is CALL:
        return "call"
    kinds: dict[str, Kind] = {"none": "leaf", "one": "wrapper", "many": "list"}
    return kinds[spec.word.children]


def shown(value: object) -> str:
    """A value as the file writes it."""
    if isinstance(value, dict):
        return ", ".join(f"{key} {shown(item)}" for key, item in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def contract_of(word: Word) -> str:
    """ "Succeeds or fails, takes time; claims wheels." of a leaf; nothing for a word that joins others."""
    if word.children != "none" or word is CALL:
        return ""
    ends = [verb for status, verb in ((SUCCESS, "succeeds"), (FAILURE, "fails")) if status in word.endings]
    how = " or ".join(ends) or "never ends by itself"
    duration = "takes time" if RUNNING in word.endings else "in one tick"
    claims = ", ".join(sorted(word.claims))
    manner = " while nobody above has it" if word.claims_only_free else ""
    return f"{how.capitalize()}{f', {duration}' if ends else ''}{f'; claims {claims}{manner}' if claims else ''}."

"""Reads YAML 1.2 files so that every complaint can name its file, line and column."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from pydantic import BaseModel, ConfigDict

from robot.types import LetanError
from text.problems import FileError, Problem, not_yaml

Yaml: TypeAlias = "str | int | float | bool | list[Yaml] | dict[str, Yaml] | None"  # what a file holds
Location = tuple[str | int, ...]
MAX_DEPTH = 100  # deeper than any honest file; libyaml itself composes recursively in C
MAX_BYTES = 4_000_000  # larger than any honest file
LONGEST = 60  # letters of a name that are compared and shown

_WORDS: dict[str, bool | None] = {"": None, "~": None}
for _word, _value in (("null", None), ("true", True), ("false", False)):
    _WORDS |= {_word: _value, _word.capitalize(): _value, _word.upper(): _value}
_INT = re.compile(r"[-+]?[0-9]{1,300}|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")


class Model(BaseModel):
    """The base of everything read from a file: frozen, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


@dataclass
class Document:
    """One YAML file as plain Python `data`, and where each of its values stands (lines and columns from 1)."""

    path: Path
    text: str = ""
    data: Any = None  # Yaml, which each reader checks against a model of its own
    values: dict[Location, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict)
    quoted: dict[Location, int] = field(
        default_factory=dict
    )  # of scalars: letters before the text, -1: not in one line
    complaints: list[Problem] = field(default_factory=list)

    def position(self, loc: Iterable[str | int], of_key: bool = False) -> tuple[int, int]:
        """Line and column of the value at `loc`, or of its key; what the file does not have (union tags) is skipped."""
        known = self._known(loc)
        return self.keys.get(known, self.values.get(known, (1, 1))) if of_key else self.values.get(known, (1, 1))

    def _known(self, loc: Iterable[str | int]) -> Location:
        loc = tuple(loc)
        if loc in self.values:
            return loc
        known: Location = ()
        for step in loc:
            if (*known, step) in self.values:
                known = (*known, step)
        return known

    def inside(self, loc: Location, offset: int) -> tuple[int, int]:
        """Line and column of a letter within the text at `loc`, counted from 0; of its start when it has many lines."""
        line, column = self.position(loc)
        before = self.quoted.get(self._known(loc), -1)
        return (line, column + before + offset) if offset and before >= 0 else (line, column)

    def problem(self, loc: Location, words: str, of_key: bool = False, offset: int = 0) -> Problem:
        """What is wrong with the value (or key) at `loc`, or with a letter within its text."""
        return Problem(self.path, *(self.position(loc, of_key) if of_key else self.inside(loc, offset)), words)


def read_yaml(path: Path) -> Document:
    """The document in `path`; a FileError names every duplicate key, tag and alias, and what is not YAML at all."""
    text = _text(path)
    document = Document(path, text)
    try:
        if not _refused(document, text):
            node = yaml.compose(text, Loader=yaml.CBaseLoader)
            document.data = None if node is None else _plain(node, (), document)
    except yaml.YAMLError as error:
        raise FileError([not_yaml(path, text, error)]) from None
    if document.complaints:
        raise FileError(document.complaints)
    return document


def read_value(text: str) -> Any:  # noqa: ANN401 (whatever it holds)
    """One value as it would stand in a file; LetanError when it is no YAML."""
    document = Document(Path("value"), text)
    try:
        node = yaml.compose(text, Loader=yaml.CBaseLoader)
        value = None if node is None else _plain(node, (), document)
    except yaml.YAMLError:
        raise LetanError(f"`{shown(text)}` is no value in YAML") from None
    if document.complaints:
        raise LetanError(f"`{shown(text)}`: {document.complaints[0].words}")
    return value


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise FileError([Problem(path, 0, 0, f"has more than {MAX_BYTES // 1_000_000} MB: split it")])
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise FileError([Problem(path, 0, 0, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        before = error.object[: error.start]
        line, column = before.count(b"\n") + 1, len(before.split(b"\n")[-1]) + 1
        raise FileError([Problem(path, line, column, "is not UTF-8 text: save the file as UTF-8")]) from None
    except ValueError as error:  # a path with a NUL byte
        raise FileError([Problem(path, 0, 0, f"cannot be read: {error}")]) from None


def shown(value: object) -> str:
    """A value as a message shows it: not longer than a line, invisible letters as their codes."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "keys and values"
    text = value if isinstance(value, str) else "nothing" if value is None else repr(value)
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)


def told(value: object) -> str:
    """A value as a message mentions it: what is written in backticks, the rest by its kind."""
    return shown(value) if value is None or isinstance(value, list | dict) else f"`{shown(value)}`"


def nearest(name: str, names: Iterable[str]) -> str:
    """Words that suggest the one of `names` that is close to `name`, or nothing."""
    found = closest(name, names)
    return f"; did you mean `{found}`?" if found else ""


def closest(name: str, names: Iterable[str]) -> str:
    """The one of `names` that is close to `name`, capitals aside, or ""."""
    folded = {each.lower(): each for each in names}
    found = difflib.get_close_matches(name[:LONGEST].lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def _plain(node: yaml.Node, loc: Location, document: Document) -> Yaml:
    mark = node.start_mark
    document.values[loc] = (mark.line + 1, mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        before = 1 if node.style in ("'", '"') else 0
        is_plain = node.end_mark.index - mark.index - 2 * before == len(node.value) and mark.line == node.end_mark.line
        document.quoted[loc] = before if is_plain else -1
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*loc, i), document) for i, child in enumerate(node.value)]
    return _mapping(node, loc, document)


def _mapping(node: yaml.Node, loc: Location, document: Document) -> dict[str, Yaml]:
    result: dict[str, Yaml] = {}
    for key_node, value_node in node.value:
        place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if not isinstance(key_node, yaml.ScalarNode):
            document.complaints.append(Problem(document.path, *place, "a key must be one word or text"))
            continue
        key = unicodedata.normalize("NFC", key_node.value)  # keys stay text, also `1` and `on`
        if key in result:
            first = document.keys[(*loc, key)]
            words = f"`{shown(key)}` stands here twice, first in line {first[0]}"
            document.complaints.append(Problem(document.path, *place, words))
            continue
        document.keys[(*loc, key)] = place
        result[key] = _plain(value_node, (*loc, key), document)
    return result


def _scalar(node: yaml.ScalarNode) -> str | int | float | bool | None:
    text = unicodedata.normalize("NFC", node.value)
    if node.style:  # quoted and block scalars are text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text.replace(".", "") if text[-1] in "fFnN" else text)
    return text


def _refused(document: Document, text: str) -> bool:
    """Complains about aliases, tags and bottomless nesting, seen in the events, which need no recursion."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        words = ""
        if depth > MAX_DEPTH:
            words = f"nested more than {MAX_DEPTH} deep"
        elif isinstance(event, yaml.AliasEvent):
            words = f"aliases (*{event.anchor}) are not supported: write it out"
        elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            words = _of_tag(event.tag)
        if words and (mark := event.start_mark):
            document.complaints.append(Problem(document.path, mark.line + 1, mark.column + 1, words))
        if depth > MAX_DEPTH:
            break
    return bool(document.complaints)


def _of_tag(tag: str) -> str:
    """`!lost` as in another language, or a real tag."""
    if tag.startswith("!"):
        return (
            f"`{shown(tag)}` is a tag, which is not supported: put the text in quotes, or write `not {shown(tag[1:])}`"
        )
    return f"tags (!!{shown(tag.removeprefix('tag:yaml.org,2002:'))}) are not supported"

"""Reads YAML 1.2 files so that every complaint, also pydantic's, names its file, line and column."""

from __future__ import annotations

import difflib
import re
import typing
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from robot.problems import FileError, Problem, not_yaml

Location = tuple[str | int, ...]
AnyModel = TypeVar("AnyModel", bound=BaseModel)
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
    data: Any = None
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


def validate(document: Document, model: type[AnyModel]) -> AnyModel:
    """The document as a `model`, or a FileError with all problems, one a line."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise FileError(explain(document, model, error)) from None


def explain(document: Document, model: type[BaseModel], error: ValidationError) -> list[Problem]:
    """pydantic's errors in plain words, each with its place in the file."""
    return [explain_item(document, model, item) for item in errors_of(error, model)]


def errors_of(error: ValidationError, model: type[BaseModel]) -> list[ErrorDetails]:
    """pydantic's errors without those of keys that are missing because they are misspelt."""
    items = error.errors(include_url=False)
    odd = [item["loc"] for item in items if item["type"] == "extra_forbidden"]
    meant = {(*loc[:-1], closest(str(loc[-1]), _field_names(model, loc[:-1]))) for loc in odd}
    return [item for item in items if item["type"] != "missing" or item["loc"] not in meant]


_PLAIN = {  # pydantic's kinds of errors in a designer's words; {…} from its context
    "int_parsing": "expected a whole number",
    "int_from_float": "expected a whole number",
    "int_type": "expected a whole number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
    "string_type": "expected a text",
    "string_too_short": "expected a text that is not empty",
    "list_type": "expected a list (lines that begin with `- `)",
    "dict_type": "expected lines of `key: value`",
    "model_type": "expected lines of `key: value`",
    "less_than": "expected less than {lt:g}",
    "less_than_equal": "expected at most {le:g}",
    "greater_than": "expected more than {gt:g}",
    "greater_than_equal": "expected at least {ge:g}",
}


def explain_item(document: Document, model: type[BaseModel], item: ErrorDetails, within: Location = ()) -> Problem:
    """One of pydantic's errors, where the model stands at `within` of the file."""
    loc, kind, offset = item["loc"], item["type"], 0
    name = loc[-1] if loc else ""
    if kind == "extra_forbidden":
        words = f"unknown key `{shown(name)}`{nearest(str(name), _field_names(model, loc[:-1]))}"
    elif kind == "missing":
        words = f"`{name}` is missing"
    else:
        context = item.get("ctx", {})
        inner = context.get("error") if kind == "value_error" else None
        words = str(inner) if inner else _PLAIN[kind].format_map(context) if kind in _PLAIN else item["msg"]
        words, offset = words.replace("Input should be", "expected"), getattr(inner, "column", 0)
        choices = re.findall(r"'([^']+)'", str(context.get("expected") or context.get("expected_tags") or ""))
        given = item["input"]
        is_said = shown(given) in words or hasattr(inner, "column")
        if isinstance(given, str | int | float | bool) and not is_said:
            words += f", not `{shown(given)}`{nearest(str(given), choices)}"
    return document.problem((*within, *loc), words, kind == "extra_forbidden", offset)


def shown(value: object) -> str:
    """A value as a message shows it: not longer than a line."""
    text = value if isinstance(value, str) else "nothing" if value is None else repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def nearest(name: str, names: Iterable[str]) -> str:
    """Words that suggest the one of `names` that is close to `name`, or nothing."""
    found = closest(name, names)
    return f"; did you mean `{found}`?" if found else ""


def closest(name: str, names: Iterable[str]) -> str:
    """The one of `names` that is close to `name`, capitals aside, or ""."""
    folded = {each.lower(): each for each in names}
    found = difflib.get_close_matches(name[:LONGEST].lower(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else ""


def _plain(node: yaml.Node, loc: Location, document: Document) -> Any:  # noqa: ANN401 plain YAML data
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


def _mapping(node: yaml.Node, loc: Location, document: Document) -> dict[str, Any]:
    result: dict[str, Any] = {}
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
            words = f"tags ({event.tag}) are not supported"
        if words and (mark := event.start_mark):
            document.complaints.append(Problem(document.path, mark.line + 1, mark.column + 1, words))
        if depth > MAX_DEPTH:
            break
    return bool(document.complaints)


def _field_names(model: type[BaseModel], loc: Location) -> set[str]:
    """The keys that may stand at `loc` of a model: a walk over its fields' annotations, for suggestions only."""
    here: list[type[BaseModel]] = [model]
    for step in loc:
        found = [m for each in here if (info := _by_key(each).get(str(step))) for m in _models_in(info)]
        tagged = [m for m in here if m.__name__ == step]
        here = found or tagged or here
    return {key for each in here for key in _by_key(each)}


def _by_key(model: type[BaseModel]) -> dict[str, Any]:
    return {info.alias or name: info.annotation for name, info in model.model_fields.items()}


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return [annotation] if issubclass(annotation, BaseModel) else []
    return [model for part in typing.get_args(annotation) for model in _models_in(part)]

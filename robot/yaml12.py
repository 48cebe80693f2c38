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

from robot.types import LetanError

Location = tuple[str | int, ...]
AnyModel = TypeVar("AnyModel", bound=BaseModel)
MAX_DEPTH = 100  # deeper than any honest file; libyaml itself composes recursively in C

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
    data: Any = None
    values: dict[Location, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Location, tuple[int, int]] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def position(self, loc: Iterable[str | int], of_key: bool = False) -> tuple[int, int]:
        """Line and column of the value at `loc`, or of its key; what the file does not have (union tags) is skipped."""
        known: Location = ()
        for step in loc:
            if (*known, step) in self.values:
                known = (*known, step)
        return self.keys.get(known, self.values.get(known, (1, 1))) if of_key else self.values.get(known, (1, 1))

    def say(self, loc: Iterable[str | int], words: str, of_key: bool = False) -> str:
        """`words` behind `file:line:col:`."""
        line, column = self.position(loc, of_key)
        return f"{self.path}:{line}:{column}: {words}"


def read_yaml(path: Path) -> Document:
    """The document in `path`; a LetanError names every duplicate key, tag and alias, and what is not YAML at all."""
    document = Document(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        if not _refused(document, text):
            node = yaml.compose(text, Loader=yaml.CBaseLoader)
            document.data = None if node is None else _plain(node, (), document)
    except OSError as error:
        raise LetanError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise LetanError(f"{path}: is not UTF-8 text") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise LetanError(f"{path}{place}: not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise LetanError(f"{path}: not YAML: {error}") from None
    if document.complaints:
        raise LetanError("\n".join(document.complaints))
    return document


def validate(document: Document, model: type[AnyModel]) -> AnyModel:
    """The document as a `model`, or a LetanError with all problems, one a line."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise LetanError("\n".join(explain(document, model, error))) from None


def explain(document: Document, model: type[BaseModel], error: ValidationError) -> list[str]:
    """pydantic's errors in plain words, each with its place in the file."""
    lines = []
    for item in error.errors(include_url=False):
        loc, kind = item["loc"], item["type"]
        name = loc[-1] if loc else ""
        if kind == "extra_forbidden":
            words = f"unknown key `{name}`{nearest(str(name), _field_names(model, loc[:-1]))}"
        elif kind == "missing":
            words = f"`{name}` is missing"
        else:
            context = item.get("ctx", {})
            words = str(context["error"]) if kind == "value_error" and "error" in context else item["msg"]
            choices = re.findall(r"'([^']+)'", str(context.get("expected") or context.get("expected_tags") or ""))
            given = item["input"]
            if isinstance(given, str | int | float | bool):
                words += f", not `{given}`{nearest(str(given), choices)}"
        lines.append(document.say(loc, words, of_key=kind == "extra_forbidden"))
    return lines


def nearest(name: str, names: Iterable[str]) -> str:
    """Words that suggest the one of `names` that is close to `name`, or nothing."""
    found = difflib.get_close_matches(name, list(names), n=1, cutoff=0.6)
    return f"; did you mean `{found[0]}`?" if found else ""


def _plain(node: yaml.Node, loc: Location, document: Document) -> Any:  # noqa: ANN401 plain YAML data
    mark = node.start_mark
    document.values[loc] = (mark.line + 1, mark.column + 1)
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*loc, i), document) for i, child in enumerate(node.value)]
    return _mapping(node, loc, document)


def _mapping(node: yaml.Node, loc: Location, document: Document) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for key_node, value_node in node.value:
        place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        where = f"{document.path}:{place[0]}:{place[1]}"
        if not isinstance(key_node, yaml.ScalarNode):
            document.complaints.append(f"{where}: a key must be one word or text")
            continue
        key = unicodedata.normalize("NFC", key_node.value)  # keys stay text, also `1` and `on`
        if key in result:
            first = document.keys[(*loc, key)]
            document.complaints.append(f"{where}: `{key}` stands here twice, first in line {first[0]}")
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
            document.complaints.append(f"{document.path}:{mark.line + 1}:{mark.column + 1}: {words}")
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

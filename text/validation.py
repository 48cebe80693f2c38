"""Checks what a file holds against a pydantic model, and tells every error in plain words with its place."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from text.problems import FileError, Problem
from text.yaml12 import Document, Location, closest, nearest, shown

AnyModel = TypeVar("AnyModel", bound=BaseModel)


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
    meant = {(*loc[:-1], _meant(str(loc[-1]), _field_names(model, loc[:-1]))) for loc in odd}
    merged = {loc[:-1] for loc in odd if loc[-1] == "<<"}  # what is merged in may be just what is missing
    return [
        item for item in items if item["type"] != "missing" or not (item["loc"] in meant or item["loc"][:-1] in merged)
    ]


def _meant(key: str, names: Iterable[str]) -> str:
    """The name that an unknown key stands for: one glued to its value (`place:dock` in braces), or the nearest."""
    head, colon, _ = key.partition(":")
    return head if colon and head in set(names) else closest(key, names)


def _unknown(key: str, names: Iterable[str]) -> str:
    """What to say of an unknown key."""
    if key == "<<":
        return "merging with `<<` is not supported: write the lines out"
    if ":" in key and _meant(key, names) == key.partition(":")[0]:
        return f"a space is missing after `{key.partition(':')[0]}:`"
    return f"unknown key `{shown(key)}`{nearest(key, names)}"


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
    "less_than": "expected less than {lt:.12g}",
    "less_than_equal": "expected at most {le:.12g}",
    "greater_than": "expected more than {gt:.12g}",
    "greater_than_equal": "expected at least {ge:.12g}",
}


def explain_item(document: Document, model: type[BaseModel], item: ErrorDetails, within: Location = ()) -> Problem:
    """One of pydantic's errors, where the model stands at `within` of the file."""
    loc, kind, offset = item["loc"], item["type"], 0
    name = loc[-1] if loc else ""
    if kind == "extra_forbidden":
        words = _unknown(str(name), _field_names(model, loc[:-1]))
    elif kind == "missing":
        words = f"`{name}` is missing"
    else:
        context = item.get("ctx", {})
        inner = context.get("error") if kind == "value_error" else None
        words = str(inner) if inner else _PLAIN[kind].format_map(context) if kind in _PLAIN else item["msg"]
        words, offset = words.replace("Input should be", "expected"), getattr(inner, "column", 0)
        if document.data is None:
            words = f"this file is empty: {words}"
        choices = re.findall(r"'([^']+)'", str(context.get("expected") or context.get("expected_tags") or ""))
        given = item["input"]
        is_said = inner is not None and (shown(given) in words or hasattr(inner, "column"))
        if isinstance(given, str | int | float | bool) and given != "" and not is_said:
            words += f", not `{shown(given)}`{nearest(str(given), choices)}"
    return document.problem((*within, *loc), words, kind == "extra_forbidden", offset)


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

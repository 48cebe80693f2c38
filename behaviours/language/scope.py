"""Tree variables: typed by their declaration, one scope a loaded tree, nothing global."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from behaviours.language.tick import Value
from text.quantities import UNITS, a, dimension_of, meant, parse
from text.yaml12 import shown

Kind = Literal["bool", "text", "number", "time", "length", "speed", "angle", "share"]
_DIMENSIONS = frozenset(dimension for dimension, _ in UNITS.values())
_CLOCK = re.compile(r"\d{1,2}:\d{2}")
_DIGIT = re.compile(r"[+-]?\.?\d")
_ZERO: dict[str, Value] = {"bool": False, "text": ""}
_SAMPLES: dict[str, str | int | bool] = {
    "bool": True,
    "text": "",
    "number": 1,
    "time": "1 s",
    "length": "1 m",
    "speed": "1 m/s",
    "angle": "1 deg",
}


def convert(value: object, kind: str) -> Value:
    """A written value as a value of `kind`; ValueError says what is expected."""
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e300:
        return float(value)
    if kind in _DIMENSIONS:
        return parse(value, kind)
    hint = spoken(value) if kind == "bool" and isinstance(value, str) else ""
    raise ValueError(f"expected {a(kind)}, got {shown(value)}{hint and f': write `{hint}`'}")


def kind_of(value: object) -> str:
    """The kind of a first value: `0` is a number, `false` a bool, `3 min` a time, other words a text."""
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        dimension = dimension_of(value)
        if not dimension and (words := _no_first_value(value)):
            raise ValueError(words)
        return dimension or "text"
    raise ValueError(f"expected a first value such as `0`, `false` or `3 min`, or {{type: …}}, got {shown(value)}")


def spoken(text: str) -> str:
    """What `yes`, `no`, `on` and `off` are called in YAML 1.2, or "" for other texts."""
    return {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(text.lower(), "")


def _no_first_value(text: str) -> str:
    """Why a text is hardly meant as a text, or ""."""
    if word := spoken(text):
        return f"write `{word}`, not `{text}` (a text: `{{type: text, default: {text}}}`)"
    if _CLOCK.fullmatch(text):
        return f"no variable keeps a time of day: conditions ask for it, as in `time_of_day < {text}`"
    if not _DIGIT.match(text):
        return ""
    guess = meant(text)
    hint = f"did you mean `{guess}`?" if guess else f"a text is `{{type: text, default: {shown(text)}}}`"
    return f"expected a number, or a quantity with its unit, got {shown(text)}; {hint}"


class Declaration(BaseModel):
    """The type of a variable, parameter or output, and its first value; a bare value stands for both."""

    model_config = ConfigDict(extra="forbid")
    type: Kind = Field(description="the kind of its values")
    # Any where Yaml is meant: pydantic can't resolve an alias that names itself
    default: Any = Field(default=None, description="its first value; a parameter without one must be given")
    about: str = Field(default="", description="what it is for")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, data: object) -> object:
        """`visitors: 0` is short for `visitors: {type: number, default: 0}`."""
        return data if isinstance(data, dict) else {"type": kind_of(data), "default": data}

    @field_validator("default")
    @classmethod
    def _default_fits(cls, value: object, info: ValidationInfo) -> object:
        if value is not None and "type" in info.data:
            convert(value, info.data["type"])
        return value

    @property
    def initial(self) -> Value:
        """The value that a fresh variable has."""
        return convert(self.default, self.type) if self.default is not None else _ZERO.get(self.type, 0.0)

    @property
    def sample(self) -> str | int | bool:
        """A written value of this type, in whose place a caller's will stand."""
        return _SAMPLES.get(self.type, "1 %")


class Scope:
    """The variables of one loaded tree, by slot: `visitors` of the main tree, `greet.visitors` of a tree it calls."""

    def __init__(self, declarations: Mapping[str, Declaration]) -> None:
        self.declarations = declarations
        self.values = {slot: declaration.initial for slot, declaration in declarations.items()}

    def inherit(self, earlier: Scope) -> None:
        """Take over the values of variables of the same slot and type."""
        for slot, declaration in self.declarations.items():
            old = earlier.declarations.get(slot)
            if old is not None and old.type == declaration.type:
                self.values[slot] = earlier.values[slot]

    def __getitem__(self, slot: str) -> Value:
        return self.values[slot]

    def __setitem__(self, slot: str, value: Value) -> None:
        self.values[slot] = value

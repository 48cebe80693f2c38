"""Tree variables: typed by their declaration, one scope a loaded tree, nothing global."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from behaviours.language import units

Kind = Literal["bool", "text", "number", "time", "length", "speed", "angle", "share"]
_ZERO: dict[str, bool | float | str] = {"bool": False, "text": ""}


def convert(value: object, kind: str) -> bool | float | str:
    """A written value as a value of `kind`; ValueError says what is expected."""
    if kind == "bool" and isinstance(value, bool):
        return value
    if kind == "text" and isinstance(value, str):
        return value
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    if kind in {dimension for dimension, _ in units.UNITS.values()}:
        return units.parse(value, kind)
    raise ValueError(f"expected a {kind}, got {value!r}")


class Declaration(BaseModel):
    """A variable's or parameter's type and, if any, its first value."""

    model_config = ConfigDict(extra="forbid")
    type: Kind
    default: Any = None
    about: str = ""

    @model_validator(mode="after")
    def _default_fits(self) -> Declaration:
        if self.default is not None:
            convert(self.default, self.type)
        return self

    @property
    def initial(self) -> bool | float | str:
        """The value that a fresh variable has."""
        return convert(self.default, self.type) if self.default is not None else _ZERO.get(self.type, 0.0)


class Scope:
    """The variables of one loaded tree."""

    def __init__(self, declarations: dict[str, Declaration], earlier: Scope | None = None) -> None:
        self.declarations = declarations
        self.values = {name: declaration.initial for name, declaration in declarations.items()}
        if earlier is not None:
            for name, declaration in declarations.items():
                old = earlier.declarations.get(name)
                if old is not None and old.type == declaration.type:
                    self.values[name] = earlier.values[name]

    def __getitem__(self, name: str) -> bool | float | str:
        return self.values[name]

    def __setitem__(self, name: str, value: bool | float | str) -> None:
        self.values[name] = value

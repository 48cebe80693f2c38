"""Quantities with units, as designers write them (`0.4 m/s`, `80 cm`, `20 %`), become SI floats."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from robot.yaml12 import shown

# unit: (dimension, factor to SI)
UNITS: dict[str, tuple[str, float]] = {
    "ms": ("time", 1e-3),
    "s": ("time", 1.0),
    "min": ("time", 60.0),
    "h": ("time", 3600.0),
    "mm": ("length", 1e-3),
    "cm": ("length", 1e-2),
    "m": ("length", 1.0),
    "m/s": ("speed", 1.0),
    "cm/s": ("speed", 1e-2),
    "km/h": ("speed", 1 / 3.6),
    "deg": ("angle", 0.017453292519943295),
    "rad": ("angle", 1.0),
    "%": ("share", 1e-2),
}
_QUANTITY = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([a-z%/]*)\s*$")


def examples(dimension: str) -> str:
    """The units of a dimension, for error messages: "s, min, h"."""
    return ", ".join(unit for unit, (of, _) in UNITS.items() if of == dimension)


def dimension_of(text: str) -> str:
    """The dimension of a quantity such as `3 min`, or "" when the text is none."""
    match = _QUANTITY.match(text)
    return UNITS[match[2]][0] if match and match[2] in UNITS else ""


def parse(text: object, dimension: str) -> float:
    """The SI value of a quantity; ValueError says what is expected."""
    expected = f"expected a {dimension} with its unit ({examples(dimension)})"
    match = _QUANTITY.match(text) if isinstance(text, str) and len(text) < 100 else None
    if match is None:
        raise ValueError(f"{expected}, got {shown(text)}")
    number, unit = match.groups()
    if unit not in UNITS:
        raise ValueError(f"{expected}, got {'no unit' if not unit else f'the unit `{unit}`'} in `{text}`")
    of, factor = UNITS[unit]
    if of != dimension:
        raise ValueError(f"{expected}, got a {of}: `{text}`")
    return float(number) * factor


def written(value: float, dimension: str) -> str:
    """An SI value as a designer writes it: `0.7 m/s`, `20 %`."""
    base = next((unit, factor) for unit, (of, factor) in UNITS.items() if of == dimension and factor in (1.0, 0.01))
    unit, factor = ("m", 1.0) if dimension == "length" else base
    return f"{value / factor:g} {unit}"


def _reader(dimension: str) -> BeforeValidator:
    def read(value: Any) -> float:  # noqa: ANN401 (pydantic hands over whatever the file holds)
        return parse(value, dimension)

    pattern = rf"^\s*[+-]?\d+(\.\d+)?\s*({'|'.join(unit for unit, (of, _) in UNITS.items() if of == dimension)})\s*$"
    return BeforeValidator(read, json_schema_input_type=Annotated[str, Field(pattern=pattern, title=f"a {dimension}")])


Time = Annotated[float, _reader("time")]
Length = Annotated[float, _reader("length")]
Speed = Annotated[float, _reader("speed")]
Share = Annotated[float, _reader("share")]

"""Quantities with units, as people write them into files (`0.4 m/s`, `80 cm`, `20 %`), become SI floats."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from text.yaml12 import closest, shown

DAY = 86_400.0  # s: what shall wait longer asks for the time of day
FAR = 1000.0  # m: farther than any hall
LONGEST = 100  # letters of a quantity
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
_ALIASES = {
    **dict.fromkeys(("sec", "secs", "second", "seconds"), "s"),
    **dict.fromkeys(("mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("meter", "meters", "metre", "metres"), "m"),
    **dict.fromkeys(("degree", "degrees", "°"), "deg"),
    **dict.fromkeys(("percent", "pct"), "%"),
    **dict.fromkeys(("mps", "m/sec"), "m/s"),
    **dict.fromkeys(("kmh", "kph"), "km/h"),
}
_LOOSE = re.compile(r"\s*([+-]?\d[\d_]*(?:[.,]\d+)?(?:[eE][+-]?\d{1,3})?)\s*([^\d\s]*)\s*$")
_PIECE = re.compile(r"\s*(\d+(?:[.,]\d+)?)\s*([a-z%/]+)")
_QUANTITY = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*([a-z%/]*)\s*$")


def examples(dimension: str) -> str:
    """The units of a dimension, for error messages: "s, min, h"."""
    return ", ".join(unit for unit, (of, _) in UNITS.items() if of == dimension)


def dimension_of(text: str) -> str:
    """The dimension of a quantity such as `3 min`, or "" when the text is none."""
    match = _QUANTITY.match(text)
    return UNITS[match[2]][0] if match and match[2] in UNITS else ""


def unit_meant(word: str) -> str:
    """The unit that `sec`, `Min` or `minutes` probably stands for, or ""."""
    return _ALIASES.get(word.lower()) or closest(word, UNITS)


def meant(text: str) -> str:
    """The number or quantity that `2,5 s`, `1_000`, `5 sec` or `1 min 30 s` probably stands for, or ""."""
    if len(text) >= LONGEST:
        return ""
    pieces = _PIECE.findall(text)
    of = {UNITS.get(unit, ("",))[0] for _, unit in pieces}
    if len(pieces) > 1 and len(of) == 1 and not _PIECE.sub("", text).strip() and (dimension := of.pop()):
        total = sum(float(number.replace(",", ".")) * UNITS[unit][1] for number, unit in pieces)
        return written(total, dimension)
    match = _LOOSE.match(text)
    if match is None:
        return ""
    number, unit = match[1].replace("_", "").replace(",", "."), match[2]
    if "e" in number.lower():
        number = f"{float(number):.12g}" if abs(float(number)) < 1e9 else "e"
    unit = unit and unit_meant(unit)
    found = f"{number} {unit}".strip()
    return found if _QUANTITY.match(found) and (unit or not match[2]) and found != text.strip() else ""


def parse(text: object, dimension: str) -> float:
    """The SI value of a quantity; ValueError says what is expected."""
    expected = f"expected a {dimension} with its unit ({examples(dimension)})"
    match = _QUANTITY.match(text) if isinstance(text, str) and len(text) < LONGEST else None
    if match is None:
        raise ValueError(f"{expected}, got {shown(text)}{_hint(text, dimension)}")
    number, unit = match.groups()
    if unit not in UNITS:
        raise ValueError(
            f"{expected}, got {'no unit' if not unit else f'the unit `{unit}`'} in `{text}`{_hint(text, dimension)}"
        )
    of, factor = UNITS[unit]
    if of != dimension:
        raise ValueError(f"{expected}, got {a(of)}: `{text}`")
    return float(number) * factor


def _hint(text: object, dimension: str) -> str:
    guess = meant(text) if isinstance(text, str) else ""
    return f"; did you mean `{guess}`?" if dimension_of(guess) == dimension else ""


def written(value: float, dimension: str) -> str:
    """An SI value as a designer writes it: `0.7 m/s`, `20 %`, `24 h`."""
    if dimension == "time" and value and value % 3600.0 == 0:
        return f"{value / 3600.0:g} h"
    base = next((unit, factor) for unit, (of, factor) in UNITS.items() if of == dimension and factor in (1.0, 0.01))
    unit, factor = ("m", 1.0) if dimension == "length" else base
    return f"{value / factor:g} {unit}"


def a(kind: str) -> str:
    """A kind of values as a message calls it: `a time`, `true or false`."""
    return {"bool": "true or false", "clock": "a time of day", "angle": "an angle"}.get(kind, f"a {kind}")


def _reader(dimension: str) -> BeforeValidator:
    def read(value: object) -> float:
        return parse(value, dimension)

    pattern = rf"^\s*\+?\d+(\.\d+)?\s*({'|'.join(unit for unit, (of, _) in UNITS.items() if of == dimension)})\s*$"
    return BeforeValidator(read, json_schema_input_type=Annotated[str, Field(pattern=pattern, title=f"a {dimension}")])


# Parameters of words: never below nothing, and not beyond what a slip of the hand alone would write.
Time = Annotated[float, _reader("time"), Field(ge=0, le=DAY)]
Length = Annotated[float, _reader("length"), Field(ge=0, le=FAR)]
Speed = Annotated[float, _reader("speed"), Field(ge=0)]
Share = Annotated[float, _reader("share"), Field(ge=0, le=1)]


def plain_or_with_unit(dimension: str, unit: str) -> BeforeValidator:
    """Reads a number, which is in `unit` ("" of a share), or a quantity with any unit of its dimension, in `unit` then.

    For files whose figures have one natural unit each; YAML's own error stays for what is neither.
    """

    factor = UNITS[unit][1] if unit else 1.0

    def read(value: object) -> object:
        return parse(value, dimension) / factor if isinstance(value, str) else value

    units = "|".join(name for name, (of, _) in UNITS.items() if of == dimension)
    text = Annotated[str, Field(pattern=rf"^\s*[+-]?\d+(\.\d+)?\s*({units})\s*$", title=f"a {dimension}")]
    return BeforeValidator(read, json_schema_input_type=float | text)

"""Parameter types of leaves that the reader checks against the site: text keys, places, conditions, assignments."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field, InstanceOf, ValidationInfo
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticKnownError

from behaviours.language.conditions import Assignment, Condition, Variable, compile_assignment, compile_condition
from behaviours.language.expressions import Name
from text.quantities import Speed
from text.yaml12 import nearest, shown


@dataclass(frozen=True)
class Surroundings:
    """What a tree may refer to: condition names, text keys by language, places of the site, and its own variables.

    `empty` are the text keys of each language that have no words yet; `odd` says of some what a tree can't fill in.
    """

    names: Mapping[str, Name]
    texts: Mapping[str, Set[str]] = field(default_factory=dict)
    places: Set[str] = frozenset()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    empty: Mapping[str, Set[str]] = field(default_factory=dict)
    odd: Mapping[str, str] = field(default_factory=dict)
    top_speed: float = math.inf  # m/s, of the robot


def _around(info: ValidationInfo) -> Surroundings:
    around = info.context
    assert isinstance(around, Surroundings)
    return around


def _text_key(key: str, info: ValidationInfo) -> str:
    around = _around(info)
    for language, keys in around.texts.items():
        if key not in keys:
            raise ValueError(f"the text `{shown(key)}` is missing in texts/{language}.yaml{nearest(key, keys)}")
    if key in around.odd:
        raise ValueError(f"the text `{key}` {around.odd[key]}")
    return key


def _place(place: str, info: ValidationInfo) -> str:
    places = _around(info).places
    if place not in places:
        hint = nearest(place, places) or f"; the site has {', '.join(sorted(places))}"
        raise ValueError(f"unknown place `{shown(place)}`{hint}")
    return place


def _within_top_speed(speed: float, info: ValidationInfo) -> float:
    top = _around(info).top_speed
    if speed > top:
        raise PydanticKnownError("less_than_equal", {"le": top})
    return speed


def _condition(value: object, info: ValidationInfo) -> Condition:
    return compile_condition(value, _around(info).names)


def _assignment(value: object, info: ValidationInfo) -> Assignment:
    around = _around(info)
    return compile_assignment(value, around.names, around.variables)


_TEXT = AfterValidator(_text_key)
_PLACE = AfterValidator(_place)
TextKey = Annotated[str, _TEXT]
Place = Annotated[str, _PLACE]
DriveSpeed = Annotated[Speed, AfterValidator(_within_top_speed)]  # never more than the robot can
# as the file has them, for the schema
_WRITTEN = Annotated[str | bool, Field(title="a condition")]
_SET = Annotated[str, Field(title="an assignment")]
When = Annotated[InstanceOf[Condition], BeforeValidator(_condition, json_schema_input_type=_WRITTEN)]
Assign = Annotated[
    InstanceOf[Assignment],
    BeforeValidator(_assignment, json_schema_input_type=_SET),
]


def fields_that_refer_to(kind: Literal["text", "place"], model: type[BaseModel]) -> list[str]:
    """The fields of a word's parameters that name a text (`text`) or a place (`place`) of the site."""
    mark = _TEXT if kind == "text" else _PLACE
    return [name for name, info in model.model_fields.items() if mark in info.metadata]

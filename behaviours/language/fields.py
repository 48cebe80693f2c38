"""Parameter types of leaves that the reader checks against the site: text keys, places, conditions."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import BeforeValidator, ValidationInfo
from pydantic.functional_validators import AfterValidator

from behaviours.language.conditions import Condition, Name, compile_condition
from robot.yaml12 import nearest


@dataclass(frozen=True)
class Surroundings:
    """What a tree may refer to: condition names, text keys by language, and places of the site."""

    names: Mapping[str, Name]
    texts: Mapping[str, Set[str]] = field(default_factory=dict)
    places: Set[str] = frozenset()


def _around(info: ValidationInfo) -> Surroundings:
    around = info.context
    assert isinstance(around, Surroundings)
    return around


def _text_key(key: str, info: ValidationInfo) -> str:
    for language, keys in _around(info).texts.items():
        if key not in keys:
            raise ValueError(f"the text `{key}` is missing in texts/{language}.yaml{nearest(key, keys)}")
    return key


def _place(place: str, info: ValidationInfo) -> str:
    places = _around(info).places
    if place not in places:
        raise ValueError(f"unknown place `{place}`{nearest(place, places)}; the site has {', '.join(sorted(places))}")
    return place


def _condition(value: Any, info: ValidationInfo) -> Condition:  # noqa: ANN401 (pydantic hands over what the file holds)
    return compile_condition(value, _around(info).names)


TextKey = Annotated[str, AfterValidator(_text_key)]
Place = Annotated[str, AfterValidator(_place)]
When = Annotated[Condition, BeforeValidator(_condition, json_schema_input_type=str)]

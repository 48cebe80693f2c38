"""What happens, as a catalogue: each kind of event is a frozen dataclass under the name that it has in every log."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar, dataclass_transform


class Event:
    """Something that happened; its fields are plain JSON values, their units are said beside them."""

    __slots__ = ()
    name: ClassVar[str]


CATALOGUE: dict[str, type[Event]] = {}
Kind = TypeVar("Kind", bound=Event)
Record = Callable[[Event], None]


@dataclass_transform(frozen_default=True)
def event(name: str) -> Callable[[type[Kind]], type[Kind]]:
    """The frozen dataclass of the events of this name. ValueError where two kinds bear one name."""

    def register(cls: type[Kind]) -> type[Kind]:
        known = CATALOGUE.get(name)
        if known is not None and known.__qualname__ != cls.__qualname__:
            raise ValueError(f"two kinds of events are called `{name}`: {known.__qualname__} and {cls.__qualname__}")
        made = dataclass(frozen=True, slots=True)(cls)
        made.name = name
        CATALOGUE[name] = made
        return made

    return register


def facts(happened: Event) -> dict[str, Any]:
    """The fields of an event as JSON has them."""
    return {each.name: getattr(happened, each.name) for each in dataclasses.fields(happened)}  # type: ignore[arg-type]


class Entry(NamedTuple, Generic[Kind]):
    """An event in a log, with the second of the log's clock at which it happened."""

    t: float
    event: Kind

    def line(self) -> str:
        """One line of a log: equal entries are equal bytes."""
        told = {"t": self.t, "event": self.event.name, **facts(self.event)}
        try:
            return json.dumps(told, sort_keys=True, ensure_ascii=False, allow_nan=False)
        except ValueError:  # JSON has no words for what is no number
            return json.dumps(_with_null(told), sort_keys=True, ensure_ascii=False)


def read_entry(line: str) -> Entry[Event]:
    """What `Entry.line` wrote. ValueError for a line that is none, or of a kind that this version does not know."""
    told = json.loads(line)
    if not isinstance(told, Mapping) or not isinstance(told.get("t"), int | float):
        raise ValueError("a line of events has a time `t` and a name `event`")
    name = told.get("event")
    fields = {key: _as_field(value) for key, value in told.items() if key not in ("t", "event")}
    if name not in CATALOGUE:
        raise ValueError(f"there is no kind of event `{name}`")
    try:
        return Entry(float(told["t"]), CATALOGUE[name](**fields))
    except TypeError as error:
        raise ValueError(f"`{name}`: {error}") from None


def _as_field(value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    return tuple(value) if isinstance(value, list) else value


def _with_null(value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _with_null(each) for key, each in value.items()}
    return [_with_null(each) for each in value] if isinstance(value, list | tuple) else value

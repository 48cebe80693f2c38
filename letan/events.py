"""What the loop and the designers' tools tell; and the catalogue of all events as a page of the docs."""

from __future__ import annotations

import dataclasses
import typing
from typing import Annotated, Literal

import sim.events  # noqa: F401 (their kinds belong into the catalogue)
from behaviours.claims import Actuator
from robot.events import CATALOGUE, Event, event
from robot.pages import PageName

Then = Literal["restarted", "tried again", "left out"]


@event("touch")
class Touched(Event):
    """Somebody has touched the screen."""

    page: Annotated[PageName, "the page it was made on"]
    action: Annotated[str, "what the tile means"]
    value: Annotated[str, "the tile's argument; never a key: neither codes nor what is typed are told"] = ""


@event("understood")
class Understood(Event):
    """Somebody has said something."""

    accepted: Annotated[str | None, "the request that is sure enough"]
    ranked: Annotated[tuple[str, ...], "the nearest requests, the best first"]


@event("page")
class PageShown(Event):
    """Another page is shown."""

    page: Annotated[PageName, "its name"]


@event("say")
class RobotSaid(Event):
    """The robot says something."""

    text: Annotated[str, "its words"]
    language: Annotated[str, "their language"]


@event("unsure")
class Unsure(Event):
    """The robot no longer knows where it is."""

    health: Annotated[float, "how well the scan fits the map, 0-1"]


@event("found")
class Found(Event):
    """The robot has found itself elsewhere."""

    at: Annotated[tuple[float, ...], "x, y in m and heading in degrees, in map"]


@event("safety_stop")
class SafetyStop(Event):
    """The safety layer holds the robot."""

    reason: Annotated[str, "in words"]


@event("safety_free")
class SafetyFree(Event):
    """The safety layer lets the robot move again."""

    reason: Annotated[str, "always empty"] = ""


@event("two_claims")
class TwoClaims(Event):
    """Two nodes begin to claim one actuator."""

    actuator: Annotated[Actuator, "wheels, page, voice or music"]
    kept: Annotated[str, "file and line of the node that has it"]
    lost: Annotated[str, "file and line of the other"]


@event("leaf_raised")
class LeafRaised(Event):
    """A leaf broke off with an error; it counts as failed."""

    source: Annotated[str, "file and line of the node"]
    text: Annotated[str, "the traceback"]


@event("tree_swapped")
class TreeSwapped(Event):
    """New trees and texts run."""

    words: Annotated[str, "in words"]


@event("tree_broken")
class TreeBroken(Event):
    """New trees or texts have errors; what runs stays."""

    words: Annotated[str, "each with file, line and column"]


@event("tree_ready")
class TreeReady(Event):
    """New trees and texts are sound and wait until nobody is being served."""

    words: Annotated[str, "in words"]


@event("sensor_trouble")
class SensorTrouble(Event):
    """Figures of the sensors that no robot can have are kept out, or all is well again."""

    what: Annotated[str, "in words; empty when all is well again"]


@event("part_failed")
class PartFailed(Event):
    """A part of the loop broke off with an error: the robot stands in that turn."""

    part: Annotated[str, "localizer, tracker, tree …"]
    place: Annotated[str, "file and line"]
    error: Annotated[str, "the error in words"]
    then: Then


def catalogue() -> str:
    """The catalogue of events in Markdown."""
    lines = ["# Events", "", *_HEAD]
    rooms: dict[str, list[type[Event]]] = {}
    for kind in CATALOGUE.values():
        rooms.setdefault(kind.__module__.partition(".")[0], []).append(kind)
    for room, kinds in sorted(rooms.items()):
        lines += ["", f"## {room}", "", "| event | what happened | fields |", "|---|---|---|"]
        for kind in sorted(kinds, key=lambda each: each.name):
            lines.append(f"| `{kind.name}` | {(kind.__doc__ or '').strip()} | {_fields(kind)} |")
    return "\n".join(lines) + "\n"


_HEAD = (
    "Each line of `events.jsonl` is one event: `t` is the second of the run's clock, `event` the name, and the fields",
    "stand beside them. Drawn from the types by `letan sim events`.",
)


def _fields(kind: type[Event]) -> str:
    hints = typing.get_type_hints(kind, include_extras=True)
    told = []
    for each in dataclasses.fields(kind):  # type: ignore[arg-type]
        hint = hints[each.name]
        if typing.get_origin(hint) is Literal:
            about = " or ".join(f"`{choice}`" if choice else "nothing" for choice in typing.get_args(hint))
        else:
            about = typing.get_args(hint)[1]
        told.append(f"`{each.name}`: {about}")
    return "; ".join(told).replace("|", "\\|")

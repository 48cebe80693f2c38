"""What stands in the hall: what of it is solid, and what of it a lidar sees."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np

from centre.floor import Floor, Segment, box_segments
from robot.types import FloatArray, Pose
from sim.events import ContactKind

Surface = Literal["plain", "glass", "black", "low"]
NOTHING: FloatArray = np.zeros((0, 4))
LEG_OF_CHAIR = 0.015  # m, half its width
HALF_CHAIR = 0.2  # m


@dataclass(frozen=True, slots=True, eq=False)
class Thing:
    """Something solid. `solid` and `seen` are (S, 4) x0, y0, x1, y1 (m); `black` is seen from near only."""

    kind: ContactKind
    solid: FloatArray
    seen: FloatArray
    black: bool = False


def _array(segments: tuple[Segment, ...]) -> FloatArray:
    return np.array(segments, dtype=np.float64).reshape(-1, 4)


def made_of(surface: Surface, segments: tuple[Segment, ...], kind: ContactKind = "furniture") -> Thing:
    """Something with a surface: a lidar looks through glass and over what is low, and sees black ones from near."""
    solid = _array(segments)
    if surface in ("glass", "low"):
        return Thing("glass" if surface == "glass" else "low", solid, NOTHING)
    return Thing(kind, solid, solid, black=surface == "black")


def chair(pose: Pose) -> Thing:
    """A chair: its seat stops a robot, but a lidar sees four thin legs."""
    half, leg = HALF_CHAIR, LEG_OF_CHAIR
    corners = [pose.compose(Pose(x, y, 0.0)) for x, y in ((half, half), (-half, half), (-half, -half), (half, -half))]
    sides = tuple((a.x, a.y, b.x, b.y) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True))
    legs: tuple[Segment, ...] = ()
    for corner in corners:
        legs += box_segments((corner.x - leg, corner.y - leg, corner.x + leg, corner.y + leg))
    return Thing("furniture", _array(sides), _array(legs))


def board(pose: Pose, width: float = 0.8, surface: Surface = "plain") -> Thing:
    """A board, a pane or a closed door: upright, `width` (m) wide, across the heading of its pose."""
    c, s, half = math.cos(pose.theta), math.sin(pose.theta), width / 2
    return made_of(surface, ((pose.x - s * half, pose.y + c * half, pose.x + s * half, pose.y - c * half),))


def box(pose: Pose, length: float, width: float, surface: Surface = "plain") -> Thing:
    """A box: `length` along its heading and `width` across (m)."""
    ways = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    corners = [pose.compose(Pose(x * length / 2, y * width / 2, 0.0)) for x, y in ways]
    return made_of(
        surface, tuple((a.x, a.y, b.x, b.y) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True))
    )


def things_of(floor: Floor) -> dict[str, Thing]:
    """What the floor plan has, by name: `walls`, `pillar` and `pillar 2`, `counter 1` and `bench 1.2` of the doors."""
    things = {"walls": made_of("plain", floor.wall_segments, "wall")}
    named: Counter[str] = Counter()
    for piece in floor.furniture:
        named[piece.name] += 1
        name = piece.name if named[piece.name] == 1 else f"{piece.name} {named[piece.name]}"
        things[name] = made_of("plain", box_segments(piece.box))
    for door, place in floor.doors.items():
        things[f"counter {door}"] = made_of("plain", box_segments(place.station))
        for number, bench in enumerate(place.benches, 1):
            things[f"bench {door}.{number}"] = made_of("plain", box_segments(bench.box))
    return things

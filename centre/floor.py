"""The hall as data: walls, doors with their counters and waiting areas, and the robot's own places."""

from __future__ import annotations

import itertools
import math
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator

from robot.types import Pose, wrap
from text.yaml12 import Model


def _pose(value: Any) -> Any:  # noqa: ANN401 whatever a file holds
    if isinstance(value, list) and len(value) == 3 and all(type(n) in (int, float) for n in value):
        return Pose(float(value[0]), float(value[1]), wrap(math.radians(value[2])))
    if isinstance(value, Pose):
        return value
    raise ValueError("a pose is [x, y, heading in degrees]")


def _box(value: Any) -> Any:  # noqa: ANN401 whatever a file holds
    if isinstance(value, list) and len(value) == 4 and all(type(n) in (int, float) for n in value):
        if value[0] < value[2] and value[1] < value[3]:
            return value
        raise ValueError("a box has left < right and bottom < top")
    raise ValueError("a box is [left, bottom, right, top]")


Point = tuple[float, float]
Segment = tuple[float, float, float, float]  # x0, y0, x1, y1
SitePose = Annotated[Pose, BeforeValidator(_pose)]
Box = Annotated[tuple[float, float, float, float], BeforeValidator(_box)]  # left, bottom, right, top
Size = Annotated[float, Field(gt=1, le=500)]
OWN_PLACES = ("reception", "drinks", "entrance")  # which every floor has
HALF_SEAT = 0.25  # a seat is a square of half a metre


def box_segments(box: tuple[float, float, float, float]) -> tuple[Segment, ...]:
    """The four sides of a box."""
    x0, y0, x1, y1 = box
    return (x0, y0, x1, y0), (x1, y0, x1, y1), (x1, y1, x0, y1), (x0, y1, x0, y0)


class Furniture(Model):
    """Something solid that stands in the hall."""

    name: str
    box: Box


class Zone(Model):
    """Where the robot must not drive, whether or not its lidar sees why."""

    name: str
    polygon: tuple[Point, ...] = Field(min_length=3)


class Bench(Model):
    """A row of seats from the centre of the first to that of the last, parallel to x or y."""

    first: Point
    last: Point
    seats: int = Field(ge=1, le=12)
    facing: float  # degrees

    @property
    def places(self) -> tuple[Pose, ...]:
        """The seats as poses of a sitting person."""
        steps = max(self.seats - 1, 1)
        (x0, y0), (x1, y1), theta = self.first, self.last, wrap(math.radians(self.facing))
        return tuple(Pose(x0 + (x1 - x0) * i / steps, y0 + (y1 - y0) * i / steps, theta) for i in range(self.seats))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """The ground that the row covers."""
        (x0, y0), (x1, y1) = self.first, self.last
        low, high = (min(x0, x1), min(y0, y1)), (max(x0, x1), max(y0, y1))
        return low[0] - HALF_SEAT, low[1] - HALF_SEAT, high[0] + HALF_SEAT, high[1] + HALF_SEAT


class DoorPlace(Model):
    """Where a door is: its counter, where one is served, where the robot ends a walk, and the waiting area."""

    station: Box
    serve: SitePose
    arrive: SitePose
    area: Box
    benches: tuple[Bench, ...] = ()

    @property
    def seats(self) -> tuple[Pose, ...]:
        """All seats of the door, the first row first."""
        return tuple(place for bench in self.benches for place in bench.places)

    def contains(self, x: float, y: float) -> bool:
        """True when a point (m) lies in the waiting area."""
        return self.area[0] <= x <= self.area[2] and self.area[1] <= y <= self.area[3]


class Floor(Model):
    """The hall in the site frame, which is the map frame."""

    size: tuple[Size, Size]
    walls: tuple[tuple[Point, ...], ...]
    furniture: tuple[Furniture, ...] = ()
    keep_out: tuple[Zone, ...] = ()
    entrance: SitePose
    dock: SitePose
    reception: SitePose
    drinks: SitePose
    patrol: tuple[SitePose, ...] = Field(min_length=1)
    places: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], SitePose] = {}
    doors: dict[str, DoorPlace]

    @field_validator("places")
    @classmethod
    def _are_new(cls, places: dict[str, Pose]) -> dict[str, Pose]:
        for name in (name for name in OWN_PLACES if name in places):
            raise ValueError(f"`{name}` is a place of the robot's own: write it beside `dock`, not among the places")
        return places

    def own(self, name: str) -> Pose:
        """A place of the robot's own, or of the site."""
        pose: Pose = getattr(self, name) if name in OWN_PLACES else self.places[name]
        return pose

    def is_free(self, x: float, y: float) -> bool:
        """True where a point (m) lies in the hall and in nothing solid."""
        inside = 0.0 < x < self.size[0] and 0.0 < y < self.size[1]
        return inside and not any(x0 <= x <= x1 and y0 <= y <= y1 for x0, y0, x1, y1 in self.solid_boxes)

    @property
    def wall_segments(self) -> tuple[Segment, ...]:
        """The walls alone, each piece a segment."""
        return tuple((*a, *b) for line in self.walls for a, b in itertools.pairwise(line))

    @property
    def solid_boxes(self) -> tuple[tuple[float, float, float, float], ...]:
        """What stands in the hall besides walls: furniture, counters and benches."""
        places = self.doors.values()
        benches = tuple(bench.box for place in places for bench in place.benches)
        return (*(piece.box for piece in self.furniture), *(place.station for place in places), *benches)

    @property
    def segments(self) -> tuple[Segment, ...]:
        """All that a lidar sees of the empty hall."""
        return (*self.wall_segments, *(side for box in self.solid_boxes for side in box_segments(box)))

"""The shipped hall can be driven through."""

import math
from pathlib import Path

import pytest

from centre.floor import Floor, Segment
from centre.site import load_site
from robot.types import Pose

FLOOR = load_site(Path("sites/cua_nam")).floor
PLACES = {
    "dock": FLOOR.dock,
    "reception": FLOOR.reception,
    "drinks": FLOOR.drinks,
    **{f"patrol {i}": pose for i, pose in enumerate(FLOOR.patrol)},
    **{f"door {door}": place.arrive for door, place in FLOOR.doors.items()},
}


def gap(floor: Floor, pose: Pose) -> float:
    def distance(segment: Segment) -> float:
        x0, y0, x1, y1 = segment
        length = math.hypot(x1 - x0, y1 - y0)
        along = max(0.0, min(1.0, ((pose.x - x0) * (x1 - x0) + (pose.y - y0) * (y1 - y0)) / length**2))
        return math.hypot(pose.x - x0 - along * (x1 - x0), pose.y - y0 - along * (y1 - y0))

    return min(distance(segment) for segment in floor.segments)


@pytest.mark.parametrize("name", PLACES)
def test_each_place_of_the_robot_keeps_30_cm_from_everything_solid(name: str) -> None:
    pose = PLACES[name]
    assert gap(FLOOR, pose) >= 0.3
    assert not any(box[0] < pose.x < box[2] and box[1] < pose.y < box[3] for box in FLOOR.solid_boxes)


@pytest.mark.parametrize("door", FLOOR.doors)
def test_a_guided_walk_ends_in_the_waiting_area_of_its_door_and_of_no_other(door: str) -> None:
    arrive = FLOOR.doors[door].arrive
    assert [name for name, place in FLOOR.doors.items() if place.contains(arrive.x, arrive.y)] == [door]


def test_there_are_eight_doors_each_with_seats_in_its_own_area() -> None:
    assert list(FLOOR.doors) == list("12345678")
    for place in FLOOR.doors.values():
        assert len(place.seats) >= 4
        assert all(place.contains(seat.x, seat.y) for seat in place.seats)

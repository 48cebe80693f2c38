"""Whether a floor plan can be: what stands outside or in one another, what no robot and nobody can reach."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

from centre.floor import Box, Floor
from centre.floor_plan import FloorPlan, Mask
from robot.model import RobotModel
from robot.types import Pose
from text.problems import Problem
from text.yaml12 import Document, Location

PERSON = 0.22  # m, the radius of somebody who squeezes through
STAGE = 0.7  # m before the dock, where backing into it begins
FACE = 0.8  # m before the robot's screen, where somebody stands
REACHES = 1.5  # m from a counter at which one is served
OVERLAP = 0.06  # m by which two things may overlap: plans are drawn by hand
EIGHTH = math.pi / 4.0
Place = tuple[Location, Pose, str]  # where it is written, where it lies, what it is called


def check_floor(floor: Floor, model: RobotModel, document: Document) -> list[Problem]:
    """Complaints about a plan, each where it stands, with what to do; the plainest alone when there are any."""
    told = [*_bounds(floor), *_headings(document.data), *_benches(floor)]
    if not told:
        told = [*_overlaps(floor), *_areas(floor)]
        told += _reach(floor, model)
    return [document.problem(loc, words) for loc, words in dict(told).items()]


Told = tuple[Location, str]


def _bounds(floor: Floor) -> Iterator[Told]:
    wide, high = floor.size
    hall = f"outside the hall, which is {wide:g} x {high:g} m (`size`): correct the one or the other"
    for i, line in enumerate(floor.walls):
        for j, (x, y) in enumerate(line):
            if not (-0.01 <= x <= wide + 0.01 and -0.01 <= y <= high + 0.01):
                yield ("walls", i, j), f"this corner of a wall, {x:g}, {y:g}, lies {hall}"
    boxes = [*_things(floor)]
    for name, door in floor.doors.items():
        boxes.append((("doors", name, "area"), door.area, f"the waiting area of door {name}"))
    for loc, (x0, y0, x1, y1), name in boxes:
        if not (x0 >= -0.01 and x1 <= wide + 0.01 and y0 >= -0.01 and y1 <= high + 0.01):
            yield loc, f"{name} reaches {hall}"
    for loc, pose, name in _poses(floor):
        if not (0.0 < pose.x < wide and 0.0 < pose.y < high):
            yield loc, f"{name} lies at {pose.x:g}, {pose.y:g}, {hall}"


def _things(floor: Floor) -> Iterator[tuple[Location, Box, str]]:
    """Everything solid but walls, with its name."""
    for i, piece in enumerate(floor.furniture):
        yield ("furniture", i, "box"), piece.box, f"`{piece.name}`"
    for name, door in floor.doors.items():
        yield ("doors", name, "station"), door.station, f"the counter of door {name}"
        for i, bench in enumerate(door.benches):
            yield ("doors", name, "benches", i), bench.box, f"a bench of door {name}"


def _poses(floor: Floor) -> Iterator[Place]:
    """Every pose, with its name."""
    yield ("entrance",), floor.entrance, "the entrance"
    yield from _stops(floor)
    for name, door in floor.doors.items():
        yield ("doors", name, "serve"), door.serve, f"`serve` of door {name}"


def _stops(floor: Floor) -> Iterator[Place]:
    """Where the robot has to get to."""
    yield ("dock",), floor.dock, "the dock"
    yield ("reception",), floor.reception, "`reception`"
    yield ("drinks",), floor.drinks, "`drinks`"
    for i, pose in enumerate(floor.patrol):
        yield ("patrol", i), pose, f"point {i + 1} of the patrol"
    for name, pose in floor.places.items():
        yield ("places", name), pose, f"the place `{name}`"
    for name, door in floor.doors.items():
        yield ("doors", name, "arrive"), door.arrive, f"`arrive` of door {name}"


def _headings(data: Any, loc: Location = ()) -> Iterator[Told]:  # noqa: ANN401 (whatever a file holds)
    """Headings that were meant in radians: eighths of a turn with decimals."""
    if isinstance(data, dict):
        for key, value in data.items():
            if key not in ("walls", "polygon", "size", "box", "station", "area", "first", "last"):
                yield from _headings(value, (*loc, key))
    elif isinstance(data, list) and len(data) == 3 and all(isinstance(each, (int, float)) for each in data):
        heading = float(data[2])
        eighths = heading / EIGHTH
        if heading != round(heading) and 0 < abs(round(eighths)) <= 8 and abs(eighths - round(eighths)) < 0.01:
            yield loc, f"headings are degrees, and {heading:g} looks like radians: write {45 * round(eighths)}"
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from _headings(value, (*loc, i))


def _benches(floor: Floor) -> Iterator[Told]:
    for name, door in floor.doors.items():
        for i, bench in enumerate(door.benches):
            (x0, y0), (x1, y1) = bench.first, bench.last
            if min(abs(x1 - x0), abs(y1 - y0)) > 0.02:
                words = "a bench stands along x or along y: `first` and `last` must have one of them in common"
                yield ("doors", name, "benches", i), words
            elif bench.seats > 1 and max(abs(x1 - x0), abs(y1 - y0)) / (bench.seats - 1) < 0.3:
                yield ("doors", name, "benches", i), f"{bench.seats} seats don't fit between `first` and `last`"


def _overlaps(floor: Floor) -> Iterator[Told]:
    """Things that stand in one another."""
    things: list[tuple[Location, Box, str]] = [
        (("furniture", i, "box"), piece.box, f"`{piece.name}`") for i, piece in enumerate(floor.furniture)
    ]
    for name, door in floor.doors.items():
        things.append((("doors", name, "station"), door.station, f"the counter of door {name}"))
        things += [
            (("doors", name, "benches", i), bench.box, f"a bench of door {name}")
            for i, bench in enumerate(door.benches)
        ]
    for (_, box, name), (loc, other, other_name) in itertools.combinations(_things(floor), 2):
        across = min(box[2], other[2]) - max(box[0], other[0])
        along = min(box[3], other[3]) - max(box[1], other[1])
        if min(across, along) > OVERLAP:
            yield loc, f"{other_name} stands in {name}: move one of them"


def _areas(floor: Floor) -> Iterator[Told]:
    """What belongs to a door and lies elsewhere."""
    for name, door in floor.doors.items():
        if not door.contains(door.arrive.x, door.arrive.y):
            words = f"`arrive` lies outside the waiting area of door {name}: move it, or the `area`"
            yield ("doors", name, "arrive"), words
        x0, y0, x1, y1 = door.station
        away = math.hypot(
            max(x0 - door.serve.x, 0.0, door.serve.x - x1), max(y0 - door.serve.y, 0.0, door.serve.y - y1)
        )
        if away > REACHES:
            words = f"`serve` lies {away:.1f} m from the counter of door {name}: it is where one stands to be served"
            yield ("doors", name, "serve"), words
        for i, bench in enumerate(door.benches):
            if not all(door.contains(seat.x, seat.y) for seat in bench.places):
                words = f"this bench stands outside the waiting area of door {name}: move it, or the `area`"
                yield ("doors", name, "benches", i), words


def _reach(floor: Floor, model: RobotModel) -> Iterator[Told]:
    """What no robot, or nobody, can get to."""
    plan = FloorPlan(floor)
    street = plan.street(plan.closed_at_entrance(plan.for_people(PERSON)))
    is_walled = not plan.has(street, floor.dock.x, floor.dock.y)
    standing = [told for loc, pose, name in _stops(floor) if (told := _stand(plan, model, loc, pose, name)) is not None]
    if is_walled:
        outside = [(loc, pose, name) for loc, pose, name in _poses(floor) if plan.has(street, pose.x, pose.y)]
        standing += [(loc, f"{name} lies outside the walls: move it") for loc, _, name in outside]
    yield from standing
    known = {loc for loc, _ in standing}
    yield from _drives(plan, model, known)
    yield from _walks(plan, plan.hall(street) if is_walled else plan.hall(), known)


def _stand(plan: FloorPlan, model: RobotModel, loc: Location, pose: Pose, name: str) -> Told | None:
    """Whether the robot can be at a place."""
    zone = plan.forbids(pose.x, pose.y)
    if zone:
        return (
            loc,
            f"{name} lies in the keep-out zone `{zone}`, where the robot never drives: move one of them",
        )
    room = plan.room(pose.x, pose.y)
    if room < model.body_radius - plan.cell:
        return loc, f"{name} has {room:.2f} m of room and the robot needs {model.body_radius:.2f} m: move it"
    return None


def _drives(plan: FloorPlan, model: RobotModel, told: set[Location]) -> Iterator[Told]:
    """Whether the robot gets from its dock to where it has to be."""
    floor, dock = plan.floor, plan.floor.dock
    mask = plan.for_robot(model.radius)
    stage = Pose(dock.x + STAGE * math.cos(dock.theta), dock.y + STAGE * math.sin(dock.theta), dock.theta)
    if ("dock",) in told:
        return
    if not plan.has(mask, stage.x, stage.y):
        way = f"it faces {math.degrees(dock.theta):.0f} degrees, and {STAGE:g} m before it is no room"
        yield ("dock",), f"{way}: the robot stands in its dock with the back to the wall and the face to the hall"
        return
    reached = plan.connected(mask, stage.x, stage.y)
    if not reached.any():  # beside a cell that is free
        reached = plan.connected(mask, dock.x, dock.y)
    width = f"{2 * model.radius:.2f} m"
    for loc, pose, name in _stops(floor):
        if loc not in told and loc != ("dock",) and not plan.has(reached, pose.x, pose.y):
            words = f"the robot does not get from its dock to {name}: nothing leaves it a way of {width}"
            yield loc, words


def _walks(plan: FloorPlan, hall: Mask, told: set[Location]) -> Iterator[Told]:
    """Whether people come in, to the robot and to every counter; `hall` is what lies within."""
    floor = plan.floor
    mask = plan.for_people(PERSON)
    if ("entrance",) in told:
        return
    if plan.room(floor.entrance.x, floor.entrance.y) < PERSON - plan.cell:
        yield ("entrance",), "the entrance stands in something solid: move it"
        return
    inside = plan.connected(mask, floor.entrance.x, floor.entrance.y)
    if floor.walls and not (inside & plan.street(mask)).any():
        yield ("entrance",), "nobody can come in: the walls are closed at the entrance, leave a gap in them"
        return
    inside &= hall
    front = Pose(
        floor.reception.x + FACE * math.cos(floor.reception.theta),
        floor.reception.y + FACE * math.sin(floor.reception.theta),
        0.0,
    )
    if ("reception",) not in told and not plan.has(inside, front.x, front.y):
        yield ("reception",), f"nobody can stand before the screen, {FACE:g} m in front of `reception`: turn or move it"
    for name, door in floor.doors.items():
        if ("doors", name, "serve") not in told and not plan.has(inside, door.serve.x, door.serve.y):
            yield ("doors", name, "serve"), f"nobody gets from the entrance to `serve` of door {name}: move it"

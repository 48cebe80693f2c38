"""The hall as a picture: the floor of the site, and where robots and people are now."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from centre.floor import HALF_SEAT, Floor
from centre.robot_status import RobotStatus
from console.svg import image, tag

SCALE = 35.0  # pixels a metre
EDGE = 3.0  # pixels around the walls


@dataclass(frozen=True, slots=True)
class _Canvas:
    """From metres, y up, to pixels, y down."""

    height: float  # m

    def at(self, x: float, y: float) -> tuple[float, float]:
        return EDGE + SCALE * x, EDGE + SCALE * (self.height - y)

    def box(self, box: Sequence[float], class_: str) -> Markup:
        left, top = self.at(box[0], box[3])
        width, height = SCALE * (box[2] - box[0]), SCALE * (box[3] - box[1])
        return tag("rect", class_=class_, x=left, y=top, width=width, height=height, rx=4)

    def line(self, points: Iterable[Sequence[float]], class_: str, shape: str = "polyline") -> Markup:
        told = " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.at(*point) for point in points))
        return tag(shape, class_=class_, points=told)

    def disc(self, point: Sequence[float], radius: float, class_: str) -> Markup:
        x, y = self.at(point[0], point[1])
        return tag("circle", class_=class_, cx=x, cy=y, r=radius)


def hall_map(floor: Floor, robots: Sequence[RobotStatus], helped: bool, title: str) -> Markup:
    """The hall with its robots as they last said they were; a bell where somebody at a robot waits for help."""
    canvas = _Canvas(floor.size[1])
    drawn = list(_floor(canvas, floor))
    for robot in robots:
        drawn += _robot(canvas, robot, helped)
    return image(floor.size[0] * SCALE + 2 * EDGE, floor.size[1] * SCALE + 2 * EDGE, title, drawn)


def _floor(canvas: _Canvas, floor: Floor) -> Iterable[Markup]:
    yield canvas.box((0.0, 0.0, *floor.size), "m-hall")
    for place in floor.doors.values():
        yield canvas.box(place.area, "m-area")
    for zone in floor.keep_out:
        yield canvas.line(zone.polygon, "m-closed", "polygon")
    for piece in floor.furniture:
        yield canvas.box(piece.box, "m-solid")
    for place in floor.doors.values():
        for bench in place.benches:
            for seat in bench.places:
                around = (seat.x - HALF_SEAT, seat.y - HALF_SEAT, seat.x + HALF_SEAT, seat.y + HALF_SEAT)
                yield canvas.box([*around], "m-seat")
    for door, place in floor.doors.items():
        yield canvas.box(place.station, "m-counter")
        x0, y0, x1, y1 = place.station
        x, y = canvas.at((x0 + x1) / 2, (y0 + y1) / 2)
        yield tag("rect", class_="m-sign", x=x - 17, y=y - 17, width=34, height=34, rx=9)
        yield tag("text", door, class_="m-number", x=x, y=y + 8, text_anchor="middle")
    for wall in floor.walls:
        yield canvas.line(wall, "m-wall")
    x, y = canvas.at(floor.dock.x, floor.dock.y)
    yield tag("rect", class_="m-dock", x=x - 20, y=y - 13, width=40, height=26, rx=6)
    yield tag("use", href="#i-dock", class_="m-icon", x=x - 9, y=y - 9, width=18, height=18)


def _robot(canvas: _Canvas, robot: RobotStatus, helped: bool) -> Iterable[Markup]:
    for person in robot.people:
        yield canvas.disc(person, 7, "m-person")
    if robot.guest:
        yield canvas.disc(robot.guest, 9, "m-guest")
    if len(robot.way) > 1:
        yield canvas.line(robot.way, "m-way")
    if robot.goal:
        yield canvas.disc(robot.goal, 9, "m-goal")
    if robot.pose is None:
        return
    x, y = canvas.at(robot.pose[0], robot.pose[1])
    yield tag("circle", class_="m-robot m-unsure" if robot.is_unsure else "m-robot", cx=x, cy=y, r=20)
    for side in (-6.5, 6.5):
        yield tag("ellipse", class_="m-eye", cx=x + side, cy=y, rx=4.5, ry=6.5)
    if helped:
        yield tag("circle", class_="m-bell", cx=x + 30, cy=y - 26, r=16)
        yield tag("use", href="#i-bell", class_="m-icon", x=x + 19, y=y - 37, width=22, height=22)

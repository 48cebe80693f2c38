"""The documented names of the condition language: what a designer may ask about the world, the visit and the office."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import cast, get_args

from behaviours.context import Context
from behaviours.language.expressions import Name
from behaviours.language.tick import Value
from reception.staff_menu import ORDERS
from reception.visits import Stage, Visit, Wish

LEAST = {"share": 0.0, "clock": 0.0, "time": 0.0, "length": 0.0, "number": 0.0}  # what the world can't go below
MOST = {"share": 1.0, "clock": 86400.0}
STAGES = ("none", *get_args(Stage))
WISHES = get_args(Wish)


def _name(kind: str, about: str, read: Callable[[Context], Value], choices: tuple[str, ...] = ()) -> Name:
    least, most = LEAST.get(kind, -math.inf), MOST.get(kind, math.inf)
    return Name(kind, about, lambda run: read(cast("Context", run.context)), choices, least, most)


def _visit(read: Callable[[Visit], Value], otherwise: Value) -> Callable[[Context], Value]:
    def from_visit(c: Context) -> Value:
        return otherwise if c.world.visit is None else read(c.world.visit)

    return from_visit


def _seconds(wall: datetime) -> float:
    return wall.hour * 3600.0 + wall.minute * 60.0 + wall.second


NAMES: dict[str, Name] = {
    "battery": _name("share", "charge of the battery", lambda c: c.world.battery),
    "charging": _name("bool", "the charger gives current", lambda c: c.world.charging),
    "docked": _name("bool", "the robot stands in its dock", lambda c: c.world.docked),
    "emergency_stop": _name("bool", "the emergency button is pressed", lambda c: c.world.emergency_stop),
    "stopped": _name(
        "bool", "stopped by emergency button, bumper or power until a person confirms", lambda c: c.world.stopped
    ),
    "held": _name(
        "time", "how long safety lets nothing move, whatever the cause; 0 when it does", lambda c: c.world.held
    ),
    "blind": _name("time", "how long the lidar can't be trusted; 0 when it can", lambda c: c.world.blind),
    "touched": _name("bool", "somebody leans on the robot, or did a moment ago", lambda c: c.world.touched),
    "lost": _name(
        "bool", "the robot does not know where it is", lambda c: c.world.where.unsure or c.world.where.health < 0.3
    ),
    "pose.unsure": _name(
        "bool", "the pose is a guess: several places look like this one", lambda c: c.world.where.unsure
    ),
    "health": _name("share", "how well the lidar fits the map", lambda c: c.world.where.health),
    "tray.items": _name("number", "cups and candies on the tray", lambda c: float(c.world.tray_items)),
    "person.near": _name(
        "bool", "somebody stands before the screen", lambda c: c.world.person is not None and c.world.person.still > 0.4
    ),
    "person.came_up": _name(
        "bool", "somebody has stepped up to the robot and was not just dismissed", lambda c: c.world.came_up
    ),
    "person.comes_up": _name(
        "bool", "somebody walks straight up to the robot, and is not there yet", lambda c: c.world.somebody_comes_up
    ),
    "person.company": _name(
        "number", "how many have come with whom stands before the screen, they too; 0 for nobody",
        lambda c: float(c.world.company),
    ),
    "person.distance": _name("length", "to whom stands before the screen", lambda c: c.world.person_distance),
    "person.gone": _name("time", "how long nobody stands there", lambda c: c.world.person_gone),
    "people.seen": _name("number", "people whom the robot sees", lambda c: float(len(c.world.people))),
    "visit.active": _name("bool", "somebody is being helped at the screen", lambda c: c.world.visit is not None),
    "visit.stage": _name(
        "text", "the visit's next open step: ask, issue, print, offer_guide, guide, wait, rate, done",
        _visit(lambda v: v.stage, "none"), STAGES,
    ),
    "visit.language": _name("text", "the visit's language", _visit(lambda v: v.language, "")),
    "visit.idle": _name("time", "since the last touch or word", lambda c: c.desk.idle(c.world.stamp)),
    "visit.silent": _name("bool", "nothing was touched or said so far", lambda c: c.desk.is_silent),
    "visit.wants_staff": _name("bool", "the citizen has called the staff", _visit(lambda v: v.wants_staff, False)),
    "visit.wish": _name("text", "come, drink, music or stop, once", _visit(lambda v: v.wish, ""), WISHES),
    "visit.is_rating": _name("bool", "the visit is only about a rating", lambda c: c.desk.is_rating),
    "staff.present": _name("bool", "the staff's page is open", lambda c: c.desk.staff.is_open),
    "staff.order": _name(
        "text", "what the staff have ordered: stop, charge or refill", lambda c: c.desk.staff.order, ("", *ORDERS)
    ),
    "drive.wants_way": _name(
        "bool", "it does not get on: now is the time to ask to be let past", lambda c: c.world.progress.wants_way
    ),
    "drive.stuck": _name(
        "bool", "it has not got on for half a minute and needs somebody's help", lambda c: c.world.is_stuck
    ),
    "call.pending": _name("bool", "a counter has called the robot", lambda c: c.desk.places.calling is not None),
    "rating.due": _name("bool", "somebody was served", lambda c: c.desk.hall.rating_due(c.world.stamp) is not None),
    "rating.near": _name(
        "bool", "somebody was just served near by", lambda c: c.desk.hall.rating_near(c.world.where.pose, c.world.stamp)
    ),
    "hall.waiting": _name("number", "tickets that wait to be called", lambda c: float(c.desk.hall.waiting())),
    "hall.busy": _name("bool", "tickets are waiting or being served", lambda c: c.desk.hall.busy()),
    "office.open": _name("bool", "within the opening hours", lambda c: c.world.office_open),
    "time_of_day": _name("clock", "the office's time", lambda c: _seconds(c.world.wall)),
    "printer.ready": _name("bool", "the ticket printer works", lambda c: not c.world.troubles.get("printer")),
}  # fmt: skip


def names_for(languages: Iterable[str]) -> dict[str, Name]:
    """The names at a site that speaks these languages."""
    return {**NAMES, "visit.language": replace(NAMES["visit.language"], choices=("", *languages))}

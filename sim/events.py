"""What truly happens in the simulated hall."""

from __future__ import annotations

from typing import Annotated, Literal

from robot.events import Event, event

Manner = Literal["behind", "slow", "stops", "wanders", "overtaken", "leaves"]  # of following the robot


@event("citizen_in")
class CitizenIn(Event):
    """Somebody comes in."""

    who: Annotated[str, "their name in the simulation"]
    wish: Annotated[str, "the procedure they came for"]


@event("citizen_asked")
class CitizenAsked(Event):
    """Somebody has walked up to the screen."""

    who: Annotated[str, "their name in the simulation"]


@event("citizen_gave_up")
class CitizenGaveUp(Event):
    """Somebody has waited too long for the robot."""

    who: Annotated[str, "their name in the simulation"]


@event("citizen_to_door")
class CitizenToDoor(Event):
    """Somebody does not wait for the robot any longer and takes a number at the door, as it has said."""

    who: Annotated[str, "their name in the simulation"]
    number: Annotated[str, "the number that they were given there"]


@event("citizen_without_number")
class CitizenWithoutNumber(Event):
    """Somebody leaves the screen without a number."""

    who: Annotated[str, "their name in the simulation"]


@event("citizen_out")
class CitizenOut(Event):
    """Somebody has left."""

    who: Annotated[str, "their name in the simulation"]


@event("said")
class Said(Event):
    """Somebody speaks to the robot."""

    who: Annotated[str, "their name in the simulation"]
    text: Annotated[str, "their words"]


@event("guided")
class Guided(Event):
    """Somebody has followed the robot to the end of a walk."""

    who: Annotated[str, "their name in the simulation"]
    number: Annotated[str, "their number"]
    door: Annotated[str, "their door"]
    in_area: Annotated[bool, "whether they stand in the waiting area of their door"]
    manner: Annotated[Manner, "how they followed"] = "behind"


@event("drink_taken")
class DrinkTaken(Event):
    """Somebody has taken a drink or candy from the tray."""

    who: Annotated[str, "their name in the simulation"]


@event("tray_filled")
class TrayFilled(Event):
    """The staff have filled the tray."""


@event("confirmed")
class Confirmed(Event):
    """A person lets the stopped robot move again."""


@event("happening")
class Happened(Event):
    """Something that the scenario has planned."""

    do: Annotated[str, "what, as the scenario calls it"]


ContactKind = Literal["person", "wall", "furniture", "glass", "low"]
Blame = Literal["robot", "shared", "person"]


@event("contact")
class Contact(Event):
    """The robot and somebody or something begin to touch; speeds are those along the line between them."""

    kind: Annotated[ContactKind, "what it touches"]
    place: Annotated[tuple[float, ...], "x and y on the robot's rim, m in map"]
    by: Annotated[Blame, "who closed in: the robot, a person, or a person who was faster while the robot closed in too"]
    robot_speed: Annotated[float, "m/s at which the robot closed in"]
    person_speed: Annotated[float, "m/s at which the other closed in"]

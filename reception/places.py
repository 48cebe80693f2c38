"""Where the places lie that trees name: fixed ones, doors, and those that depend on who called or was served."""

from __future__ import annotations

from collections.abc import Callable

from centre.floor import OWN_PLACES, Floor
from centre.office import Office
from reception.errands import Errands
from reception.hall_watch import HallWatch
from robot.types import Pose

PASSING = ("call.door", "rating.door", "visit.door")  # while somebody calls, was just served, is being helped


def place_names(floor: Floor) -> frozenset[str]:
    """All names of places on a floor."""
    return frozenset([*OWN_PLACES, *floor.places, *PASSING, *(f"door.{door}" for door in floor.doors)])


class Places:
    """From a place's name to its pose; `visit_door` says the door of the visit at the screen."""

    def __init__(self, office: Office, errands: Errands, hall: HallWatch, visit_door: Callable[[], str]) -> None:
        self._office = office
        self._errands = errands
        self._hall = hall
        self._visit_door = visit_door
        self._driving_to = ""  # the door of the call that is being answered

    def pose(self, name: str) -> Pose | None:
        """A place's pose; None when there is none just now."""
        floor: Floor = self._office.site.floor
        kind, _, which = name.partition(".")
        if kind == "door":
            return floor.doors[which].arrive
        if which != "door":
            return floor.own(name)
        door = self._door(kind)
        return floor.doors[door].arrive if door else None

    def _door(self, kind: str) -> str:
        if kind == "call":
            self._driving_to = self.calling or ""
            return self._driving_to
        if kind == "rating":
            due = self._hall.rating_due(self._office.clock.now())
            return due.door if due else ""
        return self._visit_door()

    @property
    def calling(self) -> str | None:
        """The door of the counter that called the robot first."""
        calls = self._office.staff.robot_calls
        return calls[0].door if calls else None

    def answer_call(self) -> bool:
        """The robot is there: the call of the counter it stands at is answered; False when there is none."""
        here = [call for call in self._office.staff.robot_calls if call.door == self._driving_to]
        for call in here:
            self._errands.answer_robot_call(call.id)
        return bool(here)

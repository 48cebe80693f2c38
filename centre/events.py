"""What happens at the office, as logs tell it: numbers, ratings, and calls between people, staff and the robot."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from centre.stored_event import StoredEvent, Value
from robot.events import CATALOGUE, Event, event


@dataclass(frozen=True, slots=True)
class OfficeEvent(Event):
    """Something that the office has stored."""

    ticket: Annotated[str, "the number, such as A 017; empty where there is none"] = ""
    door: Annotated[str, "the door; empty where there is none"] = ""
    visit: Annotated[int | None, "the visit's id"] = None
    data: Annotated[dict[str, Value], "what else was stored"] = field(default_factory=dict)


@event("visit")
class VisitOpened(OfficeEvent):
    """Somebody's visit at the screen begins."""


@event("issued")
class Issued(OfficeEvent):
    """A number was issued."""


@event("renumbered")
class Renumbered(OfficeEvent):
    """The holder of a number has another one on paper, given while the office was away; that one counts."""


@event("given_late")
class GivenLate(OfficeEvent):
    """A number of an earlier day is told of, which a robot gave while the office was away."""


@event("robot")
class RobotKnown(OfficeEvent):
    """The office has a robot that it did not know before, which gets visit ids and numbers of its own."""


@event("called")
class Called(OfficeEvent):
    """A counter calls a number."""


@event("recalled")
class Recalled(OfficeEvent):
    """A counter calls a number once more."""


@event("started")
class Started(OfficeEvent):
    """The holder of a number has come to the counter."""


@event("finished")
class Finished(OfficeEvent):
    """The holder of a number was served."""


@event("no_show")
class NoShow(OfficeEvent):
    """Nobody came with a called number."""


@event("held")
class Held(OfficeEvent):
    """A counter puts a number aside, to take it up again later."""


@event("returned")
class Returned(OfficeEvent):
    """Who missed the call, or was put aside, waits again."""


@event("transferred")
class Transferred(OfficeEvent):
    """A number waits at another door from now on, with the time of its arrival."""


@event("deferred")
class Deferred(OfficeEvent):
    """The holder of a number says "not yet" by phone."""


@event("arrived")
class Arrived(OfficeEvent):
    """Who had said "not yet" is here."""


@event("undone")
class Undone(OfficeEvent):
    """A counter takes its last act back."""


@event("counter_closed")
class CounterClosed(OfficeEvent):
    """A counter closes."""


@event("counter_opened")
class CounterOpened(OfficeEvent):
    """A counter opens again."""


@event("lost")
class Lost(OfficeEvent):
    """Stored events are gone, and somebody has decided to go on without them."""


@event("day_set")
class DaySet(OfficeEvent):
    """Staff, or a time server, say which day it is; events that stood under a wrong one belong to it."""


@event("kept")
class KeptOvernight(OfficeEvent):
    """A number that still waited at night waits on the next day."""


@event("booked")
class Booked(OfficeEvent):
    """An appointment was given."""


@event("unbooked")
class Unbooked(OfficeEvent):
    """An appointment was given back."""


@event("rated")
class Rated(OfficeEvent):
    """A rating was given."""


@event("staff_called")
class StaffCalled(OfficeEvent):
    """A citizen calls the staff."""


@event("staff_accepted")
class StaffAccepted(OfficeEvent):
    """Somebody of the staff takes a call."""


@event("staff_coming")
class StaffComing(OfficeEvent):
    """The staff are on their way."""


@event("staff_done")
class StaffDone(OfficeEvent):
    """The staff were there."""


@event("staff_cancelled")
class StaffCancelled(OfficeEvent):
    """The citizen took the call for the staff back."""


@event("robot_called")
class RobotCalled(OfficeEvent):
    """A counter calls the robot."""


@event("robot_answered")
class RobotAnswered(OfficeEvent):
    """The robot has come to the counter that called it."""


@event("staff_replied")
class StaffReplied(OfficeEvent):
    """Staff answer a citizen's call with words, which the robot shows and says."""


@event("announced")
class Announced(OfficeEvent):
    """Staff have something said to the whole hall."""


@event("robot_ordered")
class RobotOrdered(OfficeEvent):
    """Staff want the robot to stop, to go on, to charge, or to have its tray filled."""


def as_event(stored: StoredEvent) -> Event:
    """What the office has stored, as logs tell it."""
    kind = CATALOGUE[stored.kind]
    assert issubclass(kind, OfficeEvent)
    return kind(stored.ticket, stored.door, stored.visit, dict(stored.data))

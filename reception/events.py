"""What happens at the reception: visits, paper, guiding, the staff's page, and calls for help."""

from __future__ import annotations

from typing import Annotated, Literal

from reception.visits import Stage
from robot.events import Event, event


@event("visit_end")
class VisitEnd(Event):
    """A visit at the screen is over."""

    visit: Annotated[int, "the visit's id"]
    why: Annotated[str, "done, left, idle …"]
    stage: Annotated[Stage, "the step that was open then"]


@event("print")
class Printing(Event):
    """A ticket goes to the printer."""

    ticket: Annotated[str, "the number"]


@event("paper")
class PrintOutcome(Event):
    """How the printing ended."""

    ticket: Annotated[str, "the number"]
    outcome: Literal["printed", "failed"]


@event("guide_end")
class GuideEnd(Event):
    """A walk to a door is over."""

    ticket: Annotated[str, "the number"]
    door: Annotated[str, "the door"]
    how: Literal["done", "alone"]


@event("rating_offered")
class RatingOffered(Event):
    """Somebody who was served is asked for a rating."""

    ticket: Annotated[str, "the number"]
    on: Literal["screen"]


@event("drinks_offered")
class DrinksOffered(Event):
    """A waiting area was offered drinks."""

    door: Annotated[str, "the door whose waiting area it is"]


@event("alarm")
class Alarm(Event):
    """The robot asks the staff for a hand."""

    reason: Annotated[str, "a text key, or words"]


@event("fault_reported")
class FaultReported(Event):
    """The staff have reported a fault to the technician."""

    notes: Annotated[dict[str, str], "what is known to be wrong, by subject"]


@event("office_trouble")
class OfficeTrouble(Event):
    """The office could not store something."""

    reason: Annotated[str, "in words"]


@event("text_with_gaps")
class TextWithGaps(Event):
    """A text was spoken or shown without what it mentions; told once a text."""

    text: Annotated[str, "the text's key"]
    placeholders: Annotated[tuple[str, ...], "the placeholders that had nothing to stand for"]


@event("staff_page")
class StaffPageUsed(Event):
    """What happens at the staff's page; no digit is ever told."""

    what: Literal["opened", "unlocked", "wrong code", "closed"]
    why: Annotated[str, "of closed: by hand, by a choice, left alone"] = ""


@event("staff_order")
class StaffOrder(Event):
    """The staff have ordered something of the robot, or taken it back."""

    order: Literal["", "stop", "charge", "refill"]

"""What a robot reports to the office: visits, ratings, calls for staff and for itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, Field

from centre.office import Office
from console.access import Who
from console.parts import PartsHere, needs

Robot = Annotated[Who, Depends(needs("program"))]
Report = Literal[
    "visit", "staff_called", "staff_accepted", "staff_coming", "staff_done", "staff_cancelled", "robot_called",
    "robot_answered",
]  # fmt: skip
router = APIRouter(prefix="/api", tags=["robot"])


class Reported(BaseModel):
    """What a report is about."""

    visit: int | None = None
    door: str = Field("", max_length=8)
    call: int = 0
    who: str = Field("", max_length=60)


class ReportedAs(BaseModel):
    """The event that a report has become: an id of a visit or of a call."""

    seq: int


class NewRating(BaseModel):
    """A rating on the robot's screen; `door` and `service` are what a visit without a number was about."""

    level: int
    reasons: list[str] = Field(default_factory=list, max_length=20)
    door: str = Field("", max_length=8)
    service: str = Field("", max_length=60)


class Stored(BaseModel):
    """Whether it was stored: False for a second rating."""

    stored: bool


@router.post("/reports/{kind}", status_code=201)
async def report(parts: PartsHere, kind: Report, told: Reported, _who: Robot) -> ReportedAs:
    """A visit begins, somebody calls staff, staff answer, a counter calls the robot, the robot has come."""
    if told.door and told.door not in parts.site.doors:
        raise HTTPException(404, f"there is no door `{told.door}`")
    return ReportedAs(seq=_report(parts.office, kind, told))


@router.post("/visits/{visit}/rating", status_code=201)
async def rate(parts: PartsHere, visit: int, rating: NewRating, _who: Robot) -> Stored:
    """The rating of a visit; the first one counts."""
    stored = parts.office.rate(visit, rating.level, rating.reasons, door=rating.door, service=rating.service)
    return Stored(stored=stored)


def _report(office: Office, kind: Report, told: Reported) -> int:
    staff = office.staff
    if kind == "visit":
        return office.open_visit()
    if kind == "staff_called":
        return staff.call_staff(told.visit or 0).id
    if kind == "robot_called":
        return staff.call_robot(told.door).id
    if kind == "staff_accepted":
        staff.accept(told.call, told.who, told.door)
    elif kind == "staff_coming":
        staff.coming(told.call)
    elif kind == "robot_answered":
        staff.answer_robot_call(told.call)
    else:
        staff.close(told.call, cancelled=kind == "staff_cancelled")
    return office.revision

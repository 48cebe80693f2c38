"""What a robot reports to the office: visits, ratings, calls for staff and for itself."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, HTTPException, Path
from pydantic import BaseModel, Field

from centre.office import Office
from centre.robot_status import RobotStatus
from console.access import Who
from console.api import MOST_ID, REFUSALS, AskedOf, Id, Staff
from console.parts import PartsHere, needs

Robot = Annotated[Who, Depends(needs("program"))]
RobotName = Annotated[str, Path(max_length=40)]
Visit = Annotated[int, Path(ge=1, le=MOST_ID)]
Report = Literal[
    "visit", "staff_called", "staff_accepted", "staff_coming", "staff_done", "staff_cancelled", "robot_called",
    "robot_answered",
]  # fmt: skip
router = APIRouter(prefix="/api", tags=["robot"], responses=REFUSALS)


class Reported(AskedOf):
    """What a report is about."""

    visit: Id | None = None
    door: str = Field("", max_length=8)
    call: Id | None = None
    who: str = Field("", max_length=60)


class ReportedAs(BaseModel):
    """The event that a report has become: an id of a visit or of a call."""

    seq: int


class NewRating(AskedOf):
    """A rating on the robot's screen; `door` and `service` are what a visit without a number was about."""

    level: Id
    reasons: list[Annotated[str, Field(max_length=60)]] = Field(default_factory=list, max_length=20)
    door: str = Field("", max_length=8)
    service: str = Field("", max_length=60)


class Stored(BaseModel):
    """Whether it was stored: False for a second rating, and for what is only of now."""

    stored: bool


@router.post("/reports/{kind}", status_code=201)
async def report(parts: PartsHere, kind: Report, told: Reported, _who: Robot) -> ReportedAs:
    """A visit begins, somebody calls staff, staff answer, a counter calls the robot, the robot has come."""
    if told.door and told.door not in parts.site.doors:
        raise HTTPException(404, f"there is no door `{told.door}`")
    return ReportedAs(seq=_report(parts.office, kind, told))


@router.post("/visits/{visit}/rating", status_code=201)
async def rate(parts: PartsHere, visit: Visit, rating: NewRating, _who: Robot) -> Stored:
    """The rating of a visit; the first one counts."""
    stored = parts.office.rate(visit, rating.level, rating.reasons, door=rating.door, service=rating.service)
    return Stored(stored=stored)


class KnownRobot(RobotStatus):
    """A robot as it last said it was, `age` seconds ago."""

    age: float


@router.post("/robots/{robot}")
async def tell(parts: PartsHere, robot: RobotName, status: RobotStatus, _who: Robot) -> Stored:
    """A robot says where it is and how it is: once a second or less, and nothing is stored."""
    if status.robot != robot:
        raise HTTPException(404, f"this is `{robot}`, and the status that of `{status.robot}`")
    if not parts.robots.tell(status):
        raise HTTPException(409, "there are too many robots here")
    return Stored(stored=False)


@router.get("/robots")
async def robots(parts: PartsHere, _who: Staff) -> list[KnownRobot]:
    """The office's robots."""
    return [KnownRobot(**status.model_dump(), age=round(age, 2)) for status, age in parts.robots.all()]


def _report(office: Office, kind: Report, told: Reported) -> int:
    staff = office.staff
    if kind == "visit":
        return office.open_visit()
    if kind == "staff_called":
        return staff.call_staff(told.visit or 0).id
    if kind == "robot_called":
        return staff.call_robot(told.door).id
    if kind == "staff_accepted":
        staff.accept(told.call or 0, told.who, told.door)
    elif kind == "staff_coming":
        staff.coming(told.call or 0)
    elif kind == "robot_answered":
        staff.answer_robot_call(told.call or 0)
    else:
        staff.close(told.call or 0, cancelled=kind == "staff_cancelled")
    return office.revision

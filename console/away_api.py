"""What robots tell that they did with visit ids and numbers of their own: in time, or after the office was away."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path
from pydantic import BaseModel, BeforeValidator, Field

from centre.robots import FIRST_NUMBER, FIRST_VISIT
from console.access import Who
from console.api import MOST_ID, REFUSALS, AskedOf, whole_number
from console.parts import PartsHere, needs

Robot = Annotated[Who, Depends(needs("program"))]
OwnVisit = Annotated[int, Path(ge=FIRST_VISIT, le=MOST_ID)]
router = APIRouter(prefix="/api", tags=["robot"], responses=REFUSALS)


class NewRobot(AskedOf):
    """A robot by its name."""

    name: str = Field(min_length=1, max_length=40)


class SlotOut(BaseModel):
    """A robot's own visit ids and numbers are those of its slot; how many ids it has used, and today's last numbers."""

    slot: int
    visits: int
    numbers: dict[str, int]


class NumberGiven(AskedOf):
    """A number that a robot has given, so many seconds ago."""

    door: str = Field(max_length=8)
    service: str = Field("", max_length=60)
    count: Annotated[int, Field(ge=FIRST_NUMBER, le=MOST_ID), BeforeValidator(whole_number)]
    ago: float = Field(ge=0.0, le=400 * 86400.0)


class Taken(BaseModel):
    """The number as it waits now; "" when its day is over."""

    number: str


@router.post("/robots")
async def know(parts: PartsHere, robot: NewRobot, _who: Robot) -> SlotOut:
    """The slot of a robot, the same whenever it asks."""
    known = parts.office.slot_of(robot.name)
    return SlotOut(slot=known.slot, visits=known.visits, numbers=known.numbers)


@router.post("/visits/{visit}", status_code=201)
async def note_visit(parts: PartsHere, visit: OwnVisit, _who: Robot) -> None:
    """A robot has opened a visit; telling so again changes nothing."""
    parts.office.note_visit(visit)


@router.post("/visits/{visit}/number", status_code=201)
async def take_over(parts: PartsHere, visit: OwnVisit, told: NumberGiven, _who: Robot) -> Taken:
    """A robot has given a visit this number while the office was away; telling so again changes nothing."""
    if told.door not in parts.site.doors:
        raise HTTPException(404, f"there is no door `{told.door}`")
    given = parts.office.clock.wall() - timedelta(seconds=told.ago)
    ticket = parts.office.take_over(visit, told.door, told.service, told.count, given)
    return Taken(number=ticket.number if ticket else "")

"""Appointments over the interface for programs: a time at a door that is kept for somebody."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, Field

from centre.appointments import Appointment, NotYetError
from console.api import MOST_ID, REFUSALS, AskedOf, Staff, TicketOut, know, know_service, moment, ticket_out
from console.parts import ConsoleParts, PartsHere
from robot.types import LetanError

AppointmentId = Annotated[int, Path(ge=1, le=MOST_ID)]


class NewAppointment(AskedOf):
    """A time at a door, the office's own, such as 2026-11-30T09:30."""

    door: str = Field(max_length=8)
    at: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d$")]
    service: str = Field("", max_length=60)


class AppointmentOut(BaseModel):
    """An appointment; `code` is the unguessable part of its holder's page, /t/{code}, which is the booked QR code."""

    appointment: int
    door: str
    service: str
    at: datetime
    code: str


router = APIRouter(prefix="/api", tags=["office"], responses=REFUSALS)


@router.post("/appointments", status_code=201)
async def book(parts: PartsHere, new: NewAppointment, _who: Staff) -> AppointmentOut:
    """Keep a time at a door for somebody; 409 when that time can't be had."""
    know(parts, new.door)
    know_service(parts, new.service)
    try:
        made = parts.office.book(new.door, moment(new.at), new.service)
    except LetanError as error:
        raise HTTPException(409, str(error)) from error
    return _appointment_out(parts, made)


@router.post("/appointments/{appointment}/check-in", status_code=201)
async def check_in(parts: PartsHere, appointment: AppointmentId, _who: Staff) -> TicketOut:
    """Who has an appointment is here: their number; 409 when it is not time."""
    if parts.office.appointment(appointment) is None:
        raise HTTPException(404, f"there is no appointment {appointment}")
    try:
        return ticket_out(parts, parts.office.check_in(appointment))
    except NotYetError as error:
        raise HTTPException(409, str(error)) from error


@router.post("/appointments/{appointment}/give-back")
async def give_back(parts: PartsHere, appointment: AppointmentId, _who: Staff) -> AppointmentOut:
    """An appointment's time is free for others; 409 when its number is taken already."""
    found = parts.office.appointment(appointment)
    if found is None:
        raise HTTPException(404, f"there is no appointment {appointment} to give back")
    if not parts.office.give_back(appointment):
        raise HTTPException(409, "its number is taken already")
    return _appointment_out(parts, found)


def _appointment_out(parts: ConsoleParts, appointment: Appointment) -> AppointmentOut:
    return AppointmentOut(
        appointment=appointment.visit,
        door=appointment.door,
        service=appointment.service,
        at=appointment.at.astimezone(),
        code=parts.codes.code(appointment.visit),
    )

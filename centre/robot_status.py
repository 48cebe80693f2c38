"""What a robot tells its office of itself, once a second or less: where it is, what it does, how it is."""

from __future__ import annotations

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Metres = Annotated[float, Field(ge=-1e4, le=1e4)]
Point = tuple[Metres, Metres]
Words = Annotated[str, Field(max_length=200)]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
MOST_PEOPLE = 40
MOST_POINTS = 60


class RobotStatus(BaseModel):
    """One moment of a robot. SI units, `map` frame; nobody's name, face or number.

    `pose` is (x, y, theta), None before it knows where it is; `way` the path it means to drive, `guest` whom it walks
    with or talks to. `held` says what the safety layer stops it for, `needs_help` why it can't go on by itself, and
    `devices` what is wrong with each ("" when nothing is).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    robot: Name
    stamp: AwareDatetime
    pose: tuple[Metres, Metres, Annotated[float, Field(ge=-4, le=4)]] | None = None
    is_unsure: bool = False
    health: float = Field(1.0, ge=0, le=1)
    linear: float = Field(0.0, ge=-5, le=5)
    angular: float = Field(0.0, ge=-20, le=20)
    battery: float = Field(1.0, ge=0, le=1)
    charging: bool = False
    emergency_stop: bool = False
    held: Words = ""
    needs_help: Words = ""
    page: Words = ""
    order: Words = ""  # of the staff, which it follows now
    goal: Point | None = None
    way: tuple[Point, ...] = Field((), max_length=MOST_POINTS)
    people: tuple[Point, ...] = Field((), max_length=MOST_PEOPLE)
    guest: Point | None = None
    tray_items: int = Field(0, ge=0, le=100)
    devices: dict[Name, Words] = Field(
        default_factory=dict, max_length=20, json_schema_extra={"additionalProperties": False}
    )

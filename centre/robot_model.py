"""The robot as the site file describes it: size, speeds, sensors, battery and tray."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from centre.floor import SitePose
from text.yaml12 import Model

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1)]


class Lidar(Model):
    """A planar lidar and its noise; angles in degrees, ranges in metres."""

    beams: int = Field(ge=8, le=4000)
    field_of_view: float = Field(gt=0, le=360)
    rate: Positive
    range: tuple[Positive, Positive]
    mount: SitePose
    sigma: float = Field(ge=0)
    dropout: Share


class OdometryNoise(Model):
    """The four alphas of the odometry motion model (Thrun, Burgard, Fox: Probabilistic Robotics, table 5.6)."""

    turn_by_turn: float = Field(ge=0)
    turn_by_drive: float = Field(ge=0)
    drive_by_drive: float = Field(ge=0)
    drive_by_turn: float = Field(ge=0)


class Battery(Model):
    """How fast the battery empties and fills, as shares of full an hour."""

    idle_per_hour: Share
    driving_per_hour: Share
    charging_per_hour: Positive


class Tray(Model):
    """How much the full tray carries."""

    cups: int = Field(ge=0)
    candies: int = Field(ge=0)


class RobotModel(Model):
    """The robot's size (m), limits (m/s, m/s², degrees/s) and devices."""

    width: Positive
    radius: Positive
    max_speed: float = Field(gt=0, le=1.5)
    max_speed_with_cups: Positive
    max_turn: Positive
    acceleration: Positive
    braking: Positive
    turn_acceleration: Positive
    lidar: Lidar
    odometry: OdometryNoise
    battery: Battery
    tray: Tray

    @model_validator(mode="after")
    def _fits(self) -> RobotModel:
        if self.radius < self.width / 2:
            raise ValueError("`radius` is less than half the width")
        return self

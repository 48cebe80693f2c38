"""`robot.yaml`, in the units that people write: what it says becomes the `RobotModel` that all parts share."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field, model_validator

from centre.floor import SitePose
from robot.model import BatteryModel, LidarModel, OdometryNoise, RobotModel, TrayModel
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

    @model_validator(mode="after")
    def _ranges_in_order(self) -> Lidar:
        if self.range[0] >= self.range[1]:
            raise ValueError("`range` is the least and then the largest range")
        return self


class WheelNoise(Model):
    """The noise of the wheels' odometry."""

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


class RobotFile(Model):
    """The robot's size (m), limits (m/s, m/s², degrees/s) and devices."""

    width: float = Field(gt=0, le=2)
    radius: float = Field(gt=0, le=1.5)
    max_speed: float = Field(gt=0, le=1.5)
    max_speed_with_cups: Positive
    max_turn: float = Field(ge=5, le=360)
    acceleration: float = Field(ge=0.05, le=10)
    braking: float = Field(ge=0.05, le=10)
    stop_braking: float | None = Field(default=None, ge=0.05, le=10)  # twice as hard, if nothing is said
    turn_acceleration: float = Field(ge=5, le=3600)
    reaction: float = Field(default=0.25, gt=0, le=2.0)
    lidar: Lidar
    odometry: WheelNoise
    battery: Battery
    tray: Tray

    @model_validator(mode="after")
    def _fits(self) -> RobotFile:
        if self.radius < self.width / 2:
            raise ValueError("`radius` is less than half the width")
        if self.max_speed_with_cups > self.max_speed:
            raise ValueError("`max_speed_with_cups` is more than `max_speed`")
        if self.stop_braking is not None and self.stop_braking < self.braking:
            raise ValueError("`stop_braking` is less than `braking`")
        if math.hypot(self.lidar.mount.x, self.lidar.mount.y) > self.radius:
            raise ValueError("the lidar's `mount` lies outside the `radius`")
        return self

    @property
    def model(self) -> RobotModel:
        """The same in SI units."""
        lidar = self.lidar
        return RobotModel(
            body_radius=self.width / 2,
            radius=self.radius,
            max_speed=self.max_speed,
            tray_speed=self.max_speed_with_cups,
            turn_speed=math.radians(self.max_turn),
            acceleration=self.acceleration,
            braking=self.braking,
            stop_braking=self.stop_braking or 2.0 * self.braking,
            turn_acceleration=math.radians(self.turn_acceleration),
            reaction=self.reaction,
            lidar=LidarModel(
                mount=lidar.mount,
                field_of_view=math.radians(lidar.field_of_view),
                beams=lidar.beams,
                rate=lidar.rate,
                range_min=lidar.range[0],
                range_max=lidar.range[1],
                sigma=lidar.sigma,
                dropout=lidar.dropout,
            ),
            odometry=OdometryNoise(**self.odometry.model_dump()),
            battery=BatteryModel(**self.battery.model_dump()),
            tray=TrayModel(**self.tray.model_dump()),
        )

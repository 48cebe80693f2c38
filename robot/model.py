"""What a robot is like: one frozen value from its `robot.yaml` that safety, planners, trackers and simulator need."""

from __future__ import annotations

from dataclasses import dataclass

from robot.types import Pose


@dataclass(frozen=True, slots=True)
class LidarModel:
    """A planar lidar: `mount` is its pose in `base`, `field_of_view` in rad, ranges in m, `rate` in Hz.

    `sigma` (m) is the noise of a range, `dropout` the share of beams without a return.
    """

    mount: Pose
    field_of_view: float
    beams: int
    rate: float
    range_min: float
    range_max: float
    sigma: float
    dropout: float


@dataclass(frozen=True, slots=True)
class OdometryNoise:
    """The four alphas of the odometry motion model (Thrun, Burgard, Fox: Probabilistic Robotics, table 5.6)."""

    turn_by_turn: float
    turn_by_drive: float
    drive_by_drive: float
    drive_by_turn: float


@dataclass(frozen=True, slots=True)
class BatteryModel:
    """How fast the battery empties and fills, as shares of full an hour."""

    idle_per_hour: float
    driving_per_hour: float
    charging_per_hour: float


@dataclass(frozen=True, slots=True)
class TrayModel:
    """How much the full tray carries."""

    cups: int
    candies: int


@dataclass(frozen=True, slots=True)
class RobotModel:
    """A round robot with a differential drive. Metres, seconds, radians.

    `body_radius` is its body's; `radius` that of the circle that is planned with and kept free, the body and a margin.
    `braking` (m/s²) is what its brakes do at least, `stop_braking` when safety stops it, also with cups on the tray;
    `reaction` (s) is what passes from a scan to the brakes.
    """

    body_radius: float
    radius: float
    max_speed: float
    tray_speed: float  # with cups on the tray
    turn_speed: float
    acceleration: float
    braking: float
    stop_braking: float
    turn_acceleration: float
    reaction: float
    lidar: LidarModel
    odometry: OdometryNoise
    battery: BatteryModel
    tray: TrayModel

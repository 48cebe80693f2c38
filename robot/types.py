"""What crosses rooms: frozen values in SI units, frames `map`, `odom`, `base`, `lidar` (REP 103, REP 105)."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from robot.pages import Expression, PageContent, PageName, SpeechRate

FloatArray = NDArray[np.float64]
Lamp = Literal["off", "on", "warn"]
Intention = Literal["", "comes up", "passes by", "stays"]  # of somebody, towards the robot
BumperZone = Literal["front", "left", "rear", "right"]  # a corner is two of them
Texts = dict[str, dict[str, str]]  # language -> key such as `speech.welcome` -> words

PERSON_RADIUS = 0.22  # m, of a person's body seen from above


class LetanError(Exception):
    """Bad input that a person can mend: one clear message, exit code 2 at the command line."""


def wrap(angle: float) -> float:
    """An angle in radians brought into [-pi, pi)."""
    return (angle + math.pi) % (2.0 * math.pi) - math.pi


@dataclass(frozen=True, slots=True)
class Pose:
    """A planar pose: x, y in metres, theta in radians, counter-clockwise from x (REP 103)."""

    x: float
    y: float
    theta: float

    def compose(self, other: Pose) -> Pose:
        """`other`, given in this pose's frame, in the frame this pose is given in."""
        c, s = math.cos(self.theta), math.sin(self.theta)
        return Pose(
            self.x + c * other.x - s * other.y,
            self.y + s * other.x + c * other.y,
            wrap(self.theta + other.theta),
        )

    def inverse(self) -> Pose:
        """The pose that composes with this one to the identity."""
        c, s = math.cos(self.theta), math.sin(self.theta)
        return Pose(-c * self.x - s * self.y, s * self.x - c * self.y, wrap(-self.theta))

    def between(self, other: Pose) -> Pose:
        """`other` seen from this pose."""
        return self.inverse().compose(other)

    def distance(self, other: Pose) -> float:
        """Straight-line distance to `other` in metres."""
        return math.hypot(other.x - self.x, other.y - self.y)


IDENTITY = Pose(0.0, 0.0, 0.0)  # a frame seen from itself


@dataclass(frozen=True, slots=True)
class Odometry:
    """Wheel odometry: the pose of `base` in `odom` at `stamp` (s), with its speeds (m/s, rad/s)."""

    stamp: float
    pose: Pose
    linear: float = 0.0
    angular: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One turn of a planar lidar, in its own frame.

    `ranges`: (N,) float64, metres; NaN, inf or values outside [range_min, range_max] are no return.
    Beam i looks along `angle_min + i * angle_increment` radians.
    """

    stamp: float
    ranges: FloatArray
    angle_min: float
    angle_increment: float
    range_min: float = 0.05
    range_max: float = 30.0

    @property
    def angles(self) -> FloatArray:
        """Beam directions, (N,) radians."""
        return self.angle_min + self.angle_increment * np.arange(self.ranges.size, dtype=np.float64)

    def valid(self, reach: float = math.inf) -> NDArray[np.bool_]:
        """Which beams hit something: finite, within the sensor's range and nearer than `reach` (m); (N,) bool."""
        found: NDArray[np.bool_] = self.ranges >= self.range_min
        found &= self.ranges < min(reach, self.range_max)
        return found

    def points(self, mount: Pose = IDENTITY, reach: float = math.inf) -> FloatArray:
        """Where the valid beams end, (M, 2) metres, in the frame that `mount`, the lidar's pose, is given in."""
        from robot.beam_ends import beam_ends  # compiled code, which who only reads types need not have

        directions = _directions(self.angle_min, self.angle_increment, self.ranges.size)
        most, c, s = min(reach, self.range_max), math.cos(mount.theta), math.sin(mount.theta)
        return beam_ends(self.ranges, directions, self.range_min, most, mount.x, mount.y, c, s)


@lru_cache(maxsize=16)
def _directions(angle_min: float, angle_increment: float, count: int) -> FloatArray:
    """The beams' unit vectors (N, 2) in the lidar's frame; a lidar's are the same in every scan."""
    angles = angle_min + angle_increment * np.arange(count, dtype=np.float64)
    vectors = np.column_stack((np.cos(angles), np.sin(angles)))
    vectors.flags.writeable = False
    return vectors


@dataclass(frozen=True, slots=True)
class Observation:
    """All that a robot tells at `stamp` (s); `scan` is None when there is no new one.

    `bumper`: it touches something; `bumper_zones` say where, if the bumper can tell.
    """

    stamp: float
    odometry: Odometry
    scan: Scan | None = None
    bumper: bool = False
    emergency_stop: bool = False
    battery: float = 1.0  # 0-1
    charging: bool = False
    tray_items: int = 0  # cups and candy on the tray
    bumper_zones: tuple[BumperZone, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """What a robot is told: linear (m/s) and angular (rad/s) speed, its lamp, and whether to stop as hard as it can."""

    linear: float = 0.0
    angular: float = 0.0
    lamp: Lamp = "off"
    hard: bool = False

    @property
    def is_still(self) -> bool:
        """True when both wheels are told to stand."""
        return self.linear == 0.0 and self.angular == 0.0


@dataclass(frozen=True, slots=True)
class Localization:
    """Where the robot believes it is in `map`.

    `stamp` (s) of the data used; `std_xy` (m) and `std_theta` (rad) of the heaviest cluster; `health` 0-1:
    how well the scan fits the map, 1 is perfect and below 0.3 is lost. `unsure`: the pose is a guess among several
    places, or of a robot that has not been found yet: stand still or turn, don't trust it. `jumps` counts how often
    the pose has been found anew elsewhere: when it grows, what was remembered in `map` may be in the wrong place.
    Between jumps the pose is smooth: corrections come at a bounded rate.
    """

    stamp: float
    pose: Pose
    std_xy: float = 0.0
    std_theta: float = 0.0
    health: float = 1.0
    unsure: bool = False
    jumps: int = 0


@dataclass(frozen=True, slots=True)
class Track:
    """One tracked person in `map`: position (m), velocity (m/s), how long seen and how long standing (s).

    `facing` (rad in `map`) is None of whom it is not known, as of whoever has stood there from the start. `intent` is
    "" until it shows. `group` is the lowest id of those who walk together, 0 of who is alone.
    """

    id: int
    x: float
    y: float
    vx: float
    vy: float
    age: float = 0.0
    still: float = 0.0
    radius: float = PERSON_RADIUS
    facing: float | None = None
    intent: Intention = ""
    group: int = 0

    @property
    def speed(self) -> float:
        """Speed in m/s."""
        return math.hypot(self.vx, self.vy)


@dataclass(frozen=True, slots=True, eq=False)
class GridMap:
    """An occupancy grid as in ROS map_server.

    `cells`: (height, width) int8, row 0 at the bottom: 100 occupied, 0 free, -1 unknown.
    Cell (row, col) covers x in origin.x + [col, col + 1) * resolution, y likewise by row; origin.theta is 0.
    """

    cells: NDArray[np.int8]
    resolution: float
    origin: Pose


@dataclass(frozen=True, slots=True)
class Utterance:
    """Recognised speech: text in NFC, 0-1 confidence, and when it ended (s)."""

    stamp: float
    text: str
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a sentence asks for: request ids with scores, the best first, and the one that is sure enough or None."""

    text: str
    ranked: tuple[tuple[str, float], ...] = ()
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class Touch:
    """One touch on the citizens' screen: the page it was made on and what its tile means.

    `action` is a word of the page's contract in `robot.pages`; `value` its argument ("" when it has none).
    """

    stamp: float
    page: PageName
    action: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Modes:
    """The citizen's viewing modes ("Dễ xem"), which end with the visit. `volume` 0-6."""

    large_text: bool = False
    low: bool = False
    high_contrast: bool = False
    volume: int = 4
    rate: SpeechRate = "normal"


@dataclass(frozen=True, slots=True)
class ScreenState:
    """Everything the citizens' screen shows: immutable, the newest wins.

    `page` is a key of `robot.pages.PAGES`; `content` the matching dataclass; `expression` a name in
    theme.yaml's `face.expressions`; `gaze` -1 (its left) to 1 (its right); `serial` grows with each state.
    """

    page: PageName
    content: PageContent
    language: str = "vi"
    expression: Expression = "neutral"
    gaze: float = 0.0
    modes: Modes = field(default_factory=Modes)
    serial: int = 0


@dataclass(frozen=True, slots=True)
class ViewState:
    """What the developers' window draws: the believed and the true robot, people, scan points and the plan."""

    stamp: float
    pose: Pose
    true_pose: Pose | None
    radius: float  # of the robot's body, m
    people: tuple[tuple[float, float, float, str], ...]  # x, y, radius (m), colour name
    tracks: tuple[tuple[float, float, float, float], ...]  # x, y (m), vx, vy (m/s)
    scan_points: FloatArray  # (N, 2) metres in map
    path: tuple[tuple[float, float], ...]
    particles: FloatArray  # (N, 2) metres in map
    added: FloatArray  # (S, 4) metres: what stands in the hall and not in the map
    caption: str
    rollouts: FloatArray  # (N, H, 2) metres in map: what its controller considers
    aside: str = ""  # what stands beside the hall: the tree's running nodes, and who waits
    paused: bool = False

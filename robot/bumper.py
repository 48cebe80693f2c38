"""What a touch of the bumper means: a hit latches, a nudge lets the robot step aside and go on."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from robot.types import BumperZone, Command, FloatArray, Observation, Pose

BumperState = Literal["free", "hit", "touched", "leaving"]
ZONE_BEARINGS: dict[BumperZone, float] = {
    "front": 0.0,
    "left": 0.5 * math.pi,
    "rear": math.pi,
    "right": -0.5 * math.pi,
}  # rad in `base`, the middle of each


@dataclass(frozen=True, slots=True)
class BumperConfig:
    """Speeds in m/s, times in s, distances in m."""

    driving: float = 0.1  # a touch at more than this is a hit
    recently: float = 0.3  # how long before a touch it counts how fast it was: the touch itself brakes it
    moving: float = 0.02  # less tells no direction
    remembered: float = 3.0  # how long the direction that it last drove in tells where it was touched
    free_for: float = 2.0  # before it moves again by itself
    leant_on: float = 10.0  # pressed for longer, it is no nudge
    touches: int = 3  # this many ...
    within: float = 60.0  # ... in this time need a person
    leave_speed: float = 0.08
    leave_turn: float = 0.4  # rad/s, away from what is beside it
    leave_by: float = 0.2  # how far it moves away from what it touched
    leave_time: float = 5.0  # for that; where there is no room it gives up
    seen: float = 0.35  # from its body, within which a return is of what touches it
    side: float = math.radians(67.5)  # rad to each side of the touch, likewise


def bearing_of(zones: Iterable[BumperZone]) -> float | None:
    """The direction (rad in `base`) that pressed parts of the bumper tell; None when they tell none, or all of them."""
    x = sum(math.cos(ZONE_BEARINGS[zone]) for zone in zones)
    y = sum(math.sin(ZONE_BEARINGS[zone]) for zone in zones)
    return math.atan2(y, x) if math.hypot(x, y) > 0.5 else None


class BumperProtocol:
    """`state` says what the last touch means; after a hit nothing moves until `confirmed`.

    A touch at a speed of more than 0.1 m/s is a hit. Any other one is somebody who leaned on it or bumped into it: it
    stands while it is touched, and once the bumper has been free for two seconds the next motion is one away from the
    touch, unless the lidar saw who it was and sees them no more. The third such touch in a minute counts as a hit, and
    so does one of ten seconds: then a person should have a look. `radius` (m) is its body's.
    """

    def __init__(self, radius: float, config: BumperConfig | None = None) -> None:
        self.config = config or BumperConfig()
        self.state: BumperState = "free"
        self.bearing = 0.0  # where it was touched, rad in `base`
        self._radius = radius
        self._pressed = False
        self._pressed_at = 0.0
        self._was_seen = False  # by the lidar, what touched it
        self._speeds: deque[tuple[float, float]] = deque()  # s, m/s: those that say how fast it was just now
        self._last_moved = -math.inf
        self._last_sign = 1.0
        self._touches: deque[float] = deque()
        self._free_since = math.inf
        self._left_from: Pose | None = None
        self._leaving_since = 0.0

    def update(self, observation: Observation, points: FloatArray) -> None:
        """Take in an observation; `points` (N, 2) m in `base` are what the lidar sees near."""
        now, pressed = observation.stamp, bool(observation.bumper or observation.bumper_zones)
        self._note_speed(now, observation.odometry.linear)
        if pressed and not self._pressed:
            self._begin(observation, points)
        elif pressed:
            self._slide(observation)
        self._pressed = pressed
        if pressed:
            self._free_since = math.inf
        elif self._free_since == math.inf:
            self._free_since = now
        if self.state == "touched" and now - self._free_since >= self.config.free_for:
            self._leave()
        elif self.state == "touched" and pressed and now - self._pressed_at > self.config.leant_on:
            self.state = "hit"
        if self.state == "leaving":
            self._look_how_far(observation, points)

    def confirmed(self, observation: Observation, points: FloatArray) -> None:
        """A person says that it may move: first away from what it touched, also while the bumper is still pressed."""
        if self.state in ("hit", "touched"):
            self._touches.clear()
            self._leave()
        elif observation.bumper or observation.bumper_zones:
            self._touch_at(observation, points)
            self._leave()

    @property
    def way_out(self) -> Command:
        """The speeds with which it leaves what it touched: straight away, or on an arc from what is beside it."""
        c, beside = self.config, math.sin(self.bearing)
        if abs(beside) > 0.9:
            return Command(c.leave_speed, -math.copysign(c.leave_turn, beside))
        return Command(-math.copysign(c.leave_speed, math.cos(self.bearing)))

    def leave(self, observation: Observation, wanted: Command) -> Command:
        """Move away now: as it is `wanted`, where that leads straight away too."""
        if self._left_from is None:
            self._left_from = observation.odometry.pose
            self._leaving_since = observation.stamp
        out = self.way_out
        return wanted if not out.angular and wanted.linear * out.linear > 0.0 else out

    def _note_speed(self, now: float, speed: float) -> None:
        self._speeds.append((now, speed))
        while self._speeds and not 0.0 <= now - self._speeds[0][0] <= self.config.recently:
            self._speeds.popleft()
        if abs(speed) > self.config.moving:
            self._last_moved = now
            self._last_sign = math.copysign(1.0, speed)

    def _begin(self, observation: Observation, points: FloatArray) -> None:
        """Something begins to touch it."""
        c, now = self.config, observation.stamp
        fastest = max(abs(speed) for _, speed in self._speeds)
        self._pressed_at = now
        if self.state != "hit":
            self._touch_at(observation, points)
        if fastest > c.driving or self.state == "hit":
            self.state = "hit"
            return
        self._touches.append(now)
        while now - self._touches[0] > c.within:
            self._touches.popleft()
        self.state = "hit" if len(self._touches) >= c.touches else "touched"

    def _touch_at(self, observation: Observation, points: FloatArray) -> None:
        """Note where it is touched: as the bumper tells, else where it drove, else where the nearest return is."""
        told = bearing_of(observation.bumper_zones)
        if told is None and observation.stamp - self._last_moved <= self.config.remembered:
            told = 0.0 if self._last_sign > 0.0 else math.pi
        if told is None:
            told = 0.0
            if points.shape[0]:
                nearest = points[(points * points).sum(axis=1).argmin()]
                told = math.atan2(nearest[1], nearest[0])
        self.bearing = told
        self._was_seen = self._sees(points)

    def _slide(self, observation: Observation) -> None:
        """While it brakes, what it touches gets past another part of it."""
        told = bearing_of(observation.bumper_zones)
        if told is not None and self.state in ("hit", "touched"):
            self.bearing = told

    def _sees(self, points: FloatArray) -> bool:
        """Whether the lidar sees anything near on the side of the touch."""
        away = np.hypot(points[:, 0], points[:, 1])
        there = points @ (math.cos(self.bearing), math.sin(self.bearing)) > math.cos(self.config.side) * away
        return bool((there & (away < self._radius + self.config.seen)).any())

    def _leave(self) -> None:
        self.state = "leaving"
        self._left_from = None

    def _look_how_far(self, observation: Observation, points: FloatArray) -> None:
        """It has left once it is far enough away, or who was seen has gone, or it has found no room to.

        A bumper that stays pressed is a hit.
        """
        if self._was_seen and not self._pressed and not self._sees(points):
            self.state = "free"
        if self._left_from is None or self.state == "free":
            return  # not before it wants to drive
        far = self._left_from.distance(observation.odometry.pose) >= self.config.leave_by
        if far or observation.stamp - self._leaving_since > self.config.leave_time:
            self.state = "hit" if self._pressed else "free"

"""What a touch of the bumper means: a hit latches, a nudge lets the robot step aside and go on."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

from robot.types import FloatArray, Observation, Pose

BumperState = Literal["free", "hit", "touched", "leaving"]


@dataclass(frozen=True, slots=True)
class BumperConfig:
    """Speeds in m/s, times in s, distances in m."""

    driving: float = 0.1  # a touch at more than this is a hit
    recently: float = 0.3  # how long before a touch it counts how fast it was: the touch itself brakes it
    moving: float = 0.02  # less tells no direction
    remembered: float = 3.0  # how long the direction that it last drove in tells where it was touched
    free_for: float = 2.0  # before it moves again by itself
    touches: int = 3  # this many ...
    within: float = 60.0  # ... in this time need a person
    leave_speed: float = 0.08
    leave_by: float = 0.2  # how far it moves away from what it touched
    leave_time: float = 5.0  # for that; where there is no room it gives up


class BumperProtocol:
    """`state` says what the last touch means; after a hit nothing moves until `confirmed`.

    A touch at a speed of more than 0.1 m/s is a hit. Any other one is somebody who leaned on it or bumped into it: it
    stands while it is touched, and once the bumper has been free for two seconds the next motion is one away from the
    touch. The third such touch in a minute counts as a hit: then a person should have a look.
    """

    def __init__(self, config: BumperConfig | None = None) -> None:
        self.config = config or BumperConfig()
        self.state: BumperState = "free"
        self.side = 1.0  # where it was touched: 1 before it, -1 behind it
        self._pressed = False
        self._speeds: deque[tuple[float, float]] = deque()  # s, m/s: those that say how fast it was just now
        self._last_moved = -math.inf
        self._last_sign = 1.0
        self._touches: deque[float] = deque()
        self._free_since = math.inf
        self._left_from: Pose | None = None
        self._leaving_since = 0.0

    def update(self, observation: Observation, points: FloatArray) -> None:
        """Take in an observation; `points` (N, 2) m in `base` tell where the touch was when nothing else does."""
        now, pressed = observation.stamp, bool(observation.bumper or observation.bumper_zones)
        self._note_speed(now, observation.odometry.linear)
        if pressed and not self._pressed:
            self._begin(observation, points)
        self._pressed = pressed
        if pressed:
            self._free_since = math.inf
        elif self._free_since == math.inf:
            self._free_since = now
        if self.state == "touched" and now - self._free_since >= self.config.free_for:
            self._leave()
        if self.state == "leaving":
            self._look_how_far(observation)

    def confirmed(self, observation: Observation, points: FloatArray) -> None:
        """A person says that it may move: first away from what it touched, also while the bumper is still pressed."""
        if self.state in ("hit", "touched"):
            self._touches.clear()
            self._leave()
        elif observation.bumper or observation.bumper_zones:
            self.side = self._side(observation, points)
            self._leave()

    @property
    def way_out(self) -> float:
        """The speed (m/s, signed) with which it leaves what it touched."""
        return -self.side * self.config.leave_speed

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
        if self.state != "hit":
            self.side = self._side(observation, points)
        if fastest > c.driving or self.state == "hit":
            self.state = "hit"
            return
        self._touches.append(now)
        while now - self._touches[0] > c.within:
            self._touches.popleft()
        self.state = "hit" if len(self._touches) >= c.touches else "touched"

    def _side(self, observation: Observation, points: FloatArray) -> float:
        """Where it is touched: as the bumper tells, else where it was driving, else where the nearest return is."""
        zones = set(observation.bumper_zones)
        if len(zones) == 1:
            return 1.0 if "front" in zones else -1.0
        if observation.stamp - self._last_moved <= self.config.remembered:
            return self._last_sign
        if points.shape[0]:
            nearest = points[(points * points).sum(axis=1).argmin()]
            return math.copysign(1.0, nearest[0])
        return 1.0

    def _leave(self) -> None:
        self.state = "leaving"
        self._left_from = None

    def _look_how_far(self, observation: Observation) -> None:
        """It has left once it is far enough away, or has found no room to; a bumper that stays pressed is a hit."""
        if self._left_from is None:
            return  # not before it wants to drive
        far = self._left_from.distance(observation.odometry.pose) >= self.config.leave_by
        if far or observation.stamp - self._leaving_since > self.config.leave_time:
            self.state = "hit" if self._pressed else "free"

    def leave(self, observation: Observation) -> float:
        """Move away now: the speed (m/s, signed) for it."""
        if self._left_from is None:
            self._left_from = observation.odometry.pose
            self._leaving_since = observation.stamp
        return self.way_out

"""The last word on every command: what the swept footprint, people ahead and fresh data allow.

This is not a certified safety function: a real robot needs its own certified stop circuit beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numba import njit

from robot.model import RobotModel
from robot.types import Command, FloatArray, Localization, Observation, Scan, Track


@dataclass(frozen=True, slots=True)
class SafetyConfig:
    """What is kept free and how slow is slow, in SI units; what the robot itself can do stands in its model."""

    margin: float = 0.05  # m
    sight: float = 2.5  # m within which returns are looked at
    body: float = 0.22  # m, radius of a person
    docking_margin: float = 0.02  # m, at docking speed
    docking_speed: float = 0.1  # m/s
    people_speed: float = 0.3  # m/s with people ahead
    people_ahead: float = 1.5  # m
    scan_age: float = 0.3  # s
    pose_age: float = 0.5  # s
    frozen_scan: float = 0.5  # s of bit-identical scans while the wheels turn
    bad_beams: float = 0.2  # share of NaN or negative ranges that stops the robot


@njit(cache=True)
def free_travel(points: FloatArray, curvature: float, radius: float, reach: float) -> float:
    """How far (m) a disc may go along an arc of `curvature` (1/m, signed) before it meets a point.

    `points`: (N, 2) m in `base`. Points inside the disc already count only when the motion goes on towards them.
    """
    step = 0.02
    free = reach
    squared = radius * radius
    for i in range(points.shape[0]):
        px, py = points[i, 0], points[i, 1]
        last = px * px + py * py
        if last > (reach + radius) ** 2:
            continue
        travelled = 0.0
        while travelled < free:
            beyond = travelled + step
            if abs(curvature) < 1e-6:
                x, y = beyond, 0.0
            else:
                x = math.sin(curvature * beyond) / curvature
                y = (1.0 - math.cos(curvature * beyond)) / curvature
            now = (px - x) ** 2 + (py - y) ** 2
            if now < squared and now < last:
                free = travelled
            last = now
            travelled = beyond
    return free


@dataclass(repr=False)
class Safety:
    """Limits commands; after an emergency stop, a bumper or a power loss nothing moves until a person confirms."""

    model: RobotModel
    config: SafetyConfig = field(default_factory=SafetyConfig)
    stopped: bool = True  # power-on counts as a power loss
    reason: str = "power"
    _scan: Scan | None = None
    _points: FloatArray = field(init=False)  # of that scan
    _same_since: float | None = None

    def confirm(self, observation: Observation) -> bool:
        """A person says that the robot may move again; refused while the cause is still there."""
        if observation.emergency_stop or observation.bumper:
            return False
        self.stopped = False
        self.reason = ""
        return True

    def limit(
        self,
        command: Command,
        observation: Observation,
        localization: Localization | None,
        people: Sequence[Track],
        docking: bool = False,
    ) -> Command:
        """The command, never faster than is safe now; `reason` says what held it back ("" when nothing did)."""
        if not (math.isfinite(command.linear) and math.isfinite(command.angular)):
            command = Command(lamp=command.lamp)
        self._see(observation)
        self._latch(observation)
        stop = self.reason if self.stopped else self._stale(observation, localization)
        if stop or localization is None:
            self.reason = stop
            return Command(lamp="warn" if self.stopped else command.lamp)
        self.reason = ""
        return self._bounded(command, observation, localization, people, docking)

    def _latch(self, observation: Observation) -> None:
        for pressed, reason in ((observation.emergency_stop, "emergency stop"), (observation.bumper, "bumper")):
            if pressed:
                self.stopped = True
                self.reason = reason

    def _stale(self, observation: Observation, localization: Localization | None) -> str:
        c, now = self.config, observation.stamp
        if self._scan is None or abs(now - self._scan.stamp) > c.scan_age:
            return "stale scan"
        if localization is None or abs(now - localization.stamp) > c.pose_age:
            return "stale pose"
        if self._same_since is not None and now - self._same_since > c.frozen_scan:
            return "frozen scan"
        bad = np.isnan(self._scan.ranges) | (self._scan.ranges < 0)
        if self._scan.ranges.size == 0 or bad.mean() > c.bad_beams:
            return "bad scan"
        return ""

    def _see(self, observation: Observation) -> None:
        """Take in a new scan: its returns as points in `base`, and whether it repeats the last one to the bit."""
        scan = observation.scan
        if scan is None or (self._scan is not None and scan.stamp <= self._scan.stamp):
            return
        moving = abs(observation.odometry.linear) > 0.05 or abs(observation.odometry.angular) > 0.1
        same = self._scan is not None and np.array_equal(scan.ranges, self._scan.ranges, equal_nan=True)
        self._same_since = (self._same_since or scan.stamp) if same and moving else None
        self._scan = scan
        self._points = scan.points(self.model.lidar.mount, self.config.sight)

    def _bounded(
        self,
        command: Command,
        observation: Observation,
        localization: Localization,
        people: Sequence[Track],
        docking: bool,
    ) -> Command:
        c, model = self.config, self.model
        turn = max(-model.turn_speed, min(model.turn_speed, command.angular))
        command = replace(command, angular=turn)  # the arc that is checked is the one that will be driven
        top = c.docking_speed if docking else model.tray_speed if observation.tray_items else model.max_speed
        speed = min(abs(command.linear), top)
        if speed > c.people_speed and self._person_ahead(command, localization, people):
            speed = c.people_speed
            self.reason = "people ahead"
        if speed > 0:
            allowed = self._stoppable(command, docking, self._bodies(localization, people))
            if allowed < speed:
                speed, self.reason = allowed, "obstacle"
        if speed or command.linear < 0:  # else it turns on the spot, as a round robot always may
            turn *= speed / abs(command.linear)
        return replace(command, linear=math.copysign(speed, command.linear) if speed else 0.0, angular=turn)

    @staticmethod
    def _bodies(localization: Localization, people: Sequence[Track]) -> FloatArray:
        """People as points in `base`, (N, 2) m: a body reaches beyond the legs that the lidar sees."""
        places = [localization.pose.between(replace(localization.pose, x=person.x, y=person.y)) for person in people]
        return np.array([(place.x, place.y) for place in places]).reshape(-1, 2)

    def _stoppable(self, command: Command, docking: bool, bodies: FloatArray) -> float:
        """The greatest speed (m/s) whose stopping distance fits before the nearest return in the swept footprint."""
        c = self.config
        ahead = math.copysign(1.0, command.linear)
        curvature = command.angular / abs(command.linear)
        margin = c.docking_margin if docking else c.margin
        radius, braking, reaction = self.model.radius, self.model.braking, self.model.reaction
        room = free_travel(ahead * self._points, curvature, radius, c.sight - radius)
        room = free_travel(ahead * bodies, curvature, radius + c.body, room) - margin
        if room <= 0:
            return 0.0
        return braking * (math.sqrt(reaction**2 + 2.0 * room / braking) - reaction)

    def _person_ahead(self, command: Command, localization: Localization, people: Sequence[Track]) -> bool:
        pose = localization.pose
        for person in people:
            dx, dy = person.x - pose.x, person.y - pose.y
            ahead = command.linear * (dx * math.cos(pose.theta) + dy * math.sin(pose.theta))
            if ahead > 0 and math.hypot(dx, dy) < self.config.people_ahead + self.model.radius:
                return True
        return False

"""The last word on every command: what the swept footprint, people and a lidar that sees allow.

This is not a certified safety function: a real robot needs its own certified stop circuit beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from robot.bumper import BumperProtocol
from robot.lidar_watch import LidarWatch
from robot.model import RobotModel
from robot.odometry_watch import OdometryWatch
from robot.passive import comes_near, is_met_braking, passive_speed
from robot.sweep import free_travel, leg_sized, stoppable, stopping_distance
from robot.types import PERSON_RADIUS, Command, FloatArray, Localization, Observation, Pose, Track

# what it does all day; any other reason is a stop
LIMITS = ("", "people ahead", "obstacle", "people", "unseen", "late scan")


@dataclass(frozen=True, slots=True)
class SafetyConfig:
    """What is kept free and how slow is slow, in SI units; what the robot itself can do stands in its model."""

    margin: float = 0.05  # m
    sight: float = 2.5  # m within which returns are looked at
    docking_margin: float = 0.02  # m, at docking speed
    docking_speed: float = 0.1  # m/s
    unseen_speed: float = 0.1  # m/s, backing off to where no lidar looks
    leg_width: float = 0.5  # m: wider clusters of returns are no legs, of one person or side by side
    leg_gap: float = 0.13  # m between neighbouring returns of one cluster
    leg_overhang: float = 0.09  # m by which a body reaches beyond its leg
    spread: float = 0.2  # m/s by which it gets less sure where people who walk will be
    people_speed: float = 0.3  # m/s with people ahead who come near
    people_ahead: float = 1.5  # m
    people_air: float = 0.25  # m between the bodies, as they will pass: less is near
    pose_age: float = 0.5  # s
    rest_within: float = 0.5  # s after its last scan in which it stands
    late: float = 1.5  # of the time between two scans, after which one is late
    turn: float = 0.05  # s from one command to the next
    slow: float = 0.1  # m/s from which it matters how hard it brakes
    standing: float = 1e-4  # m/s: slower is turning on the spot, and has no curve that could be told


@dataclass(repr=False)
class Safety:
    """Limits commands; after an emergency stop, a hit or a power loss nothing moves until a person confirms."""

    model: RobotModel
    config: SafetyConfig = field(default_factory=SafetyConfig)
    stopped: bool = True  # power-on counts as a power loss
    reason: str = "power"

    def __post_init__(self) -> None:
        self.lidar = LidarWatch(mount=self.model.lidar.mount)
        self.bumper = BumperProtocol(self.model.body_radius)
        self.odometry = OdometryWatch()
        self.stop_since: float | None = None  # s since when it has been held, see `stop`
        self._points: FloatArray = np.zeros((0, 2))  # m in `base`, of the last scan
        self._legs: FloatArray = np.zeros((0, 2))  # those of them that may be legs

    @property
    def stop(self) -> str:
        """Why nothing moves, "" when it only limits speeds."""
        return "" if self.reason in LIMITS else self.reason

    def confirm(self, observation: Observation) -> bool:
        """A person says that the robot may move again; refused while the stop button is pressed.

        From what it touched, or touches still, it first moves away.
        """
        if observation.emergency_stop:
            return False
        if not self.stopped:
            return True
        self.stopped = False
        self.reason = ""
        self.bumper.confirmed(observation, self._points)
        self.lidar.forget()
        self.odometry.forget()
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
        self.reason = self.reason if self.stopped else self._stop(observation, localization)
        if self.reason or localization is None:
            limited = Command(lamp="warn" if self.stopped else command.lamp, hard=True)
        else:
            bodies = self._bodies(localization.pose, people)
            limited = self._bounded(command, observation, bodies, docking)
            if self._must_brake(observation, bodies):
                ahead = limited.linear * observation.odometry.linear > 0.0
                limited = replace(limited, linear=0.0 if ahead else limited.linear, hard=True)
        if not self.stop:
            self.stop_since = None
        elif self.stop_since is None:
            self.stop_since = observation.stamp
        return limited

    def _see(self, observation: Observation) -> None:
        """Take in a new scan: its returns as points in `base`, once."""
        c = self.config
        if self.lidar.see(observation):
            assert observation.scan is not None
            self._points = observation.scan.points(self.model.lidar.mount, c.sight)
            self._legs = self._points[leg_sized(self._points, c.leg_gap, c.leg_width)]
        self.bumper.update(observation, self._points)
        self.odometry.see(observation.odometry)

    def _latch(self, observation: Observation) -> None:
        causes = {
            "odometry": self.odometry.is_odd,
            "emergency stop": observation.emergency_stop,
            "bumper": self.bumper.state == "hit",
        }
        for reason, is_cause in causes.items():
            if is_cause:
                self.stopped = True
                self.reason = reason

    def _stop(self, observation: Observation, localization: Localization | None) -> str:
        if self.lidar.trouble:
            return self.lidar.trouble
        if localization is None or abs(observation.stamp - localization.stamp) > self.config.pose_age:
            return "stale pose"
        return "touched" if self.bumper.state == "touched" else ""

    def _bounded(
        self,
        command: Command,
        observation: Observation,
        bodies: FloatArray,
        docking: bool,
    ) -> Command:
        """What is left of a command while nothing forbids all motion."""
        if command.is_still:
            return command
        if self.bumper.state == "leaving":
            command = replace(self.bumper.leave(observation, command), lamp=command.lamp)
        model = self.model
        turn = float(max(-model.turn_speed, min(model.turn_speed, command.angular)))
        command = replace(
            command, linear=float(command.linear), angular=turn
        )  # the arc that is checked is the one that will be driven
        if abs(command.linear) < self.config.standing:
            return replace(command, linear=0.0)  # it turns on the spot, as a round robot always may
        top = self.config.docking_speed if docking else model.tray_speed if observation.tray_items else model.max_speed
        ahead = math.copysign(1.0, command.linear)
        speed = min(abs(command.linear), top)
        curvature = turn / abs(command.linear)
        for reason, allowed in self._bounds(ahead, speed, curvature, observation, bodies, docking):
            if allowed < speed:
                speed = allowed
                self.reason = reason
        if self.lidar.trouble:
            self.reason = self.lidar.trouble
            return Command(lamp=command.lamp, hard=True)
        if speed or ahead < 0:
            turn = curvature * speed
        late = self.reason == "late scan"
        return replace(command, linear=ahead * speed if speed else 0.0, angular=turn, hard=late)

    def _bounds(
        self,
        ahead: float,
        speed: float,
        curvature: float,
        observation: Observation,
        bodies: FloatArray,
        docking: bool,
    ) -> Sequence[tuple[str, float]]:
        """The speeds (m/s) that each rule allows of `speed` in the direction `ahead` (1 or -1)."""
        c = self.config
        bounds = [
            ("unseen", self._unseen(ahead, speed, curvature, observation.stamp)),
            ("late scan", self._in_time(observation.stamp)),
        ]
        if comes_near(ahead * speed, bodies, c.people_ahead + self.model.radius, c.people_air):
            bounds.append(("people ahead", c.people_speed))
        room = self._free(ahead, curvature, bodies, docking)
        bounds.append(("obstacle", stoppable(room, self.model.braking, self.model.reaction)))
        slowest = min(speed, *(bound for _, bound in bounds))
        if slowest > 0.0 and bodies.shape[0]:
            present = observation.odometry.linear if observation.odometry.linear * ahead > 0.0 else 0.0
            reaction, braking = self.model.reaction, self.model.braking
            wanted = ahead * slowest, curvature * slowest
            allowed = passive_speed(*wanted, present, bodies, reaction, braking, c.spread)
            bounds.append(("people", abs(allowed)))
        return bounds

    def _in_time(self, now: float) -> float:
        """The speed (m/s) from which it comes to rest in time should no scan come any more; any while none is late."""
        c, silent = self.config, self.lidar.silent(now)
        if silent < c.late / self.model.lidar.rate - 1e-6:
            return math.inf
        return self.model.stop_braking * max(0.0, c.rest_within - silent - c.turn)

    def _must_brake(self, observation: Observation, bodies: FloatArray) -> bool:
        """Whether it meets somebody when it brakes as in traffic: a child that runs, or who turns round before it."""
        v, w = observation.odometry.linear, observation.odometry.angular
        return (
            abs(v) > self.config.slow
            and bodies.shape[0] > 0
            and is_met_braking(v, w, bodies, self.model.braking, self.config.spread)
        )

    def _bodies(self, pose: Pose, people: Sequence[Track]) -> FloatArray:
        """People in `base`: (P, 5) x, y (m), vx, vy (m/s), and how near (m) the robot's centre may come to them."""
        if not people:
            return np.zeros((0, 5))
        told = np.array([(each.x, each.y, each.vx, each.vy, self.model.radius + each.radius) for each in people])
        c, s = math.cos(pose.theta), math.sin(pose.theta)
        turned = np.array([[c, -s], [s, c]])
        bodies: FloatArray = told.copy()
        bodies[:, :2] = (told[:, :2] - (pose.x, pose.y)) @ turned
        bodies[:, 2:4] = told[:, 2:4] @ turned
        return bodies

    def _unseen(self, ahead: float, speed: float, curvature: float, now: float) -> float:
        """The speed (m/s) where no lidar looks; where one looks and sees nothing at all, it is blind.

        Backwards both are the same: parts of the robot itself may hide what is behind it.
        """
        model = self.model
        way = stopping_distance(speed, model.braking, model.reaction) + self.config.margin
        end = Pose(ahead * way, 0.0, 0.0)
        if curvature:
            angle = curvature * way
            x, y = math.sin(angle) / curvature, (1.0 - math.cos(angle)) / curvature
            end = Pose(ahead * x, ahead * y, angle)
        seen_at = model.lidar.mount.between(end.compose(Pose(ahead * (model.radius + 0.5), 0.0, 0.0)))
        bearing = math.atan2(seen_at.y, seen_at.x)
        view = self.lidar.view(bearing)
        if view == "seen":
            return speed
        if ahead < 0:
            return self.config.unseen_speed
        if view == "blind":
            self.lidar.blind_ahead(now, bearing)
        return 0.0

    def _free(self, ahead: float, curvature: float, bodies: FloatArray, docking: bool) -> float:
        """Metres of an arc that are free: up to the margin before returns and bodies, and off what legs carry.

        The margin also covers what the base drives beside the arc until its wheels have taken it: in a random world
        under random commands it eats up to 0.035 m of it.
        """
        c, radius = self.config, self.model.radius
        reach = c.sight - radius
        room = free_travel(ahead * self._points, curvature, radius, reach)
        room = free_travel(ahead * bodies[:, :2], curvature, radius + PERSON_RADIUS, room)
        if docking:
            return room - c.docking_margin
        return min(room - c.margin, free_travel(ahead * self._legs, curvature, radius + c.leg_overhang, reach))

"""The simulated robot: the same protocol as a real one; `act` advances the world by one step."""

from __future__ import annotations

import math

import numpy as np

from robot.bumper import ZONE_BEARINGS
from robot.types import BumperZone, Command, FloatArray, Observation, Odometry, Pose, Scan, wrap
from sim.faults import ScanFaults
from sim.world import STEP, World
from slam.raycast import cast, with_noise

BLACK_REACH = 1.5  # m from which a black surface still gives a return
ZONE_REACH = math.radians(67.5)  # to each side of its middle that a part of the bumper feels
WATCHDOG = 0.3  # s without a command after which the wheels are zeroed


class SimRobot:
    """Senses the world through a noisy lidar and drifting odometry, as far as the world's faults let it."""

    def __init__(self, world: World, seed: int) -> None:
        self.world = world
        self._rng = np.random.default_rng([seed, 1])
        self._odometry = Pose(0.0, 0.0, 0.0)
        self._wheels = world.robot.wheels
        self._jumped = False
        self._faults = ScanFaults(world.faults, seed)
        self._next_scan = 0.0
        self._commanded = 0.0
        lidar = world.model.lidar
        self._increment = lidar.field_of_view / lidar.beams
        self._angle_min = -lidar.field_of_view / 2

    def sense(self) -> Observation:
        """What the sensors tell at the world's present time."""
        world, body = self.world, self.world.robot
        self._move_odometry()
        return Observation(
            stamp=world.time,
            odometry=Odometry(world.time, self._odometry, body.linear, body.angular),
            scan=self._faults.pass_on(self._scan(), world.time),
            bumper=world.touching,
            emergency_stop=body.emergency_stop,
            battery=body.battery,
            charging=body.charging,
            tray_items=body.cups + body.candies,
            bumper_zones=self._zones(),
        )

    def _zones(self) -> tuple[BumperZone, ...]:
        """Which parts of the bumper are pressed, two at a corner; a bumper that sticks tells none."""
        if not self.world.touched:
            return ()
        return tuple(
            zone
            for zone, middle in ZONE_BEARINGS.items()
            if any(abs(wrap(bearing - middle)) < ZONE_REACH for bearing in self.world.touched)
        )

    def act(self, command: Command) -> None:
        """Obey for one step of 0.05 s."""
        self._commanded = self.world.time
        self.world.command = command
        self.world.robot.lamp = command.lamp
        self.world.step(STEP)

    def idle(self) -> None:
        """A step without a command: the driver's own watchdog zeroes the wheels after 0.3 s."""
        if self.world.time - self._commanded >= WATCHDOG:
            self.world.command = Command()
        self.world.step(STEP)

    def close(self) -> None:
        """Stop the wheels."""
        self.world.command = Command()

    def _move_odometry(self) -> None:
        """Add what the wheels have turned since the last time, with the noise of the odometry motion model."""
        true = self.world.robot.wheels
        last = self._wheels
        self._wheels = true
        jump = self.world.faults.active("odometry_jump", self.world.time)
        if jump and not self._jumped:
            self._odometry = self._odometry.compose(Pose(jump.how_much, 0.0, 0.0))
        self._jumped = jump is not None
        if true == last or self.world.faults.active("no_odometry", self.world.time):
            return
        c, s = math.cos(last.theta), math.sin(last.theta)
        dx, dy = true.x - last.x, true.y - last.y
        ahead, aside, turned = c * dx + s * dy, c * dy - s * dx, wrap(true.theta - last.theta)
        noise = self.world.model.odometry
        drive, turn = math.hypot(dx, dy), abs(turned)
        # variances grow with the way, so that the drift does not depend on how often it is sampled
        spread_d = math.sqrt(noise.drive_by_drive**2 * drive + noise.drive_by_turn**2 * turn)
        spread_t = math.sqrt(noise.turn_by_turn**2 * turn + noise.turn_by_drive**2 * drive)
        along, across, off = self._rng.normal(0.0, 1.0, 3).tolist()
        self._odometry = self._odometry.compose(
            Pose(ahead + along * spread_d, aside + 0.2 * across * spread_d, turned + off * spread_t)
        )

    def _scan(self) -> Scan | None:
        world, lidar = self.world, self.world.model.lidar
        if world.time < self._next_scan - 1e-9:
            return None
        self._next_scan = world.time + 1.0 / lidar.rate
        at = world.robot.pose.compose(lidar.mount)
        far = lidar.range_max
        ranges = self._ranges(at, world.seen, world.crowd.legs())
        if len(world.black):
            dark = self._ranges(at, world.black, np.zeros((0, 3)))
            ranges = np.where(dark < ranges, np.where(dark < BLACK_REACH, dark, far), ranges)
        measured = with_noise(ranges, far, lidar.sigma, lidar.dropout, self._rng)
        return Scan(world.time, measured, self._angle_min, self._increment, lidar.range_min, far)

    def _ranges(self, at: Pose, segments: FloatArray, discs: FloatArray) -> FloatArray:
        """Exact ranges (N,) m from a pose to segments and discs."""
        lidar = self.world.model.lidar
        ranges = np.empty(lidar.beams)
        cast(at.x, at.y, at.theta, self._angle_min, self._increment, lidar.range_max, segments, discs, ranges)
        return ranges

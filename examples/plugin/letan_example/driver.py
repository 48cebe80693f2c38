"""The robot `circle`: goes round in an empty room by itself, to show what a driver has to do."""

from __future__ import annotations

import math

import numpy as np

from centre.site import Site
from robot.types import Command, Observation, Odometry, Pose, Scan

PERIOD = 0.05  # s between two observations
ROOM = (6.0, 4.0)  # m
SPEED, TURN = 0.5, 0.5  # m/s, rad/s: a circle of 1 m
BEAMS = 360


class CircleRobot:
    """Drives one round; a real driver would read the sensors and pass the command on to the wheels."""

    def __init__(self, start: Pose) -> None:
        self._start = start
        self._turns = 0

    def sense(self) -> Observation:
        """The next observation; EOFError after a whole round."""
        stamp = self._turns * PERIOD
        if stamp * TURN > 2.0 * math.pi:
            raise EOFError
        self._turns += 1
        heading = stamp * TURN
        driven = Pose(SPEED / TURN * math.sin(heading), SPEED / TURN * (1.0 - math.cos(heading)), heading)
        scan = self._scan(stamp, driven) if self._turns % 2 else None
        return Observation(stamp, Odometry(stamp, self._start.compose(driven), SPEED, TURN), scan)

    def act(self, command: Command) -> None:
        """It goes its own way."""

    def close(self) -> None:
        """Nothing to give back."""

    @staticmethod
    def _scan(stamp: float, pose: Pose) -> Scan:
        """Ranges to the four walls of the room, in whose middle the circle lies."""
        width, height = ROOM
        x, y = pose.x + width / 2, pose.y + height / 2 - SPEED / TURN
        angles = -math.pi + 2.0 * math.pi / BEAMS * np.arange(BEAMS)
        along, up = np.cos(angles + pose.theta), np.sin(angles + pose.theta)
        with np.errstate(divide="ignore"):
            to_side = np.where(along > 0.0, width - x, -x) / along
            to_end = np.where(up > 0.0, height - y, -y) / up
        return Scan(stamp, np.minimum(to_side, to_end), -math.pi, 2.0 * math.pi / BEAMS, 0.05, 12.0)


def open_robot(site: Site, argument: str) -> CircleRobot:
    """The driver's factory; `argument` is what stands behind the colon of `--robot circle:ARGUMENT`."""
    return CircleRobot(site.floor.dock)

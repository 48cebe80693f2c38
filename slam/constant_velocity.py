"""Odometry for a robot that tells none: it goes on as it last went, and every matched scan says how that was."""

from __future__ import annotations

from robot.types import IDENTITY, Pose

LONGEST = 1.0  # seconds over which a robot is taken to go on; after a longer gap it is taken to have stood


class ConstantVelocity:
    """A made-up frame `odom` in which the robot moves at the speeds of its last two matched poses."""

    def __init__(self) -> None:
        self._odom = IDENTITY  # m/s, rad/s in base
        self._speed = IDENTITY
        self._matched: tuple[float, Pose] | None = None

    def at(self, stamp: float) -> Pose:
        """The pose of `base` in `odom` at `stamp` (s)."""
        past = stamp - self._matched[0] if self._matched is not None else 0.0
        return self._odom.compose(_scaled(self._speed, past if 0.0 < past <= LONGEST else 0.0))

    def matched(self, stamp: float, pose: Pose) -> None:
        """Hear of the pose (in `map`) of a scan that was matched from `at(stamp)`."""
        self._odom = self.at(stamp)
        if self._matched is not None:
            past = stamp - self._matched[0]
            moved = self._matched[1].between(pose)
            self._speed = _scaled(moved, 1.0 / past) if 0.0 < past <= LONGEST else IDENTITY
        self._matched = stamp, pose


def _scaled(step: Pose, by: float) -> Pose:
    return Pose(step.x * by, step.y * by, step.theta * by)

"""The last seconds of odometry, so that a scan can be given the pose of its own stamp."""

from __future__ import annotations

import math
from collections import deque

from robot.types import Odometry, Pose, wrap

MAX_EXTRAPOLATION = 0.2  # seconds
LONGEST_STEP = 5.0  # metres between two scans that are followed whatever the stamps say: these are often coarse
TOP_SPEED = 20.0  # m/s: a longer step must at least have had the time for it
AT_ZERO = 0.1  # metres and radians: a long step that ends as near to zero is a counter reset, however long it took


class OdometryTrack:
    """A short history of odometry with strictly growing stamps."""

    def __init__(self, length: int = 64) -> None:
        self._samples: deque[Odometry] = deque(maxlen=length)

    def add(self, sample: Odometry) -> bool:
        """Remember a sample; False when its stamp goes back (an equal stamp is the same sample, and fine)."""
        if self._samples and sample.stamp <= self._samples[-1].stamp:
            return sample.stamp == self._samples[-1].stamp
        self._samples.append(sample)
        return True

    @property
    def latest(self) -> Odometry | None:
        """The newest sample, None before the first."""
        return self._samples[-1] if self._samples else None

    def at(self, stamp: float) -> Pose:
        """The pose of `base` in `odom` at `stamp` (s): interpolated, held before the first sample,
        carried on with the last speeds for at most `MAX_EXTRAPOLATION` after the newest.
        """
        after = self._samples[-1]
        if stamp >= after.stamp:
            rest = min(stamp - after.stamp, MAX_EXTRAPOLATION)
            turn = after.angular * rest
            return after.pose.compose(Pose(after.linear * rest, after.linear * rest * 0.5 * turn, turn))
        for before in reversed(self._samples):
            if before.stamp <= stamp:
                return _between(before, after, stamp)
            after = before
        return after.pose


class JumpGuard:
    """Odometry without jumps that no robot can make (a counter reset, a fault of the file): over one the robot stands.

    A step is followed up to `slack` (m), or as far as `top_speed` (m/s) carries in its time; the same for turns with
    `slack_turn` (rad) and `top_turn` (rad/s). Steps that are followed leave poses untouched until the first jump; from
    then on they are moved to go on from there. The defaults suit logs of any robot, with stamps of any quality.
    """

    def __init__(
        self,
        slack: float = LONGEST_STEP,
        top_speed: float = TOP_SPEED,
        slack_turn: float = math.inf,
        top_turn: float = 0.0,
    ) -> None:
        self._slack = slack
        self._top_speed = top_speed
        self._slack_turn = slack_turn
        self._top_turn = top_turn
        self._shift: Pose | None = None
        self._last: tuple[float, Pose] | None = None

    def add(self, stamp: float, pose: Pose) -> bool:
        """Take in the next odometry; False when it is a jump away from the one before."""
        last, before = self._last or (stamp, pose)
        step, turn, waited = pose.distance(before), abs(wrap(pose.theta - before.theta)), stamp - last
        followed = step <= max(self._slack, self._top_speed * waited)
        followed = followed and turn <= max(self._slack_turn, self._top_turn * waited)
        if step > self._slack and max(math.hypot(pose.x, pose.y), abs(pose.theta)) < AT_ZERO:
            followed = False
        if not followed:
            self._shift = self.rebased(before).compose(pose.inverse())
        self._last = stamp, pose
        return followed

    def rebase(self, pose: Pose, target: Pose) -> None:
        """From now on the pose `pose` of odometry counts as `target`."""
        self._shift = target.compose(pose.inverse())
        self._last = None

    def rebased(self, pose: Pose) -> Pose:
        """An odometry pose as it would be without the jumps so far."""
        return pose if self._shift is None else self._shift.compose(pose)


def _between(before: Odometry, after: Odometry, stamp: float) -> Pose:
    share = (stamp - before.stamp) / (after.stamp - before.stamp) if after.stamp > before.stamp else 0.0
    a, b = before.pose, after.pose
    return Pose(a.x + share * (b.x - a.x), a.y + share * (b.y - a.y), wrap(a.theta + share * wrap(b.theta - a.theta)))

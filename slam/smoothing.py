"""The pose that is shown: map -> odom follows what the filter believes at a bounded rate, so that nothing jumps."""

from __future__ import annotations

import math
from dataclasses import dataclass

from robot.types import Pose, wrap


@dataclass(frozen=True, slots=True)
class SmoothConfig:
    """`rate_xy` (m/s) and `rate_theta` (rad/s): how fast a correction is shown, on top of the robot's own motion.

    A belief farther away than `apart_xy` (m) or `apart_theta` (rad) is another place: it is shown at once.
    """

    rate_xy: float = 0.1
    rate_theta: float = 0.2
    apart_xy: float = 0.5
    apart_theta: float = 0.35


class Smoother:
    """What is shown of map -> odom (REP 105); corrections are measured at the robot, not at the origin of `odom`."""

    def __init__(self, config: SmoothConfig) -> None:
        self._config = config
        self._shown: Pose | None = None
        self._stamp = -math.inf
        self.jumps = 0

    def snap(self, counts: bool = True) -> None:
        """The next pose is shown as it is believed; `jumps` counts it unless there was nothing to jump from."""
        self._shown = None
        self.jumps += counts

    def follow(self, believed: Pose, odom: Pose, stamp: float) -> Pose:
        """The pose of `base` in `map` to show at `stamp` (s); `believed` is map -> odom, `odom` the pose in `odom`."""
        config, target = self._config, believed.compose(odom)
        waited, self._stamp = max(stamp - self._stamp, 0.0), stamp
        if self._shown is None:
            self._shown = believed
            return target
        pose = self._shown.compose(odom)
        away, turned = pose.distance(target), wrap(target.theta - pose.theta)
        if away > config.apart_xy or abs(turned) > config.apart_theta:
            self.jumps += 1
            self._shown = believed
            return target
        share = min(1.0, config.rate_xy * waited / away) if away > 0.0 else 1.0
        turn = max(-config.rate_theta * waited, min(config.rate_theta * waited, turned))
        if share == 1.0 and turn == turned:
            self._shown = believed
            return target
        x, y = pose.x + share * (target.x - pose.x), pose.y + share * (target.y - pose.y)
        pose = Pose(x, y, wrap(pose.theta + turn))
        self._shown = pose.compose(odom.inverse())
        return pose

"""Tells odometry that contradicts itself: speeds that are told, and a pose that does not move."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from robot.types import Odometry, wrap


@dataclass(frozen=True, slots=True)
class OdometryWatchConfig:
    """Time in s, way in m, turn in rad."""

    within: float = 1.0
    way: float = 0.2  # told in this time that must be seen in the pose
    turn: float = 0.5  # likewise
    share: float = 0.5  # of it that must be seen


class OdometryWatch:
    """Sums what speeds tell and what poses show of the last second; `is_odd` while the poses lack too much of it."""

    def __init__(self, config: OdometryWatchConfig | None = None) -> None:
        self.config = config or OdometryWatchConfig()
        self.is_odd = False
        self._last: Odometry | None = None
        self._steps: deque[tuple[float, float, float, float, float]] = deque()  # s, m and rad told, m and rad shown

    def forget(self) -> None:
        """A person has had a look."""
        self.is_odd = False
        self._steps.clear()

    def see(self, odometry: Odometry) -> None:
        """Take in another sample."""
        last = self._last
        if last is not None and odometry.stamp <= last.stamp:
            return
        self._last = odometry
        if last is None:
            return
        dt = min(odometry.stamp - last.stamp, self.config.within)
        shown = last.pose.distance(odometry.pose), abs(wrap(odometry.pose.theta - last.pose.theta))
        told = abs(last.linear + odometry.linear) * dt / 2, abs(last.angular + odometry.angular) * dt / 2
        self._steps.append((odometry.stamp, *told, *shown))
        while self._steps[0][0] < odometry.stamp - self.config.within:
            self._steps.popleft()
        self._judge()

    def _judge(self) -> None:
        c = self.config
        way, turn, moved, turned = (math.fsum(step[k] for step in self._steps) for k in range(1, 5))
        self.is_odd = (way > c.way and moved < c.share * way) or (turn > c.turn and turned < c.share * turn)

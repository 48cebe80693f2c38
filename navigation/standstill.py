"""How long a robot that has somewhere to go has not moved, whatever keeps it there."""

from __future__ import annotations

import math

from navigation.goals import LookAround, Progress
from robot.types import Pose

MOVED = 1.0  # m away from where it stood: less is turning about, or pacing up and down among people
AWAY = 3.0  # s that it must be so far away: whose wheels slip believes so for a moment
PAUSE = 15.0  # s without a goal after which it begins anew: a shorter pause is one between two tries


class Standstill:
    """Counts over goals: who fails to get to one place and then to another stands all the same.

    Looking around gets nobody anywhere either, as long as it has not found where it is.
    """

    def __init__(self) -> None:
        self._at: Pose | None = None
        self._since = 0.0
        self._was_there = 0.0
        self._wanted = -math.inf

    def update(self, now: float, pose: Pose, progress: Progress) -> float:
        """Seconds since it last moved; 0 for who is where they want to be, or have wanted nothing for a while.

        `pose` in `map`.
        """
        wants = progress.state in ("driving", "waiting", "failed")
        idle = not wants and now - self._wanted > PAUSE
        if self._at is None or pose.distance(self._at) <= MOVED or isinstance(progress.goal, LookAround):
            self._was_there = now
        if self._at is None or idle or progress.state == "arrived" or now - self._was_there > AWAY:
            self._at = pose
            self._since = self._was_there = now
        if wants:
            self._wanted = now
        return now - self._since

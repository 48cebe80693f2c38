"""The robots of an office as they last said they were; kept in memory, since only now is of interest."""

from __future__ import annotations

import time
from collections.abc import Callable

from centre.robot_status import RobotStatus

MOST = 20  # robots of one office: what a program that makes names up can't exceed
FORGOTTEN = 3600.0  # s
AWAY = 5.0  # s without a word


class RobotBoard:
    """Ages are of the moment in which a status came, by this machine's own monotonic clock."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: dict[str, tuple[float, RobotStatus]] = {}
        self.revision = 0  # grows with each status

    def tell(self, status: RobotStatus) -> bool:
        """A robot says how it is; False when there are too many already."""
        now = self._clock()
        self._told = {name: told for name, told in self._told.items() if now - told[0] < FORGOTTEN}
        if status.robot not in self._told and len(self._told) >= MOST:
            return False
        self._told[status.robot] = now, status
        self.revision += 1
        return True

    def all(self) -> list[tuple[RobotStatus, float]]:
        """Every robot with the age of its status in s, in the order of their names."""
        now = self._clock()
        return [(status, now - came) for _, (came, status) in sorted(self._told.items())]

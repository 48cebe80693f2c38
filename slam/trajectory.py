"""The poses of every particle and every scan: a tree of ancestors, read back from the best leaf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from robot.types import FloatArray, Pose

Points = NDArray[np.float32]


@dataclass(slots=True)
class History:
    """What each update left behind, and how scans in between hang on it. All lists grow in the order of arrival."""

    poses: list[FloatArray] = field(default_factory=list)  # (N, 3) after matching, per update
    parents: list[NDArray[np.int64]] = field(default_factory=list)  # (N,) index into the update before
    odometry: list[Pose] = field(default_factory=list)  # of each update
    points: list[Points] = field(default_factory=list)  # (M, 2) float32 end points in `base`, of each update
    scans: list[tuple[float, Pose, int]] = field(default_factory=list)  # stamp, odometry, updates until then

    def path_of(self, particle: int) -> list[Pose]:
        """The pose of each update on the line of `particle` of the last update."""
        path = []
        for poses, parents in zip(reversed(self.poses), reversed(self.parents), strict=True):
            x, y, theta = poses[particle]
            path.append(Pose(float(x), float(y), float(theta)))
            particle = int(parents[particle])
        return path[::-1]

    def trajectory(self, path: Sequence[Pose]) -> list[tuple[float, Pose]]:
        """Stamp and pose of every scan, given the `path` of the updates: between two updates odometry leads, bent so
        that it arrives at the second. Scans come in the order of their arrival: stamps may jitter.
        """
        if not path:
            return []
        result, counts = [], Counter(updates for _, _, updates in self.scans)
        passed: Counter[int] = Counter()
        for stamp, odometry, updates in self.scans:
            update = max(updates - 1, 0)
            carried = path[update].compose(self.odometry[update].between(odometry))
            if 0 < updates < len(path):
                carried = carried.compose(self._bend(path, update, passed[updates] / counts[updates]))
            passed[updates] += 1
            result.append((stamp, carried))
        return result

    def _bend(self, path: Sequence[Pose], update: int, share: float) -> Pose:
        """`share` of what odometry misses of the update after `update`."""
        led_to = path[update].compose(self.odometry[update].between(self.odometry[update + 1]))
        missed = led_to.between(path[update + 1])
        return Pose(share * missed.x, share * missed.y, share * missed.theta)

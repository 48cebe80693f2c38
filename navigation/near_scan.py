"""What the last scan shows near the robot, told apart: walls, legs with bodies over them, who walks, what was met."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from navigation.costmap import Costmap
from navigation.returns import GAP, LEG_WIDTH, OWN, WALKS, near_any
from robot.sweep import leg_sized
from robot.types import FloatArray, Pose, Scan, Track

OVERHANG = 0.15  # m that somebody's body may reach beyond the leg that the lidar sees
PEOPLE_WITHIN = 5.0  # m of the robot, farther away nobody matters yet
LEGS_WITHIN = 1.2  # m
PANE = 8  # decimetres to each side of a touch that are kept clear of
BEYOND = 14  # and as far as which no way is planned while there is another: a pane may be met at one of its ends
SKEW = math.radians(15.0)  # rad by which it may stand askew to what the bumper tells; half of that lies between two
SEEN = 0.3  # m from a touch within which a return is of what was touched


class NearScan:
    """Keeps the costmap and the last scan's returns together."""

    def __init__(self, costmap: Costmap, lidar: Pose) -> None:
        self.points: FloatArray = np.zeros((0, 2))
        self._costmap = costmap
        self._lidar = lidar
        self._from = Pose(0.0, 0.0, 0.0)
        self._unmapped: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._legs: NDArray[np.bool_] = np.zeros(0, np.bool_)
        self._walks: NDArray[np.bool_] = np.zeros(0, np.bool_)

    def see(self, scan: Scan, pose: Pose) -> None:
        """Take in a scan made at `pose`."""
        self.points, self._unmapped = self._costmap.see(scan, pose, self._lidar)
        self._from = pose
        self._legs = self._unmapped & leg_sized(self.points, GAP, LEG_WIDTH)
        self._walks = np.zeros(len(self.points), np.bool_)

    def drop_walkers(self, people: Sequence[Track]) -> None:
        """Whoever walks is where the tracker says, not a wall where their legs were."""
        walkers = np.array([(p.x, p.y) for p in people if p.speed >= WALKS], dtype=np.float64).reshape(-1, 2)
        self._walks = near_any(self.points, walkers, OWN)
        self._costmap.unsee(self.points[self._walks])

    def bodies(self, now: float) -> FloatArray:
        """What does not walk: (N, 3) x, y and how far a body may reach beyond it, m."""
        stay = ~self._walks
        reach = np.where(self._legs[stay], OVERHANG, 0.0)
        met = self._costmap.touched(now)
        still = np.column_stack((self.points[stay], reach))
        return np.vstack((still, np.column_stack((met, np.zeros(len(met))))))

    def legs(self, pose: Pose) -> FloatArray:
        """Near returns ((L, 2) m) that may be legs, also of those who walk."""
        points = self.points[self._legs]
        near: FloatArray = points[np.hypot(points[:, 0] - pose.x, points[:, 1] - pose.y) < LEGS_WITHIN]
        return near

    def unmapped(self) -> FloatArray:
        """Returns ((N, 2) m) that the map does not explain."""
        return self.points[self._unmapped]

    def in_base(self) -> FloatArray:
        """The returns in the frame of the robot that saw them, (N, 2) m."""
        c, s = math.cos(self._from.theta), math.sin(self._from.theta)
        turned: FloatArray = (self.points - (self._from.x, self._from.y)) @ np.array([[c, -s], [s, c]])
        return turned

    def near(self, people: Sequence[Track], pose: Pose) -> FloatArray:
        """The people who matter: (P, 4) x, y (m), vx, vy (m/s)."""
        near = [p for p in people if math.hypot(p.x - pose.x, p.y - pose.y) < PEOPLE_WITHIN]
        return np.array([(p.x, p.y, p.vx, p.vy) for p in near], dtype=np.float64).reshape(-1, 4)

    def touch(self, now: float, pose: Pose, bearing: float, radius: float, people: Sequence[Track]) -> bool:
        """The robot's edge, `radius` (m) from its middle, met something at a `bearing` (rad in `base`).

        A pane or a board reaches farther than the spot where it was met, and no bumper tells exactly which way. False
        for somebody whom the tracker knows, and for what the lidar sees there: that is an obstacle as long as it is
        there.
        """
        towards = pose.compose(Pose(0.0, 0.0, bearing))
        spot = towards.compose(Pose(radius + 0.5 * self._costmap.resolution, 0.0, 0.0))
        if len(self.points) and np.hypot(*(self.points - (spot.x, spot.y)).T).min() < SEEN:
            return False
        pane = _along(spot, range(-PANE, PANE + 1))
        beyond = np.vstack((_along(spot, range(-BEYOND, -PANE)), _along(spot, range(PANE + 1, BEYOND + 1))))
        places = np.array([(p.x, p.y) for p in people], dtype=np.float64).reshape(-1, 2)
        return self._costmap.touch(pane, places, now, beyond)


def _along(spot: Pose, decimetres: range) -> FloatArray:
    """Places (N, 2) so far to the left of a spot, as askew as what stands there may be."""
    askew = [spot.compose(Pose(0.0, 0.0, tilt)) for tilt in (-SKEW, 0.0, SKEW)]
    along = [at.compose(Pose(0.0, 0.1 * k, 0.0)) for at in askew for k in decimetres]
    return np.array([(at.x, at.y) for at in along])

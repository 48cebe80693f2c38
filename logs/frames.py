"""The tree of coordinate frames of a bag (tf), and where it puts the lidar on its robot."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from robot.types import IDENTITY, FloatArray, Pose

LEVEL = math.cos(math.radians(20.0))  # a lidar that leans further does not see a plane


@dataclass(frozen=True, slots=True)
class Mounting:
    """How a lidar sits on its robot: its pose in `base`, whether it hangs upside down, how far it leans (rad)."""

    pose: Pose = IDENTITY
    upside_down: bool = False
    lean: float = 0.0

    @property
    def is_level(self) -> bool:
        """Whether it sees a plane along the floor, upright or upside down."""
        return math.cos(self.lean) >= LEVEL


def transform(translation: tuple[float, float, float], rotation: tuple[float, float, float, float]) -> FloatArray:
    """The (4, 4) matrix of a translation (m) and a unit quaternion x, y, z, w; ValueError when it is none."""
    x, y, z, w = rotation
    length = math.sqrt(x * x + y * y + z * z + w * w)
    if not (abs(length - 1.0) < 0.1 and all(map(math.isfinite, translation))):
        raise ValueError("no transform")
    x, y, z, w = x / length, y / length, z / length, w / length
    matrix = np.eye(4)
    matrix[:3, :3] = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    matrix[:3, 3] = translation
    return matrix


def planar(matrix: FloatArray) -> Pose:
    """The pose on the floor of a (4, 4) transform."""
    return Pose(float(matrix[0, 3]), float(matrix[1, 3]), math.atan2(matrix[1, 0], matrix[0, 0]))


def bare(frame: str) -> str:
    """A frame's name without the slash that ROS 1 may put before it."""
    return frame.lstrip("/")


def is_odom(frame: str) -> bool:
    """Whether a frame is one in which odometry counts: `odom`, `odom_combined`, `robot1/odom`."""
    return frame.rsplit("/", 1)[-1].startswith("odom")


class Frames:
    """Fixed transforms between the parts of a robot; the first that is told of a part stands.

    What moves against the robot (`map`, `odom`) is left out.
    """

    def __init__(self) -> None:
        self._near: dict[str, dict[str, FloatArray]] = {}

    def add(self, parent: str, child: str, matrix: FloatArray) -> bool:
        """`matrix` (4, 4) takes points of `child` to `parent`; True for a transform that was not known."""
        moving = is_odom(parent) or parent.rsplit("/", 1)[-1] in ("map", "world", "earth")
        if moving or child in self._near.get(parent, {}):
            return False
        self._near.setdefault(parent, {})[child] = matrix
        self._near.setdefault(child, {})[parent] = np.asarray(np.linalg.inv(matrix), dtype=np.float64)
        return True

    def mounting(self, base: str, laser: str) -> Mounting | None:
        """How `laser` sits on `base`, along the chain of transforms; None while there is none."""
        matrix = self._between(base, laser)
        if matrix is None:
            return None
        up = max(-1.0, min(1.0, float(matrix[2, 2])))
        return Mounting(planar(matrix), up < 0.0, math.acos(abs(up)))

    def _between(self, base: str, laser: str) -> FloatArray | None:
        found, ahead = {base: np.eye(4)}, deque([base])
        while ahead:
            frame = ahead.popleft()
            if frame == laser:
                return found[frame]
            for near, matrix in self._near.get(frame, {}).items():
                if near not in found:
                    found[near] = found[frame] @ matrix
                    ahead.append(near)
        return None

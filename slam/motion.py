"""The odometry motion model: particles moved by what the wheels say, with noise that grows with the motion."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit

from robot.types import FloatArray, Pose
from slam.rng import normal_pair


@dataclass(frozen=True, slots=True)
class MotionNoise:
    """Standard deviations of the odometry (Thrun, Burgard, Fox 2005, table 5.6, as roots of its variances).

    Shares of the motion: `turn_per_turn` rad/rad, `turn_per_metre` rad/m, `metre_per_metre` m/m,
    `metre_per_turn` m/rad; `floor_xy` (m) and `floor_theta` (rad) are added once a step.
    """

    turn_per_turn: float = 0.10
    turn_per_metre: float = 0.05
    metre_per_metre: float = 0.10
    metre_per_turn: float = 0.02
    floor_xy: float = 0.003
    floor_theta: float = 0.003

    def information(self, moved: Pose) -> FloatArray:
        """1 / variance along x, y (1/m^2) and theta (1/rad^2) of a step, (3,)."""
        length, turn = math.hypot(moved.x, moved.y), abs(moved.theta)
        std_xy = self.metre_per_metre * length + self.metre_per_turn * turn + self.floor_xy
        std_theta = self.turn_per_turn * turn + self.turn_per_metre * length + self.floor_theta
        return 1.0 / np.array([std_xy, std_xy, std_theta]) ** 2

    def as_array(self) -> FloatArray:
        """The six figures in field order, (6,) float64."""
        return np.array(
            [
                self.turn_per_turn,
                self.turn_per_metre,
                self.metre_per_metre,
                self.metre_per_turn,
                self.floor_xy,
                self.floor_theta,
            ]
        )


@njit(cache=True)
def wrap_angle(angle: float) -> float:
    """An angle in radians brought into [-pi, pi)."""
    return (angle + math.pi) % (2.0 * math.pi) - math.pi


@njit(cache=True)
def sample_motion(poses: FloatArray, delta: FloatArray, noise: FloatArray, key: np.uint64) -> None:
    """Move particles in place by the odometry step (Thrun, Burgard, Fox 2005, table 5.6).

    `poses` (N, 3) x, y, theta; `delta` (3,) the step in the old base frame; `noise` (6,) as in `MotionNoise`.
    The step's direction and length are disturbed instead of rotate-translate-rotate, which is the same to first
    order and has no singularity for a robot that turns on the spot or reverses.
    """
    length = math.hypot(delta[0], delta[1])
    turn = abs(delta[2])
    std_turn = noise[0] * turn + noise[1] * length + noise[5]
    std_length = noise[2] * length + noise[3] * turn + noise[4]
    std_side = 0.5 * noise[1] * length + 0.5 * noise[3] * turn + noise[4]
    forward_x, forward_y = (delta[0] / length, delta[1] / length) if length > 1e-6 else (1.0, 0.0)
    for i in range(poses.shape[0]):
        along, side = normal_pair(key, 2 * i)
        twist, _ = normal_pair(key, 2 * i + 1)
        along, side = along * std_length, side * std_side
        dx = delta[0] + along * forward_x - side * forward_y
        dy = delta[1] + along * forward_y + side * forward_x
        c, s = math.cos(poses[i, 2]), math.sin(poses[i, 2])
        poses[i, 0] += c * dx - s * dy
        poses[i, 1] += s * dx + c * dy
        poses[i, 2] = wrap_angle(poses[i, 2] + delta[2] + twist * std_turn)

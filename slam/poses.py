"""Many poses at once: arrays of x, y, theta rows, composed, inverted and wrapped (REP 103)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from robot.types import FloatArray


def wrap_all(angles: FloatArray) -> FloatArray:
    """Angles in radians brought into [-pi, pi)."""
    return np.asarray((angles + np.pi) % (2.0 * np.pi) - np.pi)


def between_all(a: FloatArray, b: FloatArray) -> FloatArray:
    """Poses `b` (N, 3) seen from poses `a` (N, 3)."""
    c, s = np.cos(a[:, 2]), np.sin(a[:, 2])
    dx, dy = b[:, 0] - a[:, 0], b[:, 1] - a[:, 1]
    return np.stack([c * dx + s * dy, c * dy - s * dx, wrap_all(b[:, 2] - a[:, 2])], axis=1)


def compose_all(a: FloatArray, b: FloatArray) -> FloatArray:
    """Poses `b` (N, 3), given in the frames of poses `a` (N, 3), in the frame `a` is given in."""
    c, s = np.cos(a[:, 2]), np.sin(a[:, 2])
    x, y = a[:, 0] + c * b[:, 0] - s * b[:, 1], a[:, 1] + s * b[:, 0] + c * b[:, 1]
    return np.stack([x, y, wrap_all(a[:, 2] + b[:, 2])], axis=1)


def place_points(points: FloatArray | NDArray[np.float32], pose: FloatArray) -> FloatArray:
    """Points (M, 2), given in the frame of `pose` (3,), in the frame that it is given in."""
    c, s = np.cos(pose[2]), np.sin(pose[2])
    x, y = points[:, 0].astype(np.float64), points[:, 1].astype(np.float64)
    return np.stack([pose[0] + c * x - s * y, pose[1] + s * x + c * y], axis=1)

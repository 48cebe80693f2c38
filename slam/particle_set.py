"""What is done with a whole cloud of particles: draw it anew, and find its heaviest cluster."""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np
from numba import njit

from robot.types import FloatArray
from slam.motion import wrap_angle
from slam.resampling import kld_bound, low_variance_draw, occupied_bins
from slam.rng import uniform


class Bounds(Protocol):
    """How many particles, and how they are counted (see `LocalizationConfig`)."""

    @property
    def particles_min(self) -> int: ...
    @property
    def particles_max(self) -> int: ...
    @property
    def kld_error(self) -> float: ...
    @property
    def kld_z(self) -> float: ...
    @property
    def bin_xy(self) -> float: ...
    @property
    def bin_theta(self) -> float: ...


def kld_resample(poses: FloatArray, weights: FloatArray, bounds: Bounds, key: np.uint64) -> FloatArray:
    """As many particles as the cloud needs (KLD), drawn by weight, (K, 3)."""
    bins = occupied_bins(poses, weights, bounds.bin_xy, bounds.bin_theta)
    need = math.ceil(kld_bound(bins, bounds.kld_error, bounds.kld_z))
    count = min(max(need, bounds.particles_min), bounds.particles_max)
    return np.ascontiguousarray(poses[low_variance_draw(weights, count, uniform(key, 0))])


@njit(cache=True)
def heaviest_cluster(
    poses: FloatArray, weights: FloatArray, cell: float, turn: float
) -> tuple[FloatArray, float, float]:
    """Mean pose (3,), standard deviation of position (m) and heading (rad) of the heaviest cluster.

    It starts at the particle with most weight within two bins (`cell` m, `turn` rad) around it, among the heaviest
    particles, and takes in everything within that reach of its own mean, twice (mean shift).
    """
    order = np.argsort(-weights)[:32]
    best, centre = -1.0, poses[0].copy()
    for i in order:
        mass = cluster_mass(poses, weights, poses[i], cell, turn)
        if mass > best:
            best, centre = mass, poses[i].copy()
    std_xy, std_theta = 0.0, 0.0
    for _ in range(2):
        total, x, y, t, xx, tt = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        for i in range(poses.shape[0]):
            dx, dy = poses[i, 0] - centre[0], poses[i, 1] - centre[1]
            dt = wrap_angle(poses[i, 2] - centre[2])
            if math.hypot(dx, dy) < 2.0 * cell and abs(dt) < 2.0 * turn:
                w = weights[i]
                total += w
                x, y, t = x + w * dx, y + w * dy, t + w * dt
                xx, tt = xx + w * (dx * dx + dy * dy), tt + w * dt * dt
        if total == 0.0:  # the mean fell between two groups: stay with the one before
            break
        x, y, t = x / total, y / total, t / total
        std_xy = math.sqrt(max(xx / total - x * x - y * y, 0.0))
        std_theta = math.sqrt(max(tt / total - t * t, 0.0))
        centre[0] += x
        centre[1] += y
        centre[2] = wrap_angle(centre[2] + t)
    return centre, std_xy, std_theta


@njit(cache=True)
def cluster_mass(poses: FloatArray, weights: FloatArray, at: FloatArray, cell: float, turn: float) -> float:
    """The weight within two bins of the pose `at` (3,)."""
    mass = 0.0
    for i in range(poses.shape[0]):
        dx, dy = poses[i, 0] - at[0], poses[i, 1] - at[1]
        if dx * dx + dy * dy < 4.0 * cell * cell and abs(wrap_angle(poses[i, 2] - at[2])) < 2.0 * turn:
            mass += weights[i]
    return mass

"""Scan matching: Gauss-Newton on the interpolated distance field, with a robust weight and a prior."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from robot.types import FloatArray
from slam.distance import FAR_CELLS, TableArray, TileArray, interpolate
from slam.motion import wrap_angle

MAX_STEPS = 12
SMALL_STEP = 1e-4  # metres and radians: below this the match has settled


@njit(cache=True)
def accumulate(
    points: FloatArray,
    pose: FloatArray,
    table: TableArray,
    tiles: TileArray,
    origin: FloatArray,
    resolution: float,
    soft: float,
    normal: FloatArray,
) -> float:
    """One pass over the beams: fill `normal` and return the robust cost.

    `points` (M, 2) metres in the base frame, `pose` (3,). `soft` (m) is the scale of the Cauchy weight
    1 / (1 + (d / soft)^2); beams farther than the field reaches say nothing. `normal` (9,): the upper triangle of the
    3 x 3 matrix J^T W J (six figures), then J^T W r (three), for residuals in units of `soft`.
    """
    normal[:] = 0.0
    c, s = math.cos(pose[2]), math.sin(pose[2])
    cost, scale = 0.0, resolution / soft
    for i in range(points.shape[0]):
        bx, by = c * points[i, 0] - s * points[i, 1], s * points[i, 0] + c * points[i, 1]
        u, v = (pose[0] + bx - origin[0]) / resolution, (pose[1] + by - origin[1]) / resolution
        d, gu, gv = interpolate(table, tiles, u, v)
        r = d * scale
        cost += math.log1p(r * r)
        if d >= FAR_CELLS - 0.5:
            continue
        w = 1.0 / (1.0 + r * r)
        jx, jy, jt = gu / soft, gv / soft, (gv * bx - gu * by) / soft
        normal[0] += w * jx * jx
        normal[1] += w * jx * jy
        normal[2] += w * jx * jt
        normal[3] += w * jy * jy
        normal[4] += w * jy * jt
        normal[5] += w * jt * jt
        normal[6] += w * jx * r
        normal[7] += w * jy * r
        normal[8] += w * jt * r
    return cost


@njit(cache=True)
def solve_normal(normal: FloatArray, step: FloatArray) -> bool:
    """Solve the 3 x 3 system of `accumulate` into `step` (3,) by Cholesky; False when it is singular."""
    if normal[0] <= 1e-12:
        return False
    l00 = math.sqrt(normal[0])
    l10, l20 = normal[1] / l00, normal[2] / l00
    d1 = normal[3] - l10 * l10
    if d1 <= 1e-12:
        return False
    l11 = math.sqrt(d1)
    l21 = (normal[4] - l20 * l10) / l11
    d2 = normal[5] - l20 * l20 - l21 * l21
    if d2 <= 1e-12:
        return False
    l22 = math.sqrt(d2)
    y0 = -normal[6] / l00
    y1 = (-normal[7] - l10 * y0) / l11
    y2 = (-normal[8] - l20 * y0 - l21 * y1) / l22
    step[2] = y2 / l22
    step[1] = (y1 - l21 * step[2]) / l11
    step[0] = (y0 - l10 * step[1] - l20 * step[2]) / l00
    return True


@njit(cache=True)
def draw_near(pose: FloatArray, normal: FloatArray, spread: float, a: float, b: float, c: float) -> None:
    """Move `pose` (3,) by a draw from N(0, spread^2 * normal^-1); `a`, `b`, `c` are standard normal numbers.

    With normal = L L^T, L^-T (a, b, c) has the covariance normal^-1.
    """
    l00 = math.sqrt(max(normal[0], 1e-9))
    l10, l20 = normal[1] / l00, normal[2] / l00
    l11 = math.sqrt(max(normal[3] - l10 * l10, 1e-9))
    l21 = (normal[4] - l20 * l10) / l11
    l22 = math.sqrt(max(normal[5] - l20 * l20 - l21 * l21, 1e-9))
    dt = c / l22
    dy = (b - l21 * dt) / l11
    dx = (a - l10 * dy - l20 * dt) / l00
    pose[0] += spread * dx
    pose[1] += spread * dy
    pose[2] = wrap_angle(pose[2] + spread * dt)


@njit(cache=True)
def add_prior(normal: FloatArray, pose: FloatArray, prior: FloatArray, information: FloatArray) -> float:
    """Add a diagonal Gaussian prior at `prior` (3,) with `information` (3,) 1/variance; return its cost."""
    ex, ey, et = pose[0] - prior[0], pose[1] - prior[1], wrap_angle(pose[2] - prior[2])
    normal[0] += information[0]
    normal[3] += information[1]
    normal[5] += information[2]
    normal[6] += information[0] * ex
    normal[7] += information[1] * ey
    normal[8] += information[2] * et
    cost: float = information[0] * ex * ex + information[1] * ey * ey + information[2] * et * et
    return cost


@njit(cache=True)
def match(
    points: FloatArray,
    pose: FloatArray,
    table: TableArray,
    tiles: TileArray,
    origin: FloatArray,
    resolution: float,
    soft: float,
    prior: FloatArray,
    information: FloatArray,
    normal: FloatArray,
) -> float:
    """Move `pose` (3,) in place to the best fit near it; return the cost there (lower is better).

    `prior` (3,) is where odometry would have it, with `information` (3,) = 1/variance along x, y, theta. Gauss-Newton,
    weighted anew at each step; a step that makes the cost worse is halved, then given up.
    `normal` (9,) is left as the matrix near the solution: its inverse is the covariance.
    """
    trial, step = pose.copy(), np.zeros(3)
    cost = evaluate(points, pose, table, tiles, origin, resolution, soft, prior, information, normal)
    for _ in range(MAX_STEPS):
        if not solve_normal(normal, step):
            break
        step[2] = min(max(step[2], -0.2), 0.2)
        best = cost
        for _ in range(3):
            trial[:2] = pose[:2] + step[:2]
            trial[2] = wrap_angle(pose[2] + step[2])
            cost = evaluate(points, trial, table, tiles, origin, resolution, soft, prior, information, normal)
            if cost <= best:
                break
            step *= 0.5
        if cost > best:
            return evaluate(points, pose, table, tiles, origin, resolution, soft, prior, information, normal)
        pose[:] = trial
        if np.abs(step).sum() < SMALL_STEP:
            break
    return cost


@njit(cache=True)
def evaluate(
    points: FloatArray,
    pose: FloatArray,
    table: TableArray,
    tiles: TileArray,
    origin: FloatArray,
    resolution: float,
    soft: float,
    prior: FloatArray,
    information: FloatArray,
    normal: FloatArray,
) -> float:
    """Cost of the scan and of the prior at `pose`, with `normal` filled for the next step; arguments as in `match`."""
    cost = accumulate(points, pose, table, tiles, origin, resolution, soft, normal)
    return cost + add_prior(normal, pose, prior, information)

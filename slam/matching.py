"""Scan matching: Gauss-Newton on the interpolated distance field, with a robust weight and a prior."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray
from slam.distance import FAR_CELLS, DistanceField, TileArray, interpolate
from slam.mapping import MapFrame
from slam.motion import wrap_angle
from slam.rng import normal_pair

MAX_STEPS = 12
SMALL_STEP = 1e-4  # metres and radians: below this the match has settled
BATCH = 16  # beams whose costs share one logarithm


class Prior(NamedTuple):
    """What odometry says: `mean` (3,) x, y, theta and `information` (3,) = 1 / variance along them."""

    mean: FloatArray
    information: FloatArray


@njit(cache=True)
def accumulate(points: FloatArray, pose: FloatArray, field: DistanceField, soft: float, normal: FloatArray) -> float:
    """One pass over the beams: fill `normal` and return the robust cost.

    `points` (M, 2) metres in the base frame, `pose` (3,). `soft` (m) is the scale of the Cauchy weight
    1 / (1 + (d / soft)^2); beams farther than the field reaches say nothing. `normal` (9,): the upper triangle of the
    3 x 3 matrix J^T W J (six figures), then J^T W r (three), for residuals in units of `soft`.
    """
    c, s = math.cos(pose[2]), math.sin(pose[2])
    inverse = 1.0 / field.resolution
    scale = field.resolution / soft
    table, tiles = field.table, field.tiles
    u0, v0 = (pose[0] - field.origin[0]) * inverse, (pose[1] - field.origin[1]) * inverse
    cost, product = 0.0, 1.0
    xx = xy = xt = yy = yt = tt = rx = ry = rt = 0.0
    for i in range(points.shape[0]):
        bx, by = c * points[i, 0] - s * points[i, 1], s * points[i, 0] + c * points[i, 1]
        d, gu, gv = interpolate(table, tiles, u0 + bx * inverse, v0 + by * inverse)
        r = d * scale
        product *= 1.0 + r * r
        if i % BATCH == BATCH - 1:
            cost += math.log(product)
            product = 1.0
        if d >= FAR_CELLS - 0.5:
            continue
        w = 1.0 / (1.0 + r * r)
        gt = gv * bx - gu * by
        wu, wv, wt = w * gu, w * gv, w * gt
        xx += wu * gu
        xy += wu * gv
        xt += wu * gt
        yy += wv * gv
        yt += wv * gt
        tt += wt * gt
        rx += wu * r
        ry += wv * r
        rt += wt * r
    square, single = 1.0 / (soft * soft), 1.0 / soft
    normal[0], normal[1], normal[2] = xx * square, xy * square, xt * square
    normal[3], normal[4], normal[5] = yy * square, yt * square, tt * square
    normal[6], normal[7], normal[8] = rx * single, ry * single, rt * single
    return cost + math.log(product)


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
def add_prior(normal: FloatArray, pose: FloatArray, prior: Prior) -> float:
    """Add a diagonal Gaussian prior; return its cost."""
    px, py, pt = prior.information
    ex, ey, et = pose[0] - prior.mean[0], pose[1] - prior.mean[1], wrap_angle(pose[2] - prior.mean[2])
    normal[0] += px
    normal[3] += py
    normal[5] += pt
    normal[6] += px * ex
    normal[7] += py * ey
    normal[8] += pt * et
    cost: float = px * ex * ex + py * ey * ey + pt * et * et
    return cost


@njit(cache=True, nogil=True)
def match(
    points: FloatArray, pose: FloatArray, field: DistanceField, soft: float, prior: Prior, normal: FloatArray
) -> float:
    """Move `pose` (3,) in place to the best fit near it; return the cost there (lower is better).

    Gauss-Newton, weighted anew at each step; a step that makes the cost worse is halved, then given up. `normal` (9,)
    is left as the matrix near the solution: its inverse is the covariance.
    """
    trial, step = pose.copy(), np.zeros(3)
    cost = accumulate(points, pose, field, soft, normal) + add_prior(normal, pose, prior)
    for _ in range(MAX_STEPS):
        if not solve_normal(normal, step):
            break
        step[2] = min(max(step[2], -0.2), 0.2)
        best = cost
        for _ in range(3):
            trial[:2] = pose[:2] + step[:2]
            trial[2] = wrap_angle(pose[2] + step[2])
            cost = accumulate(points, trial, field, soft, normal) + add_prior(normal, trial, prior)
            if cost <= best:
                break
            step *= 0.5
        if cost > best:
            return accumulate(points, pose, field, soft, normal) + add_prior(normal, pose, prior)
        pose[:] = trial
        if np.abs(step).sum() < SMALL_STEP:
            break
    return cost


@njit(cache=True, nogil=True)
def match_share(
    begin: int,
    end: int,
    points: FloatArray,
    poses: FloatArray,
    costs: FloatArray,
    tables: NDArray[np.int32],
    tiles: TileArray,
    frame: MapFrame,
    soft: float,
    means: FloatArray,
    information: FloatArray,
    spread: float,
    key: np.uint64,
) -> None:
    """Match particles `begin` to `end` - 1 and draw around their modes; each reads and writes only what is its own.

    `poses` (N, 3) move, `costs` (N,) are filled; `means` (N, 3) and `information` (3,) are the priors.
    """
    normal = np.empty(9)
    for i in range(begin, end):
        field = DistanceField(tables[i], tiles, frame.origin, frame.resolution)
        costs[i] = match(points, poses[i], field, soft, Prior(means[i], information), normal)
        if i > 0:
            (a, b), (c, _) = normal_pair(key, 2 * i), normal_pair(key, 2 * i + 1)
            draw_near(poses[i], normal, spread, a, b, c)

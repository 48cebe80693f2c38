"""How well a scan fits a frozen map: the likelihood field for particles and the health of one pose."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray, GridMap, LetanError
from slam.distance import DistanceField, distance_cells, freeze

Float32Array = NDArray[np.float32]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class LikelihoodField:
    """A frozen map, ready to be asked.

    `log_likelihood` (height, width) float32, one beam's log-likelihood by the cell it ends in, 0 at a wall's centre
    and bounded below by `floor`; `clearance` (height, width) float32 metres to the nearest wall; `distance` the same in
    tiles for matching; `is_free` (height, width) where the map knows that nothing stands.
    """

    log_likelihood: Float32Array
    floor: float
    clearance: Float32Array
    distance: DistanceField
    is_free: BoolArray
    origin: FloatArray
    resolution: float


def build_field(grid: GridMap, sigma: float, outlier: float) -> LikelihoodField:
    """The likelihood field (Thrun, Burgard, Fox 2005, table 6.3) of a grid map.

    `sigma` (m) spreads the hits; `outlier` (0-1) is the share of beams that anything may have stopped: it bounds what
    one beam can say, so people cannot drag the pose. LetanError when the map has no wall or no free cell.
    """
    distances = distance_cells(grid)
    is_free = grid.cells == 0
    if not np.isfinite(distances).any() or not is_free.any():
        raise LetanError("the map has no walls or no free space: nothing to localise in")
    metres = distances * grid.resolution
    likelihood = (1.0 - outlier) * np.exp(-0.5 * (metres / sigma) ** 2) + outlier
    origin = np.array([grid.origin.x, grid.origin.y])
    return LikelihoodField(
        log_likelihood=np.log(likelihood).astype(np.float32),
        floor=math.log(outlier),
        clearance=metres.astype(np.float32),
        distance=freeze(distances, grid),
        is_free=is_free,
        origin=origin,
        resolution=grid.resolution,
    )


@njit(cache=True)
def score_particles(
    poses: FloatArray,
    points: FloatArray,
    field: Float32Array,
    origin: FloatArray,
    resolution: float,
    floor: float,
    scores: FloatArray,
) -> None:
    """Mean log-likelihood of a beam for each particle, into `scores` (N,).

    `poses` (N, 3), `points` (M, 2) end points in the base frame, `field` (height, width); outside it `floor` counts.
    """
    height, width = field.shape
    inverse = 1.0 / resolution
    for i in range(poses.shape[0]):
        c, s = math.cos(poses[i, 2]) * inverse, math.sin(poses[i, 2]) * inverse
        u0, v0 = (poses[i, 0] - origin[0]) * inverse, (poses[i, 1] - origin[1]) * inverse
        total = 0.0
        for k in range(points.shape[0]):
            x, y = points[k, 0], points[k, 1]
            u, v = u0 + c * x - s * y, v0 + s * x + c * y
            if 0.0 <= u < width and 0.0 <= v < height:
                total += field[int(v), int(u)]
            else:
                total += floor
        scores[i] = total / max(points.shape[0], 1)


@njit(cache=True)
def cell_value(field: Float32Array, origin: FloatArray, resolution: float, x: float, y: float) -> float:
    """The field's value at (x, y) metres, -1 outside."""
    u, v = (x - origin[0]) / resolution, (y - origin[1]) / resolution
    if 0.0 <= u < field.shape[1] and 0.0 <= v < field.shape[0]:
        return float(field[int(v), int(u)])
    return -1.0


@njit(cache=True)
def is_blocked(
    start: tuple[float, float],
    end: tuple[float, float],
    tolerance: float,
    clearance: Float32Array,
    origin: FloatArray,
    resolution: float,
    gone: Float32Array,
    cell: float,
    trusted: float,
) -> bool:
    """Whether a wall stands between two points of the map, or the map ends there, more than `tolerance` (m) before the
    second. Walked by sphere tracing in `clearance` (m); the rest as in `judge_beams`.
    """
    dx, dy = end[0] - start[0], end[1] - start[1]
    length, walked = math.hypot(dx, dy), 0.0
    while walked < length - tolerance:
        x, y = start[0] + walked / length * dx, start[1] + walked / length * dy
        gap = cell_value(clearance, origin, resolution, x, y)
        if gap < 0.5 * resolution and not (gap >= 0.0 and cell_value(gone, origin, cell, x, y) >= trusted):
            return True
        walked += max(gap - 0.5 * resolution, 0.5 * resolution)
    return False


@njit(cache=True)
def judge_beams(
    pose: FloatArray,
    lidar_x: float,
    lidar_y: float,
    points: FloatArray,
    clearance: Float32Array,
    origin: FloatArray,
    resolution: float,
    tolerance: float,
    gone: Float32Array,
    cell: float,
    trusted: float,
) -> tuple[int, int, int, int]:
    """How many beams fit the map at `pose` (3,), end short of its walls, go through them to nowhere or to another wall.

    A beam fits when it ends within `tolerance` (m) of a wall that it could see; it is short when something the map
    does not know stopped it in the open. `clearance` (m) is the map's. Walls in cells (`cell` m) of `gone` from
    `trusted` on are no longer there; give (0, 0) cells where all are.
    """
    c, s = math.cos(pose[2]), math.sin(pose[2])
    start = pose[0] + c * lidar_x - s * lidar_y, pose[1] + s * lidar_x + c * lidar_y
    fits, short, through, behind = 0, 0, 0, 0
    for i in range(points.shape[0]):
        x, y = pose[0] + c * points[i, 0] - s * points[i, 1], pose[1] + s * points[i, 0] + c * points[i, 1]
        blocked = is_blocked(start, (x, y), tolerance, clearance, origin, resolution, gone, cell, trusted)
        fitting = 0.0 <= cell_value(clearance, origin, resolution, x, y) <= tolerance
        if blocked and fitting:
            behind += 1
        elif blocked:
            through += 1
        elif fitting:
            fits += 1
        else:
            short += 1
    return fits, short, through, behind

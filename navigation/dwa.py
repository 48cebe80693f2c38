"""The local planner: the best of many short arcs by the dynamic window approach, with people moving on meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

from numba import njit

from robot.types import PERSON_RADIUS, FloatArray

TOUCH = 0.02  # m of clearance that no arc may fall below
TIGHT = 0.04  # m of clearance below which the robot stands in a tight spot and first makes for the way out of it
SLIP = 0.005  # m that it may come nearer there while it turns away
CREEP = 0.2  # m/s there at most


@dataclass(frozen=True, slots=True)
class DwaConfig:
    """How far it looks ahead and what it keeps clear of; SI units."""

    horizon: float = 1.8  # s that an arc looks ahead
    step: float = 0.15  # s
    person_radius: float = PERSON_RADIUS  # m
    personal: float = 0.7  # m of air between robot and person that is kept where there is room
    obstacle_room: float = 0.35  # m from the robot's edge that is kept where there is room


@njit(cache=True)
def local_field(points: FloatArray, cx: float, cy: float, half: int, resolution: float, field: FloatArray) -> None:
    """Distances (m) to the nearest point on a square grid around (cx, cy), by a two-pass chamfer (Borgefors 1986).

    `points`: (N, 3) x, y and how far its body may reach beyond it, m; `field`: (2 half + 1, 2 half + 1), overwritten.
    """
    size = 2 * half + 1
    field[:] = 9.0
    for i in range(points.shape[0]):
        col = int(round((points[i, 0] - cx) / resolution)) + half
        row = int(round((points[i, 1] - cy) / resolution)) + half
        if 0 <= row < size and 0 <= col < size:
            field[row, col] = min(field[row, col], -points[i, 2])
    d1, d2 = resolution, resolution * 1.4142135
    for row in range(size):
        for col in range(size):
            best = field[row, col]
            if col > 0:
                best = min(best, field[row, col - 1] + d1)
            if row > 0:
                best = min(best, field[row - 1, col] + d1)
                if col > 0:
                    best = min(best, field[row - 1, col - 1] + d2)
                if col < size - 1:
                    best = min(best, field[row - 1, col + 1] + d2)
            field[row, col] = best
    for row in range(size - 1, -1, -1):
        for col in range(size - 1, -1, -1):
            best = field[row, col]
            if col < size - 1:
                best = min(best, field[row, col + 1] + d1)
            if row < size - 1:
                best = min(best, field[row + 1, col] + d1)
                if col < size - 1:
                    best = min(best, field[row + 1, col + 1] + d2)
                if col > 0:
                    best = min(best, field[row + 1, col - 1] + d2)
            field[row, col] = best


class Obstacles(NamedTuple):
    """What is in the way: distances (m) to scan points on a square grid around the robot, and to the map's walls."""

    field: FloatArray  # (2 half + 1, 2 half + 1), centred on the robot
    half: int
    resolution: float
    static: FloatArray  # (rows, cols), row 0 at the bottom
    static_origin: FloatArray  # x, y in m
    static_resolution: float


@njit(cache=True)
def _between(grid: FloatArray, row: float, col: float) -> float:
    """The value between four cells, in proportion; far from everything outside the grid.

    A clearance that jumps from cell to cell would not tell a small step away from a wall from one along it.
    """
    r, c = int(math.floor(row)), int(math.floor(col))
    if not (0 <= r < grid.shape[0] - 1 and 0 <= c < grid.shape[1] - 1):
        return 9.0
    up, right = row - r, col - c
    below = grid[r, c] * (1.0 - right) + grid[r, c + 1] * right
    above = grid[r + 1, c] * (1.0 - right) + grid[r + 1, c + 1] * right
    return float(below * (1.0 - up) + above * up)


@njit(cache=True)
def _clear(x: float, y: float, pose: FloatArray, obstacles: Obstacles) -> float:
    """Distance (m) from a place to the nearest obstacle of scan or map."""
    row, col = (y - pose[1]) / obstacles.resolution, (x - pose[0]) / obstacles.resolution
    seen = _between(obstacles.field, row + obstacles.half, col + obstacles.half)
    row, col = (y - obstacles.static_origin[1]), (x - obstacles.static_origin[0])
    return min(
        seen,
        _between(obstacles.static, row / obstacles.static_resolution - 0.5, col / obstacles.static_resolution - 0.5),
    )


@njit(cache=True)
def _air(x: float, y: float, pose: FloatArray, people: FloatArray, t: float, reach: float) -> float:
    """Least air (m) between the robot at a place and the people as they will stand in `t` s; -1 for a touch.

    Somebody who stands close already does not forbid going away from them.
    """
    least = 9.0
    for p in range(people.shape[0]):
        air = math.hypot(people[p, 0] + people[p, 2] * t - x, people[p, 1] + people[p, 3] * t - y) - reach
        if air < 0.08 and air < math.hypot(people[p, 0] - pose[0], people[p, 1] - pose[1]) - reach - 0.01:
            return -1.0
        least = min(least, max(air, 0.0))
    return least


@njit(cache=True)
def _arc(
    v: float, w: float, pose: FloatArray, obstacles: Obstacles, people: FloatArray, config: FloatArray
) -> tuple[float, float, float, float, float]:
    """Drive an arc in thought: x, y, theta at its end, least clearance and air (m); a clearance of -1 is a touch.

    In a tight spot an arc may not come nearer than the robot stands, but for a slip that leaves it off the obstacle,
    and its clearance is the one at its end: among such arcs the best leads out.
    """
    dt, radius = config[1], config[2]
    x, y, theta = pose[0], pose[1], pose[2]
    here = _clear(x, y, pose, obstacles) - radius
    bound = min(TOUCH, max(here - SLIP, min(here, 0.0)))
    least, closest, clear = 9.0, 9.0, here
    for k in range(1, int(config[0] / dt) + 1):
        theta += 0.5 * w * dt
        x += v * math.cos(theta) * dt
        y += v * math.sin(theta) * dt
        theta += 0.5 * w * dt
        clear = _clear(x, y, pose, obstacles) - radius
        air = _air(x, y, pose, people, k * dt, radius + config[3])
        if v != 0.0 and (clear < bound - 1e-6 or air < 0.0):
            return x, y, theta, -1.0, -1.0
        least, closest = min(least, max(clear, 0.0)), min(closest, max(air, 0.0))
    return x, y, theta, max(clear, 0.0) if here < TIGHT else least, closest


@njit(cache=True)
def _way_out(pose: FloatArray, target: FloatArray, obstacles: Obstacles) -> tuple[float, float]:
    """Where to head for in a tight spot: halfway between the target and straight off the obstacle, half a metre on."""
    x, y, d = pose[0], pose[1], obstacles.resolution
    gx = _clear(x + d, y, pose, obstacles) - _clear(x - d, y, pose, obstacles)
    gy = _clear(x, y + d, pose, obstacles) - _clear(x, y - d, pose, obstacles)
    steep, far = math.hypot(gx, gy), math.hypot(target[0] - x, target[1] - y)
    if steep < 0.5 * d or far < 1e-6:  # in the middle of a gap no side is better
        return target[0], target[1]
    ux, uy = (target[0] - x) / far + gx / steep, (target[1] - y) / far + gy / steep
    length = math.hypot(ux, uy)
    if length < 0.2:
        ux, uy, length = gx, gy, steep
    return x + 0.5 * ux / length, y + 0.5 * uy / length


@njit(cache=True)
def choose(
    pose: FloatArray,
    speeds: FloatArray,
    target: FloatArray,
    limits: FloatArray,
    obstacles: Obstacles,
    people: FloatArray,
    config: FloatArray,
) -> tuple[float, float, float]:
    """(v, w, score) of the best arc (Fox, Burgard, Thrun 1997); v = w = 0 with a score of -1 when none is free.

    `pose`: x, y, theta. `speeds`: v, w now. `target`: x, y to head for (m). `limits`: v_max, v_min, w_max, dv, dw.
    `people`: (P, 4) x, y, vx, vy. `config`: horizon, step, radius, person_radius, personal, obstacle_room.
    """
    personal, room = config[4], config[5]
    best_v, best_w, best = 0.0, 0.0, -1.0
    low_v, high_v = max(limits[1], speeds[0] - limits[3]), min(limits[0], speeds[0] + limits[3])
    low_w, high_w = max(-limits[2], speeds[1] - limits[4]), min(limits[2], speeds[1] + limits[4])
    tx, ty = target[0], target[1]
    if _clear(pose[0], pose[1], pose, obstacles) - config[2] < TIGHT:
        high_v = min(high_v, CREEP)
        low_v = min(low_v, high_v)
        tx, ty = _way_out(pose, target, obstacles)
    start_far = math.hypot(tx - pose[0], ty - pose[1])
    for iv in range(7):
        v = low_v + (high_v - low_v) * iv / 6.0
        for iw in range(15):
            w = low_w + (high_w - low_w) * iw / 14.0
            x, y, theta, least, closest = _arc(v, w, pose, obstacles, people, config)
            if least < 0.0:
                continue
            far = math.hypot(tx - x, ty - y)
            facing = math.atan2(ty - y, tx - x) - theta
            facing = abs((facing + math.pi) % (2 * math.pi) - math.pi) if far > 0.1 else 0.0
            score = 10.0 + 3.0 * (start_far - far) - 0.55 * facing - 0.05 * abs(w)
            score -= 1.2 * max(0.0, 1.0 - least / room) + 2.5 * max(0.0, 1.0 - closest / personal)
            if score > best:
                best_v, best_w, best = v, w, score
    return best_v, best_w, best

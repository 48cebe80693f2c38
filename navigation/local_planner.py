"""The local planner: the best of many short arcs by the dynamic window approach, with people moving on meanwhile."""

from __future__ import annotations

import math
from dataclasses import dataclass

from numba import njit

from robot.types import FloatArray


@dataclass(frozen=True, slots=True)
class LocalConfig:
    """Limits and weights; SI units."""

    top_speed: float = 0.7
    turn_speed: float = 1.2
    acceleration: float = 0.5
    turn_acceleration: float = 2.5
    horizon: float = 1.8  # s that an arc looks ahead
    step: float = 0.15  # s
    radius: float = 0.25  # m, of the robot
    person_radius: float = 0.25  # m
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


@njit(cache=True)
def _clear(
    x: float,
    y: float,
    pose: FloatArray,
    field: FloatArray,
    half: int,
    resolution: float,
    static: FloatArray,
    static_origin: FloatArray,
    static_resolution: float,
) -> float:
    """Distance (m) from a place to the nearest obstacle of scan or map."""
    col = int(round((x - pose[0]) / resolution)) + half
    row = int(round((y - pose[1]) / resolution)) + half
    clear = 9.0
    if 0 <= row < field.shape[0] and 0 <= col < field.shape[1]:
        clear = field[row, col]
    srow = int((y - static_origin[1]) / static_resolution)
    scol = int((x - static_origin[0]) / static_resolution)
    if 0 <= srow < static.shape[0] and 0 <= scol < static.shape[1]:
        clear = min(clear, static[srow, scol])
    return clear


@njit(cache=True)
def choose(
    pose: FloatArray,
    speeds: FloatArray,
    target: FloatArray,
    limits: FloatArray,
    field: FloatArray,
    half: int,
    resolution: float,
    static: FloatArray,
    static_origin: FloatArray,
    static_resolution: float,
    people: FloatArray,
    config: FloatArray,
) -> tuple[float, float, float]:
    """(v, w, score) of the best arc (Fox, Burgard, Thrun 1997); v = w = 0 with a score of -1 when none is free.

    `pose`: x, y, theta. `speeds`: v, w now. `target`: x, y to head for (m). `limits`: v_max, v_min, w_max, dv, dw.
    `field`: distances to scan points around the pose; `static`: distances to the map. `people`: (P, 4) x, y, vx, vy.
    `config`: horizon, step, radius, person_radius, personal, obstacle_room.
    """
    horizon, dt, radius, person_radius, personal, room = (
        config[0],
        config[1],
        config[2],
        config[3],
        config[4],
        config[5],
    )
    steps = int(horizon / dt)
    best_v, best_w, best = 0.0, 0.0, -1.0
    low_v, high_v = max(limits[1], speeds[0] - limits[3]), min(limits[0], speeds[0] + limits[3])
    low_w, high_w = max(-limits[2], speeds[1] - limits[4]), min(limits[2], speeds[1] + limits[4])
    here = _clear(pose[0], pose[1], pose, field, half, resolution, static, static_origin, static_resolution) - radius
    start_far = math.hypot(target[0] - pose[0], target[1] - pose[1])
    for iv in range(7):
        v = low_v + (high_v - low_v) * iv / 6.0
        for iw in range(15):
            w = low_w + (high_w - low_w) * iw / 14.0
            x, y, theta = pose[0], pose[1], pose[2]
            least, closest = 9.0, 9.0
            free = True
            for k in range(1, steps + 1):
                theta += 0.5 * w * dt
                x += v * math.cos(theta) * dt
                y += v * math.sin(theta) * dt
                theta += 0.5 * w * dt
                clear = _clear(x, y, pose, field, half, resolution, static, static_origin, static_resolution) - radius
                if clear < 0.02 and v != 0.0 and clear < here + 0.01 * k:  # out of a tight spot is always allowed
                    free = False
                    break
                least = min(least, clear)
                t = k * dt
                for p in range(people.shape[0]):
                    px = people[p, 0] + people[p, 2] * t
                    py = people[p, 1] + people[p, 3] * t
                    air = math.hypot(px - x, py - y) - radius - person_radius
                    if air < 0.08 and v != 0.0:
                        now = math.hypot(people[p, 0] - pose[0], people[p, 1] - pose[1]) - radius - person_radius
                        if air < now - 0.01:
                            free = False
                            break
                    closest = min(closest, air)
                if not free:
                    break
            if not free:
                continue
            far = math.hypot(target[0] - x, target[1] - y)
            facing = math.atan2(target[1] - y, target[0] - x) - theta
            facing = abs((facing + math.pi) % (2 * math.pi) - math.pi) if far > 0.1 else 0.0
            score = 10.0 + 3.0 * (start_far - far) - 0.55 * facing - 0.05 * abs(w)
            if least < room:
                score -= 1.2 * (1.0 - least / room)
            if closest < personal:
                score -= 2.5 * (1.0 - max(closest, 0.0) / personal)
            if score > best:
                best_v, best_w, best = v, w, score
    return best_v, best_w, best

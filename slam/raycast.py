"""The simulated lidar: exact ranges to walls (segments) and to legs (discs), then noise."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from robot.types import FloatArray


@njit(cache=True)
def _beam(i: int, count: int, increment: float, full: bool) -> int:
    """The beam of step `i` round the circle from the first one; -1 outside the field of view."""
    if full:
        return i % count
    k = i if i < count else i - round(2 * math.pi / increment)
    return k if 0 <= k < count else -1


@njit(cache=True)
def _steps(bearing: float, span: float, theta: float, angle_min: float, increment: float) -> tuple[int, int]:
    """First and last step that an object subtends whose right edge lies at `bearing` (rad, world)."""
    first = bearing - theta - angle_min
    first -= 2 * math.pi * math.floor(first / (2 * math.pi))
    return math.ceil(first / increment), math.floor((first + span) / increment)


@njit(cache=True)
def cast(
    x: float,
    y: float,
    theta: float,
    angle_min: float,
    increment: float,
    range_max: float,
    segments: FloatArray,
    discs: FloatArray,
    ranges: FloatArray,
) -> None:
    """Fill `ranges` (N,) m with the nearest hit of each beam, `range_max` for none.

    `segments`: (S, 4) x0, y0, x1, y1; `discs`: (D, 3) x, y, radius; all m in the world. Only the beams that an object
    subtends are looked at.
    """
    count = ranges.size
    full = abs(count * increment - 2 * math.pi) < 1.5 * increment
    ranges[:] = range_max
    for s in range(segments.shape[0]):
        ax, ay = segments[s, 0] - x, segments[s, 1] - y
        bx, by = segments[s, 2] - x, segments[s, 3] - y
        cross = ax * by - ay * bx
        if cross == 0.0:
            continue
        if cross < 0.0:
            ax, ay, bx, by = bx, by, ax, ay
        span = math.atan2(abs(cross), ax * bx + ay * by)
        first, last = _steps(math.atan2(ay, ax), span, theta, angle_min, increment)
        for i in range(first, last + 1):
            k = _beam(i, count, increment, full)
            if k >= 0:
                angle = theta + angle_min + k * increment
                denominator = math.cos(angle) * (by - ay) - math.sin(angle) * (bx - ax)
                if denominator != 0.0:
                    distance = (ax * (by - ay) - ay * (bx - ax)) / denominator
                    if 0.0 < distance < ranges[k]:
                        ranges[k] = distance
    _cast_discs(x, y, theta, angle_min, increment, discs, ranges, full)


@njit(cache=True)
def _cast_discs(
    x: float,
    y: float,
    theta: float,
    angle_min: float,
    increment: float,
    discs: FloatArray,
    ranges: FloatArray,
    full: bool,
) -> None:
    """Shorten the beams that meet a disc first."""
    for d in range(discs.shape[0]):
        cx, cy, radius = discs[d, 0] - x, discs[d, 1] - y, discs[d, 2]
        away = math.hypot(cx, cy)
        if away <= radius:
            continue
        half = math.asin(radius / away)
        first, last = _steps(math.atan2(cy, cx) - half, 2 * half, theta, angle_min, increment)
        for i in range(first, last + 1):
            k = _beam(i, ranges.size, increment, full)
            if k >= 0:
                angle = theta + angle_min + k * increment
                along = cx * math.cos(angle) + cy * math.sin(angle)
                inside = radius * radius - (away * away - along * along)
                if inside > 0.0:
                    distance = along - math.sqrt(inside)
                    if 0.0 < distance < ranges[k]:
                        ranges[k] = distance


def with_noise(
    ranges: FloatArray, range_max: float, sigma: float, dropout: float, rng: np.random.Generator
) -> FloatArray:
    """Measured ranges: Gaussian noise of `sigma` (m) on returns; a share `dropout` and all misses become inf."""
    noise = rng.normal(0.0, sigma, ranges.size)
    lost = rng.random(ranges.size) < dropout
    return np.where(lost | (ranges >= range_max), np.inf, ranges + noise)

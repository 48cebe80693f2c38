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


MANY = 150  # segments from which it pays to look at the near ones first
FIRST_RING = 2.0  # m
SECTORS = 128


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
    beams = _beam_directions(theta + angle_min, increment, count)
    if segments.shape[0] <= MANY:
        for s in range(segments.shape[0]):
            _cast_segment(x, y, theta, angle_min, increment, segments[s], ranges, full, beams)
    else:
        _cast_rings(x, y, theta, angle_min, increment, range_max, segments, ranges, full, beams)
    _cast_discs(x, y, theta, angle_min, increment, discs, ranges, full, beams)


@njit(cache=True)
def _cast_segment(
    x: float,
    y: float,
    theta: float,
    angle_min: float,
    increment: float,
    segment: FloatArray,
    ranges: FloatArray,
    full: bool,
    beams: FloatArray,
) -> None:
    """Shorten the beams that meet a segment (4,) first."""
    ax, ay = segment[0] - x, segment[1] - y
    bx, by = segment[2] - x, segment[3] - y
    cross = ax * by - ay * bx
    if cross == 0.0:
        return
    if cross < 0.0:
        ax, ay, bx, by = bx, by, ax, ay
    span = math.atan2(abs(cross), ax * bx + ay * by)
    first, last = _steps(math.atan2(ay, ax), span, theta, angle_min, increment)
    for i in range(first, last + 1):
        k = _beam(i, ranges.size, increment, full)
        if k >= 0:
            denominator = beams[k, 0] * (by - ay) - beams[k, 1] * (bx - ax)
            if denominator != 0.0:
                distance = abs(cross) / denominator
                if 0.0 < distance < ranges[k]:
                    ranges[k] = distance


@njit(cache=True)
def _quarter(x: float, y: float) -> float:
    """A direction's place in [0, 4], growing with its angle: cheaper than the angle itself."""
    share = y / (abs(x) + abs(y) + 1e-300)
    return 2.0 - share if x < 0.0 else (4.0 + share if y < 0.0 else share)


@njit(cache=True)
def _near_squared(x: float, y: float, segments: FloatArray) -> FloatArray:
    """The square (S,) m² of how near each segment comes to a place."""
    near = np.empty(segments.shape[0])
    for s in range(segments.shape[0]):
        ax, ay = segments[s, 0] - x, segments[s, 1] - y
        dx, dy = segments[s, 2] - segments[s, 0], segments[s, 3] - segments[s, 1]
        along = -(ax * dx + ay * dy) / max(dx * dx + dy * dy, 1e-300)
        share = min(1.0, max(0.0, along))
        ax, ay = ax + share * dx, ay + share * dy
        near[s] = ax * ax + ay * ay
    return near


@njit(cache=True)
def _is_hidden(ax: float, ay: float, bx: float, by: float, near: float, farthest: FloatArray) -> bool:
    """Whether all beams in the sectors between two directions end before `near` (m); `farthest` (SECTORS,) m."""
    if ax * by - ay * bx < 0.0:
        ax, ay, bx, by = bx, by, ax, ay
    first, last = int(_quarter(ax, ay) * (SECTORS / 4)), int(_quarter(bx, by) * (SECTORS / 4))
    if last < first:
        last += SECTORS
    for sector in range(first, last + 1):  # noqa: SIM110 (compiled code knows no `all` of a generator)
        if farthest[sector % SECTORS] > near:
            return False
    return True


@njit(cache=True)
def _cast_rings(
    x: float,
    y: float,
    theta: float,
    angle_min: float,
    increment: float,
    range_max: float,
    segments: FloatArray,
    ranges: FloatArray,
    full: bool,
    beams: FloatArray,
) -> None:
    """Many segments: ring by ring from near to far, without those that nearer ones hide."""
    near = _near_squared(x, y, segments)
    sector_of = np.empty(ranges.size, np.int64)
    for k in range(ranges.size):
        sector_of[k] = int(_quarter(beams[k, 0], beams[k, 1]) * (SECTORS / 4)) % SECTORS
    farthest = np.full(SECTORS, range_max)
    inner, outer = 0.0, FIRST_RING
    while inner < farthest.max():
        for s in range(segments.shape[0]):
            if not inner * inner <= near[s] < outer * outer:
                continue
            ax, ay = segments[s, 0] - x, segments[s, 1] - y
            bx, by = segments[s, 2] - x, segments[s, 3] - y
            if not _is_hidden(ax, ay, bx, by, math.sqrt(near[s]), farthest):
                _cast_segment(x, y, theta, angle_min, increment, segments[s], ranges, full, beams)
        farthest[:] = 0.0
        for k in range(ranges.size):
            farthest[sector_of[k]] = max(farthest[sector_of[k]], ranges[k])
        inner, outer = outer, 1.5 * outer


@njit(cache=True)
def _beam_directions(first: float, increment: float, count: int) -> FloatArray:
    """The unit vectors (N, 2) of beams in the world: each is met by several objects."""
    beams = np.empty((count, 2))
    for k in range(count):
        beams[k, 0] = math.cos(first + k * increment)
        beams[k, 1] = math.sin(first + k * increment)
    return beams


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
    beams: FloatArray,
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
                along = cx * beams[k, 0] + cy * beams[k, 1]
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

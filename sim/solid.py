"""What is solid: how far bodies are from walls and from each other, and how far one may go before it is blocked."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from robot.types import FloatArray
from sim.person import People


@njit(cache=True)
def nearest_on(segments: FloatArray, s: int, x: float, y: float) -> tuple[float, float]:
    """The point of segment `s` (of (S, 4) x0, y0, x1, y1, m) that is nearest to a place."""
    x0, y0 = segments[s, 0], segments[s, 1]
    ex, ey = segments[s, 2] - x0, segments[s, 3] - y0
    share = ((x - x0) * ex + (y - y0) * ey) / max(ex * ex + ey * ey, 1e-12)
    share = max(0.0, min(1.0, share))
    return x0 + share * ex, y0 + share * ey


@njit(cache=True)
def is_near(segments: FloatArray, s: int, x: float, y: float, reach: float) -> bool:
    """Whether the box round segment `s` comes within `reach` (m) of a place: the cheap question before the exact."""
    x0, y0, x1, y1 = segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3]
    beside: bool = min(x0, x1) - reach < x < max(x0, x1) + reach
    along: bool = min(y0, y1) - reach < y < max(y0, y1) + reach
    return beside and along


@njit(cache=True)
def least_air(x: float, y: float, radius: float, segments: FloatArray, people: People, reach: float) -> float:
    """The least air (m) between a disc and any segment or person; `reach` when there is more than that."""
    least = reach
    for s in range(segments.shape[0]):
        if is_near(segments, s, x, y, radius + least):
            px, py = nearest_on(segments, s, x, y)
            least = min(least, math.hypot(px - x, py - y) - radius)
    for i in range(people.shape[0]):
        dx, dy = people[i].state[0] - x, people[i].state[1] - y
        both = radius + people[i].radius
        if dx * dx + dy * dy < (both + reach) ** 2:
            least = min(least, math.hypot(dx, dy) - both)
    return least


@njit(cache=True)
def airs(x: float, y: float, radius: float, segments: FloatArray, people: People, reach: float) -> FloatArray:
    """Air (m) between a disc and each of (S, 4) segments, then each of the people; inf beyond `reach`."""
    walls = segments.shape[0]
    out = np.full(walls + people.shape[0], np.inf)
    for s in range(walls):
        if is_near(segments, s, x, y, radius + reach):
            px, py = nearest_on(segments, s, x, y)
            out[s] = math.hypot(px - x, py - y) - radius
    for i in range(people.shape[0]):
        away = math.hypot(people[i].state[0] - x, people[i].state[1] - y) - radius - people[i].radius
        if away < reach:
            out[walls + i] = away
    return out


@njit(cache=True)
def _comes_nearer(now: FloatArray, then: FloatArray) -> bool:
    """Whether a move brings one body into another, or deeper into one that it is in already."""
    return bool(np.any(then < np.minimum(now, 0.0) - 1e-9))


@njit(cache=True)
def free_share(x: float, y: float, dx: float, dy: float, radius: float, segments: FloatArray, people: People) -> float:
    """How much (0-1) of a step (m) a disc can make before it meets a segment or somebody."""
    length = math.hypot(dx, dy)
    reach = 2.0 * length + 1e-6
    if length == 0.0 or least_air(x, y, radius, segments, people, reach) > length:
        return 1.0
    now = airs(x, y, radius, segments, people, reach)
    if not _comes_nearer(now, airs(x + dx, y + dy, radius, segments, people, reach)):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = 0.5 * (low + high)
        if _comes_nearer(now, airs(x + middle * dx, y + middle * dy, radius, segments, people, reach)):
            high = middle
        else:
            low = middle
    return low


@njit(cache=True)
def crosses(x: float, y: float, nx: float, ny: float, segments: FloatArray, s: int) -> bool:
    """Whether the way from one place to another leads through segment `s`."""
    x0, y0 = segments[s, 0], segments[s, 1]
    ex, ey = segments[s, 2] - x0, segments[s, 3] - y0
    before = ex * (y - y0) - ey * (x - x0)
    after = ex * (ny - y0) - ey * (nx - x0)
    dx, dy = nx - x, ny - y
    start = dx * (y0 - y) - dy * (x0 - x)
    end = dx * (segments[s, 3] - y) - dy * (segments[s, 2] - x)
    return bool(before * after < 0.0 and start * end <= 0.0)


@njit(cache=True)
def kept_out(x: float, y: float, nx: float, ny: float, radius: float, segments: FloatArray) -> tuple[float, float]:
    """Where a disc that wants to go from x, y to nx, ny ends up: pushed out of the walls, and never through one."""
    for s in range(segments.shape[0]):
        if is_near(segments, s, nx, ny, radius):
            px, py = nearest_on(segments, s, nx, ny)
            away = math.hypot(nx - px, ny - py)
            if 1e-9 < away < radius:
                nx += (radius - away) * (nx - px) / away
                ny += (radius - away) * (ny - py) / away
    reach = math.hypot(nx - x, ny - y) + 1e-6
    for s in range(segments.shape[0]):
        if is_near(segments, s, x, y, reach) and crosses(x, y, nx, ny, segments, s):
            return x, y
    return nx, ny

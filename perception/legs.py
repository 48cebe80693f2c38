"""Leg-sized clusters in one scan: what the map does not explain, and who may stand on them."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray

MAPPED, FREE = 1, 2  # what a return is
EDGE = 0.15  # m by which a neighbouring return is nearer that may hide the rest
LEAST_JUMP = 0.08  # m that a leg is behind another of which it shows only a part
ADJOINS = 0.6  # m from a wall that is not in the map within which a cluster may be a piece of it
X, Y, WIDTH, RANGE, FRAGMENT, FIRST, LAST, AFTER, BEGINS, ENDS, STOOD = range(11)  # columns of a cluster
COLUMNS = 11
SLANT = 1.2  # tan 50°, of a face whose returns fall apart


@njit(cache=True)
def kinds_of(
    points: FloatArray, clear: FloatArray, origin: FloatArray, resolution: float, margin: float, near: FloatArray
) -> FloatArray:
    """What each of `points` ((N, 2) m in `map`) is: of the map where a wall is within `margin` (m), else free.

    `clear`: (rows, cols) m to the nearest wall, negative where nothing is known. Close to people, (P, 2) `near`, half
    the margin will do: who leans against a wall is still there.
    """
    kinds = np.zeros(points.shape[0])
    for i in range(points.shape[0]):
        col = int(math.floor((points[i, 0] - origin[0]) / resolution))
        row = int(math.floor((points[i, 1] - origin[1]) / resolution))
        kinds[i] = MAPPED
        if not (0 <= row < clear.shape[0] and 0 <= col < clear.shape[1]) or clear[row, col] <= 0.5 * margin:
            continue
        if clear[row, col] > margin:
            kinds[i] = FREE
            continue
        for p in range(near.shape[0]):
            if (points[i, 0] - near[p, 0]) ** 2 + (points[i, 1] - near[p, 1]) ** 2 < 0.16:
                kinds[i] = FREE
    return kinds


@njit(cache=True)
def _hides(ranges: FloatArray, beams: NDArray[np.int64], k: int, end: int) -> bool:
    """Whether return `k` is the neighbour of a cluster's `end`, and so much nearer that it may hide what is beyond."""
    return 0 <= k < ranges.size and abs(beams[k] - beams[end]) <= 2 and ranges[k] < ranges[end] - EDGE


@njit(cache=True)
def clusters_of(
    points: FloatArray,
    ranges: FloatArray,
    beams: NDArray[np.int64],
    scan: FloatArray,
    step: float,
    kinds: FloatArray,
    gap: float,
    widest: float,
    out: FloatArray,
) -> int:
    """Cut the free ones of `points` ((N, 2) m, in the order of their `beams`) into clusters; returns how many.

    Neighbours farther apart than `gap` (m), or than beams `step` rad apart lie at their range, are of two clusters.
    One that is wider than `widest` (m) is no person. Fills `out` (M, COLUMNS): x, y, width (m), range (m), 1 for a
    fragment, of which an end is hidden by what is nearer or that may be a piece of something wide, its first and its
    last beam, what the beam after it measured (m) in the whole `scan`, the ranges (m) at its ends, and 0 for what has
    not stood there for a while, as far as is known here.
    """
    count, i, size = 0, 0, points.shape[0]
    wall, last = -1, -1  # the last return of what is no person, and of the cluster before this one
    while i < size and count < out.shape[0]:
        if kinds[i] != FREE:
            i += 1
            continue
        j = i
        while j + 1 < size and kinds[j + 1] == FREE:
            reach = min(gap, 0.04 + 1.7 * step * ranges[j])
            if _apart(points, j + 1, j) > reach:
                break
            j += 1
        if _apart(points, j, i) < widest:
            hidden = _hides(ranges, beams, i - 1, i) or _hides(ranges, beams, j + 1, j)
            carries_on = wall >= 0 and _apart(points, i, wall) < ADJOINS
            count = _add(points, ranges, beams, scan, i, j, hidden or carries_on, out, count)
            wall = j if carries_on else wall
            last = j
        else:
            if last >= 0 and _apart(points, i, last) < ADJOINS:
                out[count - 1, FRAGMENT] = 1.0
            wall, last = j, -1
        i = j + 1
    return count


@njit(cache=True)
def _apart(points: FloatArray, i: int, j: int) -> float:
    return math.hypot(points[i, 0] - points[j, 0], points[i, 1] - points[j, 1])


@njit(cache=True)
def _add(
    points: FloatArray,
    ranges: FloatArray,
    beams: NDArray[np.int64],
    scan: FloatArray,
    first: int,
    last: int,
    hidden: bool,
    out: FloatArray,
    count: int,
) -> int:
    number = last - first + 1
    out[count, X] = points[first : last + 1, 0].sum() / number
    out[count, Y] = points[first : last + 1, 1].sum() / number
    out[count, WIDTH] = math.hypot(points[last, 0] - points[first, 0], points[last, 1] - points[first, 1])
    out[count, RANGE] = ranges[first : last + 1].sum() / number
    out[count, FRAGMENT] = 1.0 if hidden else 0.0
    out[count, FIRST] = beams[first]
    out[count, LAST] = beams[last]
    out[count, BEGINS] = ranges[first]
    out[count, ENDS] = ranges[last]
    out[count, STOOD] = 0.0
    after = beams[last] + 1
    out[count, AFTER] = scan[after] if after < scan.size else 0.0
    return count + 1


@njit(cache=True)
def candidates_of(clusters: FloatArray, leg: float, pair: float) -> FloatArray:
    """Who may stand there: every cluster alone, and every two legs within `pair` (m).

    (K, 6): x, y (m), the two clusters (the same twice when it is one), how far apart they are (m), and 1 for a cluster
    that is wider than a `leg` (m): both legs in one.
    """
    count = clusters.shape[0]
    out = np.empty((count + count * 8, 6))
    found = 0
    for i in range(count):
        both = 1.0 if clusters[i, WIDTH] > leg else 0.0
        out[found] = clusters[i, X], clusters[i, Y], float(i), float(i), 0.0, both
        found += 1
    for i in range(count):
        if clusters[i, WIDTH] > leg:
            continue
        for j in range(i + 1, count):
            if clusters[j, WIDTH] > leg or found == out.shape[0]:
                continue
            away = math.hypot(clusters[i, X] - clusters[j, X], clusters[i, Y] - clusters[j, Y])
            if away < pair:
                x, y = 0.5 * (clusters[i, X] + clusters[j, X]), 0.5 * (clusters[i, Y] + clusters[j, Y])
                out[found] = x, y, float(i), float(j), away, 0.0
                found += 1
    return out[:found]


@njit(cache=True)
def are_legs(candidate: FloatArray, clusters: FloatArray, step: float, apart: tuple[float, float]) -> bool:
    """Whether a candidate looks like somebody: two clusters as far `apart` (m) and as wide as legs.

    A leg is 0.1 m wide and more; of that a lidar with beams `step` rad apart may miss a beam at each side, and more of
    one that is half hidden. One wide cluster may be two legs, and a post.
    """
    a, b = int(candidate[2]), int(candidate[3])
    if a == b or not apart[0] <= candidate[4] <= apart[1]:
        return False
    for k in (a, b):
        if clusters[k, FRAGMENT] == 0.0 and clusters[k, WIDTH] < 0.1 - 1.5 * step * clusters[k, RANGE]:
            return False
    return not _are_one_face(candidate, clusters[a], clusters[b], step)


@njit(cache=True)
def _slant(cluster: FloatArray) -> float:
    """By how much (m) the range changes from beam to beam."""
    return float(abs(cluster[ENDS] - cluster[BEGINS]) / (cluster[LAST] - cluster[FIRST]))


@njit(cache=True)
def _are_one_face(candidate: FloatArray, a: FloatArray, b: FloatArray, step: float) -> bool:
    """Whether no beam goes through between two clusters, and they may be one face that slants away from the lidar."""
    first, second = (a, b) if a[LAST] < b[FIRST] else (b, a)
    farther = max(a[RANGE], b[RANGE])
    if second[FIRST] - first[LAST] > 1.0 and first[AFTER] > farther + EDGE:
        return False
    if a[LAST] > a[FIRST] and b[LAST] > b[FIRST]:  # a face goes on as it slants, a leg ends
        jump = abs(second[BEGINS] - first[ENDS])
        return bool(jump < LEAST_JUMP or max(_slant(a), _slant(b)) > 0.5 * jump)
    deep = abs(a[RANGE] - b[RANGE])
    return bool(deep < SLANT * math.sqrt(max(0.0, candidate[4] ** 2 - deep * deep)))

"""Many Kalman filters as one array: predicted, assigned to candidates, corrected; who is nobody's is missed."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from perception.legs import are_legs
from robot.types import FloatArray

TRACK = np.dtype(
    [
        ("id", np.int64),
        ("state", np.float64, 4),  # x, y (m), vx, vy (m/s) in `map`
        ("covariance", np.float64, 3),  # of place, of place and speed, of speed: along both axes the same
        ("born", np.float64),  # s
        ("seen", np.float64),  # s, when it was last measured
        ("missed", np.float64),  # s that it was not measured though nothing hid it
        ("hits", np.int64),
        ("pairs", np.float64),  # share of the last measurements that were two legs as a person stands
        ("birthplace", np.float64, 2),  # m
        ("walked", np.float64),  # m from there, the farthest
        ("stride", np.float64),  # m from the anchor
        ("stood_since", np.float64),  # s
        ("anchor", np.float64, 3),  # where it was a while ago: x, y (m), and when (s)
        ("person", np.bool_),
    ]
)
Tracks = Any  # (N,) of TRACK; NumPy knows no types of its fields
COASTS = 1.0  # s that somebody unseen is believed to walk on
LOOKS = 100.0  # measurements over which it is averaged how a track looks
STRIDE_TIME = 2.0  # s after which the anchor is set anew
GATE = 9.2  # squared Mahalanobis distance: 99 % of two degrees of freedom
TENTATIVE = 3.0  # what an unconfirmed track pays in an assignment
ALONE = 2.0  # and one that gets only one leg
UNSEEN = -0.5  # what it costs that somebody is not measured, and another less well
BOTH = 0.5  # and one that gets both legs in one cluster


@njit(cache=True)
def predict(tracks: Tracks, dt: float, acceleration: float, now: float) -> None:
    """Constant velocity with white noise acceleration (m/s^2) for `dt` s; who is unseen is not believed to go far."""
    q = acceleration * acceleration
    for i in range(tracks.shape[0]):
        t = tracks[i]
        if now - t.seen > COASTS:
            t.state[2] *= 1.0 - 1.5 * dt
            t.state[3] *= 1.0 - 1.5 * dt
        t.state[0] += t.state[2] * dt
        t.state[1] += t.state[3] * dt
        a, b, c = t.covariance[0], t.covariance[1], t.covariance[2]
        t.covariance[0] = a + 2.0 * dt * b + dt * dt * c + 0.25 * q * dt**4
        t.covariance[1] = b + dt * c + 0.5 * q * dt**3
        t.covariance[2] = c + q * dt * dt


@njit(cache=True)
def _noise(candidate: FloatArray, noise: FloatArray) -> float:
    """The variance (m^2) of a measurement: `noise` (m) of two legs, of both in one cluster, and of one alone."""
    kind = 1 if candidate[5] > 0.0 else 0 if candidate[2] != candidate[3] else 2
    return float(noise[kind] * noise[kind])


@njit(cache=True)
def assign(tracks: Tracks, candidates: FloatArray, clusters: int, noise: FloatArray, gate: float) -> NDArray[np.int64]:
    """The candidate of each track, -1 for none: the likeliest first, each leg once (greedy nearest neighbour).

    The cost is the negative log-likelihood of the measurement with the track's velocity in it, and more for a leg
    alone. Nobody is farther than `gate` (m) from where they were expected.
    """
    size = tracks.shape[0]
    costs = np.empty(size * 24)
    rows = np.empty(size * 24, dtype=np.int64)
    cols = np.empty(size * 24, dtype=np.int64)
    count = 0
    for i in range(size):
        t = tracks[i]
        for k in range(candidates.shape[0]):
            dx, dy = candidates[k, 0] - t.state[0], candidates[k, 1] - t.state[1]
            away = dx * dx + dy * dy
            variance = t.covariance[0] + _noise(candidates[k], noise)
            if away > gate * gate or away > GATE * variance or count == costs.size:
                continue
            cost = away / variance + 2.0 * math.log(variance) + (0.0 if t.person else TENTATIVE)
            if candidates[k, 5] > 0.0:
                cost += BOTH
            elif candidates[k, 2] == candidates[k, 3]:
                cost += ALONE
            costs[count], rows[count], cols[count] = cost, i, k
            count += 1
    order = np.argsort(costs[:count])
    entries = np.full(size, -1, dtype=np.int64)  # that each track has
    owner = np.full(clusters, -1, dtype=np.int64)  # of each cluster
    for entry in order:
        if entries[rows[entry]] < 0 and _are_free(candidates[cols[entry]], owner, -1):
            _give(entries, owner, rows[entry], entry, candidates[cols[entry]])
    for entry in order:
        if entries[rows[entry]] < 0 and tracks[rows[entry]].person:
            _take_over(entry, order, rows, cols, costs, candidates, entries, owner)
    chosen = np.full(size, -1, dtype=np.int64)
    for i in range(size):
        if entries[i] >= 0:
            chosen[i] = cols[entries[i]]
    return chosen


@njit(cache=True)
def _take_over(
    entry: int,
    order: NDArray[np.int64],
    rows: NDArray[np.int64],
    cols: NDArray[np.int64],
    costs: FloatArray,
    candidates: FloatArray,
    entries: NDArray[np.int64],
    owner: NDArray[np.int64],
) -> None:
    """Who got nothing may have what one other track has that does better with the rest."""
    wanted = candidates[cols[entry]]
    a, b = owner[int(wanted[2])], owner[int(wanted[3])]
    rival = max(a, b)
    if rival < 0 or (a >= 0 and b >= 0 and a != b):
        return
    for other in order:
        instead = candidates[cols[other]]
        if rows[other] != rival or not _are_free(instead, owner, rival) or _share_a_leg(instead, wanted):
            continue
        if costs[entry] + costs[other] < costs[entries[rival]] + UNSEEN:
            old = candidates[cols[entries[rival]]]
            owner[int(old[2])] = -1
            owner[int(old[3])] = -1
            _give(entries, owner, rival, other, instead)
            _give(entries, owner, rows[entry], entry, wanted)
        return


@njit(cache=True)
def _are_free(candidate: FloatArray, owner: NDArray[np.int64], but: int) -> bool:
    """Whether a candidate's legs are nobody's `but` a certain track's."""
    a, b = owner[int(candidate[2])], owner[int(candidate[3])]
    return bool((a < 0 or a == but) and (b < 0 or b == but))


@njit(cache=True)
def _share_a_leg(one: FloatArray, other: FloatArray) -> bool:
    return bool(one[2] == other[2] or one[2] == other[3] or one[3] == other[2] or one[3] == other[3])


@njit(cache=True)
def _give(entries: NDArray[np.int64], owner: NDArray[np.int64], i: int, entry: int, candidate: FloatArray) -> None:
    entries[i] = entry
    owner[int(candidate[2])] = i
    owner[int(candidate[3])] = i


@njit(cache=True)
def _correct(tracks: Tracks, i: int, candidate: FloatArray, noise: FloatArray, now: float) -> None:
    """Take a measurement into one track."""
    t = tracks[i]
    a, b, c = t.covariance[0], t.covariance[1], t.covariance[2]
    variance = a + _noise(candidate, noise)
    place, speed = a / variance, b / variance
    for axis in range(2):
        off = candidate[axis] - t.state[axis]
        t.state[axis] += place * off
        t.state[axis + 2] += speed * off
    t.covariance[0] = a - place * a
    t.covariance[1] = b - place * b
    t.covariance[2] = c - speed * b
    t.seen = now
    t.missed = 0.0
    t.hits += 1
    t.walked = max(t.walked, math.hypot(t.state[0] - t.birthplace[0], t.state[1] - t.birthplace[1]))
    if math.hypot(t.state[2], t.state[3]) > 0.3:
        t.stood_since = now
    t.stride = math.hypot(t.state[0] - t.anchor[0], t.state[1] - t.anchor[1])
    if now - t.anchor[2] > STRIDE_TIME:
        t.anchor[0], t.anchor[1], t.anchor[2] = t.state[0], t.state[1], now


@njit(cache=True)
def _is_hidden(
    x: float, y: float, at: FloatArray, ranges: FloatArray, angle_min: float, step: float, depth: float
) -> bool:
    """Whether what stands at a place (m, in `map`) is behind something nearer by `depth` (m), or out of view.

    `at`: x, y, theta of the lidar in `map`; beams with no return hide nothing.
    """
    dx, dy = x - at[0], y - at[1]
    away = math.hypot(dx, dy)
    turn = int(round(2.0 * math.pi / abs(step)))
    middle = int(round((math.atan2(dy, dx) - at[2] - angle_min) / step))
    half = max(1, int(0.1 / max(away, 0.3) / abs(step)))
    hidden, looked = 0, 0
    for k in range(middle - half, middle + half + 1):
        beam = k % turn
        looked += 1
        if beam >= ranges.size or (ranges[beam] < away - depth and ranges[beam] > 0.0):
            hidden += 1
    return hidden * 2 > looked


@njit(cache=True)
def take(
    tracks: Tracks,
    candidates: FloatArray,
    clusters: FloatArray,
    chosen: NDArray[np.int64],
    noise: FloatArray,
    now: float,
    step: float,
    legs_apart: tuple[float, float],
    apart: float,
) -> NDArray[np.bool_]:
    """Correct every track by what was `chosen` for it; which clusters are somebody's now.

    A leg that is left over within `apart` (m) of a person who was just seen is theirs too.
    """
    used = np.zeros(clusters.shape[0], dtype=np.bool_)
    for i in range(tracks.shape[0]):
        k = chosen[i]
        if k < 0:
            continue
        _correct(tracks, i, candidates[k], noise, now)
        looks = 1.0 if are_legs(candidates[k], clusters, step, legs_apart) else 0.0
        tracks[i].pairs += (looks - tracks[i].pairs) / min(LOOKS, float(tracks[i].hits))
        used[int(candidates[k, 2])] = True
        used[int(candidates[k, 3])] = True
    for k in range(clusters.shape[0]):
        for i in range(tracks.shape[0]):
            t = tracks[i]
            if not used[k] and t.person and chosen[i] >= 0:
                used[k] = math.hypot(clusters[k, 0] - t.state[0], clusters[k, 1] - t.state[1]) < apart
    return used


@njit(cache=True)
def miss(
    tracks: Tracks,
    at: FloatArray,
    ranges: FloatArray,
    angle_min: float,
    step: float,
    dt: float,
    hidden: float,
    now: float,
) -> None:
    """Count the time of those who were not seen; only the share `hidden` of it while something hides them."""
    for i in range(tracks.shape[0]):
        t = tracks[i]
        if t.seen < now:
            behind = _is_hidden(t.state[0], t.state[1], at, ranges, angle_min, step, 0.25)
            t.missed += hidden * dt if behind and t.person else dt

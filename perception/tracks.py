"""Many Kalman filters as one array: predicted, corrected by what was assigned to them; who got nothing is missed."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from perception.feet import Tracks, measured, note_feet
from perception.legs import STOOD, WIDTH, X, Y, are_legs
from robot.types import FloatArray

TRACK = np.dtype(
    [
        ("id", np.int64),
        ("state", np.float64, 4),  # x, y (m), vx, vy (m/s) in `map`
        ("last", np.float64, 2),  # m, where it was when it was last measured
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
        ("legs", np.float64, (2, 3)),  # clusters of the last measurement, the wider first: x, y, width (m)
        ("feet", np.float64, (2, 2)),  # m, where they were when they were last told apart ...
        ("feet_seen", np.float64, 2),  # s, and when
        ("facing", np.float64),  # rad in `map`, NaN of whom it is not known
        ("coming", np.float64),  # s for which they have walked up to the robot
        ("arrived", np.int64),  # measurements in a row where nothing was a moment before
        ("person", np.bool_),
    ]
)
COASTS = 1.0  # s that somebody unseen is believed to walk on
LOOKS = 100.0  # measurements over which it is averaged how a track looks
KNOWN = 20  # measurements after which something is waited for that is hidden now, also when it is no person
STRIDE_TIME = 2.0  # s after which the anchor is set anew


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
def mark_things(clusters: FloatArray, tracks: Tracks, hits: int, within: float) -> None:
    """Mark the clusters where a track has been for so many `hits` that never went farther than `within` (m)."""
    for i in range(tracks.shape[0]):
        t = tracks[i]
        if t.person or t.hits < hits or t.walked > within:
            continue
        for k in range(clusters.shape[0]):
            for leg in range(2):
                if math.hypot(clusters[k, X] - t.legs[leg, 0], clusters[k, Y] - t.legs[leg, 1]) < within:
                    clusters[k, STOOD] = 1.0


@njit(cache=True)
def _correct(
    tracks: Tracks, i: int, candidate: FloatArray, clusters: FloatArray, noise: FloatArray, now: float
) -> None:
    """Take a measurement into one track."""
    t = tracks[i]
    a, b, c = t.covariance[0], t.covariance[1], t.covariance[2]
    x, y, variance = measured(t, candidate, noise, now)
    note_feet(t, candidate, clusters, now)
    variance += a
    place, speed = a / variance, b / variance
    for axis in range(2):
        off = (x if axis == 0 else y) - t.state[axis]
        t.state[axis] += place * off
        t.state[axis + 2] += speed * off
    t.covariance[0] = a - place * a
    t.covariance[1] = b - place * b
    t.covariance[2] = c - speed * b
    t.last[0], t.last[1] = t.state[0], t.state[1]
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
        _correct(tracks, i, candidates[k], clusters, noise, now)
        looks = 1.0 if are_legs(candidates[k], clusters, step, legs_apart) else 0.0
        tracks[i].pairs += (looks - tracks[i].pairs) / min(LOOKS, float(tracks[i].hits))
        a, b = int(candidates[k, 2]), int(candidates[k, 3])
        if clusters[a, WIDTH] < clusters[b, WIDTH]:
            a, b = b, a
        for column in range(WIDTH + 1):
            tracks[i].legs[0, column] = clusters[a, column]
            tracks[i].legs[1, column] = clusters[b, column]
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
            t.missed += hidden * dt if behind and (t.person or t.hits >= KNOWN) else dt

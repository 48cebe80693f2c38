"""Where somebody is of whom one leg is seen: the other is where it stood, or has swung on since."""

from __future__ import annotations

import math
from typing import Any

from numba import njit

from robot.types import FloatArray

Tracks = Any  # (N,) of `perception.tracks.TRACK`; NumPy knows no types of its fields
One = Any  # one of them
KEPT = 0.35  # s for which it is known where a foot was
OFF = 0.2  # m from where a foot must be that it may seem to be
WIDE = 0.55  # m that no two feet of somebody are apart
NOISE = 0.14  # m, of a place that one foot tells and where the other must be
SWINGS = 2.0  # how much faster than its owner a swinging foot is: the other stands


@njit(cache=True)
def _matched(track: One, x: float, y: float, now: float) -> tuple[int, float, float]:
    """Which foot a leg at x, y (m) is, -1 for neither, and where the other is then.

    One foot stands while the other swings on, so each of the two may be either. Of whom it is not known yet that they
    are somebody two legs may be anything.
    """
    least, foot, other_x, other_y = OFF, -1, 0.0, 0.0
    if not track.person or min(track.feet_seen[0], track.feet_seen[1]) < now - KEPT:
        return foot, other_x, other_y
    for mine in range(2):
        for swings in range(2):
            its = SWINGS * swings * (now - track.feet_seen[mine])
            dx = x - track.feet[mine, 0] - its * track.state[2]
            dy = y - track.feet[mine, 1] - its * track.state[3]
            if math.hypot(dx, dy) < least:
                least = math.hypot(dx, dy)
                foot = mine
                others = SWINGS * (1 - swings) * (now - track.feet_seen[1 - mine])
                other_x = track.feet[1 - mine, 0] + others * track.state[2]
                other_y = track.feet[1 - mine, 1] + others * track.state[3]
    if foot >= 0 and math.hypot(other_x - x, other_y - y) > WIDE:
        foot = -1
    return foot, other_x, other_y


@njit(cache=True)
def measured(track: One, candidate: FloatArray, noise: FloatArray, now: float) -> tuple[float, float, float]:
    """Where somebody is if a candidate is them (m), and its variance (m^2).

    `noise` (m) of two legs, of both in one cluster, and of one alone.
    """
    x, y = candidate[0], candidate[1]
    if candidate[5] > 0.0:
        return x, y, noise[1] * noise[1]
    if candidate[2] != candidate[3]:
        return x, y, noise[0] * noise[0]
    foot, other_x, other_y = _matched(track, x, y, now)
    if foot < 0:
        return x, y, noise[2] * noise[2]
    return 0.5 * (x + other_x), 0.5 * (y + other_y), NOISE * NOISE


@njit(cache=True)
def note_feet(track: One, candidate: FloatArray, clusters: FloatArray, now: float) -> None:
    """Remember where the feet of somebody are who was measured just now."""
    if candidate[2] != candidate[3]:
        for k in range(2):
            leg = int(candidate[2 + k])
            track.feet[k, 0], track.feet[k, 1] = clusters[leg, 0], clusters[leg, 1]
            track.feet_seen[k] = now
        return
    foot, _, _ = _matched(track, candidate[0], candidate[1], now)
    if candidate[5] > 0.0 or foot < 0:
        track.feet_seen[0] = -math.inf
        return
    track.feet[foot, 0], track.feet[foot, 1] = candidate[0], candidate[1]
    track.feet_seen[foot] = now

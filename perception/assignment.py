"""Which legs are whose: the candidates of one scan given to tracks, the likeliest first, each leg once."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from perception.feet import One, Tracks, measured
from perception.legs import STOOD
from robot.types import FloatArray

IntArray = NDArray[np.int64]
MOST = 24  # candidates for each track, on average
GATE = 9.2  # squared Mahalanobis distance: 99 % of two degrees of freedom
REACH = 0.35  # m that legs may be from where somebody was expected
HURRIES = 2.0  # and m/s that it may be more, for as long as they have not been seen
TENTATIVE = 5.0  # what an unconfirmed track pays in an assignment
ALONE = 2.0  # and one that gets only one leg
BOTH = 0.5  # and one that gets both legs in one cluster
STANCE = 0.12  # m that the foot somebody stands on seems to move from scan to scan
ELSEWHERE = 9.0  # the most that is paid for legs of which none is where a leg was
AWHILE = 0.25  # s after which it is not asked where the legs were
PAUSE = 1.0  # s for which somebody must have stood to be where something has stood for a while
THING = 6.0  # what it costs who walks to be seen there
UNSEEN = -0.5  # what it costs that somebody is not measured, and another less well


@njit(cache=True)
def _moved(track: One, candidate: FloatArray, clusters: FloatArray, now: float) -> float:
    """How far (m^2) the leg that moved least of a candidate's is from where a leg of the track was a scan ago."""
    least = 1.0
    if now - track.seen > AWHILE:
        return least
    for k in (int(candidate[2]), int(candidate[3])):
        for leg in range(2):
            dx, dy = clusters[k, 0] - track.legs[leg, 0], clusters[k, 1] - track.legs[leg, 1]
            least = min(least, dx * dx + dy * dy)
    return least


@njit(cache=True)
def _cost(track: One, candidate: FloatArray, clusters: FloatArray, noise: FloatArray, gate: float, now: float) -> float:
    """What it costs to give a candidate to a track; infinite beyond the gate.

    The negative log-likelihood of the measurement, more for a leg alone, and more when no foot is where one was: of
    whoever walks one always nearly is.
    """
    reach = min(gate, REACH + HURRIES * (now - track.seen))
    x, y, variance = measured(track, candidate, noise, now)
    dx, dy = x - track.state[0], y - track.state[1]
    away = dx * dx + dy * dy
    variance += track.covariance[0]
    if away > reach * reach or away > GATE * variance:
        return math.inf
    cost = away / variance + 2.0 * math.log(variance) + (0.0 if track.person else TENTATIVE)
    if candidate[5] > 0.0:
        cost += BOTH
    elif candidate[2] == candidate[3]:
        cost += ALONE
    if now - track.stood_since < PAUSE and max(clusters[int(candidate[2]), STOOD], clusters[int(candidate[3]), STOOD]):
        cost += THING
    return float(cost + min(ELSEWHERE, _moved(track, candidate, clusters, now) / (STANCE * STANCE)))


@njit(cache=True)
def assign(
    tracks: Tracks, candidates: FloatArray, clusters: FloatArray, noise: FloatArray, gate: float, now: float
) -> IntArray:
    """The candidate of each track, -1 for none: the likeliest first (greedy nearest neighbour).

    Nobody is farther than `gate` (m) from where they were expected, and less far who was just seen.
    """
    size = tracks.shape[0]
    costs = np.empty(size * MOST)
    rows = np.empty(size * MOST, dtype=np.int64)
    cols = np.empty(size * MOST, dtype=np.int64)
    count = 0
    for i in range(size):
        for k in range(candidates.shape[0]):
            cost = _cost(tracks[i], candidates[k], clusters, noise, gate, now)
            if cost < math.inf and count < costs.size:
                costs[count], rows[count], cols[count] = cost, i, k
                count += 1
    order = np.argsort(costs[:count])
    entries = np.full(size, -1, dtype=np.int64)  # that each track has
    owner = np.full(clusters.shape[0], -1, dtype=np.int64)  # of each cluster
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
    _swap(tracks, candidates, clusters, noise, gate, now, chosen)
    return chosen


@njit(cache=True)
def _swap(
    tracks: Tracks,
    candidates: FloatArray,
    clusters: FloatArray,
    noise: FloatArray,
    gate: float,
    now: float,
    chosen: IntArray,
) -> None:
    """Let two tracks change what they have where that is likelier for both together: who was first took the best."""
    for i in range(tracks.shape[0]):
        for j in range(i):
            if chosen[i] < 0 or chosen[j] < 0 or _apart(candidates[chosen[i]], candidates[chosen[j]]) > gate:
                continue
            mine, other = candidates[chosen[i]], candidates[chosen[j]]
            have = _cost(tracks[i], mine, clusters, noise, gate, now)
            have += _cost(tracks[j], other, clusters, noise, gate, now)
            changed = _cost(tracks[i], other, clusters, noise, gate, now)
            changed += _cost(tracks[j], mine, clusters, noise, gate, now)
            if changed < have:
                chosen[i], chosen[j] = chosen[j], chosen[i]


@njit(cache=True)
def _apart(one: FloatArray, other: FloatArray) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


@njit(cache=True)
def _take_over(
    entry: int,
    order: IntArray,
    rows: IntArray,
    cols: IntArray,
    costs: FloatArray,
    candidates: FloatArray,
    entries: IntArray,
    owner: IntArray,
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
def _are_free(candidate: FloatArray, owner: IntArray, but: int) -> bool:
    """Whether a candidate's legs are nobody's `but` a certain track's."""
    a, b = owner[int(candidate[2])], owner[int(candidate[3])]
    return bool((a < 0 or a == but) and (b < 0 or b == but))


@njit(cache=True)
def _share_a_leg(one: FloatArray, other: FloatArray) -> bool:
    return bool(one[2] == other[2] or one[2] == other[3] or one[3] == other[2] or one[3] == other[3])


@njit(cache=True)
def _give(entries: IntArray, owner: IntArray, i: int, entry: int, candidate: FloatArray) -> None:
    entries[i] = entry
    owner[int(candidate[2])] = i
    owner[int(candidate[3])] = i

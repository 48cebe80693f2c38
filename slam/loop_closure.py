"""Finding where a trajectory comes back to old ground, and believing it only when the maps say so.

Two submaps are matched from where they lie; where nothing fits, the surroundings are searched as far as the trajectory
may have drifted (branch and bound, Hess et al. 2016). A match must share enough frame, lie on walls instead of free
space, be the only one, and agree with its neighbours when it moves the trajectory far (Olson 2009).
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, field

import numpy as np

from robot.types import FloatArray, LetanError, Pose, wrap
from slam.global_search import SearchConfig, SearchWindow, search
from slam.matching import Prior, match
from slam.pose_graph import Edges
from slam.poses import between_all, compose_all
from slam.submaps import Submap


@dataclass(frozen=True, slots=True)
class ClosureConfig:
    """Figures of the loop closure, SI units.

    `length` of a submap; `apart`: less far along the trajectory nothing is a loop. `reach`: submaps whose middles
    are farther apart share no frame. `drift_xy` (m a metre driven) and `drift_theta` (rad a metre) bound, up to
    `most_xy` and `most_theta`, how far the search looks. `overlap` and `fit` are what a match must reach (see
    `Submap.judge`), `rival` by how much it must be better than any other. `small_xy` and `small_theta`: a farther
    correction needs a neighbour that agrees with it to `agree_xy` and `agree_theta`; one below `confirm_xy` and
    `confirm_theta` is the match's own error, and says that the trajectory lies right. `soft` as in matching.
    """

    length: float = 8.0
    apart: float = 20.0
    reach: float = 8.0
    drift_xy: float = 0.03
    drift_theta: float = 0.005
    least_xy: float = 1.0
    most_xy: float = 12.0
    most_theta: float = 0.7
    overlap: float = 0.45
    fit: float = 0.8
    rival: float = 0.08
    small_xy: float = 0.5
    small_theta: float = 0.1
    agree_xy: float = 0.6
    agree_theta: float = 0.1
    confirm_xy: float = 0.05
    confirm_theta: float = 0.01
    soft: float = 0.1
    firmness: float = 0.05  # neighbouring points err together: the share of a match's information that counts
    matches: int = 8  # earlier submaps that one submap is matched to where it lies, the nearest first
    searches: int = 6  # and those that it is searched in when none fits
    search: SearchConfig = field(default_factory=lambda: SearchConfig(margin=0.1, least_score=0.5, nodes_max=60_000))


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """Submap `later` found at `pose` (3,) in the frame in which submap `earlier` was drawn."""

    earlier: Submap
    later: Submap
    pose: FloatArray
    information: FloatArray

    def agrees(self, other: Closure, config: ClosureConfig) -> bool:
        """True when both, of neighbouring submaps, move their surroundings in the same way."""
        mine = compose_all(self.pose[None], between_all(self.later.pose[None], other.later.pose[None]))[0]
        return _is_within(mine, other.pose, config.agree_xy, config.agree_theta)


def find_closures(submaps: list[Submap], config: ClosureConfig) -> list[Closure]:
    """All closures between `submaps`, in the order of the trajectory, that can be believed."""
    found: list[Closure] = []
    for k, later in enumerate(submaps):
        earlier = [s for s in submaps[:k] if later.driven - s.driven >= config.apart]
        earlier.sort(key=lambda s: _distance(s, later))
        near = [s for s in earlier[: config.matches] if _distance(s, later) < config.reach]
        fitting = [closure for s in near if (closure := _fit(s, later, config))]
        found += fitting or _search(earlier[: config.searches], later, config)
    return [c for c in found if _is_small(c, config) or _is_backed(c, found, submaps, config)]


def _distance(a: Submap, b: Submap) -> float:
    return math.hypot(a.pose[0] - b.pose[0], a.pose[1] - b.pose[1])


def _is_within(a: FloatArray, b: FloatArray, xy: float, theta: float) -> bool:
    """True when two poses (3,) are at most `xy` (m) and `theta` (rad) apart."""
    return math.hypot(*(a - b)[:2]) <= xy and abs(wrap(float(a[2] - b[2]))) <= theta


def _is_small(closure: Closure, config: ClosureConfig) -> bool:
    return _is_within(closure.pose, closure.later.pose, config.small_xy, config.small_theta)


def _is_backed(closure: Closure, found: list[Closure], submaps: list[Submap], config: ClosureConfig) -> bool:
    """True when a submap before or after came to the same answer."""
    place = submaps.index(closure.later)
    neighbours = submaps[max(place - 2, 0) : place] + submaps[place + 1 : place + 3]
    return any(other.later in neighbours and closure.agrees(other, config) for other in found)


def _fit(earlier: Submap, later: Submap, config: ClosureConfig, guess: FloatArray | None = None) -> Closure | None:
    """Match the later submap's points to the earlier one's map, near `guess` or where they lie; None when they don't
    fit."""
    start = later.pose if guess is None else guess
    pose, normal = start.copy(), np.empty(9)
    for soft in (config.soft, 0.5 * config.soft):
        match(later.cloud, pose, earlier.field, soft, Prior(start, np.array([1.0, 1.0, 10.0])), normal)
    overlap, fit = earlier.judge(later.cloud, pose)
    if overlap < config.overlap or fit < config.fit or math.hypot(*(pose - start)[:2]) > config.least_xy:
        return None
    a, b, c, d, e, f = normal[:6]
    information = config.firmness * np.array([[a, b, c], [b, d, e], [c, e, f]])
    if _is_within(pose, later.pose, config.confirm_xy, config.confirm_theta):
        pose = later.pose
    return Closure(earlier, later, pose, information)


def _search(earlier: list[Submap], later: Submap, config: ClosureConfig) -> list[Closure]:
    """Look for the later submap as far around as the trajectory may have drifted."""
    found: list[Closure] = []
    for candidate in earlier:
        driven = later.driven - candidate.driven
        radius = min(config.least_xy + config.drift_xy * driven, config.most_xy)
        if _distance(candidate, later) <= radius + 0.5 * config.reach:
            turn = min(0.1 + config.drift_theta * driven, config.most_theta)
            closure = _search_in(candidate, later, SearchWindow(Pose(*map(float, later.pose)), radius, turn), config)
            found += [closure] if closure else []
    return found


def _search_in(earlier: Submap, later: Submap, window: SearchWindow, config: ClosureConfig) -> Closure | None:
    """The one place in the window where the later submap fits into the earlier one, None without or with several."""
    try:
        guesses, scores = search(earlier.search_field, later.cloud, config.search, window)
    except LetanError:  # no walls or no free space in it
        return None
    if not len(scores) or (len(scores) > 1 and scores[0] - scores[1] < config.rival):
        return None
    return _fit(earlier, later, config, guesses[0])


def as_edges(closures: list[Closure]) -> Edges:
    """Closures as edges between the updates in the middles of their submaps."""
    if not closures:
        return Edges.none()
    nodes = np.array([(c.earlier.middle, c.later.middle) for c in closures])
    measured = between_all(np.array([c.earlier.pose for c in closures]), np.array([c.pose for c in closures]))
    turned = [_in_frame(c.information, float(c.pose[2])) for c in closures]
    return Edges(nodes, measured, np.array(turned), np.ones(len(closures), bool))


def _in_frame(information: FloatArray, theta: float) -> FloatArray:
    """Information along the axes of the map as information along those of a pose turned by `theta`."""
    c, s = math.cos(theta), math.sin(theta)
    turn = np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(turn.T @ information @ turn)


def count_loops(closures: list[Closure]) -> int:
    """Returns to old ground: closures of neighbouring submaps count once."""
    places = sorted({c.later.first for c in closures})
    firsts = {c.later.first: c.later.last for c in closures}
    return len(places) - sum(firsts[a] == b for a, b in itertools.pairwise(places))

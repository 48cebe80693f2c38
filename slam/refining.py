"""The best trajectory made better once all scans are known: loops closed, every scan matched to the whole map."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from robot.types import FloatArray
from slam.dynamic_objects import forget_dynamic_objects
from slam.loop_closure import Closure, ClosureConfig, as_edges, count_loops, find_closures
from slam.matching import Prior, match
from slam.particle_maps import ParticleMaps
from slam.pose_graph import Edges, chain, errors, optimize, squared_errors
from slam.poses import between_all, compose_all, wrap_all
from slam.submaps import ScanView, cut, draw_maps
from slam.trajectory import Points


@dataclass(frozen=True, slots=True)
class RefineConfig:
    """Figures of the refinement, SI units.

    Loops are closed between key scans, `key_xy` or `key_theta` apart. `step_xy`, `step_theta`: what a step from one to
    the next may err. `rounds` of closing, since a closed loop brings others near. `most_error`: closures missed by more
    (chi squared, 3 degrees of freedom) are taken back; less than `settled` (m) of movement ends the rounds.
    `soft` and `near` (m, rad): scale of the last matching and how far it may move a pose.
    """

    key_xy: float = 0.4
    key_theta: float = 0.4
    step_xy: float = 0.04
    step_theta: float = 0.008
    rounds: int = 3
    most_error: float = 11.3  # 1 % of right closures
    settled: float = 0.1
    soft: float = 0.05
    near: float = 0.05
    closing: ClosureConfig = field(default_factory=ClosureConfig)


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """The outcome: `poses` (K, 3) of the updates, their map, and the closures that hold as `edges` between updates."""

    poses: FloatArray
    maps: ParticleMaps
    edges: Edges
    loops: int


def refine(poses: FloatArray, points: list[Points], view: ScanView, config: RefineConfig | None = None) -> Refined:
    """Close the loops of a trajectory `poses` (K, 3) of scans `points`, then match every scan to the map of all.

    The first pose, which fixes the frame, stays.
    """
    config = config or RefineConfig()
    keys = key_scans(poses, config)
    moved, edges, loops = close_loops(poses[keys], [points[k] for k in keys], view, config)
    closed = carried(poses, keys, moved)
    fitted, _ = fit(closed, points, draw_maps(closed, points, view), config)
    fitted[0] = poses[0]
    named = Edges(keys[edges.nodes], edges.measured, edges.information, edges.doubtful)
    maps = draw_maps(fitted, points, view)
    forget_dynamic_objects(maps, fitted, points, view.lidar, view.free_reach)
    return Refined(fitted, maps, named, loops)


def key_scans(poses: FloatArray, config: RefineConfig) -> NDArray[np.int64]:
    """The updates that are `key_xy` metres or `key_theta` radians of way apart, the first one included."""
    steps = np.hypot(*np.diff(poses[:, :2], axis=0).T) / config.key_xy
    turns = np.abs(wrap_all(np.diff(poses[:, 2]))) / config.key_theta
    way = np.concatenate([[0.0], np.cumsum(np.maximum(steps, turns))])
    return np.unique(np.searchsorted(way, np.arange(0.0, way[-1] + 1e-9)))


def carried(poses: FloatArray, keys: NDArray[np.int64], moved: FloatArray) -> FloatArray:
    """All `poses` (K, 3) after their key poses went to `moved`: each stays where it lay from the key before it."""
    before = np.searchsorted(keys, np.arange(len(poses)), side="right") - 1
    return compose_all(moved[before], between_all(poses[keys][before], poses))


def close_loops(
    poses: FloatArray, points: list[Points], view: ScanView, config: RefineConfig
) -> tuple[FloatArray, Edges, int]:
    """The trajectory with its loops closed, the closures that hold, and the number of loops.

    A round that makes the map fit its own scans less well is taken back.
    """
    steps = chain(poses, config.step_xy, config.step_theta)
    best, edges, loops, misfit = poses, Edges.none(), 0, math.inf
    for _ in range(config.rounds):
        closures = find_closures(cut(best, points, view, config.closing.length), config.closing)
        kept, moved = _hold(best, steps, closures, config)
        shift = float(np.hypot(*(moved - best)[:, :2].T).max())
        if shift >= config.settled:
            misfit = min(misfit, _misfit(best, points, view, config))
            closed = _misfit(moved, points, view, config)
            if closed > misfit:
                break
            best, misfit = moved, closed
        edges, loops = as_edges(kept), count_loops(kept)
        if shift < config.settled:
            break
    return best, edges, loops


def _hold(
    poses: FloatArray, steps: Edges, closures: list[Closure], config: RefineConfig
) -> tuple[list[Closure], FloatArray]:
    """The closures that hold against each other and the steps, and the trajectory that fits both."""
    edges = as_edges(closures)
    if not np.abs(errors(poses, edges)).max(initial=0.0) > 1e-6:  # all of them confirm where the trajectory lies
        return closures, poses
    moved = optimize(poses, steps + edges)
    holds = squared_errors(moved, edges) < config.most_error
    kept = [c for c, right in zip(closures, holds.tolist(), strict=True) if right]
    return kept, moved if len(kept) == len(closures) else optimize(poses, steps + edges.chosen(holds))


def _misfit(poses: FloatArray, points: list[Points], view: ScanView, config: RefineConfig) -> float:
    """How badly the scans fit the map that they make: the mean cost of a beam."""
    _, costs = fit(poses, points, draw_maps(poses, points, view), config)
    return float(costs.sum() / sum(map(len, points)))


def fit(
    poses: FloatArray, points: list[Points], maps: ParticleMaps, config: RefineConfig
) -> tuple[FloatArray, FloatArray]:
    """Every pose at the best fit near it of its scan to one map, (K, 3), and what it costs there (K,)."""
    fitted, costs, normal = poses.copy(), np.empty(len(poses)), np.empty(9)
    trust, distances = np.full(3, config.near**-2), maps.field(0)
    for k, scan in enumerate(points):
        prior = Prior(poses[k].copy(), trust)
        costs[k] = match(scan.astype(np.float64), fitted[k], distances, config.soft, prior, normal)
    return fitted, costs

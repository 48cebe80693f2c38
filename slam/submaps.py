"""Stretches of a trajectory, each with a map of its own, between which loops are closed (Hess et al. 2016)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from robot.types import FloatArray, Pose
from slam.distance import DistanceField
from slam.global_search import SearchConfig, SearchField, build_search
from slam.likelihood import build_field
from slam.particle_maps import ParticleMaps
from slam.poses import between_all, place_points
from slam.scan_points import thin_evenly
from slam.trajectory import Points


@dataclass(frozen=True, slots=True)
class ScanView:
    """How scans are read into maps: the lidar's pose in `base`, cell size and reach of free space in metres."""

    lidar: Pose
    resolution: float
    free_reach: float


def draw_maps(poses: FloatArray, points: list[Points], view: ScanView) -> ParticleMaps:
    """One map of all scans: `points` (M, 2) in the base frame each, taken at `poses` (K, 3)."""
    x, y, theta = poses[0]
    maps = ParticleMaps(1, view.resolution, Pose(float(x), float(y), float(theta)))
    maps.write_all(poses, view.lidar, points, view.free_reach)
    maps.pool.trim()
    return maps


@dataclass(frozen=True)
class Submap:
    """The updates `first` to `last` - 1 of a trajectory; `middle` is the one whose pose stands for all.

    `poses` (K, 3) and `points` are theirs; `driven` (m) is how far along the trajectory the middle lies.
    """

    first: int
    last: int
    poses: FloatArray
    points: list[Points]
    driven: float
    view: ScanView

    @property
    def middle(self) -> int:
        """The update in the middle."""
        return (self.first + self.last) // 2

    @property
    def pose(self) -> FloatArray:
        """The pose of the middle, (3,)."""
        return np.asarray(self.poses[self.middle - self.first])

    @cached_property
    def maps(self) -> ParticleMaps:
        """The map of these scans alone, in the trajectory's frame."""
        return draw_maps(self.poses, self.points, self.view)

    @cached_property
    def field(self) -> DistanceField:
        """Distances to the walls of that map."""
        return self.maps.field(0)

    @cached_property
    def search_field(self) -> SearchField:
        """That map, ready for a search."""
        return build_search(build_field(self.maps.grid(0), 0.1, 0.1), SearchConfig())

    @cached_property
    def cloud(self) -> FloatArray:
        """What these scans saw, in the frame of the middle pose, one point a cell, (M, 2) metres."""
        where = between_all(np.repeat(self.pose[None], len(self.poses), 0), self.poses)
        parts = [place_points(scan, p) for p, scan in zip(where, self.points, strict=True)]
        together = np.concatenate(parts)
        _, kept = np.unique(np.floor(together / 0.1).astype(np.int64), axis=0, return_index=True)
        return thin_evenly(together[np.sort(kept)], 400)

    def judge(self, cloud: FloatArray, pose: FloatArray) -> tuple[float, float]:
        """Of the points of another submap's `cloud` (M, 2), seen from `pose` (3,): the share that this map knows,
        and of those the share that lies at its walls instead of in its free space.
        """
        where = place_points(cloud, pose)
        evidence, distance = self.maps.read(0, where)
        at_wall = distance <= 2.0
        free = (evidence < 0) & ~at_wall
        known = int(np.count_nonzero(at_wall | free))
        return known / max(len(cloud), 1), int(np.count_nonzero(at_wall)) / max(known, 1)


def cut(poses: FloatArray, points: list[Points], view: ScanView, length: float) -> list[Submap]:
    """The trajectory `poses` (K, 3) in stretches of about `length` metres."""
    steps = np.hypot(*np.diff(poses[:, :2], axis=0).T)
    driven = np.concatenate([[0.0], np.cumsum(steps)])
    count = max(1, round(driven[-1] / length))
    bounds = np.unique(np.searchsorted(driven, np.linspace(0.0, driven[-1], count + 1)[1:-1]))
    bounds = np.concatenate([[0], bounds[(bounds > 0) & (bounds < len(poses))], [len(poses)]])
    result = []
    for a, b in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        result.append(Submap(a, b, poses[a:b], points[a:b], float(driven[(a + b) // 2]), view))
    return result

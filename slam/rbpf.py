"""Grid mapping with Rao-Blackwellised particles: predict, match, weigh, map, resample (Grisetti et al. 2007).

Equation numbers are those of Grisetti, Stachniss, Burgard, "Improved Techniques for Grid Mapping with Rao-Blackwellized
Particle Filters", IEEE Transactions on Robotics 23 (2007).
"""

from __future__ import annotations

import itertools
import math
import os
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from robot.odometry import JumpGuard
from robot.types import IDENTITY, FloatArray, GridMap, Pose, Scan
from slam.matching import match_share
from slam.motion import MotionNoise, sample_motion
from slam.particle_maps import ParticleMaps
from slam.resampling import effective_number, kld_bound, low_variance_draw, occupied_bins
from slam.rng import stream_key, uniform
from slam.scan_points import thin_evenly
from slam.trajectory import History

LEAST_SHARE = 4  # particles that are worth a thread


@dataclass(frozen=True, slots=True)
class MapperConfig:
    """Every figure of the mapper, SI units; one set serves all logs.

    `particles` at most and `particles_min` at least, as many as their spread over bins of `bin_xy` and `bin_theta` asks
    for (`kld_error` with the normal quantile `kld_z`, Fox 2003).
    `reach`: beams longer than this are not used; `free_reach`: free space is written this far. `soft`: distance at
    which a beam loses half of its say in matching. `sharpness`: how much a difference in matching cost counts in the
    weights, since neighbouring beams err together. `spread`: the share of the matching covariance's root that is drawn
    around the mode, since `soft` is ten times what a lidar's beams scatter. `noise` is generous on purpose: the scans
    know better than the wheels. `starts`: the share of it that matching starts are scattered by, or half of them
    would end beside the mode. `young`: updates for which odometry is trusted as far as the starts are scattered, since
    the dotted walls of the first scans pull along themselves.
    """

    particles: int = 30
    particles_min: int = 8
    kld_error: float = 0.3
    kld_z: float = 2.33
    bin_xy: float = 0.10
    bin_theta: float = 0.05
    resolution: float = 0.05
    gate_xy: float = 0.05
    gate_theta: float = 0.05
    reach: float = 25.0
    free_reach: float = 12.0
    beams: int = 180
    least_beams: int = 10
    soft: float = 0.10
    sharpness: float = 0.03
    spread: float = 0.1
    starts: float = 0.2
    young: int = 10
    noise: MotionNoise = field(default_factory=lambda: MotionNoise(1.0, 0.5, 0.5, 0.2, 0.05, 0.05))

    @classmethod
    def fixed(cls, particles: int) -> MapperConfig:
        """The usual figures with a number of particles that never changes."""
        return cls(particles=particles, particles_min=particles)


class Mapper:
    """Builds a map and the trajectory through it from odometry and scans.

    `start` is the first pose of `base` in `map`, `lidar` the sensor's pose in `base`. The same inputs and `seed` give
    the same bytes. `warnings` counts what had to be ignored, by reason.
    """

    def __init__(
        self,
        config: MapperConfig | None = None,
        seed: int = 1,
        start: Pose = IDENTITY,
        lidar: Pose = IDENTITY,
        threads: int | None = None,
    ) -> None:
        self.config = config or MapperConfig()
        self.warnings: Counter[str] = Counter()
        self.history = History()
        self.taken_up = 0  # updates of the run before
        self.lidar = lidar
        self._seed = seed
        self._step = 0
        count = min(self.config.particles_min, self.config.particles)
        self.poses = np.tile(np.array([start.x, start.y, start.theta]), (count, 1))
        self.weights = np.full(count, 1.0 / count)
        self.maps = ParticleMaps(count, self.config.resolution, start)
        self._parents = np.arange(count)
        self._noise = self.config.noise.as_array()
        self._odometry: Pose | None = None
        self._start_odom: Pose | None = None
        self._stamp = -math.inf
        self._jumps = JumpGuard()
        self._threads = threads or os.cpu_count() or 1
        self._workers = ThreadPoolExecutor(self._threads)

    def update(self, odometry: Pose, scan: Scan) -> bool:
        """Take in a scan with the odometry of its stamp; True when it was mapped, False when it was only carried.

        Over a jump of odometry the robot is taken to have stood, and the scan is matched from there. LetanError when
        the map would become too large.
        """
        followed = self._jumps.add(scan.stamp, odometry)
        odometry = self.rebased(odometry)
        if not followed:
            self.warnings["odometry jumped"] += 1
        due = not followed or self._odometry is None or self._gate_open(self._odometry.between(odometry))
        if scan.stamp < self._stamp:
            self.warnings["scan stamp went back"] += 1
        self._stamp = max(scan.stamp, self._stamp)
        if due:
            points = thin_evenly(scan.points(self.lidar, self.config.reach), self.config.beams)
            due = len(points) >= self.config.least_beams
            if due:
                self._turn(odometry, points)
            else:
                self.warnings["scan with too few beams"] += 1
        self.history.scans.append((scan.stamp, odometry, self.updates))
        return due

    def carry(self, stamp: float, odometry: Pose) -> None:
        """Remember a scan that is not mapped; its pose follows odometry."""
        self.history.scans.append((stamp, self.rebased(odometry), self.updates))

    def rebased(self, odometry: Pose) -> Pose:
        """A pose of odometry without the jumps that were not followed: the frame of `history`."""
        return self._jumps.rebased(odometry)

    def start_in(self, map_odom: Pose) -> None:
        """Fix the map frame by the pose of `odom` in `map`. Only before the first update."""
        assert self.updates == 0
        self._start_odom = map_odom

    @property
    def map_odom(self) -> Pose | None:
        """The pose of `odom` (see `rebased`) in `map` as of the last update; None while nothing is known of it."""
        return self._start_odom if self._odometry is None else self.pose.compose(self._odometry.inverse())

    def take_up(self, path: Sequence[Pose], history: History, maps: ParticleMaps) -> None:
        """Go on from a map made before: `path` of the updates in `history`, which is extended from now on."""
        count = len(self.poses)
        self.history = history
        self.maps = maps
        self.maps.choose(np.zeros(count, np.int64))
        self._parents = np.zeros(count, np.int64)
        last = path[-1]
        self.poses[:] = last.x, last.y, last.theta
        self._odometry = history.odometry[-1]
        self._step = len(path)
        self.taken_up = len(path)

    def placed(self, odometry: Pose, pose: Pose) -> None:
        """From now on a robot with this `odometry`, in a frame of its own, stands at `pose` in `map`.

        Only after `take_up`.
        """
        last = self.history.path_of(0)[-1]
        target = self.history.odometry[-1].compose(last.between(pose))
        self._jumps.rebase(odometry, target)

    @property
    def updates(self) -> int:
        """Scans mapped so far."""
        return len(self.history.poses)

    @property
    def best(self) -> int:
        """The heaviest particle."""
        return int(np.argmax(self.weights))

    @property
    def pose(self) -> Pose:
        """The heaviest particle's pose at the last update."""
        x, y, theta = self.poses[self.best]
        return Pose(float(x), float(y), float(theta))

    @property
    def trajectory(self) -> list[tuple[float, Pose]]:
        """Stamp (s) and pose of `base` in `map` of every scan, as the heaviest particle remembers it; empty before
        the first update.
        """
        return self.history.trajectory(self.history.path_of(self.best))

    def grid(self) -> GridMap:
        """The heaviest particle's map."""
        return self.maps.grid(self.best)

    def _gate_open(self, moved: Pose) -> bool:
        return math.hypot(moved.x, moved.y) >= self.config.gate_xy or abs(moved.theta) >= self.config.gate_theta

    def _turn(self, odometry: Pose, points: FloatArray) -> None:
        """One turn of the filter; the very first scan only starts the map."""
        if self._odometry is not None:
            moved = self._odometry.between(odometry)
            means = self.predict(moved)
            costs = self.match(points, moved, means)
            self.weigh(costs)
        elif self._start_odom is not None:
            start = self._start_odom.compose(odometry)
            self.poses[:] = start.x, start.y, start.theta
        self.map(points)
        self.history.poses.append(self.poses.copy())
        self.history.parents.append(self._parents)
        self.history.odometry.append(odometry)
        self.history.points.append(points.astype(np.float32))
        self._parents = np.arange(len(self.poses))
        self.resample()
        self._odometry = odometry
        self._step += 1

    def predict(self, moved: Pose) -> FloatArray:
        """Draw where to begin from the motion model p(x_t | x_t-1, u_t-1); return its means (N, 3).

        The first particle begins at its mean, so that one particle alone is plain scan matching.
        """
        delta = np.array([moved.x, moved.y, moved.theta])
        means = self.poses.copy()
        sample_motion(means, delta, np.zeros(6), stream_key(self._seed, self._step, 0))
        sample_motion(self.poses, delta, self.config.starts * self._noise, stream_key(self._seed, self._step, 1))
        self.poses[0] = means[0]
        return means

    def match(self, points: FloatArray, moved: Pose, means: FloatArray) -> FloatArray:
        """Move each particle to the mode of p(z_t | m, x) p(x | x_t-1, u_t-1) (eq. 9) and draw around it (eq. 15, 16).

        Returns the matching costs at the modes (N,). The first particle stays at its mode.
        """
        config, count = self.config, len(self.poses)
        costs = np.empty(count)
        work = (points, self.poses, costs, self.maps.tables, self.maps.pool.tiles.distance, self.maps.frame)
        trust = config.noise.information(moved) / (config.starts**2 if self.updates < config.young else 1.0)
        rest = (config.soft, means, trust, config.spread, stream_key(self._seed, self._step, 3))
        shares = np.linspace(0, count, 1 + min(self._threads, count // LEAST_SHARE or 1)).astype(int)
        jobs = [self._workers.submit(match_share, a, b, *work, *rest) for a, b in itertools.pairwise(shares[1:])]
        match_share(0, shares[1], *work, *rest)
        for job in jobs:
            job.result()
        return costs

    def weigh(self, costs: FloatArray) -> None:
        """Multiply the weights by the likelihood of the scan at the mode (eq. 19, its integral by its height)."""
        weights = self.weights * np.exp(-self.config.sharpness * (costs - costs.min()))
        self.weights = weights / weights.sum()

    def map(self, points: FloatArray) -> None:
        """Write the scan into every particle's map, p(m | x_1:t, z_1:t)."""
        first = self._odometry is None
        self.maps.write(self.poses[:1] if first else self.poses, self.lidar, points, self.config.free_reach)
        if first:
            self.maps.choose(np.zeros(len(self.poses), np.int64))

    def needed(self) -> int:
        """How many particles their spread asks for (Fox 2003): few where all agree, more before a choice."""
        config = self.config
        bins = occupied_bins(self.poses, self.weights, config.bin_xy, config.bin_theta)
        bound = kld_bound(bins, config.kld_error, config.kld_z)
        return round(min(max(bound, config.particles_min), config.particles))

    def resample(self) -> None:
        """Draw anew by weight when fewer than half of the particles count (eq. 20), or when their number is wrong."""
        count, needed = len(self.poses), self.needed()
        if effective_number(self.weights) >= 0.5 * count and count <= 2 * needed <= 4 * count:
            return
        count = needed
        start = uniform(stream_key(self._seed, self._step, 2), 0)
        self._parents = low_variance_draw(self.weights, count, start)
        self.poses = self.poses[self._parents]
        self.maps.choose(self._parents)
        self.weights = np.full(count, 1.0 / count)

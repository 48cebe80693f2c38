"""Monte Carlo localisation on a frozen map: predict, weigh, resample, estimate, refine (Thrun, Burgard, Fox 2005)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from robot.types import FloatArray, GridMap, Localization, Observation, Pose, Scan, wrap
from slam.beams import AT_BASE, end_points, thin_evenly
from slam.cloud import heaviest_cluster, redraw, spread
from slam.likelihood import build_field, judge_beams, score_particles
from slam.matching import match
from slam.motion import MotionNoise, sample_motion
from slam.odometry import OdometryTrack
from slam.resampling import effective_number
from slam.rng import stream_key


@dataclass(frozen=True, slots=True)
class LocalizationConfig:
    """Every figure of the filter, SI units.

    `sharpness`: how many independent beams the scan is worth; 60 beams that share walls, and a map with its own
    errors, say far less than 60 independent ones. `gate_*`: the motion after which particles are weighed again.
    """

    beams: int = 60
    refine_beams: int = 180
    particles_min: int = 150
    particles_max: int = 2000
    kld_error: float = 0.05
    kld_z: float = 2.33
    bin_xy: float = 0.25
    bin_theta: float = math.radians(10)
    sigma: float = 0.10
    outlier: float = 0.10
    sharpness: float = 12.0
    gate_xy: float = 0.10
    gate_theta: float = 0.10
    start_std_xy: float = 0.15
    start_std_theta: float = 0.10
    reach: float = 25.0
    soft: float = 0.05
    fit_tolerance: float = 0.15
    short_beam: float = 0.3  # what a beam that was stopped in the open counts against health
    least_beams: int = 10
    idle_period: float = 0.5  # seconds between looks of a robot that stands still
    slow_rate: float = 0.01
    fast_rate: float = 0.2
    lost_health: float = 0.3
    global_samples: int = 40_000
    noise: MotionNoise = field(default_factory=MotionNoise)


class Localizer:
    """Where the robot is in `grid`, from odometry and scans; the map is never written.

    `start` is the pose of `base` in `map`, `lidar` the sensor's pose in `base`. The same inputs and `seed` give the
    same bytes. `warnings` counts what had to be ignored, by reason.
    """

    def __init__(
        self, grid: GridMap, start: Pose, seed: int, config: LocalizationConfig | None = None, lidar: Pose = AT_BASE
    ) -> None:
        self.config = config or LocalizationConfig()
        self.warnings: Counter[str] = Counter()
        self.field = build_field(grid, self.config.sigma, self.config.outlier)
        self._seed, self._step, self._lidar = seed, 0, lidar
        self._track = OdometryTrack()
        self._noise = self.config.noise.as_array()
        self._scan_stamp, self._looked = -math.inf, -math.inf
        self._odom: Pose | None = None  # odometry of the last look, of the last weighing
        self._weighed_at: Pose | None = None
        self._slow = self._fast = 0.0
        self._health, self._std = 1.0, (self.config.start_std_xy, self.config.start_std_theta)
        self._global = False
        self._map_odom = start
        self._start_at(start)

    @property
    def particles(self) -> FloatArray:
        """The particles now, (N, 3) x, y, theta in `map`; a copy."""
        return self._poses.copy()

    def relocalize(self) -> None:
        """Forget the pose: the next scan starts from particles all over the free space of the map."""
        self._global = True

    def update(self, observation: Observation) -> Localization:
        """The pose at the observation's odometry stamp; a new scan is filtered, odometry alone moves the last pose."""
        if not self._track.add(observation.odometry):
            self.warnings["odometry stamp went back"] += 1
        latest = self._track.latest
        assert latest is not None
        if self._odom is None:
            self._odom = latest.pose
            self._map_odom = self._map_odom.compose(latest.pose.inverse())
        if observation.scan is not None and self._is_new(observation.scan):
            self._look(observation.scan)
        std_xy, std_theta = self._std
        return Localization(latest.stamp, self._map_odom.compose(latest.pose), std_xy, std_theta, self._health)

    def _start_at(self, start: Pose) -> None:
        count, key = self.config.particles_min, stream_key(self._seed, 0)
        self._poses = np.tile(np.array([start.x, start.y, start.theta]), (count, 1))
        still = np.array([0.0, 0.0, 0.0, 0.0, self.config.start_std_xy, self.config.start_std_theta])
        sample_motion(self._poses, np.zeros(3), still, key)
        self._weights = np.full(count, 1.0 / count)

    def _is_new(self, scan: Scan) -> bool:
        if scan.stamp < self._scan_stamp:
            self.warnings["scan stamp went back"] += 1
        fresh = scan.stamp > self._scan_stamp
        self._scan_stamp = max(scan.stamp, self._scan_stamp)
        return fresh

    def _look(self, scan: Scan) -> None:
        """One turn of the filter with a new scan: nothing at all when the robot has stood still and looked lately."""
        odom = self._track.at(scan.stamp)
        assert self._odom is not None
        moved = self._odom.between(odom)
        still = math.hypot(moved.x, moved.y) < 1e-3 and abs(moved.theta) < 1e-3
        if still and not self._global and scan.stamp - self._looked < self.config.idle_period:
            return
        points = end_points(scan, self._lidar, self.config.reach)
        if len(points) < self.config.least_beams:
            self.warnings["scan with too few beams"] += 1
            return
        self._step += 1
        self._looked, self._odom = scan.stamp, odom
        self._predict(moved)
        pose = self._map_odom.compose(odom)
        if self._global or self._gate_open(odom):
            self._weighed_at = odom
            pose = self._weigh(thin_evenly(points, self.config.beams), pose)
        self._map_odom = self._refine(points, pose).compose(odom.inverse())

    def _predict(self, moved: Pose) -> None:
        delta = np.array([moved.x, moved.y, moved.theta])
        if delta.any():
            sample_motion(self._poses, delta, self._noise, self._key(1))

    def _gate_open(self, odom: Pose) -> bool:
        if self._weighed_at is None or self._health < self.config.lost_health:
            return True
        moved = self._weighed_at.between(odom)
        return math.hypot(moved.x, moved.y) > self.config.gate_xy or abs(moved.theta) > self.config.gate_theta

    def _weigh(self, points: FloatArray, tracked: Pose) -> Pose:
        """Weigh every particle by the scan, resample when they have drifted apart, return the heaviest cluster."""
        config, field_ = self.config, self.field
        if self._global:
            self._poses = spread(field_.free, config.global_samples, self._key(2))
            self._weights = np.full(config.global_samples, 1.0 / config.global_samples)
        scores = np.empty(len(self._poses))
        score_particles(
            self._poses, points, field_.log_likelihood, field_.origin, field_.resolution, field_.floor, scores
        )
        weights = self._weights * np.exp(config.sharpness * (scores - scores.max()))
        average = float(np.exp(scores) @ self._weights)
        self._weights = weights / weights.sum()
        mean, std_xy, std_theta = heaviest_cluster(self._poses, self._weights, config.bin_xy, config.bin_theta)
        self._std = (std_xy, std_theta)
        self._resample(average)
        self._global = False
        return Pose(float(mean[0]), float(mean[1]), wrap(float(mean[2])))

    def _resample(self, average: float) -> None:
        """Selective (Grisetti 2007, eq. 20), adaptive (Fox 2003), augmented (Thrun 2005, table 8.3) resampling."""
        config = self.config
        if self._global or self._slow == 0.0:
            self._slow = self._fast = average
        self._slow += config.slow_rate * (average - self._slow)
        self._fast += config.fast_rate * (average - self._fast)
        lost = 1.0 - self._fast / self._slow if self._health < 2.0 * config.lost_health else 0.0
        crowded = len(self._poses) > config.particles_max
        if lost <= 0.0 and not crowded and effective_number(self._weights) > 0.5 * len(self._weights):
            return
        self._poses = redraw(self._poses, self._weights, self.field.free, max(lost, 0.0), config, self._key(3))
        self._weights = np.full(len(self._poses), 1.0 / len(self._poses))

    def _key(self, purpose: int) -> np.uint64:
        return stream_key(self._seed, self._step, purpose)

    def _refine(self, points: FloatArray, guess: Pose) -> Pose:
        """Gauss-Newton from the filter's pose on all beams; refused when it wanders off or explains less."""
        config, distance = self.config, self.field.distance
        pose = np.array([guess.x, guess.y, guess.theta])
        beams = thin_evenly(points, config.refine_beams)
        trust = np.array([1.0 / 0.1**2, 1.0 / 0.1**2, 1.0 / 0.1**2])
        match(
            beams,
            pose,
            distance.table,
            distance.tiles,
            distance.origin,
            distance.resolution,
            config.soft,
            pose.copy(),
            trust,
            np.empty(9),
        )
        refined = Pose(float(pose[0]), float(pose[1]), float(pose[2]))
        near = guess.distance(refined) < 0.3 and abs(wrap(guess.theta - refined.theta)) < 0.2
        chosen = refined if near else guess
        self._judge(chosen, thin_evenly(points, config.beams))
        return chosen

    def _judge(self, pose: Pose, points: FloatArray) -> None:
        """Health: the share of beams that fit, where one that people may have stopped counts little."""
        field_ = self.field
        fits, short, through = judge_beams(
            np.array([pose.x, pose.y, pose.theta]),
            self._lidar.x,
            self._lidar.y,
            points,
            field_.clearance,
            field_.origin,
            field_.resolution,
            self.config.fit_tolerance,
        )
        self._health = fits / max(fits + through + self.config.short_beam * short, 1.0)

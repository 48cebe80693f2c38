"""Monte Carlo localisation on a frozen map: predict, weigh, resample, refine, recover (Thrun, Burgard, Fox 2005)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field, replace

import numpy as np

from robot.odometry import JumpGuard, OdometryTrack
from robot.types import IDENTITY, FloatArray, GridMap, Localization, Observation, Odometry, Pose, Scan, wrap
from slam.fitting import FitConfig, Fitter
from slam.likelihood import build_field, score_particles
from slam.motion import MotionNoise, sample_motion
from slam.particle_set import heaviest_cluster, kld_resample
from slam.recovery import Recovery, RecoveryConfig
from slam.resampling import effective_number
from slam.rng import stream_key
from slam.scan_points import thin_evenly
from slam.smoothing import SmoothConfig, Smoother
from slam.temporary_map import TemporaryMap, TemporaryMapConfig


@dataclass(frozen=True, slots=True)
class LocalizationConfig:
    """Every figure of the filter, SI units.

    `sharpness`: how many independent beams the scan is worth; 60 beams that share walls, and a map with its own
    errors, say far less than 60 independent ones. `gate_*`: the motion after which particles are weighed again.
    `top_*`: what the wheels can do; odometry that says more, and more than `slip_*` in one step, is a fault.
    """

    beams: int = 60
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
    slid: float = 0.2  # m that scans may show and wheels not tell
    start_std_xy: float = 0.15
    start_std_theta: float = 0.10
    found_std_xy: float = 0.05
    found_std_theta: float = 0.03
    astray: float = 0.25  # by which a beam's log-likelihood may be worse at the cloud's pose than at the followed one
    reach: float = 25.0
    least_beams: int = 10
    idle_period: float = 0.5  # seconds between looks of a robot that stands still
    idle_health: float = 0.5  # below this it looks at every scan all the same
    period: float = 0.0  # seconds between looks of one that drives, while its pose fits
    good_health: float = 0.7  # at least, to fit
    top_speed: float = 2.0  # m/s
    top_turn: float = 6.0  # rad/s
    slip_xy: float = 0.3
    slip_theta: float = 0.5
    early: float = 1.0  # seconds by which a scan's stamp may be ahead of the odometry's
    fit: FitConfig = field(default_factory=FitConfig)
    recovery: RecoveryConfig = field(default_factory=RecoveryConfig)
    smooth: SmoothConfig = field(default_factory=SmoothConfig)
    temporary_map: TemporaryMapConfig = field(default_factory=TemporaryMapConfig)
    noise: MotionNoise = field(default_factory=MotionNoise)


def middle(grid: GridMap) -> Pose:
    """The middle of a map: the pose to give while there is none."""
    height, width = grid.cells.shape
    return Pose(grid.origin.x + 0.5 * width * grid.resolution, grid.origin.y + 0.5 * height * grid.resolution, 0.0)


class Localizer:
    """Where the robot is in `grid`, from odometry and scans; the map is never written.

    `start` is the pose of `base` in `map`, None when nobody knows; `lidar` the sensor's pose in `base`. A pose that
    stops fitting is noticed, and the map searched. The same inputs and `seed` give the same bytes. `warnings` counts
    what had to be ignored, by reason.
    """

    def __init__(
        self,
        grid: GridMap,
        start: Pose | None,
        seed: int,
        config: LocalizationConfig | None = None,
        lidar: Pose = IDENTITY,
    ) -> None:
        self.config = config or LocalizationConfig()
        self.warnings: Counter[str] = Counter()
        self._grid = grid
        self.field = build_field(grid, self.config.sigma, self.config.outlier)
        self._fitter = Fitter(self.field, lidar, self.config.fit)
        self.temporary_map = TemporaryMap(self.field, lidar, self.config.temporary_map)
        self._recovery = Recovery(self.field, self._fitter, self.config.recovery)
        self._seed = seed
        self._step = 0
        self._lidar = lidar
        self._track = OdometryTrack()
        c = self.config
        self._guard = JumpGuard(c.slip_xy, c.top_speed, c.slip_theta, c.top_turn)
        self._smoother = Smoother(c.smooth)
        self._noise = self.config.noise.as_array()
        self._scan_stamp = -math.inf
        self._looked = -math.inf
        self._odom: Pose | None = None  # odometry of the last look, of the last weighing
        self._weighed_at: Pose | None = None
        self._weighed_pose: Pose | None = None  # in `map`, after that
        self._lost = start is None
        self._health = 0.0 if start is None else 1.0
        self._map_odom = start or middle(grid)
        self._start_at(self._map_odom, self.config.start_std_xy, self.config.start_std_theta)

    @property
    def particles(self) -> FloatArray:
        """The particles now, (N, 3) x, y, theta in `map`; of a lost robot one a hypothesis, the best first; a copy."""
        if self._lost:
            poses = [(h.pose.x, h.pose.y, h.pose.theta) for h in self._recovery.hypotheses]
            return np.array(poses, dtype=np.float64).reshape(-1, 3)
        return self._poses.copy()

    @property
    def believed(self) -> Pose:
        """The pose of `base` in `map` as the filter has it now, before smoothing."""
        latest = self._track.latest
        return self._map_odom if latest is None else self._map_odom.compose(latest.pose)

    def relocalize(self) -> None:
        """Forget the pose: the next scan is looked for in the whole map."""
        self._lost = True
        self._health = 0.0
        self._recovery.forget()

    def update(self, observation: Observation) -> Localization:
        """The pose at the observation's odometry stamp; a new scan is filtered, odometry alone moves the last pose.

        Before the first odometry that can be used the stamp is -inf.
        """
        self._listen(observation.odometry)
        latest = self._track.latest
        if latest is None:
            return Localization(-math.inf, self._map_odom, *self._std, 0.0, unsure=True)
        if self._odom is None:
            self._odom = latest.pose
            self._map_odom = self._map_odom.compose(latest.pose.inverse())
        if observation.scan is not None and self._is_new(observation.scan, latest.stamp):
            self._look(observation.scan)
        if self._lost:
            self._smoother.snap(counts=False)
        pose = self._smoother.follow(self._map_odom, latest.pose, latest.stamp)
        if not self._is_on_map(pose) and not self._lost:
            self.warnings["pose outside the map"] += 1
            self.relocalize()
        return Localization(latest.stamp, pose, *self._std, self._health, self._lost, self._smoother.jumps)

    def _is_on_map(self, pose: Pose) -> bool:
        grid = self._grid
        height, width = grid.cells.shape
        col, row = (pose.x - grid.origin.x) / grid.resolution, (pose.y - grid.origin.y) / grid.resolution
        return bool(0.0 <= col < width and 0.0 <= row < height)

    def _listen(self, sample: Odometry) -> None:
        """Take in a sample of odometry that can be believed; what can't is counted, over a jump the robot stands."""
        latest, pose = self._track.latest, sample.pose
        if not all(map(math.isfinite, (sample.stamp, pose.x, pose.y, pose.theta, sample.linear, sample.angular))):
            self.warnings["odometry is not a number"] += 1
        elif latest is not None and sample.stamp < latest.stamp:
            self.warnings["odometry stamp went back"] += 1
        else:
            if not self._guard.add(sample.stamp, pose):
                self.warnings["odometry jumped"] += 1
            self._track.add(replace(sample, pose=self._guard.rebased(pose)))

    def _start_at(self, start: Pose, std_xy: float, std_theta: float) -> None:
        """A new cloud around a pose."""
        count, key = self.config.particles_min, self._key(0)
        self._poses = np.tile(np.array([start.x, start.y, start.theta]), (count, 1))
        still = np.array([0.0, 0.0, 0.0, 0.0, std_xy, std_theta])
        sample_motion(self._poses, np.zeros(3), still, key)
        self._weights = np.full(count, 1.0 / count)
        self._std = (std_xy, std_theta)

    def _is_new(self, scan: Scan, now: float) -> bool:
        if not scan.stamp <= now + self.config.early:  # NaN too: no later scan would be newer than such a one
            self.warnings["scan stamp is no time"] += 1
            return False
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
        waited, config = scan.stamp - self._looked, self.config
        still = math.hypot(moved.x, moved.y) < 1e-3 and abs(moved.theta) < 1e-3
        content = not self._lost and self._health >= config.idle_health
        if content and waited < config.idle_period and still:
            return
        if not self._lost and self._health >= config.good_health and waited < config.period:
            return
        points = scan.points(self._lidar, self.config.reach)
        if len(points) < self.config.least_beams:
            self.warnings["scan with too few beams"] += 1
            return
        if self._step == 0:  # a start pose is mended at once: nobody has driven by it yet
            self._smoother.snap(counts=False)
        self._step += 1
        self._looked = scan.stamp
        self._odom = odom
        if self._lost:
            self._recovery.follow(points, moved, odom, scan.stamp)
            self._settle(odom)
        else:
            self._follow(points, moved, odom, scan.stamp)

    def _follow(self, points: FloatArray, moved: Pose, odom: Pose, stamp: float) -> None:
        """Track the pose; when it has not fitted for a while, see whether another place does."""
        self._predict(moved)
        pose = self._map_odom.compose(odom)
        telling = self.temporary_map.leave_out(points, pose)
        if len(telling) >= self.config.least_beams:  # among things that have moved the wheels must do
            opened = self._gate_open(odom)
            if opened:
                beams = thin_evenly(telling, self.config.beams)
                pose = self._better(pose, self._weigh(beams), beams)
            pose = self._fitter.refine(telling, pose)
            if opened or self._has_slid(pose, odom):
                self._weighed_at = odom
                self._weighed_pose = pose
        self._map_odom = pose.compose(odom.inverse())
        self._health, may_learn = self._fitter.tracked_health(points, pose, self.temporary_map)
        if may_learn:
            self.temporary_map.learn(points, pose, stamp)
        if self._recovery.is_due(self._health, stamp):
            self._recovery.doubt(points, pose, self._health, odom, stamp)
            if self._recovery.hypotheses:
                self._lost = True
                self._settle(odom)

    def _has_slid(self, pose: Pose, odom: Pose) -> bool:
        """Whether the scans show a motion that the wheels don't tell: then the cloud, which they move, goes there too.

        It would take the pose back to where it was once the wheels turn again.
        """
        if self._weighed_at is None or self._weighed_pose is None:
            return False
        slid = self._weighed_pose.compose(self._weighed_at.between(odom)).distance(pose) > self.config.slid
        if slid:
            self._start_at(pose, self.config.found_std_xy, self.config.found_std_theta)
        return slid

    def _settle(self, odom: Pose) -> None:
        """Believe the one hypothesis that is clearly ahead; else give the best with the health of a guess."""
        recovery, config = self._recovery, self.config
        if recovery.hypotheses:
            self._map_odom = recovery.hypotheses[0].pose.compose(odom.inverse())
        self._health = min(recovery.lead, config.recovery.lead)
        winner = recovery.winner()
        if winner is not None:
            self._lost = False
            self._health = winner.health
            self._weighed_at = odom
            self._weighed_pose = winner.pose
            self._smoother.snap()
            self._start_at(winner.pose, config.found_std_xy, config.found_std_theta)

    def _predict(self, moved: Pose) -> None:
        delta = np.array([moved.x, moved.y, moved.theta])
        if delta.any():
            sample_motion(self._poses, delta, self._noise, self._key(1))

    def _gate_open(self, odom: Pose) -> bool:
        if self._weighed_at is None:
            return True
        moved = self._weighed_at.between(odom)
        return math.hypot(moved.x, moved.y) > self.config.gate_xy or abs(moved.theta) > self.config.gate_theta

    def _weigh(self, points: FloatArray) -> Pose:
        """Weigh every particle by the scan, resample when they have drifted apart, return the heaviest cluster."""
        config = self.config
        scores = self._scores(self._poses, points)
        weights = self._weights * np.exp(config.sharpness * (scores - scores.max()))
        self._weights = weights / weights.sum()
        mean, std_xy, std_theta = heaviest_cluster(self._poses, self._weights, config.bin_xy, config.bin_theta)
        self._std = (std_xy, std_theta)
        self._resample()
        return Pose(float(mean[0]), float(mean[1]), wrap(float(mean[2])))

    def _scores(self, poses: FloatArray, points: FloatArray) -> FloatArray:
        """The mean log-likelihood (N,) of end points (M, 2) at poses (N, 3)."""
        field_, scores = self.field, np.empty(len(poses))
        score_particles(poses, points, field_.log_likelihood, field_.origin, field_.resolution, field_.floor, scores)
        return scores

    def _better(self, followed: Pose, cloud: Pose, points: FloatArray) -> Pose:
        """The pose of the cloud, unless the one that scans have been followed by explains this scan clearly better.

        Wheels that slip carry the cloud off farther than its noise can make good: then it begins anew from there.
        """
        config = self.config
        both = np.array([(followed.x, followed.y, followed.theta), (cloud.x, cloud.y, cloud.theta)])
        scores = self._scores(both, points)
        if scores[0] - scores[1] <= config.astray:
            return cloud
        self._start_at(followed, config.found_std_xy, config.found_std_theta)
        return followed

    def _resample(self) -> None:
        """Selective (Grisetti 2007, eq. 20) and adaptive (Fox 2003) resampling."""
        crowded = len(self._poses) > self.config.particles_max
        if not crowded and effective_number(self._weights) > 0.5 * len(self._weights):
            return
        self._poses = kld_resample(self._poses, self._weights, self.config, self._key(3))
        self._weights = np.full(len(self._poses), 1.0 / len(self._poses))

    def _key(self, purpose: int) -> np.uint64:
        return stream_key(self._seed, self._step, purpose)

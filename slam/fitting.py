"""One pose against one scan: mended by Gauss-Newton, and judged by a health between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robot.types import FloatArray, Pose, wrap
from slam.likelihood import Float32Array, LikelihoodField, judge_beams
from slam.matching import Prior, match
from slam.scan_points import thin_evenly
from slam.temporary_map import TemporaryMap

NOTHING = np.zeros((0, 0), np.float32)


@dataclass(frozen=True, slots=True)
class FitConfig:
    """Figures of a fit: `soft` (m) the scale of the robust weight, `tolerance` (m) within which a beam fits.

    `short_beam` is what a beam that was stopped in the open counts, next to one that fits or goes through a wall.
    `near_xy` (m) and `near_theta` (rad): a pose that wanders farther has found something else.
    """

    refine_beams: int = 180
    judge_beams: int = 60
    soft: float = 0.05
    tolerance: float = 0.15
    short_beam: float = 0.3
    least_beams: float = 6.0  # that must fit, or go through, for a health of 1
    std: float = 0.1  # of the guess, metres and radians
    near_xy: float = 0.3
    near_theta: float = 0.2


class Fitter:
    """Mends and judges poses in a frozen map; `lidar` is the sensor's pose in `base`."""

    def __init__(self, field: LikelihoodField, lidar: Pose, config: FitConfig) -> None:
        self._field = field
        self._lidar = lidar
        self._config = config

    def refine(self, points: FloatArray, guess: Pose) -> Pose:
        """The best fit of end points (M, 2) near a pose; the guess itself when the fit wanders off."""
        config = self._config
        pose = np.array([guess.x, guess.y, guess.theta])
        match(
            thin_evenly(points, config.refine_beams),
            pose,
            self._field.distance,
            config.soft,
            Prior(pose.copy(), np.full(3, 1.0 / config.std**2)),
            np.empty(9),
        )
        refined = Pose(float(pose[0]), float(pose[1]), float(pose[2]))
        near = guess.distance(refined) < config.near_xy and abs(wrap(guess.theta - refined.theta)) < config.near_theta
        return refined if near else guess

    def health(self, points: FloatArray, pose: Pose) -> float:
        """The share of beams that fit the map, less the share that went through its walls; 0 is the least.

        People only stop beams in the open, which counts little; a wrong pose sends beams through walls.
        """
        fits, short, through, behind = self._judge(points, pose, NOTHING, 1.0, 1.0)
        return self._share(fits, short, through + behind)

    def tracked_health(self, points: FloatArray, pose: Pose, temporary_map: TemporaryMap) -> tuple[float, bool]:
        """Health in the light of what has moved, and whether more may be learned of that from this scan.

        Beams that end on what `temporary_map` knows are left out, and walls that it knows to be gone stop none. More
        may be learned where most of what is left is no news and the pose would be good if all walls behind which others
        were seen were gone: where everything is news at once, it is the robot that has moved.
        """
        layer, share = temporary_map.config, self._share
        fits, short, through, behind = self._judge(points, pose, NOTHING, 1.0, 1.0)
        bare, promise = share(fits, short, through + behind), share(fits, short + behind, through)
        telling = temporary_map.leave_out(points, pose)
        fits, short, through, behind = self._judge(telling, pose, temporary_map.gone, layer.cell, layer.trusted)
        promise = max(promise, share(fits, short + behind, through))
        familiar = fits >= layer.familiar * (fits + short + through + behind)
        health = max(bare, share(fits, short, through + behind))
        return health, familiar and promise >= layer.least_promise

    def _share(self, fits: int, short: int, through: int) -> float:
        return max(fits - through, 0) / max(fits + through + self._config.short_beam * short, self._config.least_beams)

    def _judge(
        self, points: FloatArray, pose: Pose, gone: Float32Array, cell: float, trusted: float
    ) -> tuple[int, int, int, int]:
        config, field = self._config, self._field
        return judge_beams(
            np.array([pose.x, pose.y, pose.theta]),
            self._lidar.x,
            self._lidar.y,
            thin_evenly(points, config.judge_beams),
            field.clearance,
            field.origin,
            field.resolution,
            config.tolerance,
            gone,
            cell,
            trusted,
        )

"""One pose against one scan: mended by Gauss-Newton, and judged by a health between 0 and 1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from robot.types import FloatArray, Pose, wrap
from slam.beams import thin_evenly
from slam.likelihood import LikelihoodField, judge_beams
from slam.matching import Prior, match


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
    std: float = 0.1  # of the guess, metres and radians
    near_xy: float = 0.3
    near_theta: float = 0.2


class Fitter:
    """Mends and judges poses in a frozen map; `lidar` is the sensor's pose in `base`."""

    def __init__(self, field: LikelihoodField, lidar: Pose, config: FitConfig) -> None:
        self._field, self._lidar, self._config = field, lidar, config

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
        config, field = self._config, self._field
        fits, short, through = judge_beams(
            np.array([pose.x, pose.y, pose.theta]),
            self._lidar.x,
            self._lidar.y,
            thin_evenly(points, config.judge_beams),
            field.clearance,
            field.origin,
            field.resolution,
            config.tolerance,
        )
        return max(fits - through, 0) / max(fits + through + config.short_beam * short, 1.0)

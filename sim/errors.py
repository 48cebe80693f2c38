"""How far the robot was from where it believed to be."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from robot.types import Pose, wrap


@dataclass
class Errors:
    """Localisation errors against the true pose, taken once a second of simulated time."""

    xy: list[float] = field(default_factory=list)
    theta: list[float] = field(default_factory=list)

    def add(self, believed: Pose, true: Pose) -> None:
        """One comparison."""
        self.xy.append(believed.distance(true))
        self.theta.append(abs(math.degrees(wrap(believed.theta - true.theta))))

    def percentile(self, share: float) -> float:
        """Of the distance, in metres."""
        return float(np.percentile(self.xy, share)) if self.xy else 0.0

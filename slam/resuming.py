"""Taking up a saved map: where in it a new drive begins."""

from __future__ import annotations

import numpy as np

from robot.types import FloatArray, GridMap, LetanError, Pose
from slam.fitting import FitConfig, Fitter
from slam.global_search import SearchConfig, build_search, search
from slam.likelihood import build_field

GOOD = 0.6  # health of a pose that needs no search
LEAD = 0.1  # by how much it must fit better than any other place


def find_start(grid: GridMap, points: FloatArray, guesses: list[Pose], lidar: Pose) -> Pose:
    """The pose of `base` in a map from which the end points (M, 2) of a scan were seen: the first of the `guesses`
    that fits, else the one place that does. LetanError when none or several do.
    """
    field = build_field(grid, 0.1, 0.1)
    fitter = Fitter(field, lidar, FitConfig())
    for guess in guesses:
        pose = fitter.refine(points, guess)
        if fitter.health(points, pose) >= GOOD:
            return pose
    config = SearchConfig()
    found, _ = search(build_search(field, config), points, config)
    fitted = [fitter.refine(points, Pose(*row)) for row in found.tolist()]
    healths = np.array([fitter.health(points, pose) for pose in fitted])
    order = np.argsort(-healths, kind="stable")
    if not len(order) or healths[order[0]] < GOOD:
        raise LetanError("the first scan fits nowhere in the saved map: begin the drive on known ground")
    if len(order) > 1 and healths[order[0]] - healths[order[1]] < LEAD:
        raise LetanError("the first scan fits several places of the saved map: begin where the last drive ended")
    return fitted[int(order[0])]

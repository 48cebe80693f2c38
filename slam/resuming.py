"""Taking up a saved map: where in it a new drive begins."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from robot.types import FloatArray, GridMap, LetanError, Pose
from slam.fitting import FitConfig, Fitter
from slam.global_search import SearchConfig, SearchField, build_search, search
from slam.likelihood import build_field

GOOD = 0.6  # health of a pose that needs no search
LEAD = 0.1  # by how much it must fit better than any other place


class StartFinder:
    """Finds scans in a saved map; `lidar` is the sensor's pose in `base`."""

    def __init__(self, grid: GridMap, lidar: Pose) -> None:
        self._field = build_field(grid, 0.1, 0.1)
        self._fitter = Fitter(self._field, lidar, FitConfig())
        self._config = SearchConfig()

    @cached_property
    def _search_field(self) -> SearchField:
        return build_search(self._field, self._config)

    def find(self, points: FloatArray, guesses: list[Pose]) -> Pose:
        """The pose of `base` from which the end points (M, 2) of a scan were seen: the first of the `guesses` that
        fits, else the one place that does. LetanError when none or several do.
        """
        for guess in guesses:
            pose = self._fitter.refine(points, guess)
            if self._fitter.health(points, pose) >= GOOD:
                return pose
        found, _ = search(self._search_field, points, self._config)
        fitted = [self._fitter.refine(points, Pose(*row)) for row in found.tolist()]
        healths = np.array([self._fitter.health(points, pose) for pose in fitted])
        order = np.argsort(-healths, kind="stable")
        if not len(order) or healths[order[0]] < GOOD:
            raise LetanError("the first scans fit nowhere in the saved map: begin the drive on known ground")
        if len(order) > 1 and healths[order[0]] - healths[order[1]] < LEAD:
            raise LetanError("the first scans fit several places of the saved map: begin where the last drive ended")
        return fitted[int(order[0])]

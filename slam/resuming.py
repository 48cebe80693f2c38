"""Taking up a saved map: where in it a new drive begins."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from robot.types import FloatArray, GridMap, LetanError, Pose, Scan
from slam.fitting import FitConfig, Fitter
from slam.global_search import SearchConfig, SearchField, build_search, search
from slam.likelihood import build_field
from slam.map_state import MapState
from slam.rbpf import Mapper

GOOD = 0.6  # health of a pose that needs no search
LEAD = 0.1  # by how much it must fit better than any other place
PATIENCE = 40  # scans of a new drive, of which one must be found in the map that it goes on with


class Resumption:
    """A mapper that takes up a saved map, until a scan of the new drive has been found in its map."""

    def __init__(self, map_state: MapState, mapper: Mapper) -> None:
        self._survey = map_state
        self._mapper = mapper
        self._waiting: list[tuple[float, Pose]] = []  # stamp and odometry of the scans so far
        mapper.take_up(map_state.path, map_state.history, map_state.maps)

    def join(self, odometry: Pose, scan: Scan) -> bool:
        """Find the drive by one more scan; False while the scans say too little, LetanError after `PATIENCE` of them.

        Scans from before are kept: their poses follow odometry back from the one that was found.
        """
        mapper, map_state = self._mapper, self._survey
        self._waiting.append((scan.stamp, odometry))
        points = scan.points(mapper.lidar, mapper.config.reach)
        if len(points) < mapper.config.least_beams:
            return False
        last, led = map_state.path[-1], map_state.history.odometry[-1]
        try:
            pose = self._finder.find(points, [last.compose(led.between(odometry)), last])
        except LetanError:
            if len(self._waiting) >= PATIENCE:
                raise
            return False
        mapper.placed(odometry, pose)
        for stamp, carried in self._waiting[:-1]:
            mapper.carry(stamp, carried)
        return True

    @cached_property
    def _finder(self) -> StartFinder:
        return StartFinder(self._survey.grid(), self._mapper.lidar)


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

"""Mapping a live stream of observations: odometry brought to each scan's stamp, then the mapper."""

from __future__ import annotations

from dataclasses import replace

from robot.types import GridMap, LetanError, Observation, Odometry, Pose, Scan
from slam.beams import AT_BASE, end_points
from slam.carried import CarriedOdometry
from slam.odometry import OdometryTrack
from slam.rbpf import Mapper, MapperConfig
from slam.resuming import StartFinder
from slam.survey import Survey

PATIENCE = 40  # scans of a new drive, of which one must be found in the map that it goes on with


class MapBuilder:
    """Feeds observations to a `Mapper`; `start` is the first pose of `base` in `map`, so the dock fixes the frame.

    With `scans_alone` the odometry of the observations is not looked at: each scan is matched from where the last ones
    lead, which holds for slow motion. With a `survey` mapping goes on in its map, from wherever in it the first scans
    were taken.
    """

    def __init__(
        self,
        start: Pose = AT_BASE,
        seed: int = 1,
        config: MapperConfig | None = None,
        lidar: Pose = AT_BASE,
        scans_alone: bool = False,
        survey: Survey | None = None,
    ) -> None:
        config = config or MapperConfig()
        if scans_alone:  # nothing but a match tells whether the robot has moved
            config = replace(config, gate_xy=0.0, gate_theta=0.0, young=0)
        self.mapper = Mapper(config, seed, start, lidar)
        self._survey = survey
        self._finder: StartFinder | None = None
        self._waiting: list[tuple[float, Pose]] = []  # scans before the drive was found in the survey
        if survey is not None:
            self.mapper.take_up(survey.path, survey.history, survey.maps)
        self._track = OdometryTrack()
        self._carried = CarriedOdometry() if scans_alone else None
        self._map_odom: Pose | None = None
        self._start = start

    def update(self, observation: Observation) -> Pose:
        """Take in one observation; the pose of `base` in `map` at its odometry stamp, as believed now."""
        mapper = self.mapper
        told = observation.odometry
        if self._carried is not None:
            stamp = (observation.scan or observation).stamp
            told = Odometry(stamp, self._carried.at(stamp))
        if not self._track.add(told):
            mapper.warnings["odometry stamp went back"] += 1
        latest = self._track.latest
        assert latest is not None
        if self._map_odom is None:
            self._map_odom = self._start.compose(latest.pose.inverse())
            if self._survey is None:
                mapper.start_in(self._map_odom)
        if observation.scan is not None:
            same = told.stamp == observation.scan.stamp
            odometry = told.pose if same else self._track.at(observation.scan.stamp)
            if self._survey is not None and not self._join(self._survey, odometry, observation.scan):
                return self._map_odom.compose(latest.pose)
            if mapper.update(odometry, observation.scan):
                self._map_odom = mapper.pose.compose(mapper.rebased(odometry).inverse())
                if self._carried is not None:
                    self._carried.matched(observation.scan.stamp, mapper.pose)
        return self._map_odom.compose(mapper.rebased(latest.pose))

    def _join(self, survey: Survey, odometry: Pose, scan: Scan) -> bool:
        """Find the drive in the map of the last one; False while its scans say too little, LetanError after many."""
        points = end_points(scan, self.mapper.lidar, self.mapper.config.reach)
        last, led = survey.path[-1], survey.history.odometry[-1]
        self._waiting.append((scan.stamp, odometry))
        if len(points) < self.mapper.config.least_beams:
            return False
        try:
            pose = self._starts(survey).find(points, [last.compose(led.between(odometry)), last])
        except LetanError:
            if len(self._waiting) >= PATIENCE:
                raise
            return False
        self.mapper.placed(odometry, pose)
        for stamp, carried in self._waiting[:-1]:
            self.mapper.carry(stamp, carried)
        self._map_odom = pose.compose(self.mapper.rebased(odometry).inverse())
        self._survey = None
        return True

    def _starts(self, survey: Survey) -> StartFinder:
        if self._finder is None:
            self._finder = StartFinder(survey.grid(), self.mapper.lidar)
        return self._finder

    @property
    def is_waiting(self) -> bool:
        """True while a drive that goes on with a map has not yet been found in it."""
        return self._survey is not None

    def grid(self) -> GridMap:
        """The map so far."""
        return self.mapper.grid()

    @property
    def trajectory(self) -> list[tuple[float, Pose]]:
        """Stamp (s) and pose in `map` of every scan."""
        return self.mapper.trajectory

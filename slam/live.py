"""Mapping a live stream of observations: odometry brought to each scan's stamp, then the mapper."""

from __future__ import annotations

from dataclasses import replace

from robot.types import GridMap, Observation, Odometry, Pose
from slam.beams import AT_BASE
from slam.carried import CarriedOdometry
from slam.odometry import OdometryTrack
from slam.rbpf import Mapper, MapperConfig


class MapBuilder:
    """Feeds observations to a `Mapper`; `start` is the first pose of `base` in `map`, so the dock fixes the frame.

    With `scans_alone` the odometry of the observations is not looked at: each scan is matched from where the last ones
    lead, which holds for slow motion.
    """

    def __init__(
        self,
        start: Pose = AT_BASE,
        seed: int = 1,
        config: MapperConfig | None = None,
        lidar: Pose = AT_BASE,
        scans_alone: bool = False,
    ) -> None:
        config = config or MapperConfig()
        if scans_alone:  # nothing but a match tells whether the robot has moved
            config = replace(config, gate_xy=0.0, gate_theta=0.0)
        self.mapper = Mapper(config, seed, start, lidar)
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
            mapper.start_in(self._map_odom)
        if observation.scan is not None:
            same = told.stamp == observation.scan.stamp
            odometry = told.pose if same else self._track.at(observation.scan.stamp)
            if mapper.update(odometry, observation.scan):
                self._map_odom = mapper.pose.compose(mapper.rebased(odometry).inverse())
                if self._carried is not None:
                    self._carried.matched(observation.scan.stamp, mapper.pose)
        return self._map_odom.compose(mapper.rebased(latest.pose))

    def grid(self) -> GridMap:
        """The map so far."""
        return self.mapper.grid()

    @property
    def trajectory(self) -> list[tuple[float, Pose]]:
        """Stamp (s) and pose in `map` of every scan."""
        return self.mapper.trajectory

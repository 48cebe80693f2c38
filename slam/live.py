"""Mapping a live stream of observations: odometry brought to each scan's stamp, then the mapper."""

from __future__ import annotations

from robot.types import GridMap, Observation, Pose
from slam.beams import AT_BASE
from slam.odometry import OdometryTrack
from slam.rbpf import Mapper, MapperConfig


class MapBuilder:
    """Feeds observations to a `Mapper`; `start` is the first pose of `base` in `map`, so the dock fixes the frame."""

    def __init__(
        self, start: Pose = AT_BASE, seed: int = 1, config: MapperConfig | None = None, lidar: Pose = AT_BASE
    ) -> None:
        self.mapper = Mapper(config, seed, start, lidar)
        self._track = OdometryTrack()
        self._map_odom: Pose | None = None
        self._start = start

    def update(self, observation: Observation) -> Pose:
        """Take in one observation; the pose of `base` in `map` at its odometry stamp, as believed now."""
        mapper = self.mapper
        if not self._track.add(observation.odometry):
            mapper.warnings["odometry stamp went back"] += 1
        latest = self._track.latest
        assert latest is not None
        if self._map_odom is None:
            self._map_odom = self._start.compose(latest.pose.inverse())
            mapper.start_in(self._map_odom)
        if observation.scan is not None:
            same = observation.odometry.stamp == observation.scan.stamp
            odometry = observation.odometry.pose if same else self._track.at(observation.scan.stamp)
            if mapper.update(odometry, observation.scan):
                self._map_odom = mapper.pose.compose(mapper.rebased(odometry).inverse())
        return self._map_odom.compose(mapper.rebased(latest.pose))

    def grid(self) -> GridMap:
        """The map so far."""
        return self.mapper.grid()

    @property
    def trajectory(self) -> list[tuple[float, Pose]]:
        """Stamp (s) and pose in `map` of every scan."""
        return self.mapper.trajectory

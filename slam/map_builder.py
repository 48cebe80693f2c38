"""Mapping a live stream of observations: odometry brought to each scan's stamp, then the mapper."""

from __future__ import annotations

from dataclasses import replace

from robot.odometry import OdometryTrack
from robot.types import IDENTITY, GridMap, Observation, Odometry, Pose, Scan
from slam.constant_velocity import ConstantVelocity
from slam.map_state import MapState
from slam.rbpf import Mapper, MapperConfig
from slam.resuming import Resumption


class MapBuilder:
    """Feeds observations to a `Mapper`; `start` is the first pose of `base` in `map`, so the dock fixes the frame.

    With `scans_alone` the odometry of the observations is not looked at: each scan is matched from where the last ones
    lead, which holds for slow motion. With a `map_state` mapping goes on in its map, from wherever in it the first
    scans were taken.
    """

    def __init__(
        self,
        start: Pose = IDENTITY,
        seed: int = 1,
        config: MapperConfig | None = None,
        lidar: Pose = IDENTITY,
        scans_alone: bool = False,
        map_state: MapState | None = None,
    ) -> None:
        config = config or MapperConfig()
        if scans_alone:  # nothing but a match tells whether the robot has moved
            config = replace(config, gate_xy=0.0, gate_theta=0.0, young=0)
        self.mapper = Mapper(config, seed, start, lidar)
        self._resumption = None if map_state is None else Resumption(map_state, self.mapper)
        self._track = OdometryTrack()
        self._carried = ConstantVelocity() if scans_alone else None
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
        if mapper.map_odom is None:
            mapper.start_in(self._start.compose(latest.pose.inverse()))
        if observation.scan is not None:
            same = told.stamp == observation.scan.stamp
            self._map(told.pose if same else self._track.at(observation.scan.stamp), observation.scan)
        assert mapper.map_odom is not None
        return mapper.map_odom.compose(mapper.rebased(latest.pose))

    def _map(self, odometry: Pose, scan: Scan) -> None:
        """Map a scan with the odometry of its stamp, once it is known where the drive begins."""
        if self._resumption is not None:
            if not self._resumption.join(odometry, scan):
                return
            self._resumption = None
        if self.mapper.update(odometry, scan) and self._carried is not None:
            self._carried.matched(scan.stamp, self.mapper.pose)

    @property
    def is_waiting(self) -> bool:
        """True while a drive that goes on with a map has not yet been found in it."""
        return self._resumption is not None

    def grid(self) -> GridMap:
        """The map so far."""
        return self.mapper.grid()

    @property
    def trajectory(self) -> list[tuple[float, Pose]]:
        """Stamp (s) and pose in `map` of every scan."""
        return self.mapper.trajectory

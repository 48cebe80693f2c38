"""What a recorded drive is to those who map it, whatever file it stands in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from logs.bag_files import bag_kind
from logs.bags import BagLog, Topics
from logs.carmen import CarmenLog
from robot.types import LetanError, Observation, Pose


class Log(Protocol):
    """A recorded drive that can be iterated over again and again.

    `warnings` counts what could not be used, by reason; `progress` is the share read so far (0-1); without odometry
    every observation stands at the origin. LetanError names the file when nothing can be read from it.
    """

    warnings: Counter[str]
    progress: float

    def __iter__(self) -> Iterator[Observation]: ...

    def lidar(self) -> Pose:
        """The lidar's pose in `base`."""

    @property
    def has_odometry(self) -> bool:
        """Whether the wheels are told of."""


def open_log(path: Path, topics: Topics | None = None) -> Log:
    """The log at `path`, read by its content: a ROS bag (file or folder), an MCAP file, else a CARMEN log.

    LetanError when it cannot be read, or `topics` are named that it cannot have.
    """
    kind = bag_kind(path)
    if kind:
        return BagLog(path, kind, topics)
    if topics is not None and (topics.scan or topics.odometry):
        raise LetanError(f"{path}: is no bag, so it has no topics: leave out --scan-topic and --odom-topic")
    return CarmenLog(path)

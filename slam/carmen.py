"""Reads CARMEN logs, plain or gzip: FLASER and ODOM lines become observations."""

from __future__ import annotations

import gzip
import math
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from robot.types import FloatArray, LetanError, Observation, Odometry, Pose, Scan, wrap
from slam.beams import AT_BASE

NO_RETURN = 80.0  # metres: SICK scanners say 81.83 or 81.91 for "nothing there"
MOST = 1e6  # metres, rad, m/s, rad/s: no robot comes near, so a larger figure is a fault of the file
LATEST = 1e11  # seconds: a stamp beyond would make all that follow look as if they went back
GZIP_MAGIC = b"\x1f\x8b"


class CarmenLog:
    """A log, read line by line each time it is iterated over.

    `warnings` counts what was skipped, by reason; `progress` is the share of the file read so far (0-1).
    LetanError names file and line when nothing can be read from it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warnings: Counter[str] = Counter()
        self.progress = 0.0

    def __iter__(self) -> Iterator[Observation]:
        self.warnings.clear()
        scans = 0
        for text in self._lines():
            observation = self._parse(text)
            if observation is None:
                continue
            if observation.scan is not None:
                scans += 1
            yield observation
        if not scans:
            raise LetanError(f"{self.path}:1: no FLASER line found; is this a CARMEN log?")

    def lidar(self) -> Pose:
        """The laser's pose in `base`, from the first scan line; LetanError when there is none."""
        for text in self._lines():
            words = text.split()
            if words[:1] == ["FLASER"] and self._parse(text) is not None:
                x, y, theta, *odom = map(float, words[2 + int(words[1]) : 8 + int(words[1])])
                mounted = Pose(*odom).between(Pose(x, y, theta))
                # some logs carry corrected poses in the laser's place: those drift far away, a mounting does not
                return mounted if math.hypot(mounted.x, mounted.y) < 0.5 else AT_BASE
        raise LetanError(f"{self.path}:1: no FLASER line found; is this a CARMEN log?")

    def _lines(self) -> Iterator[str]:
        try:
            with self.path.open("rb") as raw:
                size = max(self.path.stat().st_size, 1)
                packed = raw.read(2) == GZIP_MAGIC
                raw.seek(0)
                stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if packed else raw
                for line in self._bytes_lines(stream):
                    self.progress = raw.tell() / size
                    yield line.decode("ascii", "replace")
        except OSError as error:
            raise LetanError(f"{self.path}: cannot be read: {error.strerror or error}") from error

    def _bytes_lines(self, stream: BinaryIO | gzip.GzipFile) -> Iterator[bytes]:
        """The lines that can be had: a broken gzip stream ends the log with a warning."""
        try:
            yield from stream
        except (EOFError, zlib.error, gzip.BadGzipFile):
            self.warnings["compressed file is cut off or damaged"] += 1

    def _parse(self, text: str) -> Observation | None:
        words = text.split()
        if not words or words[0] not in ("FLASER", "ODOM"):
            return None
        try:
            observation = _flaser(words) if words[0] == "FLASER" else _odom(words)
        except (ValueError, IndexError):
            self.warnings[f"broken {words[0]} line"] += 1
            return None
        if not _believable(words):
            self.warnings[f"{words[0]} line with figures no robot has"] += 1
            return None
        return observation


def _believable(words: list[str]) -> bool:
    """Whether poses, speeds and stamp of a well-formed line are finite and such as a robot can have."""
    first, last = (2 + int(words[1]), 8 + int(words[1])) if words[0] == "FLASER" else (1, 6)
    stamp = last if words[0] == "FLASER" else 7
    return all(abs(float(word)) <= MOST for word in words[first:last]) and abs(float(words[stamp])) <= LATEST


def _flaser(words: list[str]) -> Observation:
    count = int(words[1])
    if len(words) < count + 11 or count < 2:
        raise ValueError("too few words")
    ranges = np.array(words[2 : 2 + count], dtype=np.float64)
    odom_x, odom_y, odom_theta, stamp = map(float, words[5 + count : 9 + count])
    odom = Pose(odom_x, odom_y, wrap(odom_theta))
    return Observation(stamp, Odometry(stamp, odom), _scan(stamp, ranges))


def _scan(stamp: float, ranges: FloatArray) -> Scan:
    first, step = beam_layout(ranges.size)
    ranges[ranges >= NO_RETURN] = np.inf
    return Scan(stamp, ranges, first, step, 0.02, NO_RETURN)


def beam_layout(count: int) -> tuple[float, float]:
    """First direction and step (rad) of a 180 degree scan: 181 or 361 beams reach both ends, 180 or 360 one."""
    return -math.pi / 2, math.pi / (count - 1 if count % 2 else count)


def _odom(words: list[str]) -> Observation:
    x, y, theta, linear, angular, _, stamp = map(float, words[1:8])
    return Observation(stamp, Odometry(stamp, Pose(x, y, wrap(theta)), linear, angular))

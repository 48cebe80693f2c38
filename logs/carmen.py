"""Reads CARMEN logs, plain or gzip: FLASER, ROBOTLASER1 and ODOM lines become observations."""

from __future__ import annotations

import gzip
import math
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from robot.types import IDENTITY, FloatArray, LetanError, Observation, Odometry, Pose, Scan, wrap

NO_RETURN = 80.0  # metres: SICK scanners say 81.83 or 81.91 for "nothing there"
MOST = 1e6  # metres, rad, m/s, rad/s: no robot comes near, so a larger figure is a fault of the file
LATEST = 1e11  # seconds: a stamp beyond would make all that follow look as if they went back
GZIP_MAGIC = b"\x1f\x8b"
SCANS = ("FLASER", "ROBOTLASER1")  # the old and the new word for a scan with the pose of its robot


class CarmenLog:
    """A log, read line by line each time it is iterated over.

    Loggers may write each scan in both its forms: only the form of the first is read. `warnings` counts what was
    skipped, by reason; `progress` is the share of the file read so far (0-1). LetanError names file and line when
    nothing can be read from it.
    """

    has_odometry = True

    def __init__(self, path: Path) -> None:
        self.path = path
        self.warnings: Counter[str] = Counter()
        self.progress = 0.0

    def __iter__(self) -> Iterator[Observation]:
        self.warnings.clear()
        form = ""
        for text in self._lines():
            line = self._parse(text)
            if line is None or (form and line.word in SCANS and line.word != form):
                continue
            form = form or (line.word if line.word in SCANS else "")
            yield line.observation()
        if not form:
            raise LetanError(f"{self.path}:1: no FLASER line found; is this a CARMEN log?")

    def lidar(self) -> Pose:
        """The laser's pose in `base`, from the scan lines; LetanError when there is none."""
        first: _Line | None = None
        for text in self._lines():
            line = self._parse(text)
            if line is None or line.laser is None:
                continue
            mounted = line.pose.between(line.laser)
            if first is None:
                first, found = line, mounted
                if math.hypot(found.x, found.y) < 0.5:
                    return found
            # some logs carry corrected poses in the laser's place: those drift away, a mounting does not
            elif first.pose.distance(line.pose) > 1.0 or abs(wrap(line.pose.theta - first.pose.theta)) > 0.5:
                same = found.distance(mounted) < 0.02 and abs(wrap(found.theta - mounted.theta)) < 0.01
                return found if same and math.hypot(found.x, found.y) < 3.0 else IDENTITY
        if first is None:
            raise LetanError(f"{self.path}:1: no FLASER line found; is this a CARMEN log?")
        return IDENTITY

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

    def _parse(self, text: str) -> _Line | None:
        words = text.split()
        read = _READERS.get(words[0]) if words else None
        if read is None:
            return None
        try:
            line = read(words)
        except (ValueError, IndexError):
            self.warnings[f"broken {words[0]} line"] += 1
            return None
        if not line.is_believable:
            self.warnings[f"{words[0]} line with figures no robot has"] += 1
            return None
        return line


@dataclass(frozen=True, slots=True)
class _Line:
    """One well-formed line: `figures` are its poses and speeds, of which no robot has very large ones."""

    word: str
    stamp: float
    pose: Pose  # of the robot, in odometry
    figures: tuple[float, ...]
    linear: float = 0.0
    angular: float = 0.0
    laser: Pose | None = None
    scan: Scan | None = None

    @property
    def is_believable(self) -> bool:
        return all(abs(figure) <= MOST for figure in self.figures) and abs(self.stamp) <= LATEST

    def observation(self) -> Observation:
        odometry = Odometry(self.stamp, self.pose, self.linear, self.angular)
        return Observation(self.stamp, odometry, self.scan)


def _flaser(words: list[str]) -> _Line:
    count = int(words[1])
    if len(words) < count + 11 or count < 2:
        raise ValueError("too few words")
    ranges = np.array(words[2 : 2 + count], dtype=np.float64)
    figures = tuple(map(float, words[2 + count : 8 + count]))
    stamp = float(words[8 + count])
    scan = _scan(stamp, ranges, *beam_layout(count), NO_RETURN)
    return _Line("FLASER", stamp, _pose(*figures[3:]), figures, laser=Pose(*figures[:3]), scan=scan)


def _robotlaser(words: list[str]) -> _Line:
    """The layout stands at http://carmen.sourceforge.net/logger_playback.html; remissions are left out."""
    first, view, step, far = map(float, words[2:6])
    count = int(words[8])
    ranges = np.array(words[9 : 9 + count], dtype=np.float64)
    rest = words[10 + count + int(words[9 + count]) :]
    if count < 2 or len(rest) < 14 or not 0.0 < view <= 6.4 or step < 0.0:
        raise ValueError("too few words, or no angles of a scan")
    figures, stamp = tuple(map(float, rest[:8])), float(rest[11])
    scan = _scan(stamp, ranges, first, step or view / (count - 1), far)
    linear, angular = figures[6:]
    return _Line("ROBOTLASER1", stamp, _pose(*figures[3:6]), figures, linear, angular, Pose(*figures[:3]), scan)


def _odom(words: list[str]) -> _Line:
    figures, stamp = tuple(map(float, words[1:6])), float(words[7])
    return _Line("ODOM", stamp, _pose(*figures[:3]), figures, linear=figures[3], angular=figures[4])


_READERS = {"FLASER": _flaser, "ROBOTLASER1": _robotlaser, "ODOM": _odom}


def _pose(x: float, y: float, theta: float) -> Pose:
    return Pose(x, y, wrap(theta))


def _scan(stamp: float, ranges: FloatArray, first: float, step: float, far: float) -> Scan:
    ranges[ranges >= far] = np.inf
    return Scan(stamp, ranges, first, step, 0.02, far)


def beam_layout(count: int) -> tuple[float, float]:
    """First direction and step (rad) of a 180 degree scan: 181 or 361 beams reach both ends, 180 or 360 one."""
    return -math.pi / 2, math.pi / (count - 1 if count % 2 else count)

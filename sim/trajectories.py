"""Recorded people: tracks as the ETH and UCY data sets and TrajNet++ write them, walked again in the hall."""

from __future__ import annotations

import itertools
import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robot.types import FloatArray, LetanError, Pose
from sim.crowd import Body, Crowd

FPS = 2.5  # annotations a second of both data sets
AHEAD = 0.6  # s ahead on the recorded way that somebody walks to: who was held up catches up
FASTEST = 2.5  # m/s
COLUMNS = {4: (2, 3), 8: (2, 4)}  # of a text file: frame, person, x, y; or ETH's frame, person, x, z, y and velocities
Row = tuple[float, int, float, float]  # frame, person, x, y


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """One person's way: `times` (N,) s from the record's beginning, growing, and `points` (N, 2) m."""

    times: FloatArray
    points: FloatArray

    def at(self, time: float) -> tuple[float, float]:
        """Where they were; before and after the record at its ends."""
        return float(np.interp(time, self.times, self.points[:, 0])), float(
            np.interp(time, self.times, self.points[:, 1])
        )


def read_trajectories(path: Path) -> tuple[Trajectory, ...]:
    """The tracks of a file: TrajNet++ `.ndjson`, else text with four columns or ETH's eight; LetanError names the line.

    Frames are numbered in steps of one annotation each, whatever the step is; TrajNet++ says how many come a second.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise LetanError(f"{path}: can't be read as recorded people: {error}") from None
    fps, rows = _ndjson(path, lines) if path.suffix == ".ndjson" else (FPS, list(_text(path, lines)))
    tracks: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        tracks[row[1]].append(row)
    steps = Counter(
        b - a for track in tracks.values() for a, b in itertools.pairwise(sorted({row[0] for row in track}))
    )
    if not steps:
        raise LetanError(f"{path}: nobody in it walks: expected two frames of somebody at least")
    step, first = steps.most_common(1)[0][0], min(row[0] for row in rows)
    found = []
    for track in tracks.values():
        by_frame = {frame: (x, y) for frame, _, x, y in track}
        frames = np.array(sorted(by_frame))
        if frames.size > 1:
            points = np.array([by_frame[frame] for frame in frames.tolist()])
            found.append(Trajectory((frames - first) / step / fps, points))
    return tuple(sorted(found, key=lambda trajectory: float(trajectory.times[0])))


def _text(path: Path, lines: list[str]) -> Iterator[Row]:
    for number, line in enumerate(lines, 1):
        words = line.replace(",", " ").split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) not in COLUMNS:
            raise LetanError(
                f"{path}:{number}: expected frame, person, x, y (or ETH's eight columns), got `{line[:60]}`"
            )
        try:
            figures = [float(word) for word in words]
        except ValueError:
            raise LetanError(f"{path}:{number}: expected numbers, got `{line[:60]}`") from None
        x, y = (figures[column] for column in COLUMNS[len(words)])
        if not all(map(math.isfinite, figures)):
            raise LetanError(f"{path}:{number}: expected numbers, got `{line[:60]}`")
        yield figures[0], int(figures[1]), x, y


def _ndjson(path: Path, lines: list[str]) -> tuple[float, list[Row]]:
    fps, rows = FPS, []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            if "scene" in entry:
                fps = float(entry["scene"].get("fps", fps))
                continue
            track = entry["track"]
            row = float(track["f"]), int(track["p"]), float(track["x"]), float(track["y"])
        except (ValueError, KeyError, TypeError, AttributeError):
            raise LetanError(f"{path}:{number}: expected a TrajNet++ scene or track, got `{line[:60]}`") from None
        if not all(map(math.isfinite, row)) or not 0.0 < fps < math.inf:
            raise LetanError(f"{path}:{number}: expected numbers, got `{line[:60]}`")
        if "prediction_number" not in track or track["prediction_number"] is None:
            rows.append(row)
    return fps, rows


def in_hall(trajectories: tuple[Trajectory, ...], size: tuple[float, float]) -> Pose:
    """Where the record's origin must lie so that its middle is the hall's (`size` in m)."""
    points = np.concatenate([trajectory.points for trajectory in trajectories])
    middle = 0.5 * (points.min(axis=0) + points.max(axis=0))
    return Pose(0.5 * size[0] - float(middle[0]), 0.5 * size[1] - float(middle[1]), 0.0)


class Replay:
    """Has bodies walk recorded ways; they are solid and see the robot, so they go on from where it lets them.

    `origin` is the record's in `map`. Who begins where the hall `has_room` for nobody comes in at their first place
    that has.
    """

    def __init__(
        self,
        crowd: Crowd,
        trajectories: tuple[Trajectory, ...],
        origin: Pose,
        has_room: Callable[[float, float], bool] = lambda x, y: True,
    ) -> None:
        self._crowd = crowd
        self._origin = origin
        self._has_room = has_room
        self._waiting = sorted(trajectories, key=lambda trajectory: float(trajectory.times[0]), reverse=True)
        self._walking: list[tuple[Body | None, Trajectory]] = []

    @property
    def is_over(self) -> bool:
        """Nobody walks, and nobody will."""
        return not self._waiting and not self._walking

    def step(self, time: float) -> None:
        """Everybody as the record has them, `time` s after its beginning."""
        while self._waiting and self._waiting[-1].times[0] <= time:
            self._walking.append((None, self._waiting.pop()))
        going = [(body, way) for body, way in self._walking if not self._ends(body, way, time)]
        self._walking = [(self._walk(body, way, time), way) for body, way in going]

    def _ends(self, body: Body | None, way: Trajectory, time: float) -> bool:
        if time <= way.times[-1]:
            return False
        if body is not None:
            self._crowd.leave(body)
        return True

    def _walk(self, body: Body | None, way: Trajectory, time: float) -> Body | None:
        x, y = self._place(way, time + AHEAD)
        if body is None:
            now = self._place(way, time)
            if not self._has_room(*now):
                return None
            body = self._crowd.enter(*now, 1.0)
            body.heading = math.atan2(y - now[1], x - now[0])
        px, py = self._crowd.place(body)
        body.speed = min(FASTEST, math.hypot(x - px, y - py) / AHEAD)
        body.path = np.array([[x, y]]) if body.speed > 0.05 else None
        return body

    def _place(self, way: Trajectory, time: float) -> tuple[float, float]:
        x, y = way.at(time)
        at = self._origin.compose(Pose(x, y, 0.0))
        return at.x, at.y

"""People from lidar: leg-sized clusters that the map does not explain, joined to persons and tracked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import ndimage
from scipy.optimize import linear_sum_assignment

from robot.model import RobotModel
from robot.types import FloatArray, GridMap, Pose, Scan, Track


@dataclass(frozen=True, slots=True)
class TrackerConfig:
    """Distances in m, times in s, noise in m and m/s^2."""

    reach: float = 7.0  # farther away a leg is too few beams
    map_margin: float = 0.2  # returns nearer to the map's walls are the map's
    gap: float = 0.13  # between neighbouring returns of one cluster
    leg_width: float = 0.5  # wider clusters are no legs (two legs together pass)
    pair: float = 0.55  # between the two legs of a person
    gate: float = 0.7  # between prediction and measurement
    confirm: int = 4  # measurements until a track counts
    forget_moving: float = 0.8
    forget_standing: float = 2.5  # people who stand are remembered while somebody passes between
    walked: float = 0.35  # what never went as far is furniture
    remembered: float = 60.0  # whoever was lost from sight and stands there again is the same person
    remembered_near: float = 0.6
    acceleration: float = 2.0
    measurement: float = 0.08


@njit(cache=True)
def _clusters(points: FloatArray, gap: float, widest: float, out: FloatArray) -> int:
    """Group neighbouring beams' points ((N, 2) m); fills `out` (M, 3) with centre and width, returns how many."""
    count, i = 0, 0
    while i < points.shape[0] and count < out.shape[0]:
        j = i
        sx, sy = points[i, 0], points[i, 1]
        while j + 1 < points.shape[0]:
            if math.hypot(points[j + 1, 0] - points[j, 0], points[j + 1, 1] - points[j, 1]) > gap:
                break
            j += 1
            sx += points[j, 0]
            sy += points[j, 1]
        width = math.hypot(points[j, 0] - points[i, 0], points[j, 1] - points[i, 1])
        if width < widest:
            out[count, 0], out[count, 1], out[count, 2] = sx / (j - i + 1), sy / (j - i + 1), width
            count += 1
        i = j + 1
    return count


@njit(cache=True)
def _pairs(clusters: FloatArray, count: int, reach: float) -> FloatArray:
    """Join the nearest two clusters again and again while they are within `reach` (m): (K, 2) persons."""
    used = np.zeros(count, dtype=np.bool_)
    people = np.empty((count, 2))
    found = 0
    while True:
        best, a, b = reach, -1, -1
        for i in range(count):
            if used[i] or clusters[i, 2] > 0.3:
                continue
            for j in range(i + 1, count):
                if used[j] or clusters[j, 2] > 0.3:
                    continue
                away = math.hypot(clusters[i, 0] - clusters[j, 0], clusters[i, 1] - clusters[j, 1])
                if away < best:
                    best, a, b = away, i, j
        if a < 0:
            break
        used[a] = used[b] = True
        people[found, 0] = 0.5 * (clusters[a, 0] + clusters[b, 0])
        people[found, 1] = 0.5 * (clusters[a, 1] + clusters[b, 1])
        found += 1
    for i in range(count):
        if not used[i]:
            people[found, 0], people[found, 1] = clusters[i, 0], clusters[i, 1]
            found += 1
    return people[:found]


@dataclass
class _Person:
    """One constant-velocity Kalman filter: state x, y, vx, vy in `map`."""

    id: int
    state: FloatArray
    covariance: FloatArray
    born: float
    seen: float
    hits: int = 1
    birthplace: tuple[float, float] = (0.0, 0.0)
    walked: float = 0.0
    stood_since: float = field(default=0.0)

    def predict(self, dt: float, acceleration: float) -> None:
        f = np.eye(4)
        f[0, 2] = f[1, 3] = dt
        g = np.array([[0.5 * dt * dt, 0.0], [0.0, 0.5 * dt * dt], [dt, 0.0], [0.0, dt]]) * acceleration
        self.state = f @ self.state
        self.covariance = f @ self.covariance @ f.T + g @ g.T

    def correct(self, measured: FloatArray, noise: float, stamp: float) -> None:
        innovation = measured - self.state[:2]
        s = self.covariance[:2, :2] + np.eye(2) * noise**2
        gain = self.covariance[:, :2] @ np.linalg.inv(s)
        self.state = self.state + gain @ innovation
        self.covariance = self.covariance - gain @ self.covariance[:2, :]
        self.seen = stamp
        self.hits = self.hits + 1
        away = math.hypot(self.state[0] - self.birthplace[0], self.state[1] - self.birthplace[1])
        self.walked = max(self.walked, away)
        if math.hypot(self.state[2], self.state[3]) > 0.3:
            self.stood_since = stamp


class PeopleTracker:
    """`update` with every new scan; `tracks` are the persons believed to be there."""

    def __init__(self, grid: GridMap, model: RobotModel, config: TrackerConfig | None = None) -> None:
        self.config = config or TrackerConfig()
        self._lidar = model.lidar.mount
        self._clear = ndimage.distance_transform_edt(grid.cells <= 50) * grid.resolution
        self._known: NDArray[np.bool_] = grid.cells >= 0
        self._grid = grid
        self._people: list[_Person] = []
        self._lost: list[_Person] = []  # seen no more, but perhaps still there
        self._next_id = 1
        self._stamp = -math.inf
        self.tracks: tuple[Track, ...] = ()

    def update(self, scan: Scan, pose: Pose) -> tuple[Track, ...]:
        """The tracks after a scan taken at `pose` (of `base` in `map`)."""
        if scan.stamp <= self._stamp:
            return self.tracks
        dt = min(0.5, scan.stamp - self._stamp) if math.isfinite(self._stamp) else 0.1
        self._stamp = scan.stamp
        for person in self._people:
            if person.seen < self._stamp - 0.35:
                person.state[2:] *= 0.5  # unseen, they are not believed to have gone far
            person.predict(dt, self.config.acceleration)
        self._assign(self.detect(scan, pose), scan.stamp)
        self._forget(scan.stamp)
        self.tracks = tuple(self._track(p, scan.stamp) for p in self._people if self._counts(p))
        return self.tracks

    def detect(self, scan: Scan, pose: Pose) -> FloatArray:
        """Persons in one scan: (K, 2) m in `map`."""
        c, grid = self.config, self._grid
        points = scan.points(pose.compose(self._lidar), c.reach)
        cols = ((points[:, 0] - grid.origin.x) / grid.resolution).astype(np.int64)
        rows = ((points[:, 1] - grid.origin.y) / grid.resolution).astype(np.int64)
        inside = (rows >= 0) & (cols >= 0) & (rows < self._clear.shape[0]) & (cols < self._clear.shape[1])
        rows, cols, points = rows[inside], cols[inside], points[inside]
        points = points[(self._clear[rows, cols] > c.map_margin) & self._known[rows, cols]]
        clusters = np.empty((128, 3))
        count = _clusters(points, c.gap, c.leg_width, clusters)
        return _pairs(clusters, count, c.pair)

    def _assign(self, measured: FloatArray, stamp: float) -> None:
        """The cheapest one-to-one assignment (Kuhn 1955) within the gate; what is left over is born."""
        c, taken = self.config, set()
        if self._people and len(measured):
            places = np.array([person.state[:2] for person in self._people])
            cost = np.hypot(places[:, None, 0] - measured[None, :, 0], places[:, None, 1] - measured[None, :, 1])
            rows, cols = linear_sum_assignment(np.where(cost < c.gate, cost, 1e3))
            for row, col in zip(rows, cols, strict=True):
                if cost[row, col] < c.gate:
                    self._people[row].correct(measured[col], c.measurement, stamp)
                    taken.add(int(col))
        for index, place in enumerate(measured):
            if index not in taken:
                self._people.append(self._born(place, stamp))

    def _born(self, place: FloatArray, stamp: float) -> _Person:
        """Somebody new at a place (2,) m, or whoever was lost from sight there a while ago."""
        c, (x, y) = self.config, place.tolist()
        state = np.array([x, y, 0.0, 0.0])
        covariance = np.diag([c.measurement**2, c.measurement**2, 0.6, 0.6])
        for lost in self._lost:
            if math.hypot(lost.state[0] - x, lost.state[1] - y) < c.remembered_near:
                self._lost.remove(lost)
                return replace(lost, state=state, covariance=covariance, seen=stamp)
        self._next_id += 1
        return _Person(self._next_id - 1, state, covariance, stamp, stamp, birthplace=(x, y), stood_since=stamp)

    def _forget(self, stamp: float) -> None:
        def kept(person: _Person) -> bool:
            standing = stamp - person.stood_since > 1.0 and self._counts(person)
            patience = self.config.forget_standing if standing else self.config.forget_moving
            if person.hits < self.config.confirm:
                patience = 0.35
            return stamp - person.seen < patience

        gone = [person for person in self._people if not kept(person) and self._counts(person)]
        self._lost = [p for p in self._lost + gone if stamp - p.seen < self.config.remembered]
        self._people = [person for person in self._people if kept(person)]

    def _counts(self, person: _Person) -> bool:
        return person.hits >= self.config.confirm and person.walked > self.config.walked

    @staticmethod
    def _track(p: _Person, stamp: float) -> Track:
        x, y, vx, vy = (float(value) for value in p.state)
        return Track(p.id, x, y, vx, vy, stamp - p.born, stamp - p.stood_since)

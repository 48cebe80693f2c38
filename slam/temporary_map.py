"""What has moved since the map was drawn: a decaying layer beside the frozen map, which is never written.

Beams that end on what was carried in say nothing of where the robot is, and beams that pass where something was
carried away are no sign of a wrong pose (after the temporary maps of Meyer-Delius et al. 2010). The layer takes
beams out; it never lets one fit. Global search does not see it, so it cannot make a wrong place look right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray, Pose
from slam.likelihood import Float32Array, LikelihoodField, cell_value

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]
TILE = 8  # cells: beams pass quickly over tiles in which, and in whose neighbours, nothing stands
LEAST = 0.01  # evidence below which there is none


@dataclass(frozen=True, slots=True)
class TemporaryMapConfig:
    """Figures of the layer, SI units.

    Evidence is how often a cell was hit in the open, or a wall looked through, `most` at most, at looks `period` apart;
    a beam through it takes the share `cleared` off. From `trusted` on a cell counts; it halves in `half_life`. `away`:
    how far from the map's walls something new must be. About `beams` of a scan are looked at, other ones each time.
    `least_promise` and the share `familiar` of beams that fit say when a pose is good enough to learn (see `Fitter`).
    """

    cell: float = 0.10
    beams: int = 180
    period: float = 0.25  # every third scan of a usual lidar
    trusted: float = 3.0
    most: float = 20.0
    cleared: float = 0.5
    half_life: float = 600.0
    least_promise: float = 0.6
    familiar: float = 0.5
    away: float = 0.10
    tolerance: float = 0.15  # of a beam's end, as in `FitConfig`


class Layers(NamedTuple):
    """The map and the evidence against it; `hits` remembers the turn in which a beam last ended in a cell."""

    clearance: Float32Array  # of the map, in cells of `resolution` m from `origin`
    origin: FloatArray  # x, y in m
    resolution: float
    stands: Float32Array  # this and the others in cells of the layer
    gone: Float32Array
    hits: IntArray


class TemporaryMap:
    """Evidence for what stands in the open (`stands`) and for walls that are gone (`gone`), each (rows, cols) float32.

    Cell (row, col) covers x in origin.x + [col, col + 1) * cell, y likewise by row. `lidar` is its pose in `base`.
    """

    def __init__(self, field: LikelihoodField, lidar: Pose, config: TemporaryMapConfig) -> None:
        self.config = config
        height, width = field.clearance.shape
        shape = (
            math.ceil(height * field.resolution / config.cell) + 1,
            math.ceil(width * field.resolution / config.cell) + 1,
        )
        self.stands: Float32Array = np.zeros(shape, np.float32)
        self.gone: Float32Array = np.zeros(shape, np.float32)
        self._layers = Layers(
            field.clearance, field.origin, field.resolution, self.stands, self.gone, np.zeros(shape, np.int32)
        )
        self._lidar = lidar
        self._stamp = -math.inf
        self._turn = 0

    def learn(self, points: FloatArray, pose: Pose, stamp: float) -> None:
        """Note what a scan, end points (M, 2) in `base`, shows against the map from a pose that is good."""
        config, waited = self.config, stamp - self._stamp
        if waited < config.period:
            return
        self._stamp = stamp
        self._turn += 1
        sensor = pose.compose(self._lidar)
        _learn(
            points,
            max(1, math.ceil(len(points) / config.beams)),
            (pose.x, pose.y, pose.theta),
            (sensor.x, sensor.y),
            self._layers,
            self._turn,
            (config.cell, config.away, config.tolerance, config.cleared, config.most),
            0.5 ** (waited / config.half_life) if waited < math.inf else 1.0,
        )

    def leave_out(self, points: FloatArray, pose: Pose) -> FloatArray:
        """The end points (M, 2), in `base`, without those on what has moved."""
        config = self.config
        return _unexplained(
            points, (pose.x, pose.y, pose.theta), self._layers, (config.cell, config.away, config.trusted)
        )

    def evidence(self, places: FloatArray, away: float) -> FloatArray:
        """How often something was seen at `places`, (N, 2) m in `map`, so far `away` (m) from walls: (N,)."""
        return _evidence(places, self._layers, self.config.cell, away)

    def places(self) -> FloatArray:
        """The middles of the cells where something stands now, (K, 2) metres in `map`."""
        rows, cols = np.nonzero(self.stands >= self.config.trusted)
        places: FloatArray = self._layers.origin + (np.column_stack((cols, rows)) + 0.5) * self.config.cell
        return places


@njit(cache=True)
def _unexplained(
    points: FloatArray, pose: tuple[float, float, float], layers: Layers, figures: tuple[float, float, float]
) -> FloatArray:
    """The end points (M, 2), in `base`, that lie neither on what stands in the open nor beside it.

    `figures`: cell, away, trusted.
    """
    cell, away, trusted = figures
    clearance, origin, resolution, stands, _, _ = layers
    c, s = math.cos(pose[2]), math.sin(pose[2])
    kept = np.empty(points.shape)
    count = 0
    for i in range(points.shape[0]):
        x, y = pose[0] + c * points[i, 0] - s * points[i, 1], pose[1] + s * points[i, 0] + c * points[i, 1]
        known = False
        if cell_value(clearance, origin, resolution, x, y) > away:
            row, col = int((y - origin[1]) / cell), int((x - origin[0]) / cell)
            for dr, dc in ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)):
                r, k = row + dr, col + dc
                if 0 <= r < stands.shape[0] and 0 <= k < stands.shape[1] and stands[r, k] >= trusted:
                    known = True
                    break
        if not known:
            kept[count] = points[i]
            count += 1
    return kept[:count]


@njit(cache=True)
def _evidence(places: FloatArray, layers: Layers, cell: float, away: float) -> FloatArray:
    """The evidence in the cells of `places` (N, 2), if they are `away` (m) from the map's walls: (N,)."""
    clearance, origin, resolution, stands, _, _ = layers
    found = np.zeros(places.shape[0])
    for i in range(places.shape[0]):
        row, col = int((places[i, 1] - origin[1]) / cell), int((places[i, 0] - origin[0]) / cell)
        inside = 0 <= row < stands.shape[0] and 0 <= col < stands.shape[1]
        if inside and cell_value(clearance, origin, resolution, places[i, 0], places[i, 1]) > away:
            found[i] = stands[row, col]
    return found


@njit(cache=True)
def _fade(layers: Layers, share: float) -> BoolArray:
    """All evidence fades to its `share`; the tiles (rows, cols) in which, or beside which, something stands."""
    stands, gone = layers.stands, layers.gone
    rows, cols = stands.shape
    busy = np.zeros((rows // TILE + 3, cols // TILE + 3), np.bool_)  # one more on each side
    faded = np.float32(share)
    for row in range(rows):
        for col in range(cols):
            gone[row, col] *= faded
            if stands[row, col] > 0.0:
                stands[row, col] = stands[row, col] * faded if stands[row, col] * faded > LEAST else 0.0
                busy[row // TILE + 1, col // TILE + 1] = True
    wide = busy.copy()
    for row in range(1, busy.shape[0] - 1):
        for col in range(1, busy.shape[1] - 1):
            if busy[row, col]:
                wide[row - 1 : row + 2, col - 1 : col + 2] = True
    return wide


@njit(cache=True)
def _learn(
    points: FloatArray, every: int, pose: tuple[float, float, float], start: tuple[float, float], layers: Layers,
    turn: int, figures: tuple[float, float, float, float, float], fade: float,
) -> None:  # fmt: skip
    """Add evidence where beams end in the open or cross a wall, take some off where they pass; first all of it fades.

    Of the end points (M, 2) in `base` one in `every` is looked at; `start` is the lidar's place in `map`. Cells that
    beams of this `turn` end in lose nothing to others that only graze them (as in Hornung et al. 2013). `figures`:
    cell, away, tolerance, cleared, most.
    """
    cell, away, _, cleared, most = figures
    clearance, origin, resolution, stands, gone, hits = layers
    rows, cols = stands.shape
    c, s = math.cos(pose[2]), math.sin(pose[2])
    ends = np.empty((points.shape[0] // every + 1, 2))
    count = 0
    for i in range(turn % every, points.shape[0], every):
        ends[count, 0] = pose[0] + c * points[i, 0] - s * points[i, 1]
        ends[count, 1] = pose[1] + s * points[i, 0] + c * points[i, 1]
        count += 1
    busy = _fade(layers, fade)
    for i in range(count):
        row, col = int((ends[i, 1] - origin[1]) / cell), int((ends[i, 0] - origin[0]) / cell)
        if 0 <= row < rows and 0 <= col < cols:
            gap = cell_value(clearance, origin, resolution, ends[i, 0], ends[i, 1])
            hits[row, col] = turn
            if gap > away:
                stands[row, col] = min(stands[row, col] + 1.0, most)
            elif gap >= 0.0:
                gone[max(row - 1, 0) : row + 2, max(col - 1, 0) : col + 2] *= 1.0 - cleared
    for i in range(count):
        _pass(ends[i], start, layers, turn, figures, busy)


@njit(cache=True)
def _pass(
    end: FloatArray, start: tuple[float, float], layers: Layers, turn: int,
    figures: tuple[float, float, float, float, float], busy: BoolArray,
) -> None:  # fmt: skip
    """One beam on its way to `end` (2,): nothing stands in the cells it passes, and walls it crosses are gone.

    Where neither a wall nor a `busy` tile is near it goes on in longer steps.
    """
    cell, _, tolerance, cleared, most = figures
    clearance, origin, resolution, stands, gone, hits = layers
    rows, cols = stands.shape
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    passed, crossed, k = -1, -1, 0
    steps = int((length - tolerance) / resolution)
    while k < steps:
        x, y = start[0] + dx * (k * resolution / length), start[1] + dy * (k * resolution / length)
        row, col = int((y - origin[1]) / cell), int((x - origin[0]) / cell)
        k += 1
        if not (0 <= row < rows and 0 <= col < cols):
            continue
        gap = cell_value(clearance, origin, resolution, x, y)
        if not busy[row // TILE + 1, col // TILE + 1]:
            k += max(0, int(min(gap, TILE * cell) / resolution) - 2)
        at = row * cols + col
        if hits[row, col] == turn:
            continue
        if at != passed:
            stands[row, col] *= 1.0 - cleared
            passed = at
        if at != crossed and gap < 0.5 * resolution:
            gone[row, col] = min(gone[row, col] + 1.0, most)
            crossed = at

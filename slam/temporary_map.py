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
from slam.poses import place_points

IntArray = NDArray[np.int32]
BoolArray = NDArray[np.bool_]


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
    period: float = 0.15  # every second scan of a usual lidar
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
        if waited < math.inf:
            fade = np.float32(0.5 ** (waited / config.half_life))
            self.stands *= fade
            self.gone *= fade
        self._turn += 1
        every = max(1, math.ceil(len(points) / config.beams))
        sensor = pose.compose(self._lidar)
        _learn(
            place_points(points[self._turn % every :: every], np.array([pose.x, pose.y, pose.theta])),
            (sensor.x, sensor.y),
            self._layers,
            self._turn,
            (config.cell, config.away, config.tolerance, config.cleared, config.most),
        )

    def leave_out(self, points: FloatArray, pose: Pose) -> FloatArray:
        """The end points (M, 2), in `base`, without those on what has moved."""
        config = self.config
        known = _explained(
            place_points(points, np.array([pose.x, pose.y, pose.theta])),
            self._layers,
            (config.cell, config.away, config.trusted),
        )
        return points[~known]

    def places(self) -> FloatArray:
        """The middles of the cells where something stands now, (K, 2) metres in `map`."""
        rows, cols = np.nonzero(self.stands >= self.config.trusted)
        places: FloatArray = self._layers.origin + (np.column_stack((cols, rows)) + 0.5) * self.config.cell
        return places


@njit(cache=True)
def _explained(ends: FloatArray, layers: Layers, figures: tuple[float, float, float]) -> BoolArray:
    """Which end points (M, 2), in `map`, lie on what stands in the open, or beside; `figures`: cell, away, trusted."""
    cell, away, trusted = figures
    clearance, origin, resolution, stands, _, _ = layers
    result = np.zeros(ends.shape[0], np.bool_)
    for i in range(ends.shape[0]):
        x, y = ends[i, 0], ends[i, 1]
        if cell_value(clearance, origin, resolution, x, y) <= away:
            continue
        col, row = int((x - origin[0]) / cell), int((y - origin[1]) / cell)
        for dr, dc in ((0, 0), (0, 1), (1, 0), (0, -1), (-1, 0)):
            r, k = row + dr, col + dc
            if 0 <= r < stands.shape[0] and 0 <= k < stands.shape[1] and stands[r, k] >= trusted:
                result[i] = True
                break
    return result


@njit(cache=True)
def _learn(
    ends: FloatArray, start: tuple[float, float], layers: Layers, turn: int,
    figures: tuple[float, float, float, float, float],
) -> None:  # fmt: skip
    """Add evidence where beams end in the open or cross a wall, take some off where they pass.

    `ends` (M, 2) and `start` in `map`. Cells that beams of this `turn` end in lose nothing to others that only graze
    them (as in Hornung et al. 2013). `figures`: cell, away, tolerance, cleared, most.
    """
    cell, away, _, cleared, most = figures
    clearance, origin, resolution, stands, gone, hits = layers
    rows, cols = stands.shape
    for i in range(ends.shape[0]):
        row, col = int((ends[i, 1] - origin[1]) / cell), int((ends[i, 0] - origin[0]) / cell)
        if 0 <= row < rows and 0 <= col < cols:
            gap = cell_value(clearance, origin, resolution, ends[i, 0], ends[i, 1])
            hits[row, col] = turn
            if gap > away:
                stands[row, col] = min(stands[row, col] + 1.0, most)
            elif gap >= 0.0:
                gone[max(row - 1, 0) : row + 2, max(col - 1, 0) : col + 2] *= 1.0 - cleared
    for end in ends:
        _pass(end, start, layers, turn, figures)


@njit(cache=True)
def _pass(
    end: FloatArray, start: tuple[float, float], layers: Layers, turn: int,
    figures: tuple[float, float, float, float, float],
) -> None:  # fmt: skip
    """One beam on its way to `end` (2,): nothing stands in the cells it passes, and walls it crosses are gone."""
    cell, _, tolerance, cleared, most = figures
    clearance, origin, resolution, stands, gone, hits = layers
    rows, cols = stands.shape
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    passed, crossed = -1, -1
    for k in range(int((length - tolerance) / resolution)):
        x, y = start[0] + dx * (k * resolution / length), start[1] + dy * (k * resolution / length)
        row, col = int((y - origin[1]) / cell), int((x - origin[0]) / cell)
        at = row * cols + col
        if not (0 <= row < rows and 0 <= col < cols) or hits[row, col] == turn:
            continue
        if at != passed:
            stands[row, col] *= 1.0 - cleared
            passed = at
        if at != crossed and cell_value(clearance, origin, resolution, x, y) < 0.5 * resolution:
            gone[row, col] = min(gone[row, col] + 1.0, most)
            crossed = at

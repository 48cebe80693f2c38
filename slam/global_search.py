"""Global pose search on a frozen map: branch and bound over every place and heading (Hess et al. 2016)."""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from robot.types import FloatArray, Pose
from slam.likelihood import LikelihoodField
from slam.motion import wrap_angle
from slam.scan_points import thin_evenly

ByteArray = NDArray[np.uint8]
CellArray = NDArray[np.int32]
HitArray = NDArray[np.int64]
Node = tuple[int, int, int, int, int]  # minus the bound, level, heading, row, column: a heap's smallest is best
FULL = 255  # what a beam that ends in a wall is worth


@dataclass(frozen=True, slots=True)
class SearchConfig:
    """Figures of the search, SI units.

    `cell` is the step of x and y; the headings' step moves the beam at the `far_share` quantile of the ranges by one
    cell. `sigma` is wide enough for both. Hypotheses nearer than `apart_xy` and `apart_theta` are one. The search
    ends when nothing can come within `margin` (share of the score) of the best, or after `nodes_max` nodes.
    """

    cell: float = 0.10
    levels: int = 5  # windows of 1, 2, 4, ... cells
    beams: int = 100
    far_share: float = 0.9
    sigma: float = 0.15
    robot_radius: float = 0.15  # nearer to a wall nobody can stand; less than the robot's, for map errors
    apart_xy: float = 0.5
    apart_theta: float = 0.35
    hypotheses: int = 8
    margin: float = 0.15
    least_score: float = 0.2
    nodes_max: int = 300_000


@dataclass(frozen=True, slots=True, eq=False)
class SearchField:
    """A frozen map, ready to be searched.

    `pools` (levels, rows, cols) uint8: in cell (r, c) of level h the best worth of a beam that ends in the window of
    2^h cells from (r, c) on; `standing` the same for where a robot may stand (0 or 1). Both have `pad` cells of
    nothing below row and column 0. `origin` (2,) metres of cell (pad, pad); `cell` metres.
    """

    pools: ByteArray
    standing: ByteArray
    pad: int
    origin: FloatArray
    cell: float


def build_search(field: LikelihoodField, config: SearchConfig) -> SearchField:
    """Max-pooled grids of every level from a likelihood field."""
    factor = max(1, round(config.cell / field.resolution))
    worth = np.rint(FULL * np.exp(-0.5 * (field.clearance / config.sigma) ** 2)).astype(np.uint8)
    stand = (field.is_free & (field.clearance >= config.robot_radius)).astype(np.uint8)
    if not stand.any():  # a map of passages narrower than the robot: stand wherever it is free
        stand = field.is_free.astype(np.uint8)
    pad = 1 << (config.levels - 1)
    pools, standing = ([_coarser(grid, factor, pad)] for grid in (worth, stand))
    for level in range(1, config.levels):
        for pyramid in (pools, standing):
            pyramid.append(_pooled(pyramid[-1], 1 << (level - 1)))
    return SearchField(np.stack(pools), np.stack(standing), pad, field.origin, factor * field.resolution)


def _coarser(grid: ByteArray, factor: int, pad: int) -> ByteArray:
    """The best of each block of `factor` x `factor` cells, with `pad` cells of 0 before the first row and column."""
    rows, cols = -(-grid.shape[0] // factor), -(-grid.shape[1] // factor)
    blocks = np.zeros((rows * factor, cols * factor), np.uint8)
    blocks[: grid.shape[0], : grid.shape[1]] = grid
    best = blocks.reshape(rows, factor, cols, factor).max(axis=(1, 3))
    return np.pad(best, ((pad, 0), (pad, 0)))


def _pooled(grid: ByteArray, step: int) -> ByteArray:
    """The best of each cell and its neighbours `step` to the right, above, and both: a window twice as wide."""
    high = np.pad(grid, ((0, step), (0, step)))
    rows, cols = grid.shape
    below = np.maximum(high[:rows, :cols], high[:rows, step:])
    above = np.maximum(high[step:, :cols], high[step:, step:])
    return np.maximum(below, above)


@dataclass(frozen=True, slots=True)
class SearchWindow:
    """Where to search: within `radius` (m) of a place, headings within `turn` (rad)."""

    pose: Pose
    radius: float
    turn: float


def search(
    field: SearchField, points: FloatArray, config: SearchConfig, window: SearchWindow | None = None
) -> tuple[FloatArray, FloatArray]:
    """Where a scan may have been taken: poses (K, 3) best first, and their scores (K,) between 0 and 1.

    `points` (M, 2) end points in the base frame, metres. A score is the mean worth of a beam. The poses are exact to
    half a cell and half a step of heading: refine them. Without a `window` the whole map is searched, wherever a robot
    may stand; with one, all places in it. The same input gives the same bytes.
    """
    beams = thin_evenly(points, config.beams)
    reach = float(np.quantile(np.hypot(beams[:, 0], beams[:, 1]), config.far_share))
    count = math.ceil(2.0 * math.pi * max(reach, field.cell) / field.cell)
    turn = 2.0 * math.pi / count
    if window is None:
        angles = -math.pi + turn * np.arange(count)
    else:
        side = math.ceil(window.turn / turn)
        angles = window.pose.theta + turn * np.arange(-side, side + 1)
    turned_x = np.cos(angles)[:, None] * beams[:, 0] - np.sin(angles)[:, None] * beams[:, 1]
    turned_y = np.sin(angles)[:, None] * beams[:, 0] + np.cos(angles)[:, None] * beams[:, 1]
    found, scores, _ = branch_and_bound(
        field.pools,
        field.standing if window is None else _within(field, window),
        field.pad,
        np.rint(turned_y / field.cell).astype(np.int32),
        np.rint(turned_x / field.cell).astype(np.int32),
        config.apart_xy / field.cell,
        config.apart_theta,
        config.margin,
        config.least_score,
        turn,
        (config.hypotheses, config.nodes_max),
    )
    poses = np.empty((len(found), 3))
    poses[:, 0] = field.origin[0] + (found[:, 2] - field.pad + 0.5) * field.cell
    poses[:, 1] = field.origin[1] + (found[:, 1] - field.pad + 0.5) * field.cell
    poses[:, 2] = angles[found[:, 0]]
    return poses, scores


def _within(field: SearchField, window: SearchWindow) -> ByteArray:
    """The pyramid of the places in a window, as `SearchField.standing`."""
    rows, cols = np.indices(field.standing.shape[1:]) - field.pad
    x, y = ((cells + 0.5) * field.cell + corner for cells, corner in zip((cols, rows), field.origin, strict=True))
    near = np.hypot(x - window.pose.x, y - window.pose.y) <= window.radius
    pyramid = [(near & (rows >= 0) & (cols >= 0)).astype(np.uint8)]
    for level in range(1, len(field.standing)):
        pyramid.append(_pooled(pyramid[-1], 1 << (level - 1)))
    return np.stack(pyramid)


@njit(cache=True)
def bound(pool: ByteArray, row: int, col: int, rows: CellArray, cols: CellArray, least: int) -> int:
    """The most that the beams can be worth from a window's first cell (row, col); 0 as soon as `least` is missed."""
    height, width = pool.shape
    total, rest = 0, FULL * rows.size
    for k in range(rows.size):
        r, c = row + rows[k], col + cols[k]
        rest -= FULL
        if 0 <= r < height and 0 <= c < width:
            total += int(pool[r, c])
        if total + rest < least:
            return 0
    return total


@njit(cache=True)
def taken(found: HitArray, count: int, turn: float, node: Node, half: float, xy: float, theta: float) -> bool:
    """True when a whole window, `half` its width less one cell, lies within `xy` cells and `theta` of a hypothesis."""
    _, _, heading, row, col = node
    for i in range(count):
        away = math.hypot(row + half - found[i, 1], col + half - found[i, 2]) + 1.415 * half
        if away <= xy and abs(wrap_angle(turn * (heading - found[i, 0]))) <= theta:
            return True
    return False


@njit(cache=True)
def roots(pool: ByteArray, standing: ByteArray, pad: int, rows: CellArray, cols: CellArray, least: int) -> list[Node]:
    """The widest windows of every heading as a heap, the most promising first."""
    level = 0
    while (1 << level) < pad:
        level += 1
    heap = [(0, 0, 0, 0, 0) for _ in range(0)]
    for heading in range(rows.shape[0]):
        for row in range(pad, pool.shape[0], pad):
            for col in range(pad, pool.shape[1], pad):
                if standing[row, col]:
                    score = bound(pool, row, col, rows[heading], cols[heading], least)
                    if score > 0:
                        heap.append((-score, level, heading, row, col))
    heapq.heapify(heap)
    return heap


@njit(cache=True)
def open_window(
    heap: list[Node], pool: ByteArray, standing: ByteArray, node: Node, rows: CellArray, cols: CellArray, least: int
) -> int:
    """Push the quarters of a window that may still hold a pose worth `least`; return how many were looked at."""
    _, level, heading, row, col = node
    half, looked = 1 << (level - 1), 0
    for k in range(4):
        r, c = row + half * (k >> 1), col + half * (k & 1)
        if r < standing.shape[0] and c < standing.shape[1] and standing[r, c]:
            looked += 1
            score = bound(pool, r, c, rows, cols, least)
            if score > 0:
                heapq.heappush(heap, (-score, level - 1, heading, r, c))
    return looked


@njit(cache=True)
def branch_and_bound(
    pools: ByteArray,
    standing: ByteArray,
    pad: int,
    rows: CellArray,
    cols: CellArray,
    xy: float,
    theta: float,
    margin: float,
    least_score: float,
    turn: float,
    limits: tuple[int, int],
) -> tuple[HitArray, FloatArray, int]:
    """The best distinct leaves (K, 3) heading, row, column; their scores (K,); the nodes that were looked at.

    Best first: no window is opened before one that promises more, so leaves come out in the order of their scores.
    `rows`, `cols` (headings, M) the turned beams in cells, `turn` radians apart; `limits` the most hypotheses and
    nodes.
    """
    most, nodes_max = limits
    full = FULL * rows.shape[1]
    found, scores = np.empty((most, 3), np.int64), np.empty(most)
    least = int(least_score * full)
    heap = roots(pools[-1], standing[-1], pad, rows, cols, least)
    count, nodes = 0, len(heap)
    while heap and count < most and nodes < nodes_max:
        node = heapq.heappop(heap)
        lowest, level, heading, row, col = node
        if -lowest < least:
            break
        if taken(found, count, turn, node, 0.5 * ((1 << level) - 1), xy, theta):
            continue
        if level == 0:
            found[count, 0], found[count, 1], found[count, 2] = heading, row, col
            scores[count] = -lowest / full
            count += 1
            least = max(least, int((scores[0] - margin) * full))
            continue
        nodes += open_window(heap, pools[level - 1], standing[level - 1], node, rows[heading], cols[heading], least)
    return found[:count], scores[:count], nodes

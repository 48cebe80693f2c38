"""The global planner: A* over the costmap, cheapest where there is room, then pulled straight."""

from __future__ import annotations

import itertools
import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.costmap import Costmap
from robot.types import FloatArray


@njit(cache=True)
def _heap_push(heap: FloatArray, ids: NDArray[np.int32], size: int, key: float, node: int) -> int:
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap[parent] <= key:
            break
        heap[i], ids[i] = heap[parent], ids[parent]
        i = parent
    heap[i], ids[i] = key, node
    return size + 1


@njit(cache=True)
def _heap_pop(heap: FloatArray, ids: NDArray[np.int32], size: int) -> int:
    """Remove the root of a heap of `size`; returns the new size."""
    size -= 1
    key, node = heap[size], ids[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap[child + 1] < heap[child]:
            child += 1
        if heap[child] >= key:
            break
        heap[i], ids[i] = heap[child], ids[child]
        i = child
    heap[i], ids[i] = key, node
    return size


@njit(cache=True)
def cell_cost(distance: float, radius: float, comfort: float) -> float:
    """Cost factor of a cell: 1 with room, rising near obstacles, 60 where the robot would touch (to get out only)."""
    if distance < radius:
        return 60.0
    if distance < comfort:
        share = (comfort - distance) / (comfort - radius)
        return 1.0 + 6.0 * share * share
    return 1.0


@njit(cache=True)
def _search(
    distance: FloatArray, start: int, goal: int, radius: float, comfort: float, escape: float
) -> NDArray[np.int32]:
    """A* (Hart, Nilsson, Raphael 1968) with 8 neighbours; cell indices from start to goal, empty when there is none."""
    rows, cols = distance.shape
    flat = distance.ravel()
    best = np.full(rows * cols, np.inf, np.float32)
    parent = np.zeros(rows * cols, np.int32)
    heap = np.empty(8 * rows * cols)
    ids = np.empty(heap.size, np.int32)
    goal_row, goal_col = goal // cols, goal % cols
    start_row, start_col = start // cols, start % cols
    best[start] = 0.0
    size = _heap_push(heap, ids, 0, 0.0, start)
    while size > 0:
        node = ids[0]
        size = _heap_pop(heap, ids, size)
        if node == goal:
            break
        row, col = node // cols, node % cols
        for dr in range(-1, 2):
            for dc in range(-1, 2):
                r, c = row + dr, col + dc
                if (dr == 0 and dc == 0) or r < 0 or c < 0 or r >= rows or c >= cols:
                    continue
                near = r * cols + c
                d = flat[near]
                away = math.hypot(r - start_row, c - start_col)
                if d < radius and (away > escape or d <= 0.0):
                    continue  # blocked, but for the way out of a tight spot
                length = 1.4142135 if dr != 0 and dc != 0 else 1.0
                cost = best[node] + length * cell_cost(d, radius, comfort)
                if cost < best[near] - 1e-4:
                    best[near] = cost
                    parent[near] = node
                    size = _heap_push(heap, ids, size, cost + math.hypot(r - goal_row, c - goal_col), near)
    return _reconstruct_path(parent, start, goal) if best[goal] < np.inf else np.empty(0, np.int32)


@njit(cache=True)
def _reconstruct_path(parent: NDArray[np.int32], start: int, goal: int) -> NDArray[np.int32]:
    """The cells from start to goal, told from the goal back by the `parent` of each."""
    count, node = 1, goal
    while node != start:
        node = parent[node]
        count += 1
    path = np.empty(count, np.int32)
    node = goal
    for i in range(count - 1, -1, -1):
        path[i] = node
        node = parent[node]
    return path


@njit(cache=True)
def _line_of_sight(distance: FloatArray, a: int, b: int, need: float) -> bool:
    """Whether the straight line between two cells keeps `need` metres of clearance (or what its ends have)."""
    cols = distance.shape[1]
    r0, c0, r1, c1 = a // cols, a % cols, b // cols, b % cols
    steps = int(2 * max(abs(r1 - r0), abs(c1 - c0))) + 1
    least = min(need, distance[r0, c0], distance[r1, c1])
    for i in range(steps):  # the end has what it has
        r = int(round(r0 + (r1 - r0) * i / steps))
        c = int(round(c0 + (c1 - c0) * i / steps))
        if distance[r, c] < least:
            return False
    return True


@njit(cache=True)
def _shortcut(distance: FloatArray, path: NDArray[np.int32], need: float) -> NDArray[np.int32]:
    """Leave out the waypoints between cells that see each other, looking ahead 60 cells at most."""
    out = np.empty_like(path)
    out[0] = path[0]
    count, i = 1, 0
    while i < path.size - 1:
        j = min(path.size - 1, i + 60)
        while not _line_of_sight(distance, path[i], path[j], need):  # neighbours always see each other
            j -= 1
        out[count] = path[j]
        count += 1
        i = j
    return out[:count]


def plan(
    costmap: Costmap, start: tuple[float, float], goal: tuple[float, float], radius: float, comfort: float
) -> FloatArray | None:
    """A path ((N, 2) m, `map`, points at most 0.25 m apart) from start to goal, or None when there is none.

    It keeps `radius` (m) from all obstacles, and `comfort` (m) where there is room. A goal that is not free is replaced
    by the nearest free cell within 0.5 m.
    """
    distance = costmap.distance
    cols = distance.shape[1]
    ends = [_free_cell(costmap, place, radius if i else 0.0) for i, place in enumerate((start, goal))]
    if ends[0] is None or ends[1] is None:
        return None
    a, b = (row * cols + col for row, col in (ends[0], ends[1]))
    cells = _search(distance, a, b, radius, comfort, 0.8 / costmap.resolution)
    if cells.size == 0:
        return None
    cells = _shortcut(distance, cells, comfort)
    points = np.empty((cells.size, 2))
    points[:, 0] = costmap.origin[0] + (cells % cols + 0.5) * costmap.resolution
    points[:, 1] = costmap.origin[1] + (cells // cols + 0.5) * costmap.resolution
    points[0] = start
    if ends[1] == costmap.cell(*goal):
        points[-1] = goal
    return _densify(points, 0.25)


def _free_cell(costmap: Costmap, place: tuple[float, float], need: float) -> tuple[int, int] | None:
    row, col = costmap.cell(*place)
    rows, cols = costmap.distance.shape
    reach = int(0.5 / costmap.resolution)
    candidates = []
    for r in range(max(0, row - reach), min(rows, row + reach + 1)):
        for c in range(max(0, col - reach), min(cols, col + reach + 1)):
            if costmap.distance[r, c] > need:
                candidates.append(((r - row) ** 2 + (c - col) ** 2, r, c))
    return min(candidates)[1:] if candidates else None


def _densify(points: FloatArray, spacing: float) -> FloatArray:
    pieces = []
    for a, b in itertools.pairwise(points):
        count = math.ceil(float(np.hypot(*(b - a))) / spacing)
        pieces.append(a + (b - a) * np.arange(count)[:, None] / count)
    return np.vstack([*pieces, points[-1:]])

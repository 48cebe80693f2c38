"""Two searches over a grid of costs: the cheapest way (A*), and how far every cell is from the goal (marching)."""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from navigation.buckets import Buckets, empty, pop, push
from robot.types import FloatArray

Float32Array = NDArray[np.float32]
TIGHT = 60.0  # cost factor of a cell where the robot would touch: only to get out
DIAGONAL = math.sqrt(2.0)
UNKNOWN = 1e9  # of a cost-to-go: nothing leads there, or nobody has looked


@njit(cache=True)
def cell_cost(distance: float, radius: float, comfort: float) -> float:
    """Cost factor of a cell: 1 with room, rising near obstacles, infinite where the robot would touch."""
    if distance < radius:
        return math.inf
    if distance < comfort:
        share = (comfort - distance) / (comfort - radius)
        return 1.0 + 6.0 * share * share
    return 1.0


@njit(cache=True)
def fill_costs(distance: FloatArray, radius: float, comfort: float, costs: Float32Array) -> None:
    """The cost factor of every cell."""
    for row in range(distance.shape[0]):
        for col in range(distance.shape[1]):
            costs[row, col] = cell_cost(distance[row, col], radius, comfort)


@njit(cache=True)
def open_round(distance: FloatArray, row: int, col: int, reach: float, costs: Float32Array) -> None:
    """Let the robot out of the tight spot that it stands in: within `reach` (cells) only obstacles are shut."""
    whole = int(reach)
    for r in range(max(0, row - whole), min(costs.shape[0], row + whole + 1)):
        for c in range(max(0, col - whole), min(costs.shape[1], col + whole + 1)):
            if math.isinf(costs[r, c]) and distance[r, c] > 0.0 and math.hypot(r - row, c - col) <= reach:
                costs[r, c] = TIGHT


@njit(cache=True)
def _octile(rows: int, cols: int) -> float:
    """The least length (cells) between two cells that lie so far apart."""
    a, b = abs(rows), abs(cols)
    return float(max(a, b) + (DIAGONAL - 1.0) * min(a, b))


@njit(cache=True)
def _next(queue: Buckets, waits: NDArray[np.bool_]) -> int:
    """The nearest cell that still waits, which it does no more; -1 when there is none."""
    node = pop(queue)
    while node >= 0 and not waits[node]:
        node = pop(queue)
    if node >= 0:
        waits[node] = False
    return node


@njit(cache=True)
def _neighbour(costs: Float32Array, row: int, col: int, k: int) -> int:
    """The `k`-th of the nine cells round a cell; -1 for itself, outside, and where a corner would be cut."""
    rows, cols = costs.shape
    r, c = row + k // 3 - 1, col + k % 3 - 1
    if k == 4 or r < 0 or c < 0 or r >= rows or c >= cols:
        return -1
    if k % 2 == 0 and (math.isinf(costs[r, col]) or math.isinf(costs[row, c])):
        return -1
    return int(r * cols + c)


@njit(cache=True)
def search(
    costs: Float32Array,
    start: int,
    goal: int,
    best: Float32Array,
    parent: NDArray[np.int8],
    waits: NDArray[np.bool_],
    queue: Buckets,
) -> int:
    """A* (Hart, Nilsson, Raphael 1968), no corners cut: fills `best` and `parent`; 1 found, 0 no way, -1 queue full.

    The queue knows keys only to the width of a bucket, so a cell that turns out nearer is looked at again.
    """
    cols = costs.shape[1]
    flat = costs.ravel()
    best[:] = np.inf
    waits[:] = False
    goal_row, goal_col = goal // cols, goal % cols
    away = _octile(start // cols - goal_row, start % cols - goal_col)
    empty(queue, away)
    best[start] = 0.0
    waits[start] = True
    push(queue, away, start)
    while True:
        node = _next(queue, waits)
        if node < 0:
            break
        row, col, so_far = node // cols, node % cols, best[node]
        if so_far + _octile(row - goal_row, col - goal_col) >= best[goal]:
            continue
        for k in range(9):
            near = _neighbour(costs, row, col, k)
            if near < 0:
                continue
            cost = so_far + (1.0 if k % 2 else DIAGONAL) * flat[near]
            if cost >= best[near] - 1e-4:
                continue
            key = cost + _octile(near // cols - goal_row, near % cols - goal_col)
            if key >= best[goal]:
                continue
            best[near] = cost
            parent[near] = k
            waits[near] = True
            if not push(queue, key, near):
                return -1
    return 1 if best[goal] < np.inf else 0


@njit(cache=True)
def way_back(parent: NDArray[np.int8], cols: int, start: int, goal: int) -> NDArray[np.int32]:
    """The cells from start to goal, told from the goal back by the `parent` of each."""
    count, node = 1, goal
    while node != start:
        node -= (parent[node] // 3 - 1) * cols + parent[node] % 3 - 1
        count += 1
    path = np.empty(count, np.int32)
    node = goal
    for i in range(count - 1, -1, -1):
        path[i] = node
        node -= (parent[node] // 3 - 1) * cols + parent[node] % 3 - 1
    return path


@njit(cache=True)
def _arrival(field: Float32Array, row: int, col: int, cost: float) -> float:
    """When the front comes to a cell by its nearer neighbours along each axis (the upwind solution)."""
    rows, cols = field.shape
    a = min(field[row - 1, col] if row > 0 else UNKNOWN, field[row + 1, col] if row < rows - 1 else UNKNOWN)
    b = min(field[row, col - 1] if col > 0 else UNKNOWN, field[row, col + 1] if col < cols - 1 else UNKNOWN)
    if abs(a - b) >= cost:
        return min(a, b) + cost
    return float(0.5 * (a + b + math.sqrt(2.0 * cost * cost - (a - b) ** 2)))


@njit(cache=True)
def march(
    costs: Float32Array,
    goal: int,
    start: int,
    beyond: float,
    field: Float32Array,
    waits: NDArray[np.bool_],
    queue: Buckets,
) -> int:
    """Cost-to-go (cells times cost) from `goal` by fast marching (Sethian 1996) with an untidy queue (Yatziv 2006).

    It ends `beyond` the front's arrival at `start`; 1 when it came there, 0 if not, -1 queue full.
    """
    rows, cols = costs.shape
    field[:] = UNKNOWN
    waits[:] = False
    empty(queue, 0.0)
    field[goal // cols, goal % cols] = 0.0
    waits[goal] = True
    push(queue, 0.0, goal)
    row_start, col_start = start // cols, start % cols
    while True:
        node = _next(queue, waits)
        if node < 0:
            break
        row, col = node // cols, node % cols
        if field[row, col] > field[row_start, col_start] + beyond:
            break
        here = field[row, col]
        for dr, dc in ((-1, 0), (0, -1), (0, 1), (1, 0)):
            r, c = row + dr, col + dc
            if not (0 <= r < rows and 0 <= c < cols):
                continue
            if field[r, c] <= here or costs[r, c] == math.inf:
                continue  # the front has been there
            arrival = _arrival(field, r, c, costs[r, c])
            if arrival < field[r, c] - 1e-3:
                near = r * cols + c
                field[r, c] = arrival
                waits[near] = True
                if not push(queue, arrival, near):
                    return -1
    return 1 if field[row_start, col_start] < UNKNOWN else 0


@njit(cache=True)
def nearest_cell(distance: FloatArray, row: int, col: int, reach: int, need: float) -> tuple[int, int]:
    """The cell nearest to (row, col), `reach` cells away at most, with more than `need` m; (-1, -1) for none."""
    best, found_row, found_col = reach * reach * 2 + 1, -1, -1
    for r in range(max(0, row - reach), min(distance.shape[0], row + reach + 1)):
        for c in range(max(0, col - reach), min(distance.shape[1], col + reach + 1)):
            away = (r - row) ** 2 + (c - col) ** 2
            if away < best and distance[r, c] > need:
                best, found_row, found_col = away, r, c
    return found_row, found_col


@njit(cache=True)
def line_of_sight(distance: FloatArray, a: int, b: int, need: float) -> bool:
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
def shortcut(distance: FloatArray, path: NDArray[np.int32], need: float) -> NDArray[np.int32]:
    """Leave out the waypoints between cells that see each other, looking ahead 60 cells at most."""
    out = np.empty_like(path)
    out[0] = path[0]
    count, i = 1, 0
    while i < path.size - 1:
        j = min(path.size - 1, i + 60)
        while not line_of_sight(distance, path[i], path[j], need):  # neighbours always see each other
            j -= 1
        out[count] = path[j]
        count += 1
        i = j
    return out[:count]

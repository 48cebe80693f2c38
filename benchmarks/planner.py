"""What planning costs: `python benchmarks/planner.py [--json]`, beside pyastar2d where it is installed.

CPU milliseconds (medians of one thread) of a path and of a cost-to-go on a hall of 400 x 300 cells and on a cluttered
field of 1000 x 1000, of the answer that a goal can't be reached, and of the distance transform before; bytes a planner
keeps.
"""

from __future__ import annotations

import argparse
import time
import tracemalloc
from collections.abc import Callable

import numpy as np
from figures import HELP, print_json
from numpy.typing import NDArray
from scipy import ndimage

from navigation.costmap import Costmap
from navigation.planner import Planner
from robot.types import GridMap, Pose

RESOLUTION = 0.05  # m
RADIUS, COMFORT = 0.27, 0.60  # m
Cells = NDArray[np.int8]
Place = tuple[float, float]


def hall() -> Cells:
    """20 x 15 m with counters, benches and pillars, as (300, 400) cells."""
    cells = np.zeros((300, 400), np.int8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 100
    for k in range(6):
        cells[240:256, 30 + 60 * k : 70 + 60 * k] = 100
        cells[180:190, 34 + 60 * k : 66 + 60 * k] = 100
    for row in (70, 130):
        for col in (80, 160, 240, 320):
            cells[row : row + 8, col : col + 8] = 100
    return cells


def clutter() -> Cells:
    """50 x 50 m with boxes as they fall, as (1000, 1000) cells."""
    rng = np.random.default_rng(0)
    cells = np.zeros((1000, 1000), np.int8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 100
    for _ in range(120):
        row, col = rng.integers(20, 960, 2)
        height, width = rng.integers(4, 60, 2)
        cells[row : row + height, col : col + width] = 100
    return cells


def ends(costmap: Costmap) -> tuple[Place, Place]:
    """The two places of the largest free part that lie farthest apart along the diagonal."""
    parts, _ = ndimage.label(costmap.static > RADIUS + 0.1)
    largest = 1 + int(np.argmax(np.bincount(parts.ravel())[1:]))
    rows, cols = np.nonzero(parts == largest)
    first, last = int(np.argmin(rows + cols)), int(np.argmax(rows + cols))
    half = 0.5 * costmap.resolution
    places = [
        (float(cols[i]) * costmap.resolution + half, float(rows[i]) * costmap.resolution + half) for i in (first, last)
    ]
    return places[0], places[1]


def median_ms(run: Callable[[], object], times: int = 9) -> float:
    """CPU time of a call, after one that compiles."""
    run()
    spent = []
    for _ in range(times):
        began = time.thread_time()
        run()
        spent.append(time.thread_time() - began)
    return 1e3 * float(np.median(spent))


def shut_in(cells: Cells, goal: Place) -> Cells:
    """The same with a wall round the goal."""
    shut = cells.copy()
    row, col = int(goal[1] / RESOLUTION), int(goal[0] / RESOLUTION)
    top, left = max(0, row - 30), max(0, col - 30)
    bottom, right = min(cells.shape[0] - 1, row + 29), min(cells.shape[1] - 1, col + 29)
    shut[top : bottom + 1, [left, right]] = 100
    shut[[top, bottom], left : right + 1] = 100
    return shut


def measure(cells: Cells) -> dict[str, float]:
    """All figures of one field."""
    costmap = Costmap(GridMap(cells, RESOLUTION, Pose(0.0, 0.0, 0.0)), coarse=1)
    start, goal = ends(costmap)
    Planner(costmap, RADIUS, COMFORT).plan(start, goal)  # compiles what is not cached
    tracemalloc.start()
    planner = Planner(costmap, RADIUS, COMFORT)
    path = planner.plan(start, goal)
    kept, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert path is not None
    field = np.empty(cells.shape, np.float32)
    closed = Costmap(GridMap(shut_in(cells, goal), RESOLUTION, Pose(0.0, 0.0, 0.0)), coarse=1)
    no_way = Planner(closed, RADIUS, COMFORT)
    assert no_way.why_not(start, goal) == "a wall between"
    costmap._seen[len(cells) // 3, : len(cells) // 2] = 0.0
    return {
        "path_m": float(np.hypot(*np.diff(path, axis=0).T).sum()),
        "plan_ms": median_ms(lambda: planner.plan(start, goal)),
        "cost_to_go_ms": median_ms(lambda: planner.cost_to_go(start, goal, field)),
        "unreachable_ms": median_ms(lambda: (no_way.why_not(start, goal), no_way.plan(start, goal))),
        "make_ms": median_ms(lambda: Planner(costmap, RADIUS, COMFORT), 3),
        "refresh_ms": median_ms(lambda: costmap.refresh(1.0), 5),
        "kept_mb": kept / 1e6,
        "peak_mb": peak / 1e6,
    }


def peer(cells: Cells) -> float | None:
    """pyastar2d's time (ms) on the same field with the same costs; None where it is not installed."""
    try:
        import pyastar2d
    except ImportError:
        return None
    costmap = Costmap(GridMap(cells, RESOLUTION, Pose(0.0, 0.0, 0.0)), coarse=1)
    start, goal = ends(costmap)
    planner = Planner(costmap, RADIUS, COMFORT)
    planner.plan(start, goal)
    weights = np.minimum(planner._costs, 1e6).astype(np.float32)
    a, b = costmap.cell(*start), costmap.cell(*goal)
    return median_ms(lambda: pyastar2d.astar_path(weights, a, b, allow_diagonal=True))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help=HELP)
    asked = parser.parse_args()
    figures: dict[str, object] = {}
    for name, cells in (("400x300", hall()), ("1000x1000", clutter())):
        found: dict[str, object] = {**measure(cells), "pyastar2d_ms": peer(cells)}
        figures[name] = found
        print(name, ", ".join(f"{key} {value:.2f}" for key, value in found.items() if isinstance(value, float)))
        if found["pyastar2d_ms"] is None:
            print("pyastar2d is not installed: no peer")
    if asked.json:
        print_json(figures)


if __name__ == "__main__":
    main()

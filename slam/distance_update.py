"""Keeping a particle's distance field exact while its wall cells come and go."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slam.distance import FAR, FAR_CELLS, MASK, SHIFT, UNIT, TableArray
from slam.tiles import Tiles, writable

REACH = int(FAR_CELLS)  # cells: no wall is felt farther
SIDE = 2 * REACH + 1
_Bytes = NDArray[np.uint8]


def _stamp() -> _Bytes:
    """Stored distances around a wall cell in its middle, (SIDE, SIDE)."""
    rows, cols = np.mgrid[-REACH : REACH + 1, -REACH : REACH + 1]
    return np.asarray(np.rint(np.minimum(UNIT * np.hypot(rows, cols), FAR)), dtype=np.uint8)


STAMP = _stamp()
BY_SQUARE = np.rint(np.minimum(UNIT * np.sqrt(np.arange((REACH + 1) ** 2 + 1)), FAR)).astype(np.int64)


@njit(cache=True)
def add_wall(tiles: Tiles, table: TableArray, row: int, col: int) -> None:
    """A new wall cell: nothing within reach is farther from a wall than from this one."""
    distance = tiles.distance
    for tr in range((row - REACH) >> SHIFT, ((row + REACH) >> SHIFT) + 1):
        r0, r1 = max(row - REACH, tr << SHIFT), min(row + REACH + 1, (tr + 1) << SHIFT)
        for tc in range((col - REACH) >> SHIFT, ((col + REACH) >> SHIFT) + 1):
            c0, c1 = max(col - REACH, tc << SHIFT), min(col + REACH + 1, (tc + 1) << SHIFT)
            tile = int(table[tr, tc])
            if tile == 0 or tiles.counts[tile] != 1:
                tile = writable(tiles, table, tr, tc)
            for r in range(r0, r1):
                here = distance[tile, r & MASK, c0 & MASK : (c0 & MASK) + c1 - c0]
                near = STAMP[r - row + REACH, c0 - col + REACH : c1 - col + REACH]
                for k in range(here.size):
                    here[k] = min(here[k], near[k])


@njit(cache=True)
def remove_wall(tiles: Tiles, table: TableArray, row: int, col: int) -> None:
    """A wall cell less: cells as far from a wall as from this one may have lost their nearest, and seek it anew."""
    walls = np.empty(((2 * SIDE) ** 2, 2), np.int64)
    distance, count = tiles.distance, -1
    for r in range(row - REACH, row + REACH + 1):
        for c in range(col - REACH, col + REACH + 1):
            number = table[r >> SHIFT, c >> SHIFT]
            before = distance[number, r & MASK, c & MASK]
            if before == FAR or before != STAMP[r - row + REACH, c - col + REACH]:
                continue
            if count < 0:
                count = walls_near(tiles, table, row, col, walls)
            value = distance_to(walls, count, r, c)
            if value != before:
                number = writable(tiles, table, r >> SHIFT, c >> SHIFT)
                distance[number, r & MASK, c & MASK] = value


@njit(cache=True)
def walls_near(tiles: Tiles, table: TableArray, row: int, col: int, walls: NDArray[np.int64]) -> int:
    """List the wall cells that may be the nearest of a cell within `REACH`; return how many there are.

    The distances, none too large, say how many columns can be left out.
    """
    evidence, distance, count = tiles.evidence, tiles.distance, 0
    for r in range(row - 2 * REACH, row + 2 * REACH + 1):
        c = col - 2 * REACH
        while c <= col + 2 * REACH:
            number = table[r >> SHIFT, c >> SHIFT]
            if evidence[number, r & MASK, c & MASK] > 0:
                walls[count, 0], walls[count, 1] = r, c
                count += 1
            c += max(1, int(distance[number, r & MASK, c & MASK] / UNIT))
    return count


@njit(cache=True)
def distance_to(walls: NDArray[np.int64], count: int, row: int, col: int) -> int:
    """The stored distance from a cell to the nearest of the first `count` of `walls` (K, 2)."""
    least = (REACH + 1) ** 2
    for k in range(count):
        down, right = walls[k, 0] - row, walls[k, 1] - col
        least = min(least, down * down + right * right)
    return int(BY_SQUARE[least])

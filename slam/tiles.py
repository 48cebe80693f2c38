"""Copy-on-write map tiles: particles share what they have in common, and copy a tile only to write in it.

A tile is 32 x 32 cells: `evidence` int16 (above 0 occupied, below 0 free, 0 unknown) and `distance` uint8 (see
`slam.distance`). `counts` says how many tables name a tile; tile 0 is the empty one that all tables share, uncounted.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slam.distance import FAR, TILE, TableArray, TileArray

EvidenceArray = NDArray[np.int16]
CountArray = NDArray[np.int32]
GROWTH = 512  # tiles added at a time


@njit(cache=True)
def writable(
    table: TableArray, tr: int, tc: int, evidence: EvidenceArray, distance: TileArray, counts: CountArray
) -> int:
    """The number of the tile at (tr, tc) after making sure that `table` (rows, cols) alone owns it.

    The pool must have a free tile (`TilePool.reserve`).
    """
    old = int(table[tr, tc])
    if old != 0 and counts[old] == 1:
        return old
    new = take(counts)
    if old == 0:
        evidence[new] = 0
        distance[new] = FAR
    else:
        evidence[new] = evidence[old]
        distance[new] = distance[old]
        counts[old] -= 1
    table[tr, tc] = new
    return new


@njit(cache=True)
def take(counts: CountArray) -> int:
    """A free tile's number, its count set to 1; the pool must have one."""
    new = -int(counts[0])
    counts[0] = counts[new]
    counts[new] = 1
    return new


@njit(cache=True)
def give_back(counts: CountArray, tile: int) -> None:
    """One table less names `tile`; the last one frees it."""
    if tile == 0:
        return
    counts[tile] -= 1
    if counts[tile] == 0:
        counts[tile] = counts[0]
        counts[0] = -tile


@njit(cache=True)
def inherit(tables: NDArray[np.int32], parents: NDArray[np.int64], counts: CountArray) -> NDArray[np.int32]:
    """The tables (M, rows, cols) of children that each share their parent's tiles; the old (N, ...) are given up."""
    rows, cols = tables.shape[1], tables.shape[2]
    children = np.empty((parents.size, rows, cols), np.int32)
    for i in range(parents.size):
        for r in range(rows):
            for c in range(cols):
                tile = tables[parents[i], r, c]
                children[i, r, c] = tile
                if tile:
                    counts[tile] += 1
    for i in range(tables.shape[0]):
        for r in range(rows):
            for c in range(cols):
                give_back(counts, tables[i, r, c])
    return children


class TilePool:
    """The tiles of all particles. Free tiles form a list linked through `counts`, from `counts[0]` on, as negatives."""

    def __init__(self) -> None:
        self.evidence: EvidenceArray = np.zeros((1, TILE, TILE), np.int16)
        self.distance: TileArray = np.full((1, TILE, TILE), FAR, np.uint8)
        self.counts: CountArray = np.zeros(1, np.int32)

    def reserve(self, tiles: int) -> None:
        """Make sure that `tiles` more can be taken."""
        free = int(np.count_nonzero(self.counts[1:] <= 0))
        if free >= tiles:
            return
        more, old = max(tiles - free, GROWTH), len(self.counts)
        self.evidence = np.concatenate([self.evidence, np.zeros((more, TILE, TILE), np.int16)])
        self.distance = np.concatenate([self.distance, np.full((more, TILE, TILE), FAR, np.uint8)])
        linked = -np.arange(old + 1, old + more + 1, dtype=np.int32)
        linked[-1] = self.counts[0]
        self.counts = np.concatenate([self.counts, linked])
        self.counts[0] = -old

    @property
    def used(self) -> int:
        """Tiles that some table names."""
        return int(np.count_nonzero(self.counts[1:] > 0))

    @property
    def nbytes(self) -> int:
        """Bytes the pool holds, free tiles included."""
        return self.evidence.nbytes + self.distance.nbytes + self.counts.nbytes

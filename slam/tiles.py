"""Copy-on-write map tiles: particles share what they have in common, and copy a tile only to write in it.

A tile is 32 x 32 cells: `evidence` int16 (above 0 occupied, below 0 free, 0 unknown) and `distance` uint8 (see
`slam.distance`). `counts` says how many tables name a tile; tile 0 is the empty one that all tables share, uncounted.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from slam.distance import FAR, TILE, TableArray, TileArray

EvidenceArray = NDArray[np.int16]
CountArray = NDArray[np.int32]
GROWTH = 512  # tiles added at a time


class Tiles(NamedTuple):
    """A pool as kernels see it: `evidence` and `distance` (n, 32, 32), `counts` (n,), `free` (1,) tiles to be had.

    Free tiles form a list linked through `counts`, from `counts[0]` on, as negatives.
    """

    evidence: EvidenceArray
    distance: TileArray
    counts: CountArray
    free: CountArray


@njit(cache=True)
def writable(tiles: Tiles, table: TableArray, tr: int, tc: int) -> int:
    """The number of the tile at (tr, tc) after making sure that `table` (rows, cols) alone owns it.

    The pool must have a free tile (`TilePool.reserve`).
    """
    old = int(table[tr, tc])
    if old != 0 and tiles.counts[old] == 1:
        return old
    new = take(tiles)
    tiles.evidence[new] = tiles.evidence[old]
    tiles.distance[new] = tiles.distance[old]
    if old != 0:
        tiles.counts[old] -= 1
    table[tr, tc] = new
    return new


@njit(cache=True)
def take(tiles: Tiles) -> int:
    """A free tile's number, its count set to 1; the pool must have one."""
    new = -int(tiles.counts[0])
    tiles.counts[0] = tiles.counts[new]
    tiles.counts[new] = 1
    tiles.free[0] -= 1
    return new


@njit(cache=True)
def give_back(tiles: Tiles, tile: int) -> None:
    """One table less names `tile`; the last one frees it."""
    if tile == 0:
        return
    tiles.counts[tile] -= 1
    if tiles.counts[tile] == 0:
        tiles.counts[tile] = tiles.counts[0]
        tiles.counts[0] = -tile
        tiles.free[0] += 1


@njit(cache=True)
def inherit(tables: NDArray[np.int32], parents: NDArray[np.int64], tiles: Tiles) -> NDArray[np.int32]:
    """The tables (M, rows, cols) of children that each share their parent's tiles; the old (N, ...) are given up."""
    rows, cols = tables.shape[1], tables.shape[2]
    children = np.empty((parents.size, rows, cols), np.int32)
    for i in range(parents.size):
        for r in range(rows):
            for c in range(cols):
                tile = tables[parents[i], r, c]
                children[i, r, c] = tile
                if tile:
                    tiles.counts[tile] += 1
    for i in range(tables.shape[0]):
        for r in range(rows):
            for c in range(cols):
                give_back(tiles, tables[i, r, c])
    return children


class TilePool:
    """The tiles of all particles, and room for more."""

    def __init__(self) -> None:
        self.tiles = Tiles(
            np.zeros((1, TILE, TILE), np.int16),
            np.full((1, TILE, TILE), FAR, np.uint8),
            np.zeros(1, np.int32),
            np.zeros(1, np.int32),
        )

    @classmethod
    def of(cls, evidence: EvidenceArray, distance: TileArray) -> TilePool:
        """A pool that holds these tiles (n, 32, 32) as numbers 1 to n, each named by one table."""
        if evidence.shape != distance.shape or evidence.shape[1:] != (TILE, TILE):
            raise ValueError(f"tiles of shape {evidence.shape} and {distance.shape}")
        pool = cls()
        pool.tiles = Tiles(
            np.concatenate([pool.tiles.evidence, evidence.astype(np.int16)]),
            np.concatenate([pool.tiles.distance, distance.astype(np.uint8)]),
            np.concatenate([pool.tiles.counts, np.ones(len(evidence), np.int32)]),
            pool.tiles.free,
        )
        return pool

    def reserve(self, count: int) -> None:
        """Make sure that `count` more can be taken."""
        evidence, distance, counts, free = self.tiles
        if free[0] >= count:
            return
        more, old = max(count - int(free[0]), GROWTH), len(counts)
        linked = -np.arange(old + 1, old + more + 1, dtype=np.int32)
        linked[-1] = counts[0]
        self.tiles = Tiles(
            np.concatenate([evidence, np.zeros((more, TILE, TILE), np.int16)]),
            np.concatenate([distance, np.full((more, TILE, TILE), FAR, np.uint8)]),
            np.concatenate([counts, linked]),
            free + np.int32(more),
        )
        self.tiles.counts[0] = -old

    def trim(self) -> None:
        """Give back the memory of free tiles behind the last one that is named."""
        evidence, distance, counts, _ = self.tiles
        named = counts > 0
        named[0] = True  # the empty tile
        size = int(np.flatnonzero(named)[-1]) + 1
        free = np.flatnonzero(~named[:size]).astype(np.int32)
        counts = counts[:size].copy()
        counts[np.concatenate([[0], free])] = np.concatenate([-free, [0]])
        free_count = np.array([len(free)], np.int32)
        self.tiles = Tiles(evidence[:size].copy(), distance[:size].copy(), counts, free_count)

    @property
    def used(self) -> int:
        """Tiles that some table names."""
        return len(self.tiles.counts) - 1 - int(self.tiles.free[0])

    @property
    def nbytes(self) -> int:
        """Bytes the pool holds, free tiles included."""
        return sum(array.nbytes for array in self.tiles)

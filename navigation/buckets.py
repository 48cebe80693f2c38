"""A bucket queue (Dial 1969): nodes by their keys, to the width of a bucket, each in constant time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

COUNT = 1024  # buckets in the ring
WIDTH = 0.25  # of a bucket, in the unit of the keys
SPAN = (COUNT - 2) * WIDTH  # how far a key may lie above the least one


class Buckets(NamedTuple):
    """A ring of stacks over one pool of entries, so that memory is what waits at once, not what ever waited."""

    heads: NDArray[np.int32]  # (COUNT,) the top entry of each bucket, -1 for none
    nodes: NDArray[np.int32]  # (pool,) what an entry holds
    nexts: NDArray[np.int32]  # (pool,) the entry under it, or the next free one
    state: NDArray[np.int64]  # (4,) a free entry or -1, entries ever used, entries that wait, the bucket emptied now


def buckets(pool: int) -> Buckets:
    """An empty queue for at most `pool` entries."""
    return Buckets(
        np.full(COUNT, -1, np.int32),
        np.zeros(pool, np.int32),
        np.zeros(pool, np.int32),
        np.array([-1, 0, 0, 0], np.int64),
    )


@njit(cache=True)
def empty(queue: Buckets, least: float) -> None:
    """Throw out all that waits; no key will be below `least`."""
    queue.heads[:] = -1
    queue.state[0] = -1
    queue.state[1] = 0
    queue.state[2] = 0
    queue.state[3] = int(least / WIDTH)


@njit(cache=True)
def push(queue: Buckets, key: float, node: int) -> bool:
    """Add a node; False when the pool is full. A key below the present bucket counts as in it."""
    entry = queue.state[0]
    if entry >= 0:
        queue.state[0] = queue.nexts[entry]
    elif queue.state[1] < queue.nexts.size:
        entry = queue.state[1]
        queue.state[1] += 1
    else:
        return False
    bucket = max(int(key / WIDTH), queue.state[3]) % COUNT
    queue.nodes[entry] = node
    queue.nexts[entry] = queue.heads[bucket]
    queue.heads[bucket] = entry
    queue.state[2] += 1
    return True


@njit(cache=True)
def pop(queue: Buckets) -> int:
    """Take a node of the least bucket that holds any; -1 when none waits."""
    if queue.state[2] == 0:
        return -1
    while queue.heads[queue.state[3] % COUNT] < 0:
        queue.state[3] += 1
    bucket = queue.state[3] % COUNT
    entry = queue.heads[bucket]
    queue.heads[bucket] = queue.nexts[entry]
    queue.nexts[entry] = queue.state[0]
    queue.state[0] = entry
    queue.state[2] -= 1
    return int(queue.nodes[entry])

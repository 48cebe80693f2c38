"""Who belongs together: people who walk side by side for some seconds are a group for as long as they stay near."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from robot.types import FloatArray

Pair = tuple[int, int]  # two ids, the lower first

PERIOD = 0.5  # s between two looks
ASIDE = 1.3  # m between two who walk together
ALIKE = 0.4  # m/s by which their velocities differ at most
WALKS = 0.4  # m/s at least, of both
TOGETHER = 3.0  # s until two are a group: longer than who overtakes is beside somebody
APART = 2.5  # m at which they have parted ...
PARTS = 2.0  # and how much faster that counts than that they walk together
UNSEEN = 0.25  # and how much slower that one of them is out of sight
MOST = 10.0  # s of walking together that are remembered


class Groups:
    """`update` with each scan; `names` has the lowest id of their group for everybody who is in one."""

    def __init__(self) -> None:
        self.names: dict[int, int] = {}
        self._together: dict[Pair, float] = {}  # s
        self._joined: set[Pair] = set()
        self._looked = -math.inf

    def update(self, ids: list[int], states: FloatArray, now: float) -> None:
        """Look at everybody: their `ids` and `states`, (N, 4) x, y (m), vx, vy (m/s)."""
        if now - self._looked < PERIOD - 1e-6:
            return
        self._looked = now
        away = np.hypot(*(states[:, None, :2] - states[None, :, :2]).T).T
        unlike = np.hypot(*(states[:, None, 2:] - states[None, :, 2:]).T).T
        walks = np.hypot(states[:, 2], states[:, 3]) > WALKS
        beside = _pairs(ids, (away < ASIDE) & (unlike < ALIKE) & np.outer(walks, walks))
        near = _pairs(ids, away < APART)
        for pair in beside:
            self._together[pair] = min(MOST, self._together.get(pair, 0.0) + PERIOD)
        for pair in self._together.keys() - near:
            is_seen = pair[0] in ids and pair[1] in ids
            self._together[pair] -= PERIOD * (PARTS if is_seen else UNSEEN)
        self._together = {pair: seconds for pair, seconds in self._together.items() if seconds > 0.0}
        self._joined &= self._together.keys()
        self._joined |= {pair for pair, seconds in self._together.items() if seconds >= TOGETHER}
        self.names = _groups(self._joined)


def _pairs(ids: list[int], mask: NDArray[np.bool_]) -> set[Pair]:
    """The pairs of ids for which a symmetric (N, N) mask is true."""
    found = ((ids[row], ids[col]) for row, col in np.argwhere(np.triu(mask, 1)).tolist())
    return {(min(pair), max(pair)) for pair in found}


def _groups(pairs: set[Pair]) -> dict[int, int]:
    """The lowest id of their group for each of those who are paired: whoever is with one is with all of theirs."""
    names: dict[int, int] = {}
    for first, second in sorted(pairs):
        names.setdefault(first, first)
        names.setdefault(second, second)
        low, high = sorted((names[first], names[second]))
        for each, name in names.items():
            names[each] = low if name == high else name
    return names

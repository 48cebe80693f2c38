"""CLEAR MOT (Bernardin and Stiefelhagen 2008): how well tracks follow people, and how often they change identity."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

Places = Mapping[int, tuple[float, float]]  # id: x, y in m


@dataclass
class Mot:
    """Counts over scans; a match lies within `near` (m), and the last scan's match is kept while it does.

    Whoever comes back with another identity after not being visible for `gone` (s) counts as `returned`, not among the
    `switches`: nobody could know them.
    """

    near: float = 0.6
    gone: float = 3.0
    matched: int = 0
    missed: int = 0
    false: int = 0
    switches: int = 0
    returned: int = 0
    errors: list[float] = field(default_factory=list)
    _last: dict[int, int] = field(default_factory=dict)
    _seen: dict[int, float] = field(default_factory=dict)  # s, when somebody was visible
    _hidden: set[int] = field(default_factory=set)  # those who were not for long, and have no track again yet

    def add(self, now: float, people: Places, visible: Sequence[int], tracks: Places) -> None:
        """One scan: all `people`, which of them can be seen, and the tracks; a track on a hidden one is not false."""
        pairs = {
            person: self._last[person]
            for person, (x, y) in people.items()
            if (track := self._last.get(person)) in tracks and self._away((x, y), tracks[track]) < self.near
        }
        left = [person for person in people if person not in pairs]
        free = [track for track in tracks if track not in pairs.values()]
        if left and free:
            cost = np.array([[self._away(people[person], tracks[track]) for track in free] for person in left])
            rows, cols = linear_sum_assignment(np.where(cost < self.near, cost, 1e3))
            for row, col in zip(rows, cols, strict=True):
                if cost[row, col] < self.near:
                    pairs[left[row]] = free[col]
        self._hidden |= {person for person in people if now - self._seen.get(person, -math.inf) > self.gone}
        for person, track in pairs.items():
            if self._last.get(person, track) != track:
                self.switches += person not in self._hidden
                self.returned += person in self._hidden
            self._hidden.discard(person)
            self._last[person] = track
            self.errors.append(self._away(people[person], tracks[track]))
        seen = set(visible)
        self._seen.update(dict.fromkeys(seen, now))
        self.matched += sum(person in seen for person in pairs)
        self.missed += len(seen - set(pairs))
        self.false += len(tracks) - len(pairs)

    @staticmethod
    def _away(a: tuple[float, float], b: tuple[float, float]) -> float:
        return math.hypot(a[0] - b[0], a[1] - b[1])

    @property
    def mota(self) -> float:
        """1 minus misses, false tracks and changed identities a person to be seen."""
        return 1.0 - (self.missed + self.false + self.switches) / max(1, self.matched + self.missed)

    @property
    def recall(self) -> float:
        """The share of people to be seen who have a track."""
        return self.matched / max(1, self.matched + self.missed)

    @property
    def precision(self) -> float:
        """The share of tracks that are on somebody."""
        return len(self.errors) / max(1, len(self.errors) + self.false)

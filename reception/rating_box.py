"""Ratings that were given at the screen, until the office has stored them."""

from __future__ import annotations

from collections import deque

from reception.errands import Errands, GivenRating
from reception.visits import Visit
from robot.ports import Job


class RatingBox:
    """One after the other, each again until it is stored; a visit puts in one only."""

    def __init__(self, errands: Errands) -> None:
        self._errands = errands
        self._waiting: deque[GivenRating] = deque()
        self._storing: Job | None = None  # the first of them
        self._rated: set[int] = set()  # visits

    def put(self, visit: Visit) -> bool:
        """Take a visit's rating; False when it has put in one already."""
        if visit.id in self._rated:
            return False
        given = GivenRating(visit.id, visit.rating, tuple(visit.reasons), visit.door, visit.service)
        self._waiting.append(given)
        self._rated.add(visit.id)
        return True

    def store(self, may_ask: bool) -> str:
        """Go on with storing, where the office may be asked just now; why the last one was not stored, "" otherwise."""
        if self._storing is None and self._waiting and may_ask:
            self._storing = self._errands.rate(self._waiting[0])
        outcome = self._storing.outcome if self._storing is not None else None
        if outcome is None:
            return ""
        self._storing = None
        if outcome.ok:
            self._waiting.popleft()
        return outcome.reason

"""Keeps an eye on one person who follows the robot: the same one through crossings, short losses and swapped tracks."""

from __future__ import annotations

import math
from collections.abc import Sequence

from robot.types import Pose, Track

HAND_OVER = 1.0  # m that somebody may have moved between two looks, or two tracks of one person
WALKING = 1.0  # m/s of somebody who follows
FAR = 3.2  # m from the robot beyond which the track that was theirs is perhaps another's
WITH = 2.2  # m from the robot within which somebody walks with it
FOLLOWS = 0.8  # m that the robot has driven with somebody so near: they follow it
STAYS = 2.0  # s that somebody stands so near to the waiting robot: they have come back to it


class FollowedPerson:
    """`place` (m, `map`) is where they were last, `seen` when (s).

    Whoever was tracked beside them all the while is somebody else, unless that one has followed the robot since and
    theirs has not: then the two tracks have swapped persons.
    """

    def __init__(self, person: Track | None, pose: Pose, now: float) -> None:
        self.place = (person.x, person.y) if person else (pose.x, pose.y)
        self.seen = now
        self._id = person.id if person else None
        self._others: set[int] = set()
        self._last_pose = pose
        self._driven = 0.0
        self._with: dict[int, tuple[float, float]] = {}  # since when, and the robot's metres then

    def update(self, now: float, pose: Pose, people: Sequence[Track]) -> float:
        """Metres from the robot to them; infinite when nobody is they just now."""
        self._driven += pose.distance(self._last_pose)
        self._last_pose = pose
        self._keep_company(now, pose, people)
        found = self._found(now, pose, people)
        if found is None:
            return math.inf
        self._id = found.id
        self._others |= {person.id for person in people if person.id != found.id}
        self._others.discard(found.id)
        self.place = found.x, found.y
        self.seen = now
        return _away(pose, found)

    def stands_at(self, x: float, y: float, now: float) -> None:
        """They have been seen at a place (m) by other means."""
        self.place = x, y
        self.seen = now

    def _keep_company(self, now: float, pose: Pose, people: Sequence[Track]) -> None:
        """Who walks with the robot, and since when."""
        near = {person.id for person in people if _away(pose, person) < WITH}
        self._with = {each: self._with.get(each, (now, self._driven)) for each in near}

    def _found(self, now: float, pose: Pose, people: Sequence[Track]) -> Track | None:
        mine = next((person for person in people if person.id == self._id), None)
        if mine is not None and _away(pose, mine) < FAR:
            return mine
        companion = self._companion(now, pose, people)
        if companion is not None:
            return companion
        if mine is not None:
            return mine
        reach = HAND_OVER + WALKING * (now - self.seen)
        new = [person for person in people if person.id not in self._others and self._apart(person) < reach]
        return min(new, key=lambda person: self._apart(person) + 0.5 * _away(pose, person), default=None)

    def _companion(self, now: float, pose: Pose, people: Sequence[Track]) -> Track | None:
        """The nearest of those who follow as they would."""
        found = []
        for person in people:
            since, driven = self._with.get(person.id, (now, self._driven))
            if self._driven - driven > FOLLOWS or (now - since > STAYS and person.still > 0.5 and since > self.seen):
                found.append(person)
        return min(found, key=lambda person: _away(pose, person), default=None)

    def _apart(self, person: Track) -> float:
        return math.hypot(person.x - self.place[0], person.y - self.place[1])


def _away(pose: Pose, person: Track) -> float:
    return math.hypot(person.x - pose.x, person.y - pose.y)

"""Who stands before the screen, whether they came up by themselves, and how long nobody has been there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from robot.types import Pose, Track, wrap

NEAR, FRONT = 1.35, math.radians(55)  # m and rad within which a standing person is in front of the screen
WALKS_BY = 0.6  # m/s at which somebody only passes
SETTLED = 0.4  # s that somebody must stand
STEP_UP = 1.5  # s by which somebody may have stopped before the robot did
UNSEEN_STAYS = 90.0  # s for which who touches the screen without being seen is taken to stand there
NEVER = 1e6  # s


@dataclass(frozen=True, slots=True)
class Audience:
    """`person` before the screen or None; `came_up` when they stopped there after the robot had; `gone` in s."""

    person: Track | None = None
    came_up: bool = False
    gone: float = NEVER


class Attention:
    """A touch is presence too: the lidar does not see everybody, least of all who sits or leans on the robot."""

    def __init__(self) -> None:
        self._moved = 0.0  # s, when the robot last drove
        self._seen = -math.inf
        self._touched_unseen = -math.inf

    def drives(self, now: float, linear: float) -> None:
        """Hear of the robot's own speed (m/s)."""
        if abs(linear) > 0.02:
            self._moved = now

    def update(self, now: float, pose: Pose, people: Sequence[Track], is_touched: bool) -> Audience:
        """Who is there now, from the robot's `pose` and the `people` in `map`."""
        person = before_screen(pose, people)
        if person is not None:
            self._seen = now
        elif is_touched:
            self._touched_unseen = now
        came_up = person is not None and person.still >= SETTLED and person.still < now - self._moved + STEP_UP
        return Audience(person, came_up, self._gone(now))

    def _gone(self, now: float) -> float:
        if self._touched_unseen > self._seen:
            return min(max(0.0, now - self._touched_unseen - UNSEEN_STAYS), NEVER)
        return min(now - self._seen, NEVER)


def before_screen(pose: Pose, people: Sequence[Track]) -> Track | None:
    """The nearest person who stands within reach of the screen."""
    best: Track | None = None
    least = NEAR
    for person in people:
        dx, dy = person.x - pose.x, person.y - pose.y
        away = math.hypot(dx, dy)
        if away < least and person.speed < WALKS_BY and abs(wrap(math.atan2(dy, dx) - pose.theta)) < FRONT:
            best, least = person, away
    return best

"""How people follow the robot: most right behind it; some are slow, stop, wander off, or are overtaken on the way."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator

import numpy as np

from robot.types import Pose
from sim.crowd import Body
from sim.events import Manner
from sim.hall import Hall

Life = Generator[None, None, None]
BEHIND = 0.95  # m from the robot where a follower walks
LONGEST = 240.0  # s that anybody follows
UNSEEN = 1.5  # s without the page after which the walk is over
SLOW = (0.32, 0.5)  # m/s of people who walk slowly
BEGINS = (3.0, 9.0)  # s of the walk after which something happens
STOPS = (4.0, 12.0)  # s that somebody stands, as for a telephone call
WANDERS = (2.5, 5.0)  # m that somebody walks aside
BRISK = 1.4  # m/s of who overtakes


class Follower:
    """One body behind the robot; `watch` is called at each step, as people look at the screen now and then.

    The robot may send it off alone: then it never `was_led`.
    """

    def __init__(
        self, hall: Hall, body: Body, manner: Manner, rng: np.random.Generator, watch: Callable[[], None]
    ) -> None:
        self.hall = hall
        self.body = body
        self.manner = manner
        self.rng = rng
        self.watch = watch
        self.was_led = False
        self._again = 0.0

    def walk(self) -> Life:
        """Until the robot says that this is the place; what the manner brings comes once on the way."""
        began = self.hall.clock.now()
        happens = began + float(self.rng.uniform(*BEGINS))
        if self.manner == "slow":
            self.body.speed = float(self.rng.uniform(*SLOW))
        off_page = 0.0
        while self.hall.clock.now() < began + LONGEST and off_page <= UNSEEN:
            off_page = 0.0 if self._is_led() else off_page + 0.1
            self.was_led = self.was_led or off_page == 0.0
            self.watch()
            if happens <= self.hall.clock.now():
                happens = math.inf
                if self.manner == "leaves":
                    return
                yield from self._on_the_way()
            self._step()
            yield

    def _is_led(self) -> bool:
        state = self.hall.screen.state
        return state is not None and state.page == "follow_me"

    def _step(self) -> None:
        """Towards the place behind the robot; whoever is near stands."""
        if self.hall.clock.now() < self._again:
            return
        self._again = self.hall.clock.now() + 0.5
        if self.hall.away(self.body) > 1.1:
            behind = self.hall.robot.compose(Pose(-BEHIND, 0.0, 0.0))
            self.hall.walk(self.body, (behind.x, behind.y))
        else:
            self.body.path = None

    def _on_the_way(self) -> Life:
        if self.manner == "stops":
            self.body.path = None
            yield from self._pause(float(self.rng.uniform(*STOPS)))
        elif self.manner == "wanders":
            yield from self._aside()
        elif self.manner == "overtaken":
            yield from self._overtaken()

    def _aside(self) -> Life:
        """A few metres off, as to look at a notice, and a moment there."""
        x, y = self.hall.world.crowd.place(self.body)
        clear = self.hall.world.crowd.walls.clearance
        for _ in range(30):
            angle, away = float(self.rng.uniform(-math.pi, math.pi)), float(self.rng.uniform(*WANDERS))
            goal = x + away * math.cos(angle), y + away * math.sin(angle)
            if clear(*goal) > 0.5:
                self.hall.walk(self.body, goal)
                yield from self._pause(8.0, until_there=True)
                break
        yield from self._pause(float(self.rng.uniform(1.0, 3.0)))

    def _overtaken(self) -> Life:
        """Somebody brisk comes from behind and passes between the two of them."""
        crowd, robot = self.hall.world.crowd, self.hall.robot
        x, y = crowd.place(self.body)
        back = math.atan2(y - robot.y, x - robot.x)
        start, end = (x + 2.0 * math.cos(back), y + 2.0 * math.sin(back)), robot.compose(Pose(3.0, 0.9, 0.0))
        if crowd.walls.clearance(*start) < 0.4 or crowd.walls.clearance(end.x, end.y) < 0.4:
            return
        passer = crowd.enter(*start, BRISK)
        self.hall.walk(passer, (end.x, end.y))
        until = self.hall.clock.now() + 8.0
        while self.hall.clock.now() < until and passer.path is not None:
            self._step()
            yield
        crowd.leave(passer)

    def _pause(self, seconds: float, until_there: bool = False) -> Life:
        until = self.hall.clock.now() + seconds
        while self.hall.clock.now() < until and not (until_there and self.body.path is None):
            yield

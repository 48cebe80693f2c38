"""Somebody in the hall: a body, and the two things that everybody does there, to walk and to wait."""

from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np

from robot.types import Pose
from sim.crowd import Body
from sim.hall import Hall
from sim.person import SHAPES, Kind, Reaction
from sim.scenario import Habits

Life = Generator[None, None, None]
ROBOT_MATTERS = 3.0  # m within which the robot may stand in somebody's way
NEAR_SEAT = 1.0  # m from which one still gets to one's seat between others


def drawn_kind(habits: Habits, rng: np.random.Generator) -> Kind:
    """What kind of body somebody has."""
    kinds: list[Kind] = ["child", "elderly", "wheelchair", "cart"]
    shares = [habits.child, habits.elderly, habits.wheelchair, habits.cart]
    number = int(np.searchsorted(np.cumsum(shares), float(rng.random()), side="right"))
    return kinds[number] if number < len(kinds) else "adult"


def drawn_reaction(habits: Habits, rng: np.random.Generator) -> Reaction:
    """How somebody takes the robot."""
    number = int(np.searchsorted(np.cumsum(list(habits.reactions.values())), float(rng.random()), side="right"))
    return list(habits.reactions)[number] if number < len(habits.reactions) else "regular"


class Walker:
    """A body with a life of one generator, stepped ten times a second."""

    def __init__(self, hall: Hall, at: tuple[float, float], rng: np.random.Generator, kind: Kind | None = None) -> None:
        self.hall = hall
        self.rng = rng
        habits = hall.scenario.habits
        self.on_phone = bool(rng.random() < habits.phone)
        drawn = kind or drawn_kind(habits, rng)
        speed = float(rng.uniform(*habits.walking)) * SHAPES[drawn].slows
        reaction = drawn_reaction(habits, rng)
        self.body: Body = hall.world.crowd.enter(*at, speed, not self.on_phone, drawn, reaction)
        self.steps = self.life()
        self.gone = False

    def step(self) -> None:
        """A tenth of a second."""
        if next(self.steps, self) is self:
            self.gone = True

    def life(self) -> Life:
        """Everything from coming in to leaving."""
        yield from ()

    @property
    def place(self) -> tuple[float, float]:
        """Where they are (m)."""
        return self.hall.world.crowd.place(self.body)

    def is_at(self, x: float, y: float, within: float) -> bool:
        """Whether they are within some metres of a place."""
        px, py = self.place
        return math.hypot(px - x, py - y) < within

    def pause(self, seconds: float) -> Life:
        """Stand for a while."""
        until = self.hall.clock.now() + seconds
        while self.hall.clock.now() < until:
            yield

    @property
    def _gets_on(self) -> bool:
        """Whether their way still serves: they walk, and the robot is not near enough to stand in it."""
        vx, vy = self.hall.world.crowd.state[self.body.slot, 2:].tolist()
        walks = math.hypot(vx, vy) > 0.5 * self.body.speed
        return walks and self.body.path is not None and self.hall.away(self.body) > ROBOT_MATTERS

    def walk_to(self, x: float, y: float, patience: float = 60.0, within: float = 0.35) -> Life:
        """Walk and be there, or lose patience; who looks at a telephone does not see the robot."""
        self.body.attentive = not self.on_phone
        until, again, minded = self.hall.clock.now() + patience, 0.0, self.body.noticed
        while self.hall.clock.now() < until and not self.is_at(x, y, within):
            has_touched, minded = self.body.noticed > minded + 1.0, self.body.noticed
            if self.hall.clock.now() >= again or has_touched:
                if has_touched or again == 0.0 or not self._gets_on:
                    self.hall.walk(self.body, (x, y))
                again = self.hall.clock.now() + 5.0
            yield
        self.body.path = None

    def sit_down(self, seat: Pose) -> Generator[None, None, bool]:
        """Walk before a seat, along the row where it is narrow, and sit down; False when there is no way to it."""
        front, beside = self.hall.before_seat(seat)
        yield from self.walk_to(beside.x, beside.y, 40.0, within=0.25)
        if not self.is_at(beside.x, beside.y, NEAR_SEAT):
            return False
        yield from self._settle((beside, front, seat), sits=True)
        self.body.heading = seat.theta
        return True

    def get_up(self, seat: Pose) -> Life:
        """Get up from a seat, once there is room before it."""
        front, beside = self.hall.before_seat(seat)
        while any(spot.distance(self.hall.robot) < 1.0 for spot in (front, beside)):
            yield  # nobody stands up into the robot's way
        yield from self._settle((front, beside), sits=False)

    def _settle(self, spots: tuple[Pose, ...], sits: bool) -> Life:
        """From spot to spot, past knees and along the bench."""
        for spot in spots:
            self.hall.world.crowd.settle(self.body, spot.x, spot.y, sits and spot is spots[-1])
            while self.body.settling:
                yield

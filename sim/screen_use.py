"""How a simulated citizen uses the screen: reads the page, thinks for a moment, touches or speaks."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Protocol

import numpy as np

from robot.pages import (
    PAGES,
    PageName,
    ProcedureContent,
    RatingContent,
    ServicesContent,
    TicketContent,
    WhichOneContent,
)
from robot.types import ScreenState
from sim.crowd import Body
from sim.events import CitizenWithoutNumber, Said
from sim.hall import Hall
from sim.scenario import Wish

LONGEST = 240.0  # s that anybody stands at a screen


class Person(Protocol):
    """Whose eyes, finger and voice they are."""

    hall: Hall
    name: str
    wish: Wish
    rng: np.random.Generator
    by_voice: bool
    wants_guide: bool
    level: int
    number: str
    door: str
    body: Body

    def look_at_robot(self) -> None: ...


class ScreenUser:
    """The eyes, the finger and the voice of one citizen."""

    def __init__(self, person: Person) -> None:
        self.me = person
        self.hall = person.hall
        self.rng = person.rng
        self.following = False
        self.rated = False
        self._done = False
        self._asked = False
        self._seen: tuple[object, ...] = ()
        self._act_at = 0.0
        self._acts: dict[PageName, Callable[[ScreenState], None]] = {
            "board": lambda state: self.touch("start"),
            "announcement": lambda state: None,
            "board_driving": lambda state: self.touch("stop"),
            "driving_face": lambda state: self.touch("stop"),
            "welcome": self._welcome,
            "ask_fields": self._fields,
            "services": self._services,
            "doors": lambda state: self.touch("back"),
            "search": lambda state: self.touch("back"),
            "procedure": self._procedure,
            "which_one": self._which_one,
            "ticket": self._ticket,
            "follow_me": lambda state: None,
            "call_staff": lambda state: self.touch("cancel"),
            "drinks": lambda state: self.touch("decline"),
            "rating": self._rating,
            "reasons": self._reasons,
            "easy_view": lambda state: self.touch("done"),
            "idle_warning": lambda state: self.touch("more_time"),
            "message": lambda state: self.touch("home"),
        }

    def touch(self, action: str, value: str = "") -> None:
        """Touch the page that is shown."""
        self.hall.screen.touch(self.hall.clock.now(), action, value)

    def converse(self) -> Generator[None, None, None]:
        """Use the screen until one is led, goes alone, or has had enough."""
        until = self.hall.clock.now() + LONGEST
        while self.hall.clock.now() < until and not (self.following or self._done):
            self.me.look_at_robot()
            self.watch()
            yield
        if not self.me.number:
            self.hall.record(CitizenWithoutNumber(self.me.name))

    def watch(self) -> None:
        """React once to every page, after one's reaction time, if one stands near enough."""
        state = self.hall.screen.state
        if state is None:
            return
        seen = (state.page, _what_changed(state))
        now = self.hall.clock.now()
        if seen != self._seen:
            self._seen = seen
            low, high = self.hall.scenario.habits.reaction
            self._act_at = now + float(self.rng.uniform(low, high))
        elif now >= self._act_at:
            self._act_at = now + 8.0  # nothing happened? try again
            act = self._acts.get(state.page)
            if act is not None:
                act(state)

    def _welcome(self, state: ScreenState) -> None:
        if not self.me.by_voice:
            self.touch("fields")
            return
        words = str(self.rng.choice(list(self.me.wish.say)))
        self.touch("speak")
        self.hall.ears.speak(words, 0.8 + 0.25 * len(words.split()))
        self.hall.record(Said(self.me.name, words))
        self.me.by_voice = False  # who is not understood goes on by touch

    def _fields(self, state: ScreenState) -> None:
        self.touch("field", self.hall.site.procedures[self.me.wish.procedure].door)

    def _services(self, state: ScreenState) -> None:
        assert isinstance(state.content, ServicesContent)
        mine = self.me.wish.procedure
        if any(tile.id == mine for tile in state.content.services):
            self.touch("service", mine)
        else:
            self.touch("more" if state.content.has_more else "back")

    def _procedure(self, state: ScreenState) -> None:
        assert isinstance(state.content, ProcedureContent)
        self._asked = state.content.id == self.me.wish.procedure
        self.touch("ticket" if self._asked else "home")

    def _which_one(self, state: ScreenState) -> None:
        assert isinstance(state.content, WhichOneContent)
        mine = self.me.wish.procedure
        if any(tile.id == mine for tile in state.content.choices):
            self.touch("service", mine)
        else:
            self.touch("none")

    def _ticket(self, state: ScreenState) -> None:
        assert isinstance(state.content, TicketContent)
        if not self._asked:  # it is the number of the one before
            return
        self.me.number, self.me.door = state.content.number, state.content.door
        if self.me.wants_guide:
            self.touch("guide")
            self.following = True
        else:
            self.touch("alone")
            self._done = True

    def is_my_rating(self) -> bool:
        """Whether the robot asks for my rating, near enough to see it."""
        state = self.hall.screen.state
        if state is None or not isinstance(state.content, RatingContent):
            return False
        return state.content.number == self.me.number and self.hall.away(self.me.body) < 3.0

    def give_rating(self) -> Generator[None, None, None]:
        """Walk up and answer, until the robot has thanked or gone on."""
        until, again = self.hall.clock.now() + 45.0, 0.0
        while self.hall.clock.now() < until and not self.rated:
            state = self.hall.screen.state
            if state is None or state.page not in ("rating", "reasons"):
                return
            if self.hall.faces(self.me.body):
                self.me.body.path = None
                self.watch()
            elif self.hall.clock.now() >= again:
                self.hall.walk(self.me.body, self.hall.before_screen())
                again = self.hall.clock.now() + 0.7
            yield

    def _rating(self, state: ScreenState) -> None:
        assert isinstance(state.content, RatingContent)
        if state.content.number != self.me.number:
            self.touch("skip")
            return
        self.touch("rate", str(self.me.level))
        self.rated = self.me.level > 3

    def _reasons(self, state: ScreenState) -> None:
        chosen = getattr(state.content, "chosen", ())
        if not chosen:
            reasons = [tile.id for tile in getattr(state.content, "reasons", ())]
            self.touch("reason", str(self.rng.choice(reasons)))
        else:
            self.touch("send")
            self.rated = True


def _what_changed(state: ScreenState) -> object:
    """What makes a page a new one to its reader; a clock or a countdown does not."""
    tells = PAGES[state.page].tells
    return getattr(state.content, tells) if tells else None

"""What all our leaves share: short names for the tick's parts."""

from __future__ import annotations

from typing import cast

from behaviours.claims import Intent
from behaviours.context import Context, Snapshot
from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS, Leaf, NoParameters, Parameters
from behaviours.language.words import leaf
from reception.desk import Desk
from reception.visits import Visit
from robot.types import LetanError

__all__ = ["FAILURE", "RUNNING", "SUCCESS", "NoParameters", "Parameters", "RobotLeaf", "leaf"]


class RobotLeaf(Leaf):
    """A leaf of the reception robot."""

    @property
    def context(self) -> Context:
        """The present tick."""
        return cast("Context", self.run.context)  # our leaves are ticked with nothing else

    @property
    def world(self) -> Snapshot:
        """What is so."""
        return self.context.world

    @property
    def intent(self) -> Intent:
        """What is claimed."""
        return self.context.intent

    @property
    def desk(self) -> Desk:
        """The office and the visit at the screen."""
        return self.context.desk

    @property
    def guest(self) -> Visit:
        """The visit at the screen; LetanError, and so failure, without one."""
        visit = self.desk.visit
        if visit is None:
            raise LetanError("there is no visit: write `when: visit.active` beside this word")
        return visit

    @property
    def has_ended(self) -> bool:
        """Whether this leaf's claims have ended with it; while it is being ticked they have not."""
        return self.status is not RUNNING and not self.is_ticking

    def speak(self, text: str, **values: str) -> bool:
        """Claim the voice for a text key; True once it has been said (or could not be)."""
        key = f"{self.source}/{text}/{self.round}/{sorted(values.items())}"
        self.intent.say(key, self.desk.wording.text(text, **values), self, values)
        spoken = self.world.spoken
        return spoken.key == key and spoken.outcome is not None

    round = 0
    began = 0.0  # s, the present round

    def initialise(self) -> None:
        """Each start is a new round, so that the same words are said anew."""
        self.round += 1
        self.began = self.world.stamp

    def has_lasted(self, seconds: float) -> bool:
        """Whether the round began so long ago."""
        return self.world.stamp >= self.began + seconds

    def show_visit(self) -> None:
        """Claim the screen for the visit's own page."""
        _ = self.guest
        page, content, expression = self.desk.page()
        self.intent.show(page, content, self, expression)

"""Leaves that fill the tray and offer what is on it."""

from __future__ import annotations

import math

from py_trees.common import Status
from pydantic import Field

from behaviours.leaves.base import RUNNING, SUCCESS, Parameters, RobotLeaf, leaf
from behaviours.leaves.drive import DrivingLeaf
from navigation.goals import Goal
from text.quantities import Length, Time


class RefillParameters(Parameters):
    """How long to wait for the staff."""

    least: int = Field(default=4, ge=1, description="items that are enough")
    patience: Time = Field(default=30.0, description="how long to wait")


@leaf("refill_tray", RefillParameters, claims={"wheels", "voice"})
class RefillTray(RobotLeaf):
    """Wait at the drinks station until the staff have filled the tray."""

    p: RefillParameters

    def initialise(self) -> None:
        """The patience starts now."""
        super().initialise()
        self.until = self.world.stamp + self.p.patience

    def update(self) -> Status:
        """Fails when nobody comes."""
        if self.world.tray_items >= self.p.least:
            return SUCCESS
        if self.world.stamp > self.until:
            return self.fail("nobody has filled the tray")
        self.intent.stand(self)
        self.speak("speech.refill")
        return RUNNING


class OfferParameters(Parameters):
    """How long, and how far away a waiting area is left out."""

    time: Time = Field(default=14.0, description="how long at each waiting area")
    reach: Length = Field(default=30.0, description="farther away areas are left out")


@leaf("offer_drinks", OfferParameters, claims={"wheels", "page", "voice"})
class OfferDrinks(DrivingLeaf):
    """Go round the waiting areas where people wait and offer what is on the tray."""

    p: OfferParameters

    def initialise(self) -> None:
        """The doors whose numbers wait, the nearest first."""
        super().initialise()
        pose, doors = self.world.where.pose, self.desk.site.floor.doors
        waiting = [door for door in doors if self.desk.hall.waiting(door)]
        self.doors = sorted(waiting, key=lambda door: pose.distance(doors[door].arrive))
        self.nobody = not waiting
        self.until = math.inf

    def update(self) -> Status:
        """Succeeds when every area was visited or the tray is empty; fails when nobody waits: that was no round."""
        if self.nobody:
            return self.fail("nobody waits")
        if not self.doors or self.world.tray_items == 0:
            return SUCCESS
        if math.isinf(self.until):
            goal = Goal(self.desk.site.floor.doors[self.doors[0]].arrive, reach=0.4, face=False, top_speed=0.45)
            status = self.drive(goal)
            if status is SUCCESS:
                self.until = self.world.stamp + self.p.time
                self.round += 1
                self.desk.offered_drinks(self.doors[0])
            elif status is not RUNNING:  # no way there: the next area
                self.doors = self.doors[1:]
            return RUNNING
        self.intent.stand(self)
        self.intent.show("drinks", self.desk.tray(self.world.tray_items), self, "happy")
        self.speak("speech.drinks")
        if any(touch.page == "drinks" and touch.action in ("taken", "decline") for touch in self.world.touches):
            self.until = min(self.until, self.world.stamp + 2.0)  # time for the next hand, then on
        if self.world.stamp >= self.until:
            self.doors = self.doors[1:]
            self.until = math.inf
        return RUNNING

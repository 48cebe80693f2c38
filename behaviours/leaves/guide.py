"""The leaf that walks a citizen to the waiting area of their door."""

from __future__ import annotations

import math

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import DriveSpeed
from behaviours.language.units import Length, Time
from behaviours.leaves.base import FAILURE, RUNNING, SUCCESS, Parameters, leaf
from behaviours.leaves.drive import DrivingLeaf
from navigation.goals import Goal
from robot.pages import FollowContent

NEXT_TO = 1.6  # m within which somebody has arrived too
TO_SIT = 10.0  # s that the robot waits at the door for who is near, but comes no nearer
HAND_OVER = 1.0  # m that somebody may have moved between two looks, or two tracks of one person
WALKING = 1.0  # m/s of somebody who follows


class FollowMeParameters(Parameters):
    """How to lead."""

    speed: DriveSpeed = Field(default=0.5, gt=0, description="at most; never more than the robot can")
    lose: Length = Field(default=3.2, description="how far away nobody follows any more")
    patience: Time = Field(default=20.0, description="how long to wait for somebody who fell behind")


@leaf("follow_me", FollowMeParameters, claims={"wheels", "page", "voice"})
class FollowMe(DrivingLeaf):
    """Lead the visit's citizen to the visit's door; wait for who falls behind, ask who stands there to make way."""

    p: FollowMeParameters

    def initialise(self) -> None:
        """Who stands before the screen is the one to lead; the waiting starts now."""
        super().initialise()
        self.seen = self.world.stamp
        self.asking = False
        self.there = math.inf
        person, pose = self.world.person, self.world.where.pose
        self.last = (person.x, person.y) if person else (pose.x, pose.y)

    def update(self) -> Status:
        """Succeeds at the door; fails when there is no way or nobody follows."""
        if self.guest.guide == "done":
            return SUCCESS
        if self.guest.guide == "alone":
            return self.fail("goes alone")
        place = self.desk.site.floor.doors.get(self.guest.door)
        if place is None:
            return self.fail("the visit has no door yet")
        goal = Goal(place.arrive, reach=0.35, face=False, top_speed=self.p.speed)
        self._show()
        away = self._follower()
        if away < self.p.lose:
            self.seen = self.world.stamp
        alone = self.world.stamp - self.seen
        if alone > self.p.patience:
            self.desk.guided("alone")
            return self.fail("nobody follows")
        if self.guest.guide == "paused" or alone > 2.5:
            self.intent.stand(self)
            if alone > 2.5:
                self.speak("speech.follow_wait")
            return RUNNING
        self._invite()
        status = self.drive(goal)
        if status is SUCCESS:
            self.there = min(self.there, self.world.stamp)
            if away > NEXT_TO and self.world.stamp - self.there < TO_SIT:
                return RUNNING  # the walk ends when both are there, or the other has sat down near by
            self.desk.guided("done")
        elif status is FAILURE:
            self.desk.guided("alone")
        return status

    def _invite(self) -> None:
        """Ask to follow, or to let it pass: mostly the one who follows stands nearest when it has to turn round."""
        progress = self.world.progress
        if progress.wants_way:
            self.asking = True
        elif progress.blocked_for < 1.0:
            self.asking = False
        if self.asking:
            self.speak("speech.make_way")
        else:
            self.speak("speech.follow_me", **self.desk.wording.values())

    def _follower(self) -> float:
        """Metres to the one who follows: of those who may be it, who walks nearest behind the robot.

        The longer nobody is near, the more may be it: where the last was seen perhaps another one stands.
        """
        pose, (x, y) = self.world.where.pose, self.last
        reach = HAND_OVER + WALKING * (self.world.stamp - self.seen)
        near = [p for p in self.world.people if math.hypot(p.x - x, p.y - y) < reach]
        if not near:
            return math.inf
        found = min(near, key=lambda p: math.hypot(p.x - pose.x, p.y - pose.y))
        self.last = found.x, found.y
        return math.hypot(found.x - pose.x, found.y - pose.y)

    def _show(self) -> None:
        progress, door = self.world.progress, self.guest.door
        share = 1.0 - progress.remaining / progress.total if progress.total > 0 else 0.0
        content = FollowContent(
            door,
            self.desk.wording.door_name(door),
            round(progress.remaining),
            round(max(0.0, min(1.0, share)), 2),
            self.guest.guide == "paused",
        )
        self.intent.show("follow_me", content, self)

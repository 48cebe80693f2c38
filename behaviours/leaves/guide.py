"""The leaf that walks a citizen to the waiting area of their door."""

from __future__ import annotations

import math

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import DriveSpeed
from behaviours.leaves.base import FAILURE, RUNNING, SUCCESS, Parameters, leaf
from behaviours.leaves.drive import DrivingLeaf
from navigation.goals import Goal
from perception.followed import FollowedPerson
from robot.pages import FollowContent
from robot.types import Pose
from text.quantities import Length, Time

NEXT_TO = 1.6  # m within which somebody has arrived too
TO_SIT = 10.0  # s that the robot waits at the door for who is near, but comes no nearer
WAITS = 2.5  # s without the follower near after which it stands and says so
GOES_BACK = 7.0  # s after which it drives back to where they were last
BACK_TO = 1.5  # m from there
PACES = ((1.8, 1.0), (2.5, 0.65), (math.inf, 0.4))  # up to how many m behind, which share of the speed
SEES_ALL = math.radians(340.0)  # rad of a field of view in which nobody who follows gets lost
LOOKS_AFTER = 4.0  # s without the follower after which who does not see behind looks over the shoulder
SHOULDER = math.radians(110.0)  # rad that it turns for it: what was behind is then beside it
BEHIND = -0.5  # cosine to the way that it leads, of the direction to who is behind
LOOK_TIME = 6.0  # s that it may take
SETTLED = 0.2  # m by which a follower comes nearer before it is faster again


class FollowMeParameters(Parameters):
    """How to lead."""

    speed: DriveSpeed = Field(default=0.5, gt=0, description="at most; never more than the robot can")
    lose: Length = Field(default=3.2, description="how far away nobody follows any more")
    patience: Time = Field(default=20.0, description="how long to wait for somebody who fell behind")


@leaf("follow_me", FollowMeParameters, claims={"wheels", "page", "voice"})
class FollowMe(DrivingLeaf):
    """Lead the visit's citizen to the visit's door; slow down, wait and go back for them, ask others to make way."""

    p: FollowMeParameters

    def initialise(self) -> None:
        """Who stands before the screen is the one to lead; the waiting starts now."""
        super().initialise()
        now, pose = self.world.stamp, self.world.where.pose
        self.followed = FollowedPerson(self.world.person, pose, now)
        self.near = now  # when the follower was last within `lose`
        self.back: Goal | None = None
        self.is_back = False
        self.back_for = 0.0  # s that it has been driving back
        self.shoulder: Goal | None = None
        self.looked = -math.inf  # when it last looked over its shoulder in vain
        self.look_until = 0.0
        self.last = now
        self.pace = 0
        self.asking = False
        self.there = math.inf
        self.left = self.total = 0.0

    def update(self) -> Status:
        """Succeeds at the door; fails when there is no way or nobody follows."""
        if self.guest.guide == "done":
            return SUCCESS
        if self.guest.guide == "alone":
            return self.fail("goes alone")
        place = self.desk.site.floor.doors.get(self.guest.door)
        if place is None:
            return self.fail("the visit has no door yet")
        now = self.world.stamp
        step = now - self.last
        self.last = now
        away = self.followed.update(now, self.world.where.pose, self.world.people)
        if away < self.p.lose:
            self.near = now
            self.back = None
            self.back_for = 0.0
            self.shoulder = None
        alone = now - max(self.near, self.looked)
        self._show()
        if alone - self.back_for > self.p.patience:
            self.desk.guided("alone")
            return self.fail("nobody follows")
        if self.guest.guide == "paused":
            self.intent.stand(self)
            return RUNNING
        if self.desk.site.robot.lidar.field_of_view < SEES_ALL and self.looked < self.near:
            if alone > LOOKS_AFTER:
                return self._look_back(now)
        elif alone > WAITS:
            return self._wait(alone, step)
        self._invite()
        return self._lead(place.arrive, away)

    def _lead(self, arrive: Pose, away: float) -> Status:
        """Drive on, the slower the farther the other is behind."""
        status = self.drive(Goal(arrive, reach=0.35, face=False, top_speed=self.p.speed * self._pace(away)))
        if status is SUCCESS:
            self.there = min(self.there, self.world.stamp)
            if away > NEXT_TO and self.world.stamp - self.there < TO_SIT:
                return RUNNING  # the walk ends when both are there, or the other has sat down near by
            self.desk.guided("done")
        elif status is FAILURE:
            self.desk.guided("alone")
        return status

    def _pace(self, away: float) -> float:
        """The share of its speed; it changes in few steps, for another speed is another goal."""
        if math.isfinite(away):
            self.pace = max(_pace_for(away), min(self.pace, _pace_for(away + SETTLED)))
        return PACES[self.pace][1]

    def _wait(self, alone: float, step: float) -> Status:
        """Stand and say so; after a while go back to where the other was last, once."""
        self.speak("speech.follow_wait")
        if alone > GOES_BACK and self.back is None:
            self.is_back = False
            self.back = Goal(Pose(*self.followed.place, 0.0), reach=BACK_TO, face=False, top_speed=self.p.speed)
        if self.back is None or self.is_back:
            self.intent.stand(self)
        else:
            self.back_for += step
            self.is_back = self.drive(self.back) is not RUNNING or self.back_for > self.p.patience
        return RUNNING

    def _look_back(self, now: float) -> Status:
        """Turn on the spot until what was behind is beside it; who is seen there is led on."""
        if self.shoulder is None:
            self.shoulder = Goal(self.world.where.pose.compose(Pose(0.0, 0.0, SHOULDER)), reach=0.5)
            self.look_until = now + LOOK_TIME
        if self.drive(self.shoulder) is not RUNNING or now > self.look_until:
            self._find_behind(self.shoulder.pose, now)
            self.shoulder = None
            self.intent.stand(self)
        self._invite()
        return RUNNING

    def _find_behind(self, over: Pose, now: float) -> None:
        """Whoever stands right behind is the follower, also before the tracker is sure that it is a person."""
        along = over.theta - SHOULDER
        pose = self.world.where.pose
        for x, y in self.world.legs.tolist():
            if math.cos(math.atan2(y - pose.y, x - pose.x) - along) < BEHIND:
                self.near = now
                self.followed.stands_at(x, y, now)
                return
        self.looked = now

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

    def _show(self) -> None:
        progress, door = self.world.progress, self.guest.door
        if self.back is None:
            self.left = progress.remaining
            self.total = max(self.total, progress.remaining)
        share = 1.0 - self.left / self.total if self.total > 0 else 0.0
        content = FollowContent(
            door,
            self.desk.wording.door_name(door),
            round(self.left),
            round(max(0.0, min(1.0, share)), 2),
            self.guest.guide == "paused",
        )
        self.intent.show("follow_me", content, self)


def _pace_for(away: float) -> int:
    return next(index for index, (up_to, _) in enumerate(PACES) if away <= up_to)

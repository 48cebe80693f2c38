"""Leaves that drive: to a place, round the hall, into the dock, and about when the place is not known."""

from __future__ import annotations

from py_trees.common import Status
from pydantic import Field

from behaviours.language.fields import DriveSpeed, Place, TextKey
from behaviours.leaves.base import FAILURE, RUNNING, SUCCESS, NoParameters, Parameters, RobotLeaf, leaf
from navigation.goals import Goal, LookAround
from text.quantities import Length, Time

UNREMARKED = 2.0  # s of turning that need no words


class DrivingLeaf(RobotLeaf):
    """Shared by all that drive: claim the wheels and read how it goes."""

    def drive(self, goal: Goal) -> Status:
        """RUNNING until the navigator has arrived or given up."""
        self.intent.drive(goal, self)
        progress = self.world.progress
        if progress.goal != goal:
            return RUNNING
        if progress.state == "arrived":
            return SUCCESS
        if progress.state == "failed":
            return self.fail(progress.reason)
        return RUNNING


class GoToParameters(Parameters):
    """Where to, and how fast at most."""

    place: Place = Field(
        description="a place of the site, or call.door, rating.door, visit.door", examples=["reception"]
    )
    speed: DriveSpeed = Field(default=0.6, gt=0, description="at most; never more than the robot can")
    reach: Length = Field(default=0.25, ge=0.1, le=3.0, description="how near is there; the heading counts below 50 cm")


@leaf("go_to", GoToParameters, short="place", claims={"wheels"})
class GoTo(DrivingLeaf):
    """Drive to a place."""

    p: GoToParameters

    def initialise(self) -> None:
        """A place such as call.door is looked up once, at the start."""
        super().initialise()
        self.pose = self.desk.places.pose(self.p.place)

    def update(self) -> Status:
        """Fails when there is no such place now or no way there."""
        if self.pose is None:
            return self.fail(f"{self.p.place} is nowhere just now")
        reach = self.p.reach
        return self.drive(Goal(self.pose, reach, face=reach < 0.5, top_speed=self.p.speed))


class PatrolParameters(Parameters):
    """How fast."""

    speed: DriveSpeed = Field(default=0.45, gt=0, description="at most; never more than the robot can")


@leaf("next_waypoint", PatrolParameters, endings={RUNNING, SUCCESS}, claims={"wheels"})
class NextWaypoint(DrivingLeaf):
    """Drive to the next waypoint of the patrol; one that can't be reached is left out."""

    p: PatrolParameters
    index = -1

    def initialise(self) -> None:
        """One on."""
        super().initialise()
        self.index = (self.index + 1) % len(self.desk.site.floor.patrol)

    def update(self) -> Status:
        """Succeeds when it is there or has given up."""
        goal = Goal(self.desk.site.floor.patrol[self.index], reach=0.4, face=False, top_speed=self.p.speed)
        return RUNNING if self.drive(goal) is RUNNING else SUCCESS


@leaf("dock", endings={RUNNING, FAILURE}, claims={"wheels"})
class Dock(DrivingLeaf):
    """Drive into the charging dock and stay there."""

    p: NoParameters

    def update(self) -> Status:
        """Never ends while it charges; fails when it can't dock."""
        if self.world.charging:
            self.intent.stand(self)
            return RUNNING
        goal = Goal(self.desk.site.floor.dock, docking=True)
        if self.world.progress.goal == goal and self.world.progress.state == "arrived":
            self.intent.stand(self)  # one tick without the goal: the navigator begins anew
            return RUNNING
        return FAILURE if self.drive(goal) is FAILURE else RUNNING


class LookAroundParameters(Parameters):
    """How to look, and what to say meanwhile."""

    reason: TextKey = Field(description="what to tell those around, a text key", examples=["speech.look_around"])
    patience: Time = Field(default=1.5, description="how long it first stands: mostly it knows again by then")
    hop: Length = Field(default=0.6, le=1.0, description="how far it drives between two full turns; 0: never")


@leaf(
    "look_around", LookAroundParameters, short="reason", endings={RUNNING, SUCCESS, FAILURE}, claims={"wheels", "voice"}
)
class Look(RobotLeaf):
    """Turn on the spot, then drive a little where there is room, until the robot knows where it is again."""

    p: LookAroundParameters

    def update(self) -> Status:
        """Succeeds when the pose is sure; fails in the dock, where it must not turn."""
        if not self.world.where.unsure and self.world.where.health >= 0.3:
            return SUCCESS
        if self.world.charging:
            return self.fail("it is charging")
        waited = self.world.stamp - self.began
        if waited < self.p.patience:
            self.intent.stand(self)
            return RUNNING
        self.intent.drive(LookAround(hop=self.p.hop), self)
        if waited > self.p.patience + UNREMARKED:
            self.speak(self.p.reason)
        return RUNNING

"""Drives to goals: plans once a second, lets its controller drive, waits for people, backs off, docks."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from navigation.controller import HORIZON, PERIOD, Controller, ControllerMaker, Situation
from navigation.cost_to_go import CostToGo
from navigation.costmap import Costmap, Points
from navigation.docking import DockingConfig, back_in, creep, stage
from navigation.following import Point, ahead_on
from navigation.goals import PEOPLE, Goal, LookAround, Progress
from navigation.look_around import LookAroundController
from navigation.mppi import Mppi
from navigation.near_scan import NearScan
from navigation.obstacles import ObstacleWindow
from navigation.obstructions import in_the_way, obstructions
from navigation.planner import Planner
from navigation.recoveries import Recoveries, RecoveriesConfig
from robot.bumper import bearing_of
from robot.model import RobotModel
from robot.types import BumperZone, Command, FloatArray, GridMap, Localization, Pose, Scan, Track, wrap

LOST = "it does not know where it is"
NO_WAY = "no way there"
SOMETHING = "something in the way"


@dataclass(frozen=True, slots=True)
class NavigatorConfig:
    """Times in s, distances in m, speeds in m/s."""

    plan_period: float = 1.0
    idle_look: float = 0.5  # between the scans that are taken in while there is nowhere to go
    plan_margin: float = 0.02  # beyond the robot's radius: a path never asks for what the controller refuses
    comfort: float = 0.35  # beyond the robot's radius, kept where there is room
    ahead: float = 1.1  # on the path, where somebody is in the way
    hop_room: float = 0.15  # beyond the robot's radius, while it does not know where it is
    slowing: float = 0.3  # m/s^2 before the goal, if its brakes can do that
    least_speed: float = 0.12  # however near the goal is
    back_off_speed: float = 0.12
    back_off_for: float = 2.0
    driving: float = 0.02
    touch_once: float = 2.0  # s within which touches are one
    touch_holds: float = 5.0  # s that the safety layer takes to stand, and to leave what was touched
    recoveries: RecoveriesConfig = field(default_factory=RecoveriesConfig)
    docking: DockingConfig = field(default_factory=DockingConfig)


class Navigator:
    """One goal at a time; `step` at 20 Hz gives the speeds, `progress` says how it goes.

    `keep_out` names the polygons (m) that it must not enter; `controller` makes what drives it, `seed` is of that
    one's chances.
    """

    def __init__(
        self,
        grid: GridMap,
        model: RobotModel,
        keep_out: Mapping[str, Points] | None = None,
        config: NavigatorConfig | None = None,
        controller: ControllerMaker = Mppi,
        seed: int = 0,
    ) -> None:
        self.model = model
        self.config = c = config or NavigatorConfig()
        self.costmap = Costmap(grid, keep_out)
        self.progress = Progress()
        self.path: FloatArray = np.zeros((0, 2))
        self.controller: Controller = controller(model, seed)
        self._planner = Planner(self.costmap, model.radius + c.plan_margin, model.radius + c.comfort)
        self._left: CostToGo | None = None
        self._scan = NearScan(self.costmap, model.lidar.mount)
        self._window = ObstacleWindow(model.max_speed * HORIZON + model.radius + 0.1)
        self._recoveries = Recoveries(c.recoveries)
        self._jumps = 0
        self._touched_at = -math.inf
        self._seen = -math.inf
        self._drove_at = -math.inf
        self._clear()

    def _clear(self) -> None:
        self._planned = -math.inf
        self._chosen = -math.inf
        self._backing_until = -math.inf
        self._backing = 0.0
        self._docking = False
        self._looker: LookAroundController | None = None
        self._recoveries.begin()
        self.costmap.open_all()
        self.controller.begin()
        self.path = np.zeros((0, 2))
        self._left = None
        self._command = Command()

    def drive(self, goal: Goal | LookAround | None) -> None:
        """Take a goal; the same goal continues, another replaces it, None stops."""
        if goal == self.progress.goal:
            return
        self._clear()
        if isinstance(goal, LookAround):
            self._looker = LookAroundController(goal, self.model.radius + self.config.hop_room)
        self.progress = Progress() if goal is None else Progress("driving", goal)

    def see(self, scan: Scan, pose: Pose) -> None:
        """A new scan from `pose`: what planning and the controller keep clear of; without a goal one now and then."""
        if self.progress.goal is not None or not 0.0 <= scan.stamp - self._seen < self.config.idle_look:
            self._seen = scan.stamp
            self._scan.see(scan, pose)

    @property
    def seen_points(self) -> FloatArray:
        """The last scan's near returns, (N, 2) m in `map`."""
        return self._scan.points

    def near_legs(self, pose: Pose) -> FloatArray:
        """Near returns of the last scan that may be legs, also of whom nobody tracks: (L, 2) m in `map`."""
        return self._scan.legs(pose)

    def bump(self, now: float, pose: Pose, people: Sequence[Track], zones: Sequence[BumperZone] = ()) -> None:
        """The bumper met something: where nobody stands it is remembered, and the robot first moves away from it.

        Where the pressed `zones` tell no direction it is the one that it drove in. What touches a robot that stands has
        come by itself and goes again. A bumper that stays pressed is one touch.
        """
        fresh = now - self._touched_at > self.config.touch_once
        self._touched_at = now
        if not fresh or now - self._drove_at > self.config.touch_once:
            return
        bearing = bearing_of(zones)
        if bearing is None:
            bearing = math.pi if self._command.linear < 0.0 else 0.0
        if self._scan.touch(now, pose, bearing, self.model.body_radius, people):
            self._planned = -math.inf
            self._back(now, -math.copysign(1.0, math.cos(bearing)))

    def _back(self, now: float, way: float) -> None:
        self._backing = way * self.config.back_off_speed
        self._backing_until = now + self.config.back_off_for

    @property
    def is_docking(self) -> bool:
        """True on the last straight piece into the dock, where the safety layer's docking rule holds."""
        return self._docking

    def step(self, now: float, where: Localization, people: Sequence[Track], speeds: tuple[float, float]) -> Command:
        """The speeds for this moment; `speeds` are the present linear (m/s) and angular (rad/s) ones.

        To a place it only drives while the pose is sure; after a jump of the pose it plans anew.
        """
        goal = self.progress.goal
        if abs(speeds[0]) > self.config.driving:
            self._drove_at = now
        if where.jumps != self._jumps:
            self._jumps = where.jumps
            self._forget_surroundings()
        if goal is None or self.progress.state in ("arrived", "failed", "idle"):
            return Command()
        if now - self._chosen < PERIOD - 1e-9:
            return self._command
        self._recoveries.start(now)
        if now - self._touched_at < self.config.touch_holds:
            self._recoveries.hold(PERIOD)
        self._chosen = now
        if isinstance(goal, LookAround):
            self._command = self._look(where.pose, speeds)
        elif where.unsure:
            self.progress = replace(self.progress, state="waiting", reason=LOST)
            self._command = Command()
        elif self._docking:
            self._command = self._dock(goal, where.pose)
        else:
            self._command = self._towards(now, goal, where.pose, people, speeds)
        return self._command

    def _forget_surroundings(self) -> None:
        """What was seen lately was drawn in the wrong place."""
        self.costmap.forget()
        self._planned = -math.inf
        self._docking = False

    def _look(self, guess: Pose, speeds: tuple[float, float]) -> Command:
        """Look around; hops are also kept clear of what the map of the best guess says: stairs are in no scan."""
        looker = self._looker
        assert looker is not None

        def may(heading: float, length: float) -> bool:
            to = guess.compose(Pose(0.0, 0.0, heading))
            places = (to.compose(Pose(0.1 * k, 0.0, 0.0)) for k in range(1, int(length / 0.1) + 2))
            return all(self.costmap.clearance(place.x, place.y) > looker.radius for place in places)

        return looker.step(PERIOD, speeds, self._scan.in_base(), may)

    def _towards(
        self, now: float, goal: Goal, pose: Pose, people: Sequence[Track], speeds: tuple[float, float]
    ) -> Command:
        c, target = self.config, stage(goal.pose, self.config.docking) if goal.docking else goal.pose
        if pose.distance(target) < (c.docking.near_stage if goal.docking else goal.reach):
            return self._at_place(goal, target, pose)
        self._scan.drop_walkers(people)
        if now - self._planned >= self._recoveries.plan_period(now, c.plan_period):
            self._replan(now, pose, target)
        if self.path.shape[0] == 0 or self._left is None:
            return self._without_way(now, pose, target)
        remaining, ahead = ahead_on(self.path, pose, c.ahead)
        self._recoveries.note(now, remaining)
        total = max(self.progress.total, remaining)
        self.progress = replace(self.progress, remaining=remaining, total=total)
        if goal.docking and pose.distance(target) < c.docking.creeps:
            command = creep(target, pose, c.docking)
        else:
            command = self.controller.choose(self._situation(now, pose, target, remaining, goal, people, speeds))
        return self._on_the_way(now, pose, target, ahead, people, command)

    def _replan(self, now: float, pose: Pose, target: Pose) -> None:
        self._planned = now
        self.costmap.refresh(now)
        start, goal = (pose.x, pose.y), (target.x, target.y)
        path = self._planner.plan(start, goal)
        if path is None and self.costmap.guesses(now):
            self.costmap.refresh(now, perhaps=False)
            path = self._planner.plan(start, goal)
        if path is None:  # perhaps what was seen lately has gone again: the map alone decides where it is possible
            self.costmap.distance = self.costmap.static
            path = self._planner.plan(start, goal)
        self.path = path if path is not None else np.zeros((0, 2))
        self._left = self._planner.cost_to_go(start, goal) if path is not None else None
        if path is not None:
            self._recoveries.replanned(now, ahead_on(path, pose, 0.0)[0])

    def _situation(
        self,
        now: float,
        pose: Pose,
        target: Pose,
        remaining: float,
        goal: Goal,
        people: Sequence[Track],
        speeds: tuple[float, float],
    ) -> Situation:
        c, costmap, model = self.config, self.costmap, self.model
        assert self._left is not None
        slowing = math.sqrt(2.0 * min(c.slowing, model.braking) * remaining)
        walls = costmap.walls if costmap.zone_at(pose.x, pose.y) else costmap.static
        bodies = self._scan.bodies(now)
        return Situation(
            pose=pose,
            speeds=speeds,
            top_speed=min(goal.top_speed, model.max_speed, max(c.least_speed, slowing)),
            goal=target,
            remaining=remaining,
            path=self.path,
            cost_to_go=self._left,
            costmap=costmap,
            obstacles=self._window.around(pose.x, pose.y, bodies, walls, costmap.origin, costmap.resolution),
            people=self._scan.near(people, pose),
            legs=self._scan.legs(pose),
            blocked_for=self._recoveries.blocked_for(now),
        )

    def _on_the_way(
        self, now: float, pose: Pose, target: Pose, ahead: Point, people: Sequence[Track], command: Command
    ) -> Command:
        """What the controller wants, unless it does not get on: then what helps, in order."""
        tried, blocked = self._recoveries, command.is_still
        if now < self._backing_until:
            return Command(self._backing)
        if not blocked and not tried.is_waiting(now):
            if self.progress.state != "failed":
                self.progress = self._driving(now)
            return command
        unmapped = self._scan.unmapped()
        met = in_the_way(pose, ahead, people)
        self._wait(now, PEOPLE if met else SOMETHING, asks=met or len(obstructions(pose, ahead, (), unmapped)) > 0)
        if tried.goes_round(now) and self.costmap.close(obstructions(pose, ahead, people, unmapped), pose, now):
            self._replan(now, pose, target)
        if self.progress.state == "waiting" and tried.backs_off(now):
            self._back(now, -1.0)
            return Command(self._backing)
        return command if self.progress.state == "waiting" else Command()

    def _driving(self, now: float) -> Progress:
        waited = self._recoveries.blocked_for(now)
        return replace(self.progress, state="driving", blocked_for=waited, reason="", wants_way=False, needs_help=False)

    def _wait(self, now: float, reason: str, asks: bool) -> None:
        """Say why it does not get on, ask if anybody may hear it, call for help, and in the end give up politely."""
        tried = self._recoveries
        self.progress = replace(
            self.progress,
            state="failed" if tried.gives_up(now) else "waiting",
            blocked_for=tried.blocked_for(now),
            reason=reason,
            wants_way=asks and tried.asks(now),
            needs_help=tried.needs_help(now),
        )

    def _without_way(self, now: float, pose: Pose, target: Pose) -> Command:
        """There is no way: at once if the map says so, else as long as what was seen may have gone again."""
        why = self._planner.why_not((pose.x, pose.y), (target.x, target.y))
        self._wait(now, NO_WAY, asks=False)
        if why:
            self.progress = replace(self.progress, state="failed", reason=f"{NO_WAY}: {why}", needs_help=False)
        return Command()

    def _at_place(self, goal: Goal, target: Pose, pose: Pose) -> Command:
        """Turn to the asked heading; then it is done, or the dock is ahead."""
        off = wrap(target.theta - pose.theta)
        if (goal.face or goal.docking) and abs(off) > (self.config.docking.facing if goal.docking else 0.15):
            return Command(0.0, math.copysign(min(0.9, max(0.15, 1.5 * abs(off))), off))
        if goal.docking:
            self._docking = True
        else:
            self._arrive()
        return Command()

    def _arrive(self) -> None:
        self.progress = replace(
            self.progress, state="arrived", remaining=0.0, reason="", wants_way=False, needs_help=False
        )

    def _dock(self, goal: Goal, pose: Pose) -> Command:
        """Back straight into the dock; begin anew from the stage when too far off its axis."""
        state, command = back_in(goal.pose, pose, self.config.docking)
        if state == "docked":
            self._arrive()
        self._docking = state == "docking"
        return command

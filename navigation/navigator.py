"""Drives to goals: plans once a second, follows with the local planner, waits for people, backs off, docks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from navigation.costmap import Costmap
from navigation.dwa import DwaConfig, Obstacles, choose, local_field
from navigation.goals import PEOPLE, DriveState, Goal, LookAround, Progress
from navigation.look_around import LookAroundController
from navigation.obstructions import obstructions, standing
from navigation.planner import plan
from robot.model import RobotModel
from robot.types import Command, FloatArray, GridMap, Localization, Pose, Scan, Track, wrap

HALF, FIELD_RESOLUTION = 50, 0.05  # the local field reaches 2.5 m


@dataclass(frozen=True, slots=True)
class NavigatorConfig:
    """Times in s, distances in m, speeds in m/s."""

    local: DwaConfig = field(default_factory=DwaConfig)
    plan_period: float = 1.0
    local_period: float = 0.1
    look_ahead: float = 1.1
    look_near: float = 0.3  # when it does not get on: straight towards a far point may lead into a corner
    look_near_after: float = 2.0
    getting_on: float = 0.3  # less is no progress
    go_round_after: float = 7.0  # with somebody who does not make way
    detours: int = 3  # ways that may be longer than hoped, for one goal
    back_off_after: float = 8.0
    give_up_after: float = 60.0
    dock_stage: float = 0.7
    overhang: float = 0.15  # how far somebody's body may reach beyond the leg that the lidar sees
    dock_speed: float = 0.1
    plan_margin: float = 0.02  # beyond the robot's radius: a path never asks for what the local planner refuses
    comfort: float = 0.35  # beyond the robot's radius, kept where there is room
    sight_margin: float = 0.01  # beyond the robot's radius, for cutting corners
    hop_room: float = 0.15  # beyond the robot's radius, while it does not know where it is
    slowing: float = 0.3  # m/s^2 before the goal, if its brakes can do that


class Navigator:
    """One goal at a time; `step` at 20 Hz gives the speeds, `progress` says how it goes."""

    def __init__(
        self,
        grid: GridMap,
        model: RobotModel,
        keep_out: Sequence[Sequence[tuple[float, float]]] = (),
        config: NavigatorConfig | None = None,
    ) -> None:
        self.model = model
        self.config = config or NavigatorConfig()
        self.costmap = Costmap(grid, keep_out)
        self.progress = Progress()
        self.path: FloatArray = np.zeros((0, 2))
        self.seen_points: FloatArray = np.zeros((0, 2))
        self._seen_from = Pose(0.0, 0.0, 0.0)
        self._jumps = 0
        self._bodies: FloatArray = np.zeros((0, 3))
        self._field = np.full((2 * HALF + 1, 2 * HALF + 1), 9.0)
        self._command = Command()
        self._clear()

    def _clear(self) -> None:
        self._planned = -math.inf
        self._chosen = -math.inf
        self._best = math.inf
        self._moved_at = -math.inf
        self._back_until = -math.inf
        self._docking = False
        self._detours = 0
        self._looker: LookAroundController | None = None
        self.costmap.open_all()
        self.path = np.zeros((0, 2))
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
        """A new scan from `pose`: what re-planning and the local planner keep clear of."""
        self.seen_points = self.costmap.see(scan, pose, self.model.lidar.mount)
        self._seen_from = pose
        reach = np.where(self.costmap.is_unmapped(self.seen_points), self.config.overhang, 0.0)
        self._bodies = np.column_stack((self.seen_points, reach))

    @property
    def is_docking(self) -> bool:
        """True on the last straight piece into the dock, where the safety layer's docking rule holds."""
        return self._docking

    def step(self, now: float, where: Localization, people: Sequence[Track], speeds: tuple[float, float]) -> Command:
        """The speeds for this moment; `speeds` are the present linear (m/s) and angular (rad/s) ones.

        To a place it only drives while the pose is sure; after a jump of the pose it plans anew.
        """
        goal = self.progress.goal
        if where.jumps != self._jumps:
            self._jumps = where.jumps
            self._forget_surroundings()
        if goal is None or self.progress.state in ("arrived", "failed", "idle"):
            return Command()
        if now - self._chosen < self.config.local_period - 1e-9:
            return self._command
        self._chosen = now
        if self._moved_at == -math.inf:
            self._moved_at = now
        if isinstance(goal, LookAround):
            self._command = self._look(where.pose, speeds)
        elif where.unsure:
            self.progress = replace(self.progress, state="waiting", reason="it does not know where it is")
            self._command = Command()
        elif self._docking:
            self._command = self._dock(goal, where.pose)
        else:
            self._command = self._towards(now, goal, where, people, speeds)
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
        x, y = self._seen_from.x, self._seen_from.y
        c, s = math.cos(self._seen_from.theta), math.sin(self._seen_from.theta)
        points = (self.seen_points - (x, y)) @ np.array([[c, -s], [s, c]])

        def may(heading: float, length: float) -> bool:
            to = guess.compose(Pose(0.0, 0.0, heading))
            places = (to.compose(Pose(0.1 * k, 0.0, 0.0)) for k in range(1, int(length / 0.1) + 2))
            return all(self.costmap.clearance(place.x, place.y) > looker.radius for place in places)

        return looker.step(self.config.local_period, speeds, points, may)

    def _towards(
        self, now: float, goal: Goal, where: Localization, people: Sequence[Track], speeds: tuple[float, float]
    ) -> Command:
        pose, target = where.pose, self._stage(goal)
        away = pose.distance(target)
        if away < (0.08 if goal.docking else goal.reach):
            return self._at_place(goal, target, pose)
        if now - self._planned >= self.config.plan_period:
            self._planned = now
            self._replan(now, pose, target)
        if self.path.shape[0] == 0:
            return self._blocked(now, "no way there")
        remaining, ahead = self._ahead(pose)
        self._note_progress(now, remaining)
        if now < self._back_until:
            return Command(-0.12, 0.0)
        v, w = self._local(pose, ahead, remaining, goal, people, speeds)
        waiting = now - self._moved_at
        if (v == 0.0 and w == 0.0) or waiting > 4.0:
            blocked = self._blocked(now, PEOPLE if standing(pose, ahead, people) else "something in the way")
            if waiting > self.config.go_round_after:
                self._go_round(now, pose, target, ahead, people)
            if v == 0.0 and w == 0.0:
                return blocked
        elif self.progress.state != "failed":
            self.progress = replace(self.progress, state="driving", blocked_for=waiting, reason="")
        return Command(v, w)

    def _stage(self, goal: Goal) -> Pose:
        return goal.pose.compose(Pose(self.config.dock_stage, 0.0, 0.0)) if goal.docking else goal.pose

    def _replan(self, now: float, pose: Pose, target: Pose) -> None:
        self.costmap.refresh(now)
        path = self._plan(pose, target)
        if path is None:  # perhaps what was seen lately has gone again: the map alone decides where it is possible
            self.costmap.distance = self.costmap.static
            path = self._plan(pose, target)
        self.path = path if path is not None else np.zeros((0, 2))
        if path is not None and now - self._moved_at > self.config.go_round_after:
            self._begin_anew(self._ahead(pose)[0])

    def _plan(self, pose: Pose, target: Pose) -> FloatArray | None:
        c, radius = self.config, self.model.radius
        return plan(self.costmap, (pose.x, pose.y), (target.x, target.y), radius + c.plan_margin, radius + c.comfort)

    def _begin_anew(self, remaining: float) -> None:
        """On a longer way, what it drives counts as getting on; not for ever, for the plans may go to and fro."""
        if remaining > self._best + 0.5 and self._detours < self.config.detours:
            self._best = remaining
            self._detours = self._detours + 1

    def _ahead(self, pose: Pose) -> tuple[float, tuple[float, float]]:
        """Metres left on the path, and the point to head for: a near one when the far one leads nowhere."""
        c = self.config
        reach = c.look_ahead if self.progress.blocked_for < c.look_near_after else c.look_near
        steps = np.hypot(*(self.path - (pose.x, pose.y)).T)
        near = int(np.argmin(steps))
        lengths = np.hypot(*np.diff(self.path[near:], axis=0).T)
        remaining = float(steps[near] + lengths.sum())
        travelled, index = float(steps[near]), near
        for i, length in enumerate(lengths):
            if travelled >= reach or (i and not self._sees(pose, self.path[near + i + 1])):
                break  # but never the place where it is: heading for that is standing still
            travelled += float(length)
            index = near + i + 1
        return remaining, (float(self.path[index, 0]), float(self.path[index, 1]))

    def _sees(self, pose: Pose, point: FloatArray) -> bool:
        """Whether the straight line to a point is free of the map's obstacles (so that corners are not cut)."""
        away = math.hypot(point[0] - pose.x, point[1] - pose.y)
        for k in range(1, int(away / 0.1) + 1):
            share = k * 0.1 / away
            place = pose.x + (point[0] - pose.x) * share, pose.y + (point[1] - pose.y) * share
            if self.costmap.clearance(*place) < self.model.radius + self.config.sight_margin:
                return False
        return True

    def _note_progress(self, now: float, remaining: float) -> None:
        """It gets on when less is left because it drives: neither by creeping nor because another plan is shorter."""
        enough = self.config.getting_on
        if self.progress.remaining - remaining > enough:
            self._best = min(self._best, remaining)
        if remaining < self._best - enough or self._best == math.inf:
            self._best = remaining
            self._moved_at = now
        total = max(self.progress.total, remaining)
        self.progress = replace(self.progress, remaining=remaining, total=total)

    def _local(
        self,
        pose: Pose,
        ahead: tuple[float, float],
        remaining: float,
        goal: Goal,
        people: Sequence[Track],
        speeds: tuple[float, float],
    ) -> tuple[float, float]:
        c, costmap, model = self.config.local, self.costmap, self.model
        local_field(self._bodies, pose.x, pose.y, HALF, FIELD_RESOLUTION, self._field)
        slowing = min(self.config.slowing, model.braking)
        top = min(goal.top_speed, model.max_speed, max(0.12, math.sqrt(2 * slowing * remaining)))
        near = [p for p in people if math.hypot(p.x - pose.x, p.y - pose.y) < 4.0]
        moving = np.array([[p.x, p.y, p.vx, p.vy] for p in near], dtype=np.float64).reshape(-1, 4)
        v, w, _ = choose(
            np.array([pose.x, pose.y, pose.theta]),
            np.array(speeds),
            np.array(ahead),
            np.array([top, 0.0, model.turn_speed, model.acceleration * 0.4, model.turn_acceleration * 0.2]),
            Obstacles(
                self._field, HALF, FIELD_RESOLUTION, costmap.static, np.array(costmap.origin), costmap.resolution
            ),
            moving,
            np.array([c.horizon, c.step, model.radius, c.person_radius, c.personal, c.obstacle_room]),
        )
        return v, w

    def _go_round(
        self, now: float, pose: Pose, target: Pose, ahead: tuple[float, float], people: Sequence[Track]
    ) -> None:
        """Plan another way than past what does not make way."""
        unmapped = self.seen_points[self._bodies[:, 2] > 0.0]
        if self.costmap.close(obstructions(pose, ahead, people, unmapped), now):
            self._planned = now
            self._replan(now, pose, target)

    def _blocked(self, now: float, reason: str) -> Command:
        """Wait; after a while back off a little, in the end give up politely."""
        waited = now - self._moved_at
        state: DriveState = "failed" if waited > self.config.give_up_after else "waiting"
        self.progress = replace(self.progress, state=state, blocked_for=waited, reason=reason)
        phase = waited % (2 * self.config.back_off_after)
        if state == "waiting" and phase > 2 * self.config.back_off_after - 0.2 and now >= self._back_until:
            self._back_until = now + 2.0
            return Command(-0.12, 0.0)
        return Command()

    def _at_place(self, goal: Goal, target: Pose, pose: Pose) -> Command:
        """Turn to the asked heading; then it is done, or the dock is ahead."""
        off = wrap(target.theta - pose.theta)
        if (goal.face or goal.docking) and abs(off) > (0.05 if goal.docking else 0.15):
            return Command(0.0, math.copysign(min(0.9, max(0.15, 1.5 * abs(off))), off))
        if goal.docking:
            self._docking = True
        else:
            self.progress = replace(self.progress, state="arrived", remaining=0.0, reason="")
        return Command()

    def _dock(self, goal: Goal, pose: Pose) -> Command:
        """Back straight into the dock; begin anew from the stage when too far off its axis."""
        local = goal.pose.between(pose)
        if local.x < 0.02:
            self._docking = False
            self.progress = replace(self.progress, state="arrived", remaining=0.0, reason="")
            return Command()
        if abs(local.y) > 0.12 or abs(local.theta) > 0.35 or local.x > self.config.dock_stage + 0.3:
            self._docking = False
            return Command()
        turn = 2.0 * local.y - 1.5 * local.theta  # driving backwards, y is mended by turning towards it
        speed = min(self.config.dock_speed, max(0.03, 0.5 * local.x))
        return Command(-speed, max(-0.4, min(0.4, turn)))

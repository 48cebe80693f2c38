"""Somebody looks on, and meddles: the simulator's window beside the screen; real time for a minute after a touch."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from py_trees.behaviour import Behaviour
from py_trees.common import Status

from letan.live_run import LiveRun
from letan.sim_window import SimWindow, Tool
from letan.simulate import Run
from navigation.mppi import Mppi
from robot.types import FloatArray, ViewState
from sim.scenario import Happening

SLOW_SECONDS = 60.0  # of real time at 1 x after a touch
STANDS = 60.0  # s that somebody who was dropped stands there, and that a door stays closed
COVERED = 10.0  # s that a hand lies on the lidar, or the button is pressed
DOOR = 2.0  # m, of a door that is closed
MOST_PARTICLES = 200


class Watch:
    """Shows the newest state of a run about 25 times a second, and does what the window asks for."""

    def __init__(self, run: Run, left: int, display: str | None = None) -> None:
        self.run = run
        self._fast = run.clock.pace
        self.window = SimWindow(run.site.floor, f"Letan: {run.scenario.scenario}", left, display)
        self._fingers = 0
        self._touched = float("-inf")
        self._shown = 0.0
        self._dropped = 0

    def look(self, live: LiveRun) -> None:
        """Once a step; people's touches on the screen set the pace."""
        now = time.monotonic()
        if self.run.seen.fingers != self._fingers:
            self._fingers = self.run.seen.fingers
            self._touched = now
        told, self.window.told = self.window.told, []
        for message in told:
            self._do(live, message)
        self.run.clock.pace = 1.0 if now - self._touched < SLOW_SECONDS else self._fast
        if now - self._shown > 0.04:
            self._shown = now
            self.window.show(self._state(live.is_paused))

    def _do(self, live: LiveRun, message: tuple[Any, ...]) -> None:
        if message[0] == "tool":
            self.meddle(*message[1:])
        elif message[0] == "pace":
            self._touched = float("-inf")
            if message[1] > 0.0:
                self._fast = message[1]
            live.pause(message[1] == 0.0)
        elif message[0] == "pause":
            live.pause(not live.is_paused)
        else:
            live.step_once()

    def meddle(self, tool: Tool, x: float, y: float) -> None:
        """What a click at a place (m) brings: what a scenario may plan, now."""
        self._dropped += 1
        name, to = f"{tool} {self._dropped}", (x, y, 0.0)
        asked: dict[Tool, dict[str, Any]] = {
            "person": {"do": "stand", "to": to, "seconds": STANDS},
            "chair": {"do": "put", "thing": "chair", "name": name, "to": to},
            "door": {"do": "close_door", "name": name, "line": self._door_at(x, y), "seconds": STANDS},
            "lidar": {"do": "fault", "fault": "covered", "seconds": COVERED},
            "button": {"do": "emergency_stop", "seconds": COVERED},
        }
        is_free = self.run.world.crowd.walls.clearance(x, y) > 0.3
        if tool in asked and (is_free or tool not in ("person", "chair")):
            now = f"{self.run.clock.wall():%H:%M:%S}"
            self.run.people.happen(Happening.model_validate({"at": now, **asked[tool]}))

    def _door_at(self, x: float, y: float) -> tuple[float, float, float, float]:
        """A piece in line with the nearest wall of the plan."""
        x0, y0, x1, y1 = self.run.world.segments.T
        ex, ey = x1 - x0, y1 - y0
        share = np.clip(((x - x0) * ex + (y - y0) * ey) / np.maximum(ex * ex + ey * ey, 1e-12), 0.0, 1.0)
        nearest = int(np.argmin(np.hypot(x0 + share * ex - x, y0 + share * ey - y)))
        length = float(np.hypot(ex[nearest], ey[nearest]))
        ux, uy = float(ex[nearest]) / length, float(ey[nearest]) / length
        along = (x - float(x0[nearest])) * ux + (y - float(y0[nearest])) * uy
        px, py = float(x0[nearest]) + along * ux, float(y0[nearest]) + along * uy
        return px - ux * DOOR / 2, py - uy * DOOR / 2, px + ux * DOOR / 2, py + uy * DOOR / 2

    def _state(self, paused: bool) -> ViewState:
        run, loop = self.run, self.run.loop
        assert loop.where is not None
        crowd = run.world.crowd
        people = tuple(
            (*crowd.place(body), body.radius, "#CFE3F3" if body.sitting else "#FFC497") for body in crowd.bodies
        )
        particles = getattr(loop.parts.localizer, "particles", np.zeros((0, 3)))
        added = [thing.solid for thing in run.world.added]
        return ViewState(
            stamp=run.clock.now(),
            pose=loop.where.pose,
            true_pose=run.world.robot.pose,
            radius=run.site.robot.body_radius,
            people=people,
            tracks=tuple((t.x, t.y, t.vx, t.vy) for t in loop.people),
            scan_points=np.array(loop.parts.navigator.seen_points),
            path=tuple((float(x), float(y)) for x, y in loop.parts.navigator.path),
            particles=particles[:: max(1, len(particles) // MOST_PARTICLES), :2],
            added=np.vstack([np.zeros((0, 4)), *added]),
            caption=self._caption(),
            rollouts=self._rollouts(),
            aside="\n".join([*running_nodes(loop.parts.tree.root), "", *self._queue()]),
            paused=paused,
        )

    def _rollouts(self) -> FloatArray:
        """What its controller considers, if that is one that can be looked at, and it drives."""
        loop = self.run.loop
        navigator = loop.parts.navigator
        observation = loop.observation
        if not isinstance(navigator.controller, Mppi) or observation is None or loop.where is None:
            return np.zeros((0, 1, 2))
        if navigator.progress.state != "driving":
            return np.zeros((0, 1, 2))
        speeds = observation.odometry.linear, observation.odometry.angular
        return navigator.controller.rollouts(loop.where.pose, speeds)

    def _queue(self) -> list[str]:
        """Each door with who is served and who waits there."""
        office = self.run.office
        lines = []
        for door in self.run.site.doors:
            now = [ticket.number for ticket in office.tickets(door) if ticket.state in ("called", "serving")]
            waiting = [ticket.number for ticket in office.tickets(door, "waiting")]
            if now or waiting:
                lines.append(f"{door}: {', '.join(now[-2:]) or '-'}   waiting: {', '.join(waiting[:4]) or '-'}")
                lines[-1] += f" and {len(waiting) - 4} more" if len(waiting) > 4 else ""
        return lines

    def _caption(self) -> str:
        """The time, what the screen shows, what has the wheels, and who waits."""
        run, goal = self.run, self.run.loop.parts.navigator.progress
        page = run.seen.state.page if run.seen.state else ""
        waiting = len(run.office.tickets(state="waiting"))
        drives = f"{goal.state} {goal.reason}".strip()
        pace = "" if run.clock.pace is None else f"{run.clock.pace:g} x   "
        battery = f"battery {run.world.robot.battery:.0%}"
        return f"{run.clock.wall():%H:%M:%S}   {pace}{page}   {drives}   {waiting} waiting   {battery}"

    def close(self) -> None:
        """Close the window."""
        self.window.close()


def running_nodes(root: Behaviour) -> list[str]:
    """The names of the nodes that run, each a little to the right of the one that it runs in."""
    if root.status is not Status.RUNNING:
        return []
    return [root.name, *(f"  {line}" for child in root.children for line in running_nodes(child))]

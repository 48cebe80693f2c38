"""Somebody looks on: the simulator's window beside the screen, and real time for a minute after each touch."""

from __future__ import annotations

import time

import numpy as np

from letan.sim_window import SimWindow
from letan.simulate import Run
from robot.types import ViewState

SLOW_SECONDS = 60.0  # of real time at 1 x after a touch


class Watch:
    """Shows the newest state of a run about 25 times a second."""

    def __init__(self, run: Run, left: int) -> None:
        self.run = run
        self._fast = run.clock.pace
        self._window = SimWindow(run.site.floor, f"Letan: {run.scenario.scenario}", left)
        self._fingers = 0
        self._touched = float("-inf")
        self._shown = 0.0

    def look(self) -> None:
        """Once a step; people's touches set the pace."""
        now = time.monotonic()
        if self.run.seen.fingers != self._fingers or self._window.touched:
            self._fingers = self.run.seen.fingers
            self._window.touched = False
            self._touched = now
        self.run.clock.pace = 1.0 if now - self._touched < SLOW_SECONDS else self._fast
        if now - self._shown > 0.04:
            self._shown = now
            self._window.show(self._state())

    def _state(self) -> ViewState:
        run, loop = self.run, self.run.loop
        assert loop.where is not None
        crowd = run.world.crowd
        people = tuple((*crowd.place(body), "#CFE3F3" if body.sitting else "#FFC497") for body in crowd.bodies)
        path = loop.parts.navigator.path
        page = run.seen.state.page if run.seen.state else ""
        caption = f"{run.clock.wall():%H:%M:%S}   {run.clock.pace:g} x   {page}   battery {run.world.robot.battery:.0%}"
        return ViewState(
            stamp=run.clock.now(),
            pose=loop.where.pose,
            true_pose=run.world.robot.pose,
            radius=run.site.robot.body_radius,
            people=people,
            tracks=tuple((t.x, t.y) for t in loop.people),
            scan_points=np.array(loop.parts.navigator.seen_points),
            path=tuple((float(x), float(y)) for x, y in path),
            caption=caption,
        )

    def close(self) -> None:
        """Close the window."""
        self._window.close()

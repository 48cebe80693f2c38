"""What may be taken out of the whole robot, to see that a drill can fail."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from fault_stage import Stage

from navigation.straight import Straight
from robot.types import Localization, Observation, Pose


@dataclass(frozen=True, slots=True)
class Protection:
    """What may be taken out of a robot, to see that a drill can fail."""

    name: str
    take_out: Callable[[Stage], None]


def _no_lidar_watch(stage: Stage) -> None:
    lidar = stage.safety.lidar
    lidar._odd_about = lambda *_: ""
    lidar.view = lambda bearing: "seen"
    lidar.config = replace(lidar.config, scan_age=math.inf)
    stage.safety.config = replace(stage.safety.config, late=math.inf)


class _DeadReckoning:
    """Believes its wheels."""

    temporary_map = None

    def __init__(self, start: Pose) -> None:
        self._start = start
        self._from: Pose | None = None

    def update(self, observation: Observation) -> Localization:
        odometry = observation.odometry
        self._from = self._from or odometry.pose
        return Localization(observation.stamp, self._start.compose(self._from.between(odometry.pose)))


def _believe_wheels(stage: Stage) -> None:
    stage.run.loop.parts.localizer = _DeadReckoning(stage.run.world.robot.pose)


def _nobody_called(stage: Stage) -> None:
    stage.run.loop._standstill.update = lambda *_: 0.0
    navigator = stage.run.loop.parts.navigator
    navigator._recoveries.needs_help = lambda now: False
    stage.safety.__class__ = type("NeverHeld", (type(stage.safety),), {"stop_since": property(_none, _ignore)})


def _none(_: object) -> None:
    return None


def _ignore(_: object, __: object) -> None:
    return None


def _no_safety(stage: Stage) -> None:
    """Straight on, whoever stands there."""
    parts = stage.run.loop.parts
    parts.navigator.controller = Straight(parts.navigator.model, 0)
    parts.navigator._recoveries.is_waiting = lambda now: False
    stage.safety.limit = lambda command, *_: command
    stage.safety.stopped = False
    stage.safety.reason = ""


def _too_strict(stage: Stage) -> None:
    """A few bad beams are a blind lidar."""
    stage.safety.lidar.config = replace(stage.safety.lidar.config, nonsense=0.05)


def _no_bumper(stage: Stage) -> None:
    stage.safety.bumper.update = lambda *_: None


def _no_latch(stage: Stage) -> None:
    stage.safety._latch = lambda observation: None


def _told(**facts: float) -> Callable[[Stage], None]:
    """A gauge that says the same whatever is."""

    def take_out(stage: Stage) -> None:
        robot = stage.witness._robot
        sense = robot.sense
        robot.sense = lambda: replace(sense(), **facts)

    return take_out


LIDAR_WATCH = Protection("lidar watch", _no_lidar_watch)
LOCALISER = Protection("localiser", _believe_wheels)
TOLERANCE = Protection("tolerance", _too_strict)
CALLS = Protection("calls of staff", _nobody_called)
SAFETY = Protection("safety", _no_safety)
BUMPER = Protection("bumper protocol", _no_bumper)
LATCH = Protection("latch", _no_latch)
GAUGE = Protection("battery gauge", _told(battery=1.0))
SCALE = Protection("tray scale", _told(tray_items=8))

"""The last metre into the dock: straight back along its axis, slowly."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from robot.types import Command, Localization, Pose, wrap

DockingState = Literal["docking", "docked", "off"]


@dataclass(frozen=True, slots=True)
class DockingConfig:
    """Distances in m, speeds in m/s, angles in rad."""

    stage: float = 0.7  # before the dock, where backing begins
    near_stage: float = 0.08
    creeps: float = 0.35  # from the stage, within which it is driven to straight: no controller is so exact
    facing: float = 0.05
    speed: float = 0.1
    done: float = 0.02
    aside: float = 0.12  # off the axis, beyond which it begins anew
    skew: float = 0.35


NO_DOCK = 0.5  # m from the dock, where no charger gives current


def believable(dock: Pose, where: Localization) -> Localization:
    """What to believe of a pose while the charger gives current: one far from the `dock` is not sure at all.

    A map of another place, or one turned round, may fit as well as the right one.
    """
    return where if where.pose.distance(dock) < NO_DOCK else replace(where, unsure=True, health=0.0)


def stage(dock: Pose, config: DockingConfig) -> Pose:
    """Where backing into a dock begins."""
    return dock.compose(Pose(config.stage, 0.0, 0.0))


def creep(target: Pose, pose: Pose, config: DockingConfig) -> Command:
    """The last decimetres to the stage: turn to it, or away from what lies behind, and drive straight, slowly."""
    local = pose.between(target)
    bearing = math.atan2(local.y, local.x)
    ahead = abs(bearing) <= math.pi / 2
    off = bearing if ahead else wrap(bearing + math.pi)
    if abs(off) > config.skew:
        return Command(0.0, math.copysign(min(0.6, max(0.2, 1.5 * abs(off))), off))
    speed = min(config.speed, max(0.04, 0.5 * math.hypot(local.x, local.y)))
    return Command(speed if ahead else -speed, 1.5 * off)


def back_in(dock: Pose, pose: Pose, config: DockingConfig) -> tuple[DockingState, Command]:
    """How it goes and the speeds; `off` when it is too far off the axis and has to begin anew from the stage."""
    local = dock.between(pose)
    if local.x < config.done:
        return "docked", Command()
    if abs(local.y) > config.aside or abs(local.theta) > config.skew or local.x > config.stage + 0.3:
        return "off", Command()
    turn = 2.0 * local.y - 1.5 * local.theta  # driving backwards, y is mended by turning towards it
    speed = min(config.speed, max(0.03, 0.5 * local.x))
    return "docking", Command(-speed, max(-0.4, min(0.4, turn)))

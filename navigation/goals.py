"""Where to go and how it went: what a behaviour asks of the navigator and reads back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from robot.types import Pose

DriveState = Literal["idle", "driving", "waiting", "arrived", "failed"]
PEOPLE = "people in the way"  # the reason of a wait that words may end


@dataclass(frozen=True, slots=True)
class Goal:
    """A place to drive to.

    `reach` (m) and, with `face`, the heading of `pose` to 0.15 rad must be met; `top_speed` in m/s, by itself as fast
    as the robot may. `docking` backs the last metre into the pose at docking speed. Equal goals are the same goal.
    """

    pose: Pose
    reach: float = 0.25
    face: bool = True
    top_speed: float = math.inf
    docking: bool = False


@dataclass(frozen=True, slots=True)
class LookAround:
    """See more, for a robot that does not know where it is: full turns at `turn` (rad/s) and, between them, hops of at
    most `hop` (m; 0 is none) at `speed` (m/s) where there is room. It never arrives; whoever asked for it ends it.
    """

    turn: float = 0.6
    hop: float = 0.6
    speed: float = 0.15


@dataclass(frozen=True, slots=True)
class Progress:
    """How the present goal goes, with the reason; waiting is for people in the way.

    `remaining` metres of path, `total` as first planned; `blocked_for` seconds without getting on. `wants_way`: now is
    the time to ask those around to let it pass; `needs_help`: it can't move by itself, somebody should be called.
    """

    state: DriveState = "idle"
    goal: Goal | LookAround | None = None
    remaining: float = 0.0
    total: float = 0.0
    blocked_for: float = 0.0
    reason: str = ""
    wants_way: bool = False
    needs_help: bool = False

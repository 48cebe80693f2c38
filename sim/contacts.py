"""Who touches the robot: the onset of each contact, and who closed in."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from sim.events import Blame, Contact, ContactKind

BEGINS = 0.02  # m of air below which a contact begins
ENDS = 0.05  # m of air above which it is over
PRESSED = 0.005  # m of air below which the bumper feels it
CLOSING = 0.01  # m/s below which somebody does not close in
FRONT = math.cos(math.radians(60.0))  # how far to the side of its way the robot must look out


@dataclass(frozen=True, slots=True)
class Near:
    """What is near the robot: `air` (m) between them, the direction to it (unit vector) and its velocity (m/s).

    `key`: the serial number of a person's body, or the name of a thing.
    """

    key: int | str
    kind: ContactKind
    air: float
    towards: tuple[float, float]
    velocity: tuple[float, float] = (0.0, 0.0)


def blame(robot: tuple[float, float], near: Near) -> tuple[Blame, float, float]:
    """Who closed in, and how fast (m/s) robot and other did, from the velocities that they had before the block.

    Whoever is the faster one; where a person is faster, but the robot drives at them as well, both share it.
    """
    (vx, vy), (tx, ty) = robot, near.towards
    robot_closes = vx * tx + vy * ty
    other_closes = -(near.velocity[0] * tx + near.velocity[1] * ty)
    by: Blame = "person"  # also where somebody has put the robot down
    if robot_closes > max(other_closes, CLOSING):
        by = "robot"
    elif robot_closes > max(CLOSING, FRONT * math.hypot(vx, vy)):
        by = "shared"
    return by, max(0.0, robot_closes), max(0.0, other_closes)


class ContactWatch:
    """Tells the onset of each contact once; it is over when there is air again."""

    def __init__(self) -> None:
        self._touched: set[int | str] = set()

    @property
    def is_free(self) -> bool:
        """Whether the robot touches nothing."""
        return not self._touched

    def onsets(
        self, robot: tuple[float, float], rim: tuple[float, float, float], near: Iterable[Near]
    ) -> list[Contact]:
        """New contacts of a robot of velocity `robot` (m/s) with its rim at x, y and radius (m)."""
        told = []
        still: set[int | str] = set()
        for other in near:
            begins = other.key not in self._touched and other.air < BEGINS
            if begins:
                by, robot_speed, person_speed = blame(robot, other)
                x, y, radius = rim
                place = round(x + radius * other.towards[0], 2), round(y + radius * other.towards[1], 2)
                told.append(Contact(other.kind, place, by, round(robot_speed, 2), round(person_speed, 2)))
            if begins or (other.key in self._touched and other.air < ENDS):
                still.add(other.key)
        self._touched = still
        return told

"""What each robot of an office has for itself, so that it can go on while the office is away: visit ids and numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

FIRST_VISIT = 1 << 40  # above every id that an office gives
VISITS = 1 << 24  # of one robot in its life
FIRST_NUMBER = 901  # of a day and door that an office leaves to robots
NUMBERS = 50  # of one robot, a day and door


def own_visits(slot: int) -> range:
    """The ids of the visits that the robot in a slot (0, 1, …) opens."""
    first = FIRST_VISIT + slot * VISITS
    return range(first, first + VISITS)


def own_numbers(slot: int) -> range:
    """What the robot in a slot may count up to at each door while its office is away."""
    first = FIRST_NUMBER + slot * NUMBERS
    return range(first, first + NUMBERS)


@dataclass(frozen=True, slots=True)
class RobotSlot:
    """Which robot it is among those of its office, and what the office knows of it: a robot may lose its disk."""

    slot: int
    visits: int = 0  # ids that are used
    numbers: dict[str, int] = field(default_factory=dict)  # today's last own ones by door

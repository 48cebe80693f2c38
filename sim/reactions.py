"""How people take a robot: whether they see it, and the six reactions of HuNavSim (Pérez-Higueras et al. 2023)."""

from __future__ import annotations

import math

from numba import njit

from robot.types import FloatArray
from sim.person import REACTIONS, Person

BEHIND = -0.3  # cosine to the heading beyond which something is behind somebody's back
REMEMBERS = 2.0  # s that somebody minds the robot after they have seen it
NEAR = 3.0  # m within which the robot calls forth a reaction
CALM = 60.0  # s between two reactions
SURPRISED_FOR = 4.0  # s
CURIOUS_FOR = 20.0  # s
THREATENING_FOR = 30.0  # s
CLOSE = 0.75  # m between the middles at which a curious one stops
BEFORE = 0.9  # m ahead of the robot's middle where a threatening one stands
IMPASSIVE = REACTIONS.index("impassive")
SURPRISED = REACTIONS.index("surprised")
CURIOUS = REACTIONS.index("curious")
SCARED = REACTIONS.index("scared")
THREATENING = REACTIONS.index("threatening")


@njit(cache=True)
def sees_robot(person: Person, robot: FloatArray) -> bool:
    """Whether somebody minds the robot: it is not behind them, or just was not, or they have touched it."""
    if (person.aside > 0.0 and person.aside_in <= 0.0) or person.noticed > 0.0:
        return True
    if not person.attentive:
        return False
    dx, dy = robot[0] - person.state[0], robot[1] - person.state[1]
    ahead = dx * math.cos(person.heading) + dy * math.sin(person.heading)
    if ahead <= BEHIND * math.hypot(dx, dy):
        return False
    person.noticed = REMEMBERS
    return True


@njit(cache=True)
def _lasts(reaction: int) -> float:
    """How long (s) a reaction lasts."""
    if reaction == SURPRISED:
        return SURPRISED_FOR
    if reaction == CURIOUS:
        return CURIOUS_FOR
    return THREATENING_FOR if reaction == THREATENING else 0.0


@njit(cache=True)
def _to(person: Person, x: float, y: float) -> tuple[float, float]:
    """The velocity (m/s) with which somebody walks straight to a place (m)."""
    dx, dy = x - person.state[0], y - person.state[1]
    away = max(math.hypot(dx, dy), 1e-6)
    speed = min(person.speed, away / 0.5)
    return speed * dx / away, speed * dy / away


@njit(cache=True)
def react(
    person: Person, robot: FloatArray, minds: bool, wx: float, wy: float, count: int, dt: float
) -> tuple[float, float, int]:
    """The velocity wanted (m/s) as the robot changes it, and how many others matter: with the robot one more.

    Surprised people stop and look at it; the curious come up to it; the threatening stand in its way; the scared keep
    metres away; the impassive go round it as round a pillar and never step back from it; regular ones treat it as a
    person.
    """
    others = count + 1 if minds else count
    reaction = person.reaction
    if not minds or reaction == 0:
        return wx, wy, others
    dx, dy = person.state[0] - robot[0], person.state[1] - robot[1]
    away = max(math.hypot(dx, dy), 1e-6)
    if reaction == IMPASSIVE:
        return wx, wy, others if wx != 0.0 or wy != 0.0 else count
    if reaction == SCARED:
        if away < NEAR:
            share = person.speed * (1.0 - away / NEAR)
            wx, wy = 0.7 * wx + 1.5 * share * dx / away, 0.7 * wy + 1.5 * share * dy / away
        return wx, wy, others
    if person.reacts <= 0.0 and person.calm <= 0.0 and away < NEAR:
        person.reacts = _lasts(reaction)
        person.calm = CALM + person.reacts
    if person.reacts <= 0.0:
        return wx, wy, others
    person.reacts = max(0.0, person.reacts - dt)
    if reaction == THREATENING:
        c, s = math.cos(robot[5]), math.sin(robot[5])
        wx, wy = _to(person, robot[0] + BEFORE * c, robot[1] + BEFORE * s)
        return wx, wy, others
    person.heading = math.atan2(-dy, -dx)
    if reaction == SURPRISED:
        return 0.0, 0.0, others
    wx, wy = _to(person, robot[0] + CLOSE * dx / away, robot[1] + CLOSE * dy / away)
    return wx, wy, count

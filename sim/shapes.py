"""What a lidar at shin height sees of people: two legs with a gait, the wheels of a wheelchair or of a pram."""

from __future__ import annotations

import math

import numpy as np
from numba import njit

from robot.types import FloatArray
from sim.person import KINDS, SHAPES, People

_PARTS = max(len(shape.parts) for shape in SHAPES.values())
MOST = 2 + _PARTS  # discs of one body
_GAIT = np.array([[s.leg, s.spread, s.swing, s.behind, len(s.parts)] for s in (SHAPES[kind] for kind in KINDS)])
_ROLLING = np.zeros((len(KINDS), _PARTS, 3))
for _row, _kind in zip(_ROLLING, KINDS, strict=True):
    _row[: len(SHAPES[_kind].parts)] = np.array(SHAPES[_kind].parts).reshape(-1, 3)
SHINS = 0.25  # m that the shins of somebody who sits are before the seat's middle


@njit(cache=True)
def draw_legs(people: People, gait: FloatArray, rolling: FloatArray, discs: FloatArray) -> int:
    """Fill `discs` ((MOST * P, 3) x, y, radius, m) with what is seen of everybody; returns how many there are."""
    count = 0
    for i in range(people.shape[0]):
        person = people[i]
        x, y, heading, kind = person.state[0], person.state[1], person.heading, person.kind
        c, s = math.cos(heading), math.sin(heading)
        leg, spread = gait[kind, 0], gait[kind, 1]
        swing = 0.0 if person.sitting else gait[kind, 2] * math.sin(person.phase)
        middle = SHINS if person.sitting else -gait[kind, 3]
        for side in range(2 if leg > 0.0 else 0):
            along = middle + (swing if side == 0 else -swing)
            across = spread if side == 0 else -spread
            discs[count, 0] = x + along * c - across * s
            discs[count, 1] = y + along * s + across * c
            discs[count, 2] = leg
            count += 1
        for part in range(int(gait[kind, 4])):
            px, py = rolling[kind, part, 0], rolling[kind, part, 1]
            discs[count, 0] = x + px * c - py * s
            discs[count, 1] = y + px * s + py * c
            discs[count, 2] = rolling[kind, part, 2]
            count += 1
    return count


def legs_of(people: People) -> FloatArray:
    """What is seen of everybody: (D, 3) x, y, radius (m)."""
    discs = np.empty((MOST * people.shape[0], 3))
    return discs[: draw_legs(people, _GAIT, _ROLLING, discs)]

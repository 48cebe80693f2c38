"""What there is to know of a person's body, one record of a structured array for each, and the kinds of bodies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from robot.types import PERSON_RADIUS

RADIUS = PERSON_RADIUS  # of an adult
LEG = 0.06  # m, radius of an adult's leg

Kind = Literal["adult", "child", "elderly", "wheelchair", "cart"]
Reaction = Literal["regular", "impassive", "surprised", "curious", "scared", "threatening"]
KINDS: tuple[Kind, ...] = ("adult", "child", "elderly", "wheelchair", "cart")
REACTIONS: tuple[Reaction, ...] = ("regular", "impassive", "surprised", "curious", "scared", "threatening")

PERSON = np.dtype(
    [
        ("state", np.float64, 4),  # x, y (m), vx, vy (m/s)
        ("came", np.float64, 2),  # m/s, with which they came before anything stopped them in the last step
        ("heading", np.float64),  # rad
        ("phase", np.float64),  # rad, of the gait
        ("radius", np.float64),  # m, of the solid body
        ("speed", np.float64),  # m/s, that they like to walk at
        ("kind", np.int64),  # index in KINDS
        ("reaction", np.int64),  # index in REACTIONS
        ("way", np.int64),  # the next point of their way
        ("way_end", np.int64),  # the number of its points; no way when it is `way`
        ("sitting", np.bool_),
        ("settling", np.bool_),  # sits down or gets up: straight to `seat`, past whatever stands there
        ("sits", np.bool_),  # whether they sit once they have settled
        ("seat", np.float64, 2),  # m
        ("attentive", np.bool_),  # False: looks at a telephone, and learns of the robot by touching it
        ("noticed", np.float64),  # s that somebody who saw or touched the robot still minds it
        ("aside_in", np.float64),  # s until somebody who was asked begins to step aside
        ("aside", np.float64),  # s that they still step aside
        ("aside_velocity", np.float64, 2),  # m/s
        ("reacts", np.float64),  # s that a reaction to the robot still lasts
        ("calm", np.float64),  # s until they may react anew
    ]
)
Person = Any  # one record of PERSON; NumPy knows no types of its fields
People = Any  # (P,) of PERSON


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of body: `radius` of the solid disc, and what a lidar at shin height sees of it (m).

    `leg`: radius of a leg, 0 for none; `spread`: half the distance between the legs; `swing`: how far a step brings
    them ahead; `stride`: the length of a double step; `behind`: how far the legs are behind the middle; `parts`: (x,
    y, radius) of what rolls along, in the frame of the body; `slows`: the share of an adult's speed.
    """

    radius: float
    leg: float
    spread: float
    swing: float
    stride: float
    behind: float = 0.0
    parts: tuple[tuple[float, float, float], ...] = ()
    slows: float = 1.0


_WHEELS = tuple((x, y, 0.1) for y in (-0.26, 0.26) for x in (-0.18, 0.0, 0.18))  # 0.56 m long, 0.2 m above the floor
_FEET = ((0.32, 0.08, 0.06), (0.32, -0.08, 0.06))
_PRAM = ((0.05, 0.2, 0.08), (0.05, -0.2, 0.08), (0.35, 0.17, 0.08), (0.35, -0.17, 0.08))
SHAPES: dict[Kind, Shape] = {
    "adult": Shape(RADIUS, LEG, 0.1, 0.2, 1.3),
    "child": Shape(0.16, 0.04, 0.07, 0.14, 0.9),
    "elderly": Shape(RADIUS, LEG, 0.1, 0.1, 0.8, slows=0.55),
    "wheelchair": Shape(0.38, 0.0, 0.0, 0.0, 1.0, parts=(*_WHEELS, *_FEET), slows=0.8),
    "cart": Shape(0.45, LEG, 0.1, 0.15, 1.1, behind=0.3, parts=_PRAM, slows=0.8),
}

"""Where tracked people face, and whether they come up to the robot: by how they walk, and by how their feet stand."""

from __future__ import annotations

import math

from numba import njit

from perception.feet import Tracks

WALKS = 0.4  # m/s from which somebody faces where they go
TURNS = 0.3  # share of a new direction of who walks that is believed at once; a track's velocity is unsteady
FEET = 0.05  # and of one that the feet of somebody who stands tell
FEET_APART = 0.12, 0.34  # m, of two legs in one measurement
SQUARE = math.cos(math.radians(60.0))  # how far legs may stand one behind the other and still tell something
COMES_FROM = 3.0  # m from the robot within which somebody may be coming up to it
PASSES_AT = 0.45  # m beside the robot that somebody passes who comes up to it, if they walked on
UNSURE = 0.08  # and so much more for each metre that they are away
LEAVES = 2.0  # how much faster it is forgotten that somebody was coming than it is believed


@njit(cache=True)
def _turned(facing: float, towards: float, share: float) -> float:
    """`facing` brought nearer to a new direction by a share (rad)."""
    if math.isnan(facing):
        return towards
    off = (towards - facing + math.pi) % (2.0 * math.pi) - math.pi
    return float((facing + share * off + math.pi) % (2.0 * math.pi) - math.pi)


@njit(cache=True)
def note_facing(tracks: Tracks, now: float) -> None:
    """Turn everybody who was measured just now to where they walk; who stands faces square to their feet.

    Feet alone do not tell front from back: of whoever has never walked it is not known.
    """
    for i in range(tracks.shape[0]):
        t = tracks[i]
        if t.seen < now:
            continue
        if math.hypot(t.state[2], t.state[3]) > WALKS:
            t.facing = _turned(t.facing, math.atan2(t.state[3], t.state[2]), TURNS)
            continue
        dx, dy = t.legs[0, 0] - t.legs[1, 0], t.legs[0, 1] - t.legs[1, 1]
        apart = math.hypot(dx, dy)
        if math.isnan(t.facing) or not FEET_APART[0] <= apart <= FEET_APART[1]:
            continue
        ahead = (dy * math.cos(t.facing) - dx * math.sin(t.facing)) / apart
        if abs(ahead) > SQUARE:
            side = math.copysign(1.0, ahead)
            t.facing = _turned(t.facing, math.atan2(-side * dx, side * dy), FEET)


@njit(cache=True)
def note_coming(tracks: Tracks, x: float, y: float, dt: float) -> None:
    """Count for how long everybody has been walking up to the robot at x, y (m); `dt` s since the last scan."""
    for i in range(tracks.shape[0]):
        t = tracks[i]
        dx, dy = x - t.state[0], y - t.state[1]
        away = math.hypot(dx, dy)
        comes = False
        if away < COMES_FROM and math.hypot(t.state[2], t.state[3]) > WALKS and not math.isnan(t.facing):
            c, s = math.cos(t.facing), math.sin(t.facing)
            comes = dx * c + dy * s > 0.0 and abs(dx * s - dy * c) < PASSES_AT + UNSURE * away
        t.coming = t.coming + dt if comes else max(0.0, t.coming - LEAVES * dt)

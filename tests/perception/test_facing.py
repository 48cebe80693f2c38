"""Facing and intent: who walks faces where they go, who stands square to their feet, and who comes up is told."""

import math

import numpy as np
import pytest

from perception.facing import note_coming, note_facing
from perception.tracks import TRACK
from robot.types import wrap


def one(x=0.0, y=0.0, vx=0.0, vy=0.0, facing=math.nan):
    track = np.zeros(1, TRACK)
    track["state"] = x, y, vx, vy
    track["facing"] = facing
    return track


def stands(facing, towards, apart=0.2):
    """Somebody who was known to be `facing`, with feet as of one who faces `towards` (rad)."""
    track = one(facing=facing)
    side = 0.5 * apart * np.array([-math.sin(towards), math.cos(towards)])
    track["legs"][0, 0, :2] = side
    track["legs"][0, 1, :2] = -side
    return track


def test_who_walks_faces_where_they_go():
    track = one(vx=-0.6, vy=0.6)
    note_facing(track, 0.0)
    assert track["facing"][0] == pytest.approx(math.radians(135))


def test_a_velocity_that_shakes_turns_nobody_round_at_once():
    track = one(vx=0.0, vy=0.8, facing=0.0)
    note_facing(track, 0.0)
    assert 0.2 < track["facing"][0] < 0.8


@pytest.mark.parametrize("turn", [-40, -10, 25, 45])
def test_who_stands_turns_with_their_feet(turn):
    towards = math.radians(100 + turn)
    track = stands(math.radians(100), towards)
    for _ in range(100):
        note_facing(track, 0.0)
    assert wrap(track["facing"][0] - towards) == pytest.approx(0.0, abs=0.02)


def test_feet_alone_do_not_tell_where_somebody_faces():
    track = stands(math.nan, 1.0)
    note_facing(track, 0.0)
    assert math.isnan(track["facing"][0])


def test_a_step_that_has_just_ended_turns_nobody_to_the_side():
    track = stands(0.0, math.radians(80))
    for _ in range(100):
        note_facing(track, 0.0)
    assert track["facing"][0] == 0.0


def test_who_was_not_seen_now_faces_where_they_did():
    track = one(vx=0.0, vy=1.0, facing=0.0)
    note_facing(track, 1.0)
    assert track["facing"][0] == 0.0


@pytest.mark.parametrize(
    ("x", "y", "vx", "comes"),
    [(-2.5, 0.2, 0.9, True), (-2.5, 1.5, 0.9, False), (-1.0, 0.0, -0.9, False), (-8.0, 0.0, 0.9, False)],
    ids=["straight at it", "past it", "away from it", "far off"],
)
def test_who_walks_straight_at_the_robot_comes_up_to_it(x, y, vx, comes):
    track = one(x, y, vx, 0.0, 0.0 if vx > 0 else math.pi)
    note_coming(track, 0.0, 0.0, 0.1)
    assert track["coming"][0] == (0.1 if comes else 0.0)


def test_who_turns_away_is_soon_believed_to():
    track = one(-2.0, 0.0, 0.0, 0.9, math.pi / 2)
    track["coming"] = 1.0
    for _ in range(3):
        note_coming(track, 0.0, 0.0, 0.1)
    assert track["coming"][0] == pytest.approx(0.4)

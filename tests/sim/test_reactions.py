"""People take a robot in six ways, look like what they are, and see it or not."""

import math

import numpy as np
import pytest

from robot.types import Command, Pose
from sim.person import KINDS, REACTIONS, SHAPES

NORTH, SOUTH = math.pi / 2, -math.pi / 2
START = Pose(6.5, 6.4, NORTH)


def meet(world, reaction, seconds=6.0, path=((6.5, 3.0),), y=9.3):
    """Somebody walks towards the standing robot; their places, each half of a second."""
    world.robot.pose = START
    body = world.crowd.enter(6.5, y, 1.0, reaction=reaction)
    body.heading = SOUTH
    body.path = np.array(path) if path else None
    places = []
    for turn in range(round(seconds / 0.05)):
        world.step()
        if turn % 10 == 0:
            places.append(world.crowd.place(body))
    return body, np.array(places)


def apart(places):
    return np.hypot(places[:, 0] - START.x, places[:, 1] - START.y)


def test_regular_and_impassive_people_walk_past_the_robot_without_touching_it(world):
    told = []
    world.on_contact = told.append
    for reaction in ("regular", "impassive"):
        body, places = meet(world, reaction)
        assert places[-1][1] < 5.0
        world.crowd.leave(body)
    assert told == []


def test_the_surprised_stop_look_at_it_and_go_on(world):
    _, places = meet(world, "surprised", 12.0)
    still = np.hypot(*np.diff(places, axis=0).T) < 0.05
    assert 6 <= still.sum() <= 10, "about four seconds"
    assert places[-1][1] < 5.0


def test_the_curious_come_up_and_stand_before_it(world):
    body, places = meet(world, "curious", 10.0, path=((9.5, 9.3),))
    assert apart(places[-4:]) == pytest.approx(0.75, abs=0.15)
    looks = math.atan2(START.y - places[-1][1], START.x - places[-1][0])
    assert math.cos(body.heading - looks) > 0.95


def test_the_scared_keep_away(world):
    regular = apart(meet(world, "regular")[1]).min()
    world.crowd.leave(world.crowd.bodies[0])
    assert apart(meet(world, "scared")[1]).min() > regular + 0.4


def test_the_threatening_stand_in_its_way(world):
    _, places = meet(world, "threatening", 10.0, path=None, y=8.6)
    assert places[-1] == pytest.approx((6.5, START.y + 0.9), abs=0.25)


def test_the_impassive_do_not_step_back_from_a_robot_that_comes_and_others_do(world):
    def moved(reaction):
        world.robot.pose = START
        body = world.crowd.enter(6.5, 7.6, 1.0, reaction=reaction)
        body.heading = SOUTH
        world.command = Command(0.3, 0.0)
        for _ in range(50):
            world.step()
        x, y = world.crowd.place(body)
        world.crowd.leave(body)
        world.robot.linear = 0.0
        return math.hypot(x - 6.5, y - 7.6)

    assert moved("regular") > 0.2
    assert moved("impassive") < 0.02


def test_a_reaction_is_over_by_and_by_and_does_not_begin_anew_at_once(world):
    _, places = meet(world, "curious", 40.0, path=((9.5, 9.3),))
    assert apart(places[18:40]).max() < 1.2
    assert places[-1] == pytest.approx((9.5, 9.3), abs=0.4)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_body_has_its_own_shape_for_the_lidar_and_turns_with_its_heading(world, kind):
    shape = SHAPES[kind]
    body = world.crowd.enter(6.5, 8.0, 1.0, kind=kind)
    ahead = world.crowd.legs() - (6.5, 8.0, 0.0)
    assert len(ahead) == (2 if shape.leg else 0) + len(shape.parts)
    assert np.all(np.hypot(ahead[:, 0], ahead[:, 1]) + ahead[:, 2] < shape.radius + 0.06)
    body.heading = NORTH
    turned = world.crowd.legs() - (6.5, 8.0, 0.0)
    assert turned[:, 0] == pytest.approx(-ahead[:, 1], abs=1e-9)
    assert turned[:, 1] == pytest.approx(ahead[:, 0], abs=1e-9)


def test_legs_swing_with_the_way_and_those_of_who_sits_do_not(world):
    body = world.crowd.enter(6.5, 8.0, 1.0)
    body.phase = math.pi / 2
    walking = world.crowd.legs()
    assert walking[0, 0] - walking[1, 0] == pytest.approx(0.4)
    body.sitting = True
    assert world.crowd.legs()[:, 0] == pytest.approx(6.75)


def test_every_reaction_and_kind_has_its_number():
    assert len(set(KINDS)) == len(SHAPES)
    assert REACTIONS[0] == "regular"

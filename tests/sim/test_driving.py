"""The truth about the drive: stuck, blind, too near are measured, and nothing is where nothing was."""

import math

import numpy as np
import pytest

from robot.types import Command, Pose
from sim.driving import Driving
from sim.faults import Fault

START = Pose(6.5, 6.4, math.pi / 2)


def drive(world, driving, seconds, speed, wants=True):
    world.command = Command(speed, 0.0)
    for _ in range(round(seconds / 0.1)):
        world.step()
        world.step()
        driving.look(world, wants)


@pytest.fixture
def driving(world):
    world.robot.pose = START
    return Driving()


def test_who_wants_to_drive_and_gets_nowhere_is_stuck(world, driving):
    drive(world, driving, 5.0, 0.0)
    assert driving.longest_stuck == pytest.approx(5.0, abs=0.2)
    drive(world, driving, 3.0, 0.4)
    assert driving.longest_stuck < 6.0


def test_who_wants_nothing_is_not_stuck(world, driving):
    drive(world, driving, 5.0, 0.0, wants=False)
    assert driving.longest_stuck == 0.0


@pytest.mark.parametrize("kind", ["covered", "all_inf", "frozen", "silent"])
def test_what_is_driven_while_the_lidar_tells_nothing_counts_as_blind(world, driving, kind):
    world.faults.add(Fault(kind, 1.0, 1.0))
    drive(world, driving, 3.0, 0.5)
    assert 0.2 < driving.blind < 0.6
    assert driving.intimate == 0.0


def test_time_near_somebody_counts_when_the_robot_drives_at_them_and_not_when_they_come(world, driving):
    body = world.crowd.enter(6.5, 8.0, 1.0, attentive=False)
    drive(world, driving, 3.5, 0.4)
    assert driving.intimate > 0.4
    world.crowd.leave(body)
    counted = driving.intimate
    drive(world, driving, 1.0, 0.0)
    comes = world.crowd.enter(6.5, world.robot.pose.y + 1.5, 1.0, attentive=False)
    comes.path = np.array([[6.5, 3.0]])
    drive(world, driving, 3.0, 0.0)
    assert driving.intimate == counted

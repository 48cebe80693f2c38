import math

import numpy as np
import pytest

from logs.frames import Frames, transform


def turned(axis, angle, at=(0.0, 0.0, 0.0)):
    quaternion = [0.0, 0.0, 0.0, math.cos(angle / 2)]
    quaternion["xyz".index(axis)] = math.sin(angle / 2)
    return transform(at, tuple(quaternion))


def test_a_chain_of_transforms_leads_from_the_base_to_the_lidar_in_either_direction():
    frames = Frames()
    assert frames.add("base_link", "mast", turned("z", math.pi / 2, (0.3, 0.0, 1.0)))
    assert frames.add("base_link", "base_footprint", turned("z", 0.0, (0.1, 0.0, -0.2)))
    assert frames.add("mast", "laser", turned("x", math.pi, (0.2, 0.0, 0.0)))
    mounting = frames.mounting("base_footprint", "laser")
    assert (mounting.pose.x, mounting.pose.y, mounting.pose.theta) == pytest.approx((0.2, 0.2, math.pi / 2))
    assert mounting.upside_down
    assert mounting.is_level
    assert not frames.mounting("base_footprint", "mast").upside_down
    assert frames.mounting("base_link", "camera") is None


def test_what_moves_against_the_robot_is_no_part_of_it():
    frames = Frames()
    for world in ("map", "odom", "odom_combined", "robot1/odom"):
        assert not frames.add(world, "base_link", np.eye(4))
    assert frames.mounting("base_link", "odom") is None


def test_the_first_that_is_told_of_a_part_stands():
    frames = Frames()
    assert frames.add("base_link", "laser", turned("z", 0.0, (1.0, 0.0, 0.0)))
    assert not frames.add("base_link", "laser", turned("z", 0.0, (2.0, 0.0, 0.0)))
    assert frames.mounting("base_link", "laser").pose.x == 1.0


@pytest.mark.parametrize(("lean", "level"), [(0.0, True), (0.2, True), (0.6, False), (1.2, False)])
def test_a_lidar_that_leans_far_sees_no_plane(lean, level):
    for turn in (lean, math.pi - lean):
        frames = Frames()
        frames.add("base_link", "laser", turned("y", turn))
        mounting = frames.mounting("base_link", "laser")
        assert mounting.is_level == level
        assert mounting.lean == pytest.approx(lean)


@pytest.mark.parametrize("quaternion", [(0.0, 0.0, 0.0, 0.0), (math.nan, 0.0, 0.0, 1.0), (1.0, 1.0, 1.0, 1.0)])
def test_a_quaternion_that_is_no_rotation_is_refused(quaternion):
    with pytest.raises(ValueError, match="no transform"):
        transform((0.0, 0.0, 0.0), quaternion)

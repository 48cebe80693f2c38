import math

import numpy as np
import pytest

from robot.types import Pose, wrap
from slam.localization import Localizer
from slam.smoothing import SmoothConfig, Smoother
from slam.testing import STEP, TOUR, Drive, Wanderer, hall_map, hall_walls

CONFIG = SmoothConfig()
ORIGIN = Pose(0.0, 0.0, 0.0)


def shown_after(seconds, believed, odom=ORIGIN):
    """The pose shown some seconds after the belief went from the identity to `believed`."""
    smoother = Smoother(CONFIG)
    smoother.follow(ORIGIN, odom, 0.0)
    for k in range(1, round(seconds / STEP) + 1):
        pose = smoother.follow(believed, odom, k * STEP)
    return pose, smoother


def test_a_correction_is_shown_at_the_rates_that_are_named():
    pose, smoother = shown_after(1.0, Pose(0.3, 0.0, 0.3))
    assert pose.x == pytest.approx(CONFIG.rate_xy)
    assert pose.theta == pytest.approx(CONFIG.rate_theta)
    assert smoother.jumps == 0
    pose, _ = shown_after(4.0, Pose(0.3, 0.0, 0.3))
    assert (pose.x, pose.y, pose.theta) == pytest.approx((0.3, 0.0, 0.3))


@pytest.mark.parametrize("far", [Pose(0.6, 0.0, 0.0), Pose(0.0, 0.0, -0.4)])
def test_another_place_is_shown_at_once_and_counted(far):
    pose, smoother = shown_after(STEP, far)
    assert (pose.x, pose.y, pose.theta) == pytest.approx((far.x, far.y, far.theta))
    assert smoother.jumps == 1


def test_a_turn_of_the_frame_far_from_its_origin_is_no_jump_at_the_robot():
    odom = Pose(50.0, 0.0, 0.0)
    turned = Pose(50.0, 0.0, 0.01).compose(odom.inverse())  # the origin of odom moves by half a metre
    pose, smoother = shown_after(STEP, turned, odom)
    assert pose.distance(odom) < 1e-9
    assert pose.theta == pytest.approx(0.01)
    assert smoother.jumps == 0


def test_a_drive_among_people_shows_no_step_beyond_the_rates_and_stays_as_exact():
    grid = hall_map(hall_walls())
    pairs = list(Drive(hall_walls(), TOUR, people=40))
    localizer = Localizer(grid, pairs[0][0], 1)
    last, steps, shown, believed = None, [], [], []
    for truth, observation in pairs:
        found = localizer.update(observation)
        odom = observation.odometry.pose
        if last is not None:
            step = last.compose(odom).between(found.pose)
            steps.append((math.hypot(step.x, step.y), abs(step.theta)))
        last = found.pose.compose(odom.inverse())
        shown.append(truth.distance(found.pose))
        believed.append(truth.distance(localizer.believed))
    assert max(step for step, _ in steps) <= CONFIG.rate_xy * STEP + 1e-9
    assert max(turn for _, turn in steps) <= CONFIG.rate_theta * STEP + 1e-9
    assert np.percentile(shown, 95) <= 0.05
    assert np.percentile(believed, 95) <= 0.05
    assert found.jumps == 0


def test_a_kidnapped_robot_is_shown_at_its_new_place_at_once_and_says_so():
    walls = hall_walls()
    grid = hall_map(walls)
    robot = Wanderer(walls, grid, 4)
    localizer = Localizer(grid, robot.pose, 4)
    for _ in range(20):
        found = localizer.update(robot.step(0.5, 0.8))
    assert found.jumps == 0
    robot.carry_off(robot.draw())
    jumped = None
    for _ in range(100):
        found = localizer.update(robot.step(0.5, 0.8))
        if jumped is None and found.jumps == 1 and not found.unsure:
            jumped = found.pose.distance(robot.pose), abs(wrap(found.pose.theta - robot.pose.theta))
    assert jumped is not None
    assert max(jumped) < 0.05
    assert found.jumps == 1

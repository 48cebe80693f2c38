"""The last metre into the dock: the stage is met exactly, from wherever the robot comes."""

import math

import pytest

from navigation.docking import DockingConfig, creep
from robot.types import Pose, wrap

CONFIG = DockingConfig()


@pytest.mark.parametrize("bearing", range(0, 360, 45))
@pytest.mark.parametrize("heading", [-170, -95, -40, 0, 80, 130])
def test_the_stage_is_met_from_each_side_and_heading(bearing, heading):
    angle = math.radians(bearing)
    pose = Pose(0.3 * math.cos(angle), 0.3 * math.sin(angle), math.radians(heading))
    seconds = 0.0
    while math.hypot(pose.x, pose.y) > CONFIG.near_stage / 2:
        command = creep(Pose(0.0, 0.0, 0.0), pose, CONFIG)
        assert abs(command.linear) <= CONFIG.speed
        pose = Pose(
            pose.x + 0.1 * command.linear * math.cos(pose.theta),
            pose.y + 0.1 * command.linear * math.sin(pose.theta),
            wrap(pose.theta + 0.1 * command.angular),
        )
        seconds += 0.1
        assert seconds < 12.0

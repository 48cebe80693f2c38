"""The last metre into the dock: the stage is met exactly, from wherever the robot comes."""

import math

import pytest

from navigation.docking import DockingConfig, believable, creep
from robot.types import Localization, Pose, wrap

CONFIG = DockingConfig()
DOCK = Pose(2.8, 0.5, 1.57)


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


@pytest.mark.parametrize(("x", "sure"), [(0.0, True), (0.3, True), (0.6, False)])
def test_a_pose_far_from_the_dock_is_not_believed_while_the_charger_gives_current(x, sure):
    where = believable(DOCK, Localization(1.0, DOCK.compose(Pose(x, 0.0, 0.0)), health=0.9))
    assert (where.unsure, where.health) == ((False, 0.9) if sure else (True, 0.0))

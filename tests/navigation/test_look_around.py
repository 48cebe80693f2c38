"""Looking around: full turns, hops where there is room, nothing that a scan or the map forbids."""

import math
from dataclasses import replace

import numpy as np
import pytest

from navigation.goals import Goal, LookAround
from navigation.look_around import LookAroundController
from navigation.navigator import Navigator
from robot.types import GridMap, Localization, Pose, Scan

DT = 0.1
RING = np.linspace(-math.pi, math.pi, 180, endpoint=False)


def ring(near, gap=None):
    """Returns all round at `near` m, at 5 m within 0.9 rad of `gap`."""
    ranges = np.full(RING.size, near)
    if gap is not None:
        ranges[np.abs((RING - gap + math.pi) % (2 * math.pi) - math.pi) < 0.9] = 5.0
    return np.column_stack((ranges * np.cos(RING), ranges * np.sin(RING)))


def look(seconds, ranges_at, goal=None, may=lambda heading, length: True):
    """Obey the looker at once; the pose it comes to, how far it went and how far it turned."""
    looker, pose, speeds = LookAroundController(goal or LookAround(), 0.40), Pose(0.0, 0.0, 0.0), (0.0, 0.0)
    driven = turned = 0.0
    for _ in range(round(seconds / DT)):
        command = looker.step(DT, speeds, ranges_at(pose), may)
        speeds = command.linear, command.angular
        pose = pose.compose(Pose(speeds[0] * DT, 0.0, speeds[1] * DT))
        driven, turned = driven + abs(speeds[0]) * DT, turned + abs(speeds[1]) * DT
    return pose, driven, turned


def open_to(gap, near=0.7):
    """A nook whose opening lies at `gap` in the world's frame, as seen from a robot that turns in it."""
    return lambda pose: ring(near, gap - pose.theta)


@pytest.mark.parametrize("gap", [0.0, 1.5, -2.5, math.pi])
def test_after_a_full_turn_it_hops_to_where_there_is_room(gap):
    full = 2.0 * math.pi / LookAround().turn
    pose, driven, _ = look(full + 12.0, open_to(gap))
    assert driven == pytest.approx(0.6, abs=0.05)
    assert math.cos(math.atan2(pose.y, pose.x) - gap) > math.cos(0.6)
    assert look(full - 0.5, open_to(gap))[1] == 0.0


@pytest.mark.parametrize(
    ("goal", "scene", "may"),
    [
        pytest.param(LookAround(hop=0.0), open_to(0.0), lambda h, s: True, id="hop 0"),
        pytest.param(LookAround(), open_to(0.0, near=0.5), lambda h, s: False, id="the map forbids it"),
        pytest.param(LookAround(), lambda pose: ring(0.8), lambda h, s: True, id="no room"),
    ],
)
def test_it_only_turns_where_it_may_not_hop(goal, scene, may):
    _, driven, turned = look(40.0, scene, goal, may)
    assert driven == 0.0
    assert turned > 6.0 * math.pi


def test_a_hop_ends_when_somebody_steps_into_it():
    def scene(pose):
        return open_to(0.0)(pose) if math.hypot(pose.x, pose.y) < 0.1 else ring(0.6)

    assert look(25.0, scene)[1] == pytest.approx(0.12, abs=0.05)


@pytest.fixture
def navigator(model):
    """An empty room of 6 x 6 m."""
    cells = np.zeros((120, 120), np.int8)
    cells[[0, -1]] = cells[:, [0, -1]] = 100
    return Navigator(GridMap(cells, 0.05, Pose(-3.0, -3.0, 0.0)), model)


def test_to_a_place_it_only_drives_while_the_pose_is_sure(navigator):
    where = Localization(0.0, Pose(0.0, 0.0, 0.0))
    navigator.drive(Goal(Pose(2.0, 0.0, 0.0)))
    assert navigator.step(0.0, where, (), (0.0, 0.0)).linear > 0.0
    command = navigator.step(0.2, replace(where, unsure=True), (), (0.2, 0.0))
    assert command.is_still
    assert (navigator.progress.state, navigator.progress.reason) == ("waiting", "it does not know where it is")
    assert navigator.step(0.4, where, (), (0.0, 0.0)).linear > 0.0


def test_after_a_jump_of_the_pose_what_was_seen_is_forgotten_and_the_way_planned_anew(navigator):
    where = Localization(0.0, Pose(0.0, 0.0, 0.0))
    ranges = np.full(90, np.inf)
    ranges[40:50] = 1.0
    navigator.see(Scan(0.0, ranges, -0.45, 0.01), where.pose)
    navigator.drive(Goal(Pose(2.0, 0.0, 0.0)))
    navigator.step(0.0, where, (), (0.0, 0.0))
    assert navigator.costmap.clearance(1.0, 0.0) < 0.2
    navigator.step(0.2, replace(where, pose=Pose(-1.0, 1.0, 0.0), jumps=1), (), (0.0, 0.0))
    assert navigator.costmap.clearance(1.0, 0.0) > 1.0
    assert navigator.path[0] == pytest.approx([-1.0, 1.0], abs=0.1)

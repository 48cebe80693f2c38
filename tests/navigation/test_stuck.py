"""What the navigator does and says where it can't just drive: in a keep-out zone, shut in, at unseen things."""

import math

import numpy as np
import pytest

from navigation.controller import PERIOD
from navigation.goals import PEOPLE, Goal
from navigation.navigator import Navigator
from robot.types import Command, GridMap, Localization, Pose, Scan, Track

ZONES = {"threshold": ((0.0, 4.0), (12.0, 4.0), (12.0, 6.0), (0.0, 6.0))}
NEXT_ROOM = (slice(None), slice(200, 202))  # a wall at x = 10 m


@pytest.fixture
def hall(model):
    """12 x 6 m, a keep-out zone along its upper side, a room behind a wall; obeyed at once."""
    cells = np.zeros((120, 240), np.int8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 100
    cells[NEXT_ROOM] = 100
    return Hall(Navigator(GridMap(cells, 0.05, Pose(0.0, 0.0, 0.0)), model, ZONES))


class Hall:
    """Drives a navigator and keeps what it said."""

    def __init__(self, navigator):
        self.navigator = navigator
        self.said = []
        self.poses = []

    def run(self, pose, seconds, people=(), held=False):
        v = w = 0.0
        for k in range(round(seconds / PERIOD)):
            now = k * PERIOD
            command = self.navigator.step(now, Localization(now, pose), people, (v, w))
            self.said.append(self.navigator.progress)
            self.poses.append(pose)
            if self.navigator.progress.state in ("arrived", "failed"):
                break
            v, w = (0.0, 0.0) if held else (command.linear, command.angular)
            pose = pose.compose(Pose(v * PERIOD, 0.0, w * PERIOD))
        return self.navigator.progress


def test_pushed_deep_into_a_keep_out_zone_it_drives_out_the_nearest_way_and_on(hall):
    hall.navigator.drive(Goal(Pose(2.0, 1.0, 0.0), face=False))
    assert hall.run(Pose(5.0, 5.3, math.pi / 2), 60.0).state == "arrived"
    inside = [hall.navigator.costmap.zone_at(pose.x, pose.y) > 0 for pose in hall.poses]
    assert inside[0]
    assert inside.index(False) < 10.0 / PERIOD
    assert not any(inside[inside.index(False) :])


@pytest.mark.parametrize(
    ("goal", "why"), [((6.0, 5.0), "lies in keep-out `threshold`"), ((11.0, 2.0), "a wall between")]
)
def test_what_the_map_forbids_fails_at_once_and_says_why(hall, goal, why):
    hall.navigator.drive(Goal(Pose(*goal, 0.0)))
    progress = hall.run(Pose(2.0, 2.0, 0.0), 5.0)
    assert (progress.state, progress.reason) == ("failed", f"no way there: {why}")
    assert len(hall.said) == 1


def test_whoever_stands_in_the_way_is_asked_and_after_half_a_minute_help_is_called(hall):
    hall.navigator.drive(Goal(Pose(8.0, 2.0, 0.0)))
    around = [Track(k, 2.0 + 0.7 * math.cos(k), 2.0 + 0.7 * math.sin(k), 0.0, 0.0, still=60.0) for k in range(7)]
    hall.run(Pose(2.0, 2.0, 0.0), 65.0, around, held=True)
    first_asking = next(k for k, said in enumerate(hall.said) if said.wants_way) * PERIOD
    first_help = next(k for k, said in enumerate(hall.said) if said.needs_help) * PERIOD
    assert 2.5 < first_asking < 4.0
    assert 29.0 < first_help < 31.0
    assert (hall.said[-1].state, hall.said[-1].reason) == ("failed", PEOPLE)


def test_time_in_which_a_touch_holds_it_is_not_time_without_getting_on(hall):
    hall.navigator.drive(Goal(Pose(8.0, 2.0, 0.0)))
    hall.run(Pose(2.0, 2.0, 0.0), 3.0, held=True)
    hall.navigator.bump(2.9, Pose(2.0, 2.0, 0.0), (Track(1, 2.5, 2.0, 0.0, 0.0),))
    for k in range(30, 200):
        hall.navigator.step(k * PERIOD, Localization(k * PERIOD, Pose(2.0, 2.0, 0.0)), (), (0.0, 0.0))
    assert hall.navigator.progress.blocked_for == pytest.approx(19.9 - 5.0, abs=0.3)


def test_nobody_is_asked_where_nobody_can_be(hall):
    hall.navigator.drive(Goal(Pose(8.0, 2.0, 0.0)))
    hall.run(Pose(2.0, 2.0, 0.0), 20.0, held=True)
    assert not any(said.wants_way for said in hall.said)
    assert hall.said[-1].state == "waiting"


def test_an_unseen_thing_that_it_bumps_into_is_left_backwards_and_gone_round(hall):
    """A board across the way that no scan shows: the second way leads round it."""
    navigator, pose, v, w = hall.navigator, Pose(4.0, 2.0, 0.0), 0.0, 0.0
    navigator.drive(Goal(Pose(8.0, 2.0, 0.0), face=False))
    touches = 0
    pressed = False
    for k in range(round(60.0 / PERIOD)):
        now = k * PERIOD
        command = navigator.step(now, Localization(now, pose), (), (v, w))
        ahead = pose.compose(Pose(command.linear * PERIOD, 0.0, command.angular * PERIOD))
        blocked = abs(ahead.x - 6.0) < 0.23 and abs(ahead.y - 2.0) < 0.5
        if blocked and not pressed:
            touches += 1
        pressed = blocked
        if blocked:
            navigator.bump(now, pose, ())
            command, ahead = Command(), pose
        pose, v, w = ahead, command.linear, command.angular
        if navigator.progress.state == "arrived":
            break
    assert navigator.progress.state == "arrived"
    assert touches == 1


@pytest.mark.parametrize(
    ("zones", "at"), [(("right",), (0.0, -0.28)), (("rear", "left"), (-0.2, 0.2)), ((), (0.28, 0.0))]
)
def test_what_is_touched_is_remembered_where_the_bumper_says(hall, zones, at):
    hall.navigator.step(0.9, Localization(0.9, Pose(4.0, 2.0, 0.0)), (), (0.1, 0.0))
    hall.navigator.bump(1.0, Pose(4.0, 2.0, 0.0), (), zones)
    away = hall.navigator.costmap.touched(1.0) - (4.0, 2.0)
    assert away[np.hypot(*away.T).argmin()] == pytest.approx(at, abs=0.1)


def test_what_touches_a_robot_that_stands_is_no_wall(hall):
    hall.navigator.step(0.9, Localization(0.9, Pose(4.0, 2.0, 0.0)), (), (0.0, 0.0))
    hall.navigator.bump(1.0, Pose(4.0, 2.0, 0.0), (), ("front",))
    assert len(hall.navigator.costmap.touched(1.0)) == 0


def test_somebody_who_walks_leaves_no_wall_behind(hall):
    """A row of scans of legs that walk across: after them the way is as free as before."""
    navigator = hall.navigator
    pose = Pose(2.0, 2.0, 0.0)
    navigator.drive(Goal(Pose(8.0, 2.0, 0.0)))
    for k in range(30):
        y = 0.5 + 0.1 * k
        angles = np.linspace(-math.pi, math.pi, 360, endpoint=False)
        ranges = np.full(360, 12.0)
        bearing, away = math.atan2(y - 2.0, 2.0), math.hypot(y - 2.0, 2.0)
        ranges[np.abs(angles - bearing) < 0.06] = away
        navigator.see(Scan(0.1 * k, ranges, -math.pi, 2 * math.pi / 360, 0.05, 12.5), pose)
        navigator.step(0.1 * k, Localization(0.1 * k, pose), (Track(1, 4.0, y, 0.0, 1.0),), (0.0, 0.0))
    navigator.costmap.refresh(3.0)
    assert navigator.costmap.clearance(4.0, 2.0) > 1.0


@pytest.mark.parametrize(("wall", "clears"), [(False, True), (True, False)], ids=["there is another", "no other way"])
def test_no_way_is_planned_along_what_was_touched_while_there_is_another(model, wall, clears):
    """A pane was met at its end: its other one may be 1.4 m away, or the only way leads there."""
    cells = np.zeros((120, 240), np.int8)
    cells[[0, -1], :] = cells[:, [0, -1]] = 100
    if wall:
        cells[:60, 120] = cells[82:, 120] = 100  # a gap of 1.1 m, a metre from the touch
    navigator = Navigator(GridMap(cells, 0.05, Pose(0.0, 0.0, 0.0)), model)
    navigator.drive(Goal(Pose(9.0, 2.6, 0.0), face=False))
    navigator.step(0.0, Localization(0.0, Pose(4.0, 2.5, 0.0)), (), (0.5, 0.0))
    navigator.bump(0.1, Pose(5.7, 2.5, 0.0), (), ("front",))
    navigator.step(1.2, Localization(1.2, Pose(4.0, 2.5, 0.0)), (), (0.0, 0.0))
    assert len(navigator.path) > 0
    passes = navigator.path[np.abs(navigator.path[:, 0] - 5.95).argmin(), 1]
    assert (abs(passes - 2.5) > 1.4) == clears

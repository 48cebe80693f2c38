"""MPPI drives by what is left to the goal, round people and walls, within what the base can, and passively safe."""

import math
from dataclasses import replace

import numpy as np
import pytest

from navigation.controller import HORIZON, PERIOD, Situation
from navigation.costmap import Costmap
from navigation.mppi import Mppi, MppiConfig
from navigation.obstacles import ObstacleWindow
from navigation.planner import Planner
from navigation.proposals import manoeuvres
from navigation.rollouts import Limits, drive_all, obeyed
from robot.types import GridMap, Pose

NOBODY = np.zeros((0, 4))
NO_LEGS = np.zeros((0, 2))


class Hall:
    """12 x 6 m with boxes (left, bottom, right, top) and a goal."""

    def __init__(self, model, goal, *boxes):
        cells = np.zeros((120, 240), np.int8)
        cells[[0, -1], :] = cells[:, [0, -1]] = 100
        for x0, y0, x1, y1 in boxes:
            cells[round(y0 / 0.05) : round(y1 / 0.05), round(x0 / 0.05) : round(x1 / 0.05)] = 100
        self.costmap = Costmap(GridMap(cells, 0.05, Pose(0.0, 0.0, 0.0)))
        self.planner = Planner(self.costmap, model.radius + 0.02, model.radius + 0.35)
        self.window = ObstacleWindow(model.max_speed * HORIZON + 0.4)
        self.model, self.goal = model, goal

    def situation(self, pose, speeds=(0.0, 0.0), people=NOBODY, legs=NO_LEGS, top=None):
        ends = (pose.x, pose.y), (self.goal.x, self.goal.y)
        path, left = self.planner.plan(*ends), self.planner.cost_to_go(*ends)
        costmap = self.costmap
        grid = costmap.static, costmap.origin, costmap.resolution
        near = self.window.around(pose.x, pose.y, np.zeros((0, 3)), *grid)
        top = self.model.max_speed if top is None else top
        return Situation(pose, speeds, top, self.goal, 5.0, path, left, costmap, near, people, legs, 0.0)

    def drive(self, mppi, pose, seconds, people=lambda t: NOBODY):
        """Obey it with the base's own limits; poses, speeds and the least distance to anybody."""
        v = w = 0.0
        poses, speeds, nearest = [pose], [(0.0, 0.0)], math.inf
        for k in range(round(seconds / PERIOD)):
            now = people(k * PERIOD)
            command = mppi.choose(self.situation(pose, (v, w), now))
            m = self.model
            v = obeyed(v, command.linear, m.acceleration, m.braking, PERIOD)
            w = obeyed(w, command.angular, m.turn_acceleration, m.turn_acceleration, PERIOD)
            pose = pose.compose(Pose(v * PERIOD, 0.0, w * PERIOD))
            poses.append(pose)
            speeds.append((v, w))
            for x, y, vx, vy in now:
                nearest = min(nearest, math.hypot(x + vx * PERIOD - pose.x, y + vy * PERIOD - pose.y))
            if pose.distance(self.goal) < 0.25:
                break
        return poses, np.array(speeds), nearest


def test_in_an_empty_hall_it_drives_straight_and_as_fast_as_it_may(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))
    poses, speeds, _ = hall.drive(Mppi(model), Pose(2.0, 3.0, 0.0), 20.0)
    assert poses[-1].distance(hall.goal) < 0.25
    assert max(abs(pose.y - 3.0) for pose in poses) < 0.15
    assert speeds[:, 0].max() == pytest.approx(model.max_speed, abs=0.02)
    assert len(poses) < (8.0 / model.max_speed + 3.0) / PERIOD


def test_it_goes_round_a_wall_and_touches_nothing(model):
    hall = Hall(model, Pose(10.0, 1.0, 0.0), (5.8, 0.0, 6.2, 3.5))
    poses, _, _ = hall.drive(Mppi(model), Pose(2.0, 1.0, math.pi), 40.0)
    assert poses[-1].distance(hall.goal) < 0.25
    assert min(hall.costmap.clearance(pose.x, pose.y) for pose in poses) > model.body_radius


def test_it_turns_out_for_somebody_who_comes_towards_it(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))

    def comes(t):
        return np.array([[9.0 - 0.9 * t, 3.0, -0.9, 0.0]])

    poses, _, nearest = hall.drive(Mppi(model), Pose(2.0, 3.0, 0.0), 25.0, comes)
    assert poses[-1].distance(hall.goal) < 0.25
    assert nearest > model.body_radius + 0.22 + 0.1


def test_the_same_seed_gives_the_same_drive_and_a_new_goal_begins_anew(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))

    def drive(mppi):
        return [pose.y for pose in hall.drive(mppi, Pose(2.0, 2.0, 0.5), 3.0)[0]]

    assert drive(Mppi(model, 3)) == drive(Mppi(model, 3))
    assert drive(Mppi(model, 3)) != drive(Mppi(model, 4))
    used = Mppi(model, 3)
    drive(used)
    used.begin()
    assert not used._mean.any()


def test_commands_stay_within_what_the_robot_can_and_the_goal_allows(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))
    mppi, rng = Mppi(model), np.random.default_rng(0)
    for _ in range(60):
        pose = Pose(*rng.uniform((1.0, 1.0, -3.0), (9.0, 5.0, 3.0)))
        top = float(rng.uniform(0.1, model.max_speed))
        people = rng.uniform((1.0, 1.0, -1.0, -1.0), (9.0, 5.0, 1.0, 1.0), (4, 4))
        command = mppi.choose(hall.situation(pose, (0.0, 0.0), people, top=top))
        assert -0.2 - 1e-9 <= command.linear <= top + 1e-9
        assert abs(command.angular) <= model.turn_speed + 1e-9


def test_it_never_plans_backwards_where_no_lidar_looks(model):
    half_blind = replace(model, lidar=replace(model.lidar, field_of_view=math.radians(270.0)))
    hall = Hall(model, Pose(2.0, 3.0, 0.0))
    comes = np.array([[5.8 - 0.3 * abs(k), 3.0 + 0.5 * k, -0.6, 0.0] for k in range(-3, 4)])

    def least(robot):
        mppi = Mppi(robot)
        commands = [mppi.choose(hall.situation(Pose(5.0, 3.0, 0.0), people=comes)).linear for _ in range(5)]
        return min(commands)

    assert least(model) < 0.0
    assert least(half_blind) >= 0.0


def test_legs_that_no_track_explains_stop_it(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))
    pose, speeds = Pose(5.0, 3.0, 0.0), (0.6, 0.0)
    legs = np.array([[5.55, 3.05], [5.55, 2.95]])
    free = Mppi(model).choose(hall.situation(pose, speeds))
    stopped = Mppi(model).choose(hall.situation(pose, speeds, legs=legs))
    assert free.linear > 0.4
    assert stopped.linear < 0.15


def rolled(hall, pose, plan, people=(), speeds=(0.0, 0.0), after=29):
    """The cost of one plan ((H, 2) speeds), and the speeds that the base has `after` so many steps of it."""
    mppi = Mppi(hall.model)
    s = hall.situation(pose)
    plans = np.broadcast_to(np.asarray(plan, float), (30, 2))[:, :, None].copy()
    places = np.array(people, float).reshape(-1, 2)
    px = np.tile(places[:, 0], (30, 1))
    py = np.tile(places[:, 1], (30, 1))
    followed = np.zeros((2, 1))
    m = hall.model
    limits = Limits(m.max_speed, -0.2, m.turn_speed, m.acceleration, m.braking, m.turn_acceleration)
    at = np.array([pose.x, pose.y, pose.theta])
    fixed = at, np.array(speeds), limits, s.obstacles, s.cost_to_go, px, py, mppi._weights, PERIOD
    return drive_all(*fixed, plans, after, followed)[0], followed[:, 0]


def test_a_plan_costs_more_the_less_it_brings_and_the_more_it_touches(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))
    pose = Pose(3.0, 3.0, 0.0)
    fast, slow = rolled(hall, pose, (0.7, 0.0))[0], rolled(hall, pose, (0.3, 0.0))[0]
    assert fast < slow < rolled(hall, pose, (-0.2, 0.0))[0]
    assert rolled(hall, pose, (0.7, 0.0), [(4.0, 3.6)])[0] > fast
    assert rolled(hall, pose, (0.7, 0.0), [(4.0, 3.0)])[0] > rolled(hall, pose, (0.7, 0.0), [(4.0, 3.6)])[0] + 10.0
    walled = Hall(model, Pose(10.0, 3.0, 0.0), (4.0, 2.0, 4.2, 4.0))
    cost, followed = rolled(walled, pose, (0.7, 0.0))
    assert cost > fast + 50.0
    assert not followed.any()  # it ends in the wall


def test_a_plan_is_followed_as_the_base_can(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))
    followed = np.array([rolled(hall, Pose(3.0, 3.0, 0.0), (9.0, 9.0), after=k)[1] for k in range(30)])
    steps = np.diff(np.vstack(([[0.0, 0.0]], followed)), axis=0)
    assert steps[:, 0].max() <= model.acceleration * PERIOD + 1e-9
    assert steps[:, 1].max() <= model.turn_acceleration * PERIOD + 1e-9
    assert followed[:, 0].max() <= model.max_speed
    assert obeyed(0.6, 0.0, 0.5, 0.8, 0.1) == pytest.approx(0.52)
    assert obeyed(-0.2, -0.6, 0.5, 0.8, 0.1) == pytest.approx(-0.25)


def test_manoeuvres_go_swerve_wait_turn_and_back_off(model):
    hall = Hall(model, Pose(10.0, 3.0, 0.0))
    s = hall.situation(Pose(3.0, 3.0, 0.0))
    out = np.zeros((30, 2, 40))
    limits = Limits(0.7, -0.2, 1.2, 0.5, 0.8, 2.1)
    count = manoeuvres(np.array([3.0, 3.0, 0.0]), np.zeros(2), limits, s.cost_to_go, PERIOD, out)
    assert count == 33
    assert out[:, 0, 0].min() > 0.65
    assert out[5, 1, 1] > 0.2
    assert out[5, 1, 2] < -0.2
    assert not out[:8, :, 21].any()
    assert out[9:, 0, 21].min() > 0.6
    assert (out[:, 0, :count].min(axis=0) < -0.1).sum() == 5
    without = manoeuvres(np.array([3.0, 3.0, 0.0]), np.zeros(2), limits._replace(reverse=0.0), s.cost_to_go, 0.1, out)
    assert without == 28


def test_the_plans_are_the_last_one_manoeuvres_arcs_and_deviations(model):
    mppi = Mppi(model)
    s = Hall(model, Pose(10.0, 3.0, 0.0)).situation(Pose(3.0, 3.0, 0.0))
    mppi._mean[:, 0] = np.linspace(0.1, 0.7, 30)
    mppi._draw(s, np.array([3.0, 3.0, 0.0]), np.zeros(2), Limits(0.7, -0.2, 1.2, 0.5, 0.8, 2.1))
    first, arc, last = (mppi._plans[:, :, k] for k in (0, 40, -1))
    assert first[:-1, 0] == pytest.approx(mppi._mean[1:, 0])
    assert len(np.unique(arc[:, 0])) == len(np.unique(arc[:, 1])) == 1
    away = last - first
    assert len(np.unique(np.round(away[:, 0], 9))) == 30 // MppiConfig().held
    assert 0.0 < np.abs(away).max() < 5.0 * MppiConfig().sigma_w

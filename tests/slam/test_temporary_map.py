"""What has moved since the map was drawn: it neither drags nor alarms the robot, and never gets into the map."""

import hashlib
import math

import numpy as np
import pytest

from robot.types import IDENTITY, Pose, wrap
from slam.fitting import FitConfig, Fitter
from slam.likelihood import build_field
from slam.localization import LocalizationConfig, Localizer
from slam.temporary_map import TemporaryMap, TemporaryMapConfig
from slam.testing import TOUR, Drive, Sensors, Wanderer, box, changed_hall_walls, hall_map, hall_walls


@pytest.fixture(scope="module")
def grid():
    """The map, drawn before anything was moved."""
    return hall_map(hall_walls())


@pytest.fixture(scope="module")
def later():
    """The tour a month later, among 40 people."""
    return list(Drive(changed_hall_walls(), TOUR, seed=2, people=40))


def errors(localizer, pairs):
    return [truth.distance(localizer.update(observation).pose) for truth, observation in pairs]


def digest(localizer):
    field = localizer.field
    parts = field.log_likelihood, field.clearance, field.distance.tiles, field.distance.table, field.is_free
    return [hashlib.sha256(part.tobytes()).hexdigest() for part in parts]


def test_a_month_later_the_drive_is_as_exact_and_without_the_layer_it_is_not(grid, later):
    forgetful = LocalizationConfig(temporary_map=TemporaryMapConfig(least_promise=math.inf))
    with_layer, without = (Localizer(grid, later[0][0], 1, config) for config in (None, forgetful))
    before = digest(with_layer), grid.cells.tobytes()
    assert np.percentile(errors(with_layer, later), 95) <= 0.05
    assert np.percentile(errors(without, later), 95) > 0.1
    assert len(with_layer.temporary_map.places()) > 50
    assert len(without.temporary_map.places()) == 0
    assert (digest(with_layer), grid.cells.tobytes()) == before


def test_a_kidnap_in_a_hall_where_much_has_moved_is_noticed_and_the_map_stays_frozen(grid):
    walls = changed_hall_walls()
    for seed in (1, 3, 4):
        robot = Wanderer(walls, grid, seed, people=20)
        localizer = Localizer(grid, robot.pose, seed)
        before = digest(localizer)
        for _ in range(300):
            localizer.update(robot.step(0.5, 0.8))
        assert len(localizer.temporary_map.places()) > 20
        robot.carry_off(robot.draw())
        for _ in range(200):
            found = localizer.update(robot.step(0.5, 0.8))
        assert found.pose.distance(robot.pose) < 0.3, f"seed {seed}"
        assert not found.unsure
        assert digest(localizer) == before


def in_map(points, pose):
    return np.array([[(p := pose.compose(Pose(x, y, 0.0))).x, p.y] for x, y in points])


def gaps(grid, places):
    """How far places are from the walls of the map, metres."""
    field = build_field(grid, 0.1, 0.1)
    cells = ((places[:, ::-1] - field.origin[::-1]) / field.resolution).astype(int)
    return field.clearance[cells[:, 0], cells[:, 1]]


def learned(grid, seconds=20.0):
    """A layer that has looked at the changed hall from one place; the scan's end points, the pose."""
    robot = Wanderer(changed_hall_walls(), grid, 1)
    robot.carry_off(Pose(12.0, 9.0, 1.0))
    layer = TemporaryMap(build_field(grid, 0.1, 0.1), IDENTITY, TemporaryMapConfig())
    points = robot.step(0.0, 0.0).scan.points()
    for k in range(round(seconds)):
        layer.learn(points, robot.pose, float(k))
    return layer, points, robot.pose


def test_beams_that_end_on_what_has_moved_are_left_out_and_only_those(grid):
    layer, points, pose = learned(grid)
    before, after = (gaps(grid, in_map(beams, pose)) for beams in (points, layer.leave_out(points, pose)))
    assert np.count_nonzero(before > layer.config.away) > 30
    assert np.count_nonzero(after > layer.config.away) == 0
    assert np.count_nonzero(after <= layer.config.away) == np.count_nonzero(before <= layer.config.away)


def test_a_wall_that_is_gone_no_longer_lowers_the_health_of_the_pose(grid):
    layer, points, pose = learned(grid)
    fitter = Fitter(build_field(grid, 0.1, 0.1), IDENTITY, FitConfig())
    assert fitter.tracked_health(points, pose, layer)[0] > fitter.health(points, pose) + 0.1


def test_wrong_poses_stay_wrong_whatever_the_layer_has_learned(grid, later):
    localizer = Localizer(grid, later[0][0], 1)
    errors(localizer, later)
    fitter = Fitter(localizer.field, IDENTITY, FitConfig())
    healths = []
    for seed in range(40):
        robot = Wanderer(changed_hall_walls(), grid, seed, people=40)
        points = robot.step(0.0, 0.0).scan.points()
        for _ in range(5):
            wrong = robot.draw()
            if wrong.distance(robot.pose) > 1.0 or abs(wrap(wrong.theta - robot.pose.theta)) > 0.5:
                healths.append(fitter.tracked_health(points, fitter.refine(points, wrong), localizer.temporary_map)[0])
    assert np.percentile(healths, 97) < 0.3


def test_nothing_is_learned_from_wrong_poses_not_even_where_a_corner_looks_alike(grid):
    layer = TemporaryMap(build_field(grid, 0.1, 0.1), IDENTITY, TemporaryMapConfig())
    fitter = Fitter(build_field(grid, 0.1, 0.1), IDENTITY, FitConfig())
    may, must = [], []
    for seed in range(60):
        robot = Wanderer(hall_walls(), grid, seed, people=40)
        points = robot.step(0.0, 0.0).scan.points()
        must.append(fitter.tracked_health(points, fitter.refine(points, robot.pose), layer)[1])
        wrong = robot.draw()
        while wrong.distance(robot.pose) < 1.0:
            wrong = robot.draw()
        may.append(fitter.tracked_health(points, fitter.refine(points, wrong), layer)[1])
    assert sum(must) >= 57
    assert sum(may) <= 1


def test_what_is_no_longer_seen_fades_by_half_in_the_half_life(grid):
    layer, points, pose = learned(grid)
    strongest = layer.stands.max()
    layer.learn(points[:0], pose, 19.0 + layer.config.half_life)
    assert layer.stands.max() == pytest.approx(0.5 * strongest, rel=1e-3)


def test_what_goes_away_again_is_forgotten_as_soon_as_beams_pass(grid):
    layer, points, pose = learned(grid)
    count = len(layer.places())
    robot = Wanderer(hall_walls(), grid, 1, sensors=Sensors(range_max=25.0))  # every beam returns
    robot.carry_off(pose)
    points = robot.step(0.0, 0.0).scan.points()
    for k in range(12):
        layer.learn(points, pose, 20.0 + 0.2 * k)
    assert (gaps(grid, layer.places()) < 0.3).all()  # nearer to a wall a beam can't tell
    assert len(layer.places()) < 0.2 * count


def test_among_nothing_but_moved_things_the_wheels_carry_the_pose(grid):
    start = Pose(12.0, 9.0, 1.0)
    localizer = Localizer(grid, start, 1)
    localizer.temporary_map.stands[:] = localizer.temporary_map.config.most
    robot = Wanderer(np.array(box(11.0, 8.0, 13.0, 10.0)), grid, 1)  # screens all round
    robot.carry_off(start)
    assert localizer.update(robot.step(0.0, 0.0)).pose == start

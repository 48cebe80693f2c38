import numpy as np
import pytest

from robot.types import Pose
from slam.distance import distance_cells, freeze
from slam.matching import Prior, draw_near, match
from slam.motion import wrap_angle
from slam.testing import Sensors, exact_ranges, hall_map, hall_walls

LOOSE = np.full(3, 1.0)


@pytest.fixture(scope="module")
def field():
    grid = hall_map(hall_walls())
    return freeze(distance_cells(grid), grid)


def run(field, points, pose, information=LOOSE, soft=0.1):
    found, normal = np.array(pose, float), np.empty(9)
    cost = match(points, found, field, soft, Prior(found.copy(), information), normal)
    return found, cost, normal


def scan_from(pose):
    return Sensors().scan(0.0, pose, hall_walls(), np.zeros((0, 2)), np.random.default_rng(1)).points()


@pytest.mark.parametrize("pose", [(3.0, 4.0, 0.5), (14.0, 9.0, -2.0), (10.0, 12.0, 3.1)])
@pytest.mark.parametrize("wrong", [(0.2, 0.1, 0.05), (-0.15, 0.2, -0.08)])
def test_a_wrong_guess_is_mended_to_a_fraction_of_a_cell(field, pose, wrong):
    points = scan_from(Pose(*pose))
    found, _, _ = run(field, points, np.add(pose, wrong))
    assert np.hypot(*(found[:2] - pose[:2])) < 0.01
    assert abs(wrap_angle(found[2] - pose[2])) < 0.003


def test_matching_never_makes_the_cost_worse(field):
    points = scan_from(Pose(6.0, 8.0, 1.0))
    rng = np.random.default_rng(5)
    for guess in np.array([6.0, 8.0, 1.0]) + rng.normal(0, [1.0, 1.0, 0.5], (30, 3)):
        still = np.full(3, 1e12)
        _, before, _ = run(field, points, guess, still)
        _, after, _ = run(field, points, guess)
        assert after <= before + 1e-6


def test_without_anything_in_sight_the_prior_holds_the_pose(field):
    points = np.array([[500.0, 0.0], [0.0, 500.0], [-500.0, 0.0]])
    found, _, _ = run(field, points, (3.0, 4.0, 0.5))
    assert found == pytest.approx([3.0, 4.0, 0.5])


def test_along_a_bare_wall_the_prior_decides_and_across_it_the_scan(field):
    x = np.linspace(-1.5, 1.5, 60)
    points = np.column_stack([x, np.full(60, -2.0)])  # the wall y = 0, seen from y = 2
    found, _, _ = run(field, points, (4.0, 2.15, 0.0))
    assert found[0] == pytest.approx(4.0, abs=0.01)
    assert found[1] == pytest.approx(2.0, abs=0.01)


def test_draws_around_the_mode_have_the_covariance_of_the_match():
    information = np.array([[400.0, 60.0, 30.0], [60.0, 900.0, -80.0], [30.0, -80.0, 2500.0]])
    normal = np.array([*information[np.triu_indices(3)], 0.0, 0.0, 0.0])
    rng = np.random.default_rng(1)
    drawn = np.zeros((20_000, 3))
    for row in drawn:
        draw_near(row, normal, 1.0, *rng.standard_normal(3))
    assert np.cov(drawn.T) == pytest.approx(np.linalg.inv(information), abs=1e-4)


def test_rays_of_the_synthetic_hall_are_exact():
    walls, disc = hall_walls()[:4], np.array([[2.0, 5.0, 0.5]])
    ranges = exact_ranges(Pose(2.0, 2.0, np.pi / 2), Sensors(beams=4), walls, disc)[2:]
    assert ranges == pytest.approx([2.5, 2.0])

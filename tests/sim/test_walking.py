"""People keep their distance as people do, stay inside the walls, and hardly ever overlap."""

import math

import numpy as np
import pytest

from navigation.costmap import Costmap
from sim.crowd import Crowd
from sim.person import RADIUS
from sim.world import rasterise

LENGTH, WIDTH, STEP = 20.0, 3.0, 0.05
FREE = 1.34  # m/s, Weidmann's
NO_ROBOT = np.array([-90.0, -90.0, 0.0, 0.0, 0.2, 0.0])


def weidmann(density):
    """Speed (m/s) of a crowd of so many a m^2 (Weidmann 1993)."""
    return FREE * (1 - math.exp(-1.913 * (1 / density - 1 / 5.4)))


def corridor(density, seed, seconds=40.0, settle=20.0):
    """One-way in a corridor that is closed to a ring; mean speed, overlapping pairs a person, who is outside."""
    rng = np.random.default_rng(seed)
    segments = np.array([[-5.0, 0.0, 45.0, 0.0], [-5.0, WIDTH, 45.0, WIDTH]])
    crowd = Crowd(Costmap(rasterise(tuple(map(tuple, segments)), (40.0, WIDTH))), segments)
    count = round(density * LENGTH * WIDTH)
    for _ in range(count):
        y = float(rng.uniform(0.3, WIDTH - 0.3))
        crowd.enter(10.0 + float(rng.uniform(0, LENGTH)), y, FREE * float(rng.normal(1.0, 0.12)))
    people, speeds, overlaps, outside = crowd.people, [], 0, 0
    for turn in range(round(seconds / STEP)):
        first, last = people["state"][:, 0] < 13.0, people["state"][:, 0] > 27.0
        images = np.concatenate([people[first], people[last]])  # whom one sees beyond the seam of the ring
        images["state"][: first.sum(), 0] += LENGTH
        images["state"][first.sum() :, 0] -= LENGTH
        images["sitting"] = True
        crowd.people = np.concatenate([people, images])
        crowd.ways = np.zeros((len(crowd.people), 1, 2))
        crowd.ways[:, 0] = crowd.people["state"][:, :2] + (50.0, 0.0)
        crowd.people["way"], crowd.people["way_end"] = 0, 1
        crowd.step(STEP, NO_ROBOT)
        people = crowd.people[:count].copy()
        x, y, vx = people["state"][:, 0], people["state"][:, 1], people["state"][:, 2]
        outside += int(((y < 0) | (y > WIDTH)).sum())
        people["state"][:, 0] = 10.0 + (x - 10.0) % LENGTH
        if turn * STEP > settle:
            speeds.append(vx.mean())
            apart = np.hypot(x[:, None] - x[None], y[:, None] - y[None]) + 9.0 * np.eye(count)
            overlaps += int((apart < 2 * RADIUS - 0.02).sum()) // 2
    return np.mean(speeds), overlaps / count / len(speeds), outside


@pytest.mark.parametrize("density", [0.3, 1.0, 2.0, 3.0])
def test_a_crowd_is_as_fast_as_weidmann_measured_to_a_fifth_and_stays_in_its_corridor(density):
    speed, overlaps, outside = corridor(density, seed=0)
    assert speed == pytest.approx(weidmann(density), rel=0.2)
    assert overlaps < 0.005
    assert outside == 0


def test_forty_who_cross_the_hall_get_on_and_nobody_enters_a_wall(crowd_of):
    crowd, free = crowd_of(40)
    speeds, trips = [], 0
    for _ in range(round(60.0 / STEP)):
        for body in crowd.bodies:
            if body.path is None:
                body.path = np.array([free()])
                trips += 1
        crowd.step(STEP, NO_ROBOT)
        speeds.append(np.hypot(crowd.state[:, 2], crowd.state[:, 3]).mean())
        assert all(crowd.walls.clearance(x, y) > 0.0 for x, y in crowd.state[:, :2])
    assert np.mean(speeds) > 0.6
    assert trips > 150


@pytest.fixture
def crowd_of():
    """An open hall of 20 x 15 m with so many people in it, and where there is room."""

    def make(people):
        box = ((0.0, 0.0, 20.0, 0.0), (20.0, 0.0, 20.0, 15.0), (20.0, 15.0, 0.0, 15.0), (0.0, 15.0, 0.0, 0.0))
        crowd = Crowd(Costmap(rasterise(box, (20.0, 15.0))), np.array(box))
        rng = np.random.default_rng(people)

        def free():
            return float(rng.uniform(0.6, 19.4)), float(rng.uniform(0.6, 14.4))

        for _ in range(people):
            crowd.enter(*free(), 1.0)
        return crowd, free

    return make

"""What sensors may say when they are broken: it is counted, the pose and the map stay whole."""

import hashlib
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from robot.types import Observation, Odometry, Pose, Scan
from slam.localization import Localizer
from slam.testing import STEP, TOUR, Drive, hall_map, hall_walls

BAD = st.floats(allow_nan=True, allow_infinity=True, width=64)


@pytest.fixture(scope="module")
def grid():
    return hall_map(hall_walls())


@pytest.fixture(scope="module")
def tour():
    return list(Drive(hall_walls(), TOUR, people=40))[:400]


def digest(localizer):
    field = localizer.field
    parts = field.log_likelihood, field.clearance, field.distance.tiles, field.distance.table, field.is_free
    return [hashlib.sha256(part.tobytes()).hexdigest() for part in parts]


def drive(localizer, pairs, spoil=lambda k, o: o):
    found = None
    for k, (_, observation) in enumerate(pairs):
        found = localizer.update(spoil(k, observation))
    return found


ranges = st.integers(0, 720).flatmap(lambda n: arrays(np.float64, n, elements=st.one_of(BAD, st.floats(0.0, 12.0))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_scan_whatever_it_holds_raises_or_touches_the_map(grid, tour, data):
    localizer = Localizer(grid, tour[0][0], 1)
    before = digest(localizer)
    for k in range(1, 5):
        scan = Scan(
            k * STEP, data.draw(ranges), data.draw(st.floats(-4.0, 4.0)), data.draw(st.floats(-0.1, 0.1)), 0.05, 12.0
        )
        found = localizer.update(Observation(k * STEP, Odometry(k * STEP, Pose(0.01 * k, 0.0, 0.0)), scan))
        assert all(map(math.isfinite, (found.pose.x, found.pose.y, found.pose.theta, found.health)))
        assert 0.0 <= found.health <= 1.0
    assert digest(localizer) == before


def test_an_empty_scan_and_one_of_a_single_beam_are_counted(grid, tour):
    localizer = Localizer(grid, tour[0][0], 1)
    for k, size in ((1, 0), (2, 1)):
        scan = Scan(k * STEP, np.full(size, 1.0), 0.0, 0.1)
        localizer.update(Observation(k * STEP, Odometry(k * STEP, Pose(0.0, 0.0, 0.0)), scan))
    assert localizer.warnings["scan with too few beams"] == 2


@pytest.mark.parametrize("where", ["x", "y", "theta"])
@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_odometry_that_is_not_a_number_is_counted_and_left_out(grid, tour, where, value):
    def spoil(k, o):
        pose = replace(o.odometry.pose, **{where: value})
        return replace(o, odometry=replace(o.odometry, pose=pose)) if k % 10 == 5 else o

    localizer = Localizer(grid, tour[0][0], 1)
    found = drive(localizer, tour, spoil)
    assert localizer.warnings == {"odometry is not a number": 40}
    assert tour[-1][0].distance(found.pose) < 0.05


def test_before_any_odometry_there_is_a_stale_unsure_pose(grid, tour):
    broken = replace(tour[0][1], odometry=Odometry(0.0, Pose(math.nan, 0.0, 0.0)))
    found = Localizer(grid, tour[0][0], 1).update(broken)
    assert found.unsure
    assert found.stamp == -math.inf


@pytest.mark.parametrize(
    "shift_at",
    [
        pytest.param(lambda pose: pose.inverse(), id="counters reset to zero"),
        pytest.param(lambda pose: Pose(7.0, -3.0, 2.0).compose(pose.inverse()), id="far"),
        pytest.param(lambda pose: Pose(0.5, 0.0, 0.0), id="half a metre"),
    ],
)
def test_a_jump_of_the_odometry_is_counted_and_the_robot_stays_where_it_was(grid, tour, shift_at):
    shift = shift_at(tour[200][1].odometry.pose)

    def spoil(k, o):
        return replace(o, odometry=replace(o.odometry, pose=shift.compose(o.odometry.pose))) if k >= 200 else o

    localizer = Localizer(grid, tour[0][0], 1)
    worst = 0.0
    for k, (truth, observation) in enumerate(tour):
        found = localizer.update(spoil(k, observation))
        worst = max(worst, truth.distance(found.pose))
        assert not found.unsure
    assert localizer.warnings == {"odometry jumped": 1}
    assert worst < 0.06
    assert found.jumps == 0


@pytest.mark.parametrize("stamp", [math.nan, math.inf, 1e9])
def test_a_scan_with_a_mad_stamp_is_counted_and_does_not_shut_out_the_later_ones(grid, tour, stamp):
    def spoil(k, o):
        return replace(o, scan=replace(o.scan, stamp=stamp)) if o.scan is not None and k == 10 else o

    localizer = Localizer(grid, tour[0][0], 1)
    found = drive(localizer, tour, spoil)
    assert localizer.warnings == {"scan stamp is no time": 1}
    assert tour[-1][0].distance(found.pose) < 0.05

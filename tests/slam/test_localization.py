import math
from dataclasses import replace

import numpy as np
import pytest

from robot.types import GridMap, LetanError, Observation, Odometry, Pose, Scan, wrap
from slam.localization import LocalizationConfig, Localizer
from slam.testing import TOUR, Drive, Wanderer, hall_map, hall_walls


@pytest.fixture(scope="module")
def grid():
    return hall_map(hall_walls())


@pytest.fixture(scope="module")
def tour():
    """A drive round the hall among 40 people: (true pose, observation) pairs."""
    return list(Drive(hall_walls(), TOUR, people=40))


def drive(localizer, pairs):
    return [(truth, localizer.update(observation)) for truth, observation in pairs]


def test_a_drive_among_people_stays_within_five_centimetres_and_one_degree(grid, tour):
    results = drive(Localizer(grid, tour[0][0], seed=1), tour)
    metres = [truth.distance(found.pose) for truth, found in results]
    radians = [abs(wrap(truth.theta - found.pose.theta)) for truth, found in results]
    assert np.percentile(metres, 95) <= 0.05
    assert np.percentile(radians, 95) <= math.radians(1.0)
    assert min(found.health for _, found in results) > 0.6


def test_a_start_pose_that_is_a_little_wrong_is_mended(grid, tour):
    start = tour[0][0].compose(Pose(0.2, -0.15, 0.1))
    results = drive(Localizer(grid, start, seed=3), tour[:100])
    truth, found = results[-1]
    assert truth.distance(found.pose) < 0.05


def test_the_same_seed_gives_the_same_bytes(grid, tour):
    runs = []
    for _ in range(2):
        localizer = Localizer(grid, tour[0][0], seed=5)
        found = [result for _, result in drive(localizer, tour[:300])]
        runs.append((found, localizer.particles.tobytes()))
    assert runs[0] == runs[1]


def test_another_seed_draws_other_particles(grid, tour):
    clouds = []
    for seed in (1, 2):
        localizer = Localizer(grid, tour[0][0], seed)
        drive(localizer, tour[:50])
        clouds.append(localizer.particles.tobytes())
    assert clouds[0] != clouds[1]


def test_the_map_is_never_written(grid, tour):
    before = grid.cells.tobytes()
    localizer = Localizer(grid, Pose(10.0, 7.0, 1.0), seed=1)  # lost from the start
    drive(localizer, tour[:200])
    assert grid.cells.tobytes() == before


def test_odometry_alone_carries_the_pose(grid):
    localizer = Localizer(grid, Pose(3.0, 4.0, math.pi / 2), seed=1)
    localizer.update(Observation(0.0, Odometry(0.0, Pose(7.0, 7.0, 0.0))))
    found = localizer.update(Observation(1.0, Odometry(1.0, Pose(8.0, 7.0, 0.5))))
    assert found.stamp == 1.0
    assert found.pose.distance(Pose(3.0, 5.0, 0.0)) < 1e-9
    assert wrap(found.pose.theta - math.pi / 2 - 0.5) == pytest.approx(0.0, abs=1e-9)


def later(observation, seconds, odometry=None):
    """The same, told some seconds later."""
    told = odometry or observation.odometry
    scan = observation.scan and replace(observation.scan, stamp=observation.scan.stamp + seconds)
    stamp = observation.stamp + seconds
    return replace(observation, stamp=stamp, odometry=replace(told, stamp=told.stamp + seconds), scan=scan)


@pytest.mark.parametrize("metres", [0.3, 0.5])
def test_a_motion_that_the_wheels_did_not_tell_is_not_taken_back_when_they_turn_again(grid, tour, metres):
    """It slides, stands there for half a minute, and drives on with odometry that has missed the slide."""
    localizer, stays = Localizer(grid, tour[0][0], seed=1), 30.0
    drive(localizer, tour[:100])
    held = tour[100][1].odometry.pose
    end = next(k for k in range(100, len(tour)) if tour[k][1].odometry.pose.distance(held) > metres)
    for _, observation in tour[100:end]:
        localizer.update(replace(observation, odometry=replace(observation.odometry, pose=held)))
    standing = [observation for _, observation in tour[end - 4 : end] if observation.scan is not None][-1]
    for k in range(1, round(stays * 10)):
        odometry = replace(standing.odometry, pose=held, linear=0.0, angular=0.0)
        localizer.update(later(standing, 0.1 * k, odometry))
    back, errors = held.compose(tour[end - 1][1].odometry.pose.inverse()), []
    for truth, observation in tour[end : end + 200]:
        odometry = replace(observation.odometry, pose=back.compose(observation.odometry.pose))
        localizer.update(later(observation, stays, odometry))
        errors.append(truth.distance(localizer.believed))
    assert max(errors) < 0.1


def test_the_lidar_may_sit_anywhere_on_the_robot(grid, tour):
    lidar = Pose(0.2, 0.0, math.pi)
    moved = [
        (
            truth.compose(lidar.inverse()),
            replace(o, odometry=replace(o.odometry, pose=o.odometry.pose.compose(lidar.inverse()))),
        )
        for truth, o in tour[:400]
    ]
    results = drive(Localizer(grid, moved[0][0], seed=1, lidar=lidar), moved)
    assert np.percentile([truth.distance(found.pose) for truth, found in results], 95) < 0.05


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda r: np.full_like(r, np.nan), id="all NaN"),
        pytest.param(lambda r: np.full_like(r, np.inf), id="all inf"),
        pytest.param(lambda r: r[:0], id="no beams"),
        pytest.param(lambda r: -r, id="negative"),
    ],
)
def test_a_scan_without_returns_is_counted_and_the_pose_kept(grid, tour, spoil):
    localizer = Localizer(grid, tour[0][0], seed=1)
    drive(localizer, tour[:101])
    for _, observation in tour[101:160]:
        scan = observation.scan
        if scan is not None:
            observation = replace(observation, scan=replace(scan, ranges=spoil(scan.ranges)))
        found = localizer.update(observation)
    assert tour[159][0].distance(found.pose) < 0.2
    assert localizer.warnings["scan with too few beams"] > 0


def test_beam_counts_may_change_from_scan_to_scan(grid, tour):
    localizer = Localizer(grid, tour[0][0], seed=1)
    for k, (_, observation) in enumerate(tour[:300]):
        scan = observation.scan
        if scan is not None and k % 4 == 0:
            halved = Scan(scan.stamp, scan.ranges[::2].copy(), scan.angle_min, 2 * scan.angle_increment)
            observation = replace(observation, scan=halved)
        found = localizer.update(observation)
    assert tour[299][0].distance(found.pose) < 0.05


def test_stamps_that_go_back_are_counted_and_change_nothing(grid, tour):
    localizer = Localizer(grid, tour[0][0], seed=1)
    drive(localizer, tour[:100])
    _, late = tour[98]
    older_scan = tour[96][1].scan
    before = localizer.update(tour[99][1])
    assert localizer.update(replace(late, scan=older_scan)) == before
    assert localizer.warnings["odometry stamp went back"] == 1
    assert localizer.warnings["scan stamp went back"] == 1


def test_a_robot_carried_into_a_wall_reports_bad_health(grid, tour):
    localizer = Localizer(grid, tour[0][0], seed=1)
    drive(localizer, tour[:101])
    far = tour[900:904]
    found = localizer.update(replace(tour[102][1], scan=replace(far[0][1].scan, stamp=tour[102][1].stamp)))
    assert found.health < 0.6


@pytest.mark.parametrize("value", [0, -1, 100])
def test_a_map_without_walls_or_room_is_refused(value):
    grid = GridMap(np.full((20, 20), value, np.int8), 0.05, Pose(0.0, 0.0, 0.0))
    with pytest.raises(LetanError, match="no walls or no free space"):
        Localizer(grid, Pose(0.5, 0.5, 0.0), seed=1)


@pytest.mark.parametrize("seed", range(6))
def test_wheels_that_slip_for_seconds_do_not_carry_the_pose_off(grid, seed):
    robot = Wanderer(hall_walls(), grid, seed)
    localizer = Localizer(grid, robot.pose, seed)
    slipped, worst = Pose(0.0, 0.0, 0.0), 0.0
    for k in range(120):
        observation = robot.step(0.0, 0.0)  # it stands, but its wheels turn on for four seconds
        if 20 <= k < 100:
            slipped = slipped.compose(Pose(0.02, 0.0, 0.012))
        odometry = Odometry(observation.stamp, slipped, 0.4 if 20 <= k < 100 else 0.0, 0.0)
        found = localizer.update(replace(observation, odometry=odometry))
        worst = max(worst, localizer.believed.distance(robot.pose))
        assert not found.unsure
    assert worst < 0.2


def test_with_a_period_it_looks_less_often_and_the_pose_stays_as_good(grid, tour):
    looks, metres = [], []
    for period in (0.0, 0.15):
        localizer = Localizer(grid, tour[0][0], 1, LocalizationConfig(period=period))
        results = drive(localizer, tour)
        looks.append(localizer._step)
        metres.append(np.percentile([truth.distance(found.pose) for truth, found in results], 95))
    assert looks[1] < 0.7 * looks[0]
    assert metres[1] < metres[0] + 0.01

import math
from dataclasses import replace

import numpy as np
import pytest

from robot.types import Pose, Scan, wrap
from slam.localization import Localizer
from slam.map_builder import MapBuilder
from slam.rbpf import Mapper, MapperConfig
from slam.testing import TOUR, Drive, Sensors, hall_walls

FEW = MapperConfig(particles=3)


@pytest.fixture(scope="module")
def tour():
    return list(Drive(hall_walls(), TOUR, people=3, sensors=Sensors(beams=180)))


@pytest.fixture(scope="module")
def built(tour):
    """The hall mapped from a drive round it, with the frame fixed by the true first pose."""
    builder = MapBuilder(start=tour[0][0], seed=1, config=FEW)
    live = [builder.update(observation) for _, observation in tour]
    return builder, live


def test_the_trajectory_of_a_drive_round_the_hall_stays_near_the_truth(built, tour):
    builder, _ = built
    truth = {observation.scan.stamp: pose for pose, observation in tour if observation.scan is not None}
    found = builder.trajectory
    assert [stamp for stamp, _ in found] == sorted(truth)
    metres = [truth[stamp].distance(pose) for stamp, pose in found]
    radians = [abs(wrap(truth[stamp].theta - pose.theta)) for stamp, pose in found]
    assert np.percentile(metres, 95) < 0.03
    assert np.percentile(radians, 95) < math.radians(1.0)


def test_the_live_pose_stays_near_the_truth(built, tour):
    _, live = built
    metres = [pose.distance(found) for (pose, _), found in zip(tour, live, strict=True)]
    assert np.percentile(metres, 95) < 0.03


def test_the_walls_of_the_map_are_the_walls_of_the_hall(built):
    grid = built[0].grid()
    rows, cols = np.nonzero(grid.cells == 100)
    x = grid.origin.x + (cols + 0.5) * grid.resolution
    y = grid.origin.y + (rows + 0.5) * grid.resolution
    walls = hall_walls()
    along = walls[:, 2:] - walls[:, :2]
    share = ((x[:, None] - walls[:, 0]) * along[:, 0] + (y[:, None] - walls[:, 1]) * along[:, 1]) / (along**2).sum(1)
    nearest = walls[:, :2] + np.clip(share, 0, 1)[:, :, None] * along
    distance = np.hypot(x[:, None] - nearest[:, :, 0], y[:, None] - nearest[:, :, 1]).min(axis=1)
    assert np.percentile(distance, 90) < 0.1
    assert np.count_nonzero(grid.cells == 0) * grid.resolution**2 > 200.0  # square metres seen free


def test_a_robot_localises_in_the_map_that_it_built(built):
    drive = list(Drive(hall_walls(), TOUR[::-1], seed=9, people=40))
    localizer = Localizer(built[0].grid(), drive[0][0], seed=1)
    metres = [truth.distance(localizer.update(observation).pose) for truth, observation in drive]
    assert np.percentile(metres, 95) < 0.05


def run(tour, seed, particles, threads=None):
    mapper = Mapper(MapperConfig(particles=particles), seed, threads=threads)
    for _, observation in tour:
        if observation.scan is not None:
            mapper.update(observation.odometry.pose, observation.scan)
    return mapper


def test_the_same_seed_gives_the_same_trajectory_and_map_byte_for_byte(tour):
    first, second = run(tour[:300], 4, 5), run(tour[:300], 4, 5)
    assert first.trajectory == second.trajectory
    assert first.grid().cells.tobytes() == second.grid().cells.tobytes()
    assert first.poses.tobytes() == second.poses.tobytes()


def test_one_thread_and_two_give_the_same_bytes(tour):
    one, two = run(tour[:300], 4, 12, threads=1), run(tour[:300], 4, 12, threads=2)
    assert one.trajectory == two.trajectory
    assert one.poses.tobytes() == two.poses.tobytes()
    assert one.grid().cells.tobytes() == two.grid().cells.tobytes()


def test_another_seed_draws_other_particles(tour):
    assert run(tour[:100], 1, 5).poses.tobytes() != run(tour[:100], 2, 5).poses.tobytes()


def test_weights_stay_normalised_and_resampling_evens_them(tour):
    mapper = run(tour[:100], 1, 5)
    assert mapper.weights.sum() == pytest.approx(1.0)
    mapper.weights = np.array([0.0, 1.0, 0.0, 0.0, 0.0])
    heavy = mapper.poses[1].copy()
    mapper.resample()
    assert (mapper.poses == heavy).all()
    assert mapper.weights == pytest.approx(np.full(5, 0.2))


SPOILS = {
    "NaN": lambda s: replace(s, ranges=np.full_like(s.ranges, np.nan)),
    "inf": lambda s: replace(s, ranges=np.full_like(s.ranges, np.inf)),
    "no beams": lambda s: replace(s, ranges=s.ranges[:0]),
    "half the beams": lambda s: Scan(s.stamp, s.ranges[::2].copy(), s.angle_min, 2 * s.angle_increment),
    "some NaN": lambda s: replace(s, ranges=np.where(np.arange(s.ranges.size) % 3 == 0, np.nan, s.ranges)),
    "stamp back": lambda s: replace(s, stamp=s.stamp - 5.0),
}


@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
def test_spoilt_scans_are_survived_and_kept_in_the_trajectory(tour, spoil):
    mapper = Mapper(FEW, 1, tour[0][0])
    pairs = [(truth, o) for truth, o in tour[:300] if o.scan is not None]
    for k, (_, observation) in enumerate(pairs):
        scan = spoil(observation.scan) if k % 7 == 3 else observation.scan
        mapper.update(observation.odometry.pose, scan)
    found = mapper.trajectory
    assert len(found) == len(pairs)
    assert max(truth.distance(pose) for (truth, _), (_, pose) in zip(pairs, found, strict=True)) < 0.1


def test_what_had_to_be_ignored_is_counted(tour):
    mapper = Mapper(FEW, 1)
    scan = tour[0][1].scan
    mapper.update(Pose(0, 0, 0), SPOILS["NaN"](scan))
    mapper.update(Pose(0, 0, 0), scan)
    mapper.update(Pose(1, 0, 0), replace(scan, stamp=-1.0))
    assert mapper.warnings == {"scan with too few beams": 1, "scan stamp went back": 1}
    assert mapper.updates == 2  # scans count in the order in which they come: clocks jitter


def test_a_jump_of_odometry_is_survived(tour):
    mapper = Mapper(MapperConfig(particles=3), 1, tour[0][0])
    pairs = [(truth, o) for truth, o in tour[:400] if o.scan is not None]
    for k, (_, observation) in enumerate(pairs):
        odometry = observation.odometry.pose
        if k > 100:
            odometry = Pose(0.15, -0.1, 0.1).compose(odometry)
        mapper.update(odometry, observation.scan)
    assert pairs[-1][0].distance(mapper.trajectory[-1][1]) < 0.1


def test_a_robot_that_stands_still_writes_once(tour):
    mapper = Mapper(FEW, 1)
    scan = tour[0][1].scan
    updates = [mapper.update(Pose(0, 0, 0), replace(scan, stamp=float(k))) for k in range(5)]
    assert updates == [True, False, False, False, False]


def test_the_lidar_may_look_backwards(tour):
    lidar = Pose(0.1, 0.05, math.pi)
    mapper = Mapper(FEW, 1, tour[0][0].compose(lidar.inverse()), lidar)
    pairs = [(truth, o) for truth, o in tour[:200] if o.scan is not None]
    for _, observation in pairs:
        mapper.update(lidar.compose(observation.odometry.pose).compose(lidar.inverse()), observation.scan)
    assert mapper.trajectory[-1][1].compose(lidar).distance(pairs[-1][0]) < 0.05

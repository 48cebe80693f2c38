import math

import numpy as np
import pytest

from logs.carmen import CarmenLog
from logs.trajectory_io import write_carmen, write_plain, write_tum
from robot.types import Observation, Odometry, Pose, Scan

TRAJECTORY = [(10.0, Pose(0.0, 0.0, 0.0)), (10.5, Pose(1.0, -2.0, 3.1)), (11.25, Pose(1.5, -2.5, -3.0))]


def test_plain_lines_hold_stamp_and_pose(tmp_path):
    write_plain(tmp_path / "t.txt", TRAJECTORY)
    lines = np.loadtxt(tmp_path / "t.txt")
    assert lines == pytest.approx(np.array([[stamp, p.x, p.y, p.theta] for stamp, p in TRAJECTORY]))


def test_tum_lines_have_eight_words_unit_quaternions_and_growing_stamps(tmp_path):
    """The rules of the TUM RGB-D benchmark's tools, which evo checks too."""
    back = (10.2, Pose(7.0, 7.0, 0.5))
    write_tum(tmp_path / "t.tum", [*TRAJECTORY, back, back])
    text = (tmp_path / "t.tum").read_text()
    assert all(line.startswith("#") or len(line.split(" ")) == 8 for line in text.splitlines())
    stamp, x, y, z, qx, qy, qz, qw = np.loadtxt(tmp_path / "t.tum").T
    assert stamp.tolist() == [10.0, 10.2, 10.5, 11.25]
    assert np.hypot(qz, qw) == pytest.approx(1.0, abs=1e-8)
    assert not np.any([z, qx, qy])
    assert (x[2], y[2], 2 * math.atan2(qz[2], qw[2])) == pytest.approx((1.0, -2.0, 3.1))


@pytest.mark.parametrize(
    ("first", "step", "count", "word"),
    [
        (-math.pi / 2, math.pi / 180, 180, "FLASER"),
        (-math.pi / 2, math.pi / 360, 361, "FLASER"),
        (-math.pi, math.pi / 180, 360, "ROBOTLASER1"),
        (-2.356, 0.00613592, 768, "ROBOTLASER1"),
        (0.3, 0.01, 50, "ROBOTLASER1"),
    ],
)
def test_a_carmen_log_reads_back_as_the_scans_at_their_corrected_poses(tmp_path, first, step, count, word):
    rng, lidar = np.random.default_rng(1), Pose(0.9, -0.1, 0.4)
    scans = []
    for stamp, _ in TRAJECTORY:
        ranges = np.round(rng.uniform(0.1, 9.9, count), 3)
        ranges[:6] = math.nan, math.inf, 0.0, -1.0, 10.0, 20.0
        scans.append(Scan(stamp, ranges, first, step, 0.05, 10.0))
    log = [Observation(scan.stamp, Odometry(scan.stamp, Pose(5.0, 5.0, 5.0)), scan) for scan in scans]
    log.insert(1, Observation(10.1, Odometry(10.1, Pose(5.0, 5.0, 5.0))))
    write_carmen(tmp_path / "t.log", TRAJECTORY[:2], log, lidar)
    read = CarmenLog(tmp_path / "t.log")
    mounted = read.lidar()
    assert (mounted.x, mounted.y, mounted.theta) == pytest.approx((lidar.x, lidar.y, lidar.theta), abs=1e-5)
    assert [line.split()[0] for line in (tmp_path / "t.log").read_text().splitlines() if line[0] != "#"] == [word] * 2
    for (stamp, pose), scan, observation in zip(TRAJECTORY[:2], scans[:2], read, strict=True):
        at, told = observation.odometry.pose, observation.scan
        assert (observation.stamp, at.x, at.y, at.theta) == pytest.approx((stamp, pose.x, pose.y, pose.theta))
        assert told.valid().tolist() == scan.valid().tolist()
        assert told.ranges[6:] == pytest.approx(scan.ranges[6:])
        assert told.angles == pytest.approx(scan.angles, abs=2e-3)
    assert not read.warnings

import gzip
import math

import numpy as np
import pytest

from logs.carmen import CarmenLog, beam_layout
from robot.types import LetanError, Pose


def flaser(stamp, ranges, odom=(1.0, 2.0, 0.5), laser=None):
    words = ["FLASER", len(ranges), *ranges, *(laser or odom), *odom, stamp, "host", stamp]
    return " ".join(map(str, words))


GOOD = "\n".join(
    [
        "# a comment",
        "PARAM robot_length 1",
        "ODOM 0.5 1.0 0.25 0.3 0.1 0.0 10.0 host 10.0",
        flaser(10.5, [1.0, 2.5, 81.91, 0.5]),
        flaser(11.0, [1.0, 2.0, 3.0, 4.0], odom=(2.0, 2.0, 7.0)),
    ]
)


@pytest.fixture(params=["plain", "gzip"])
def write(request, tmp_path):
    def do(text):
        path = tmp_path / "drive.log"
        data = text.encode() if isinstance(text, str) else text
        path.write_bytes(gzip.compress(data) if request.param == "gzip" else data)
        return path

    return do


def test_odometry_and_scans_come_out_in_the_order_of_the_log(write):
    log = CarmenLog(write(GOOD))
    odom, first, second = list(log)
    assert odom.scan is None
    assert (odom.odometry.pose, odom.odometry.linear, odom.odometry.angular) == (Pose(0.5, 1.0, 0.25), 0.3, 0.1)
    assert first.stamp == first.scan.stamp == first.odometry.stamp == 10.5
    assert first.odometry.pose == Pose(1.0, 2.0, 0.5)
    assert first.scan.ranges.tolist() == [1.0, 2.5, math.inf, 0.5]
    assert second.odometry.pose.theta == pytest.approx(7.0 - 2 * math.pi)
    assert not log.warnings
    assert log.progress == 1.0


@pytest.mark.parametrize(("count", "step"), [(180, 1.0), (181, 1.0), (360, 0.5), (361, 0.5)])
def test_beams_begin_on_the_right_hand_and_step_by_the_scanner(count, step):
    first, increment = beam_layout(count)
    assert math.degrees(first) == pytest.approx(-90.0)
    assert math.degrees(increment) == pytest.approx(step)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("FLASER 180 1.0 2.0", "broken FLASER line"),
        ("FLASER many 1.0 2.0", "broken FLASER line"),
        ("FLASER -4 1.0 2.0", "broken FLASER line"),
        ("FLASER", "broken FLASER line"),
        (flaser(12.0, [1.0, "x", 3.0]), "broken FLASER line"),
        (flaser("nan", [1.0, 2.0, 3.0]), "FLASER line with figures no robot has"),
        (flaser(1e300, [1.0, 2.0, 3.0]), "FLASER line with figures no robot has"),
        (flaser(12.0, [1.0, 2.0, 3.0], odom=("inf", 0, 0)), "FLASER line with figures no robot has"),
        (flaser(12.0, [1.0, 2.0, 3.0], odom=(0, -1.1e6, 0)), "FLASER line with figures no robot has"),
        (flaser(12.0, [1.0, 2.0, 3.0], odom=(0, 0, 1e300)), "FLASER line with figures no robot has"),
        (flaser(12.0, [1.0, 2.0, 3.0], laser=(0, 0, "nan")), "FLASER line with figures no robot has"),
        ("ODOM 1e8 0 0 0 0 0 12 host 12", "ODOM line with figures no robot has"),
        ("ODOM 1 0 0 nan 0 0 12 host 12", "ODOM line with figures no robot has"),
        ("ODOM 1 0 0 0 0 0 inf host 12", "ODOM line with figures no robot has"),
        ("ODOM 1 2 3", "broken ODOM line"),
        ("ODOM a b c d e f g", "broken ODOM line"),
        ("\x00\x01\ufffd", None),
    ],
)
def test_a_broken_line_is_counted_and_the_rest_read(write, line, reason):
    log = CarmenLog(write(f"{GOOD}\n{line}\n{flaser(13.0, [1.0, 1.0])}\n"))
    assert [o.stamp for o in log] == [10.0, 10.5, 11.0, 13.0]
    assert dict(log.warnings) == ({reason: 1} if reason else {})


@pytest.mark.parametrize("x", ["1e300", "nan", "-inf"])
def test_a_first_pose_no_robot_has_is_not_where_the_lidar_sits(write, x):
    log = CarmenLog(write(f"{flaser(1.0, [1.0, 1.0], odom=(x, 0, 0))}\n{GOOD}\n"))
    assert log.lidar() == Pose(0.0, 0.0, 0.0)
    assert [o.stamp for o in log] == [10.0, 10.5, 11.0]
    assert dict(log.warnings) == {"FLASER line with figures no robot has": 1}


def test_a_cut_off_gzip_file_gives_what_it_still_holds(tmp_path):
    rng = np.random.default_rng(1)
    lines = [flaser(k, np.round(rng.uniform(1, 9, 180), 2)) for k in range(300)]
    packed = gzip.compress("\n".join(lines).encode())
    path = tmp_path / "cut.log.gz"
    path.write_bytes(packed[: len(packed) // 2])
    log = CarmenLog(path)
    assert 50 < len(list(log)) < 300
    assert log.warnings["compressed file is cut off or damaged"] == 1


def test_reading_twice_gives_the_same(write):
    log = CarmenLog(write(GOOD + "\nODOM x\n"))
    assert [o.stamp for o in log] == [o.stamp for o in log]
    assert log.warnings["broken ODOM line"] == 1


@pytest.mark.parametrize("content", ["", "hello\nworld\n", "ODOM 0 0 0 0 0 0 1 h 1\n", "\x1f\x8bno gzip at all"])
def test_a_file_without_scans_is_refused_by_name_and_line(tmp_path, content):
    path = tmp_path / "no.log"
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(LetanError, match=r"no\.log:1: no FLASER line"):
        list(CarmenLog(path))
    with pytest.raises(LetanError, match=r"no\.log:1: no FLASER line"):
        CarmenLog(path).lidar()


@pytest.mark.parametrize("name", ["missing.log", "."])
def test_a_file_that_cannot_be_opened_is_named(tmp_path, name):
    with pytest.raises(LetanError, match="cannot be read"):
        list(CarmenLog(tmp_path / name))


def test_the_lidar_sits_where_the_first_scan_has_it(write):
    path = write(flaser(1.0, [1.0, 1.0], odom=(1.0, 1.0, math.pi / 2), laser=(1.0, 1.2, math.pi / 2)))
    lidar = CarmenLog(path).lidar()
    assert (lidar.x, lidar.y, lidar.theta) == pytest.approx((0.2, 0.0, 0.0))


ROBOTLASER = (
    "ROBOTLASER1 0 -1.0 2.0 0.5 10.0 0.01 0 5 1.0 2.0 3.0 10.0 4.0 0 1.2 2.0 0.5 1.0 2.0 0.5 0.3 0.1 0 0 0 {0} h {0}"
)


def test_scans_of_any_angles_are_read_from_robotlaser_lines(write):
    log = CarmenLog(write("\n".join(ROBOTLASER.format(stamp) for stamp in (1.0, 2.0))))
    first, second = log
    assert (first.stamp, second.stamp) == (1.0, 2.0)
    assert (first.odometry.pose, first.odometry.linear, first.odometry.angular) == (Pose(1.0, 2.0, 0.5), 0.3, 0.1)
    assert first.scan.ranges.tolist() == [1.0, 2.0, 3.0, math.inf, 4.0]
    assert first.scan.angles.tolist() == [-1.0, -0.5, 0.0, 0.5, 1.0]
    assert log.lidar().x == pytest.approx(0.2 * math.cos(0.5))


def test_a_log_that_holds_each_scan_in_both_forms_gives_it_once(write):
    text = "\n".join(f"{flaser(k, [1.0, 2.0])}\n{ROBOTLASER.format(k)}" for k in range(5))
    assert [o.scan.ranges.size for o in CarmenLog(write(text))] == [2] * 5
    assert [o.scan.ranges.size for o in CarmenLog(write(text.split("\n", 1)[1]))] == [5] * 5


@pytest.mark.parametrize("cut", [3, 8, 12, 20, 28])
def test_a_robotlaser_line_that_is_cut_off_is_counted(write, cut):
    broken = " ".join(ROBOTLASER.format(1.0).split()[:cut])
    log = CarmenLog(write(f"{ROBOTLASER.format(1.0)}\n{broken}\n"))
    assert len(list(log)) == 1
    assert log.warnings == {"broken ROBOTLASER1 line": 1}


def test_a_lidar_far_from_its_base_is_believed_when_it_stays_there(write):
    poses = [Pose(9.0, 1.0, 0.3), Pose(9.5, 1.0, 0.3), Pose(11.0, 2.0, 1.3)]
    for drift, mounted in ((0.0, (0.9, 0.3, 0.7)), (0.3, (0.0, 0.0, 0.0))):
        lasers = [pose.compose(Pose(0.9 + drift * k, 0.3, 0.7)) for k, pose in enumerate(poses)]
        lines = [
            flaser(k, [1.0, 2.0], (pose.x, pose.y, pose.theta), (laser.x, laser.y, laser.theta))
            for k, (pose, laser) in enumerate(zip(poses, lasers, strict=True))
        ]
        lidar = CarmenLog(write("\n".join(lines))).lidar()
        assert (lidar.x, lidar.y, lidar.theta) == pytest.approx(mounted)


def test_a_corrected_pose_far_from_odometry_is_no_mounting(write):
    path = write(flaser(1.0, [1.0, 1.0], odom=(1.0, 1.0, 0.0), laser=(9.0, 1.2, 0.0)))
    assert CarmenLog(path).lidar() == Pose(0.0, 0.0, 0.0)

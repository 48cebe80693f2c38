import math
import os
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

mcap_writer = pytest.importorskip("mcap.writer")
rosbag1, rosbag2 = pytest.importorskip("rosbags.rosbag1"), pytest.importorskip("rosbags.rosbag2")
from rosbags.typesys import Stores, get_types_from_msg, get_typestore  # noqa: E402

from logs.bags import Topics  # noqa: E402
from logs.open_log import open_log  # noqa: E402
from robot.types import LetanError, Pose  # noqa: E402
from slam.map_builder import MapBuilder  # noqa: E402
from slam.map_state import finish  # noqa: E402
from slam.rbpf import MapperConfig  # noqa: E402
from slam.testing import Drive, Sensors, hall_walls  # noqa: E402

KINDS = ("ros1.bag", "ros2", "ros2_mcap", "lone.db3", "lone.mcap", "other.mcap", "ros1.mcap")
DRIVE = Drive(hall_walls(), ((2.0, 2.0), (6.0, 3.2), (7.0, 5.0)), sensors=Sensors(beams=180))
ONE = MapperConfig.fixed(1)  # particle
BEGAN = 1_700_000_000.0
SCAN, ODOM, TF = "sensor_msgs/msg/LaserScan", "nav_msgs/msg/Odometry", "tf2_msgs/msg/TFMessage"


class Messages:
    """Makes messages of either ROS, whose headers differ."""

    def __init__(self, ros1):
        self.store = get_typestore(Stores.ROS1_NOETIC if ros1 else Stores.ROS2_HUMBLE)
        if ros1:
            self.store.register(get_types_from_msg("geometry_msgs/TransformStamped[] transforms", TF))
        self.ros1 = ros1

    def make(self, name, *values, **named):
        return self.store.types[name](*values, **named)

    def header(self, stamp, frame):
        nanoseconds = round(stamp * 1e9)
        time = self.make("builtin_interfaces/msg/Time", nanoseconds // 10**9, nanoseconds % 10**9)
        seq = {"seq": 0} if self.ros1 else {}
        return self.make("std_msgs/msg/Header", stamp=time, frame_id=frame, **seq)

    def scan(self, stamp, ranges, first, step, near=0.05, far=10.0):
        ranges, none = np.asarray(ranges, np.float32), np.zeros(0, np.float32)
        last = first + (len(ranges) - 1) * step
        return self.make(SCAN, self.header(stamp, "laser"), first, last, step, 0.0, 0.1, near, far, ranges, none)

    def pose(self, pose):
        turn = self.make("geometry_msgs/msg/Quaternion", 0.0, 0.0, math.sin(pose.theta / 2), math.cos(pose.theta / 2))
        return self.make("geometry_msgs/msg/Pose", self.make("geometry_msgs/msg/Point", pose.x, pose.y, 0.0), turn)

    def odometry(self, stamp, pose, base="base_footprint"):
        none = self.make("geometry_msgs/msg/Vector3", 0.0, 0.0, 0.0)
        twist = self.make("geometry_msgs/msg/Twist", none, none)
        at = self.make("geometry_msgs/msg/PoseWithCovariance", self.pose(pose), np.zeros(36))
        speed = self.make("geometry_msgs/msg/TwistWithCovariance", twist, np.zeros(36))
        return self.make(ODOM, self.header(stamp, "odom"), base, at, speed)

    def links(self, *links):
        """Each link: stamp, parent, child, translation, roll and yaw (rad)."""
        told = []
        for stamp, parent, child, at, roll, yaw in links:
            (a, b), (c, d) = ((math.sin(t / 2), math.cos(t / 2)) for t in (roll, yaw))
            turn = self.make("geometry_msgs/msg/Quaternion", a * d, a * c, b * c, b * d)  # first the roll, then the yaw
            moved = self.make("geometry_msgs/msg/Transform", self.make("geometry_msgs/msg/Vector3", *at), turn)
            head = self.header(stamp, parent)
            told.append(self.make("geometry_msgs/msg/TransformStamped", head, child, moved))
        return self.make(TF, told)


def write(folder, kind, record):
    """A bag of what `record(messages)` gives: (recorded at (s), topic, type, message)."""
    messages = Messages(kind.startswith("ros1"))
    entries = sorted(record(messages), key=lambda entry: entry[0])
    path = folder / kind
    if kind == "ros1.bag":
        with rosbag1.Writer(path) as bag:
            fill(bag, entries, messages.store, messages.store.serialize_ros1)
    elif kind.endswith(".mcap"):
        write_mcap(path, entries, messages, {"lone.mcap": "ros2", "ros1.mcap": "ros1"}.get(kind, ""))
    else:
        plugin = rosbag2.StoragePlugin.MCAP if kind == "ros2_mcap" else rosbag2.StoragePlugin.SQLITE3
        with rosbag2.Writer(folder / kind, version=9, storage_plugin=plugin) as bag:
            fill(bag, entries, messages.store, messages.store.serialize_cdr)
        if kind == "lone.db3":
            (path / "lone.db3.db3").rename(folder / "moved")
            (path / "metadata.yaml").unlink()
            path.rmdir()
            (folder / "moved").rename(path)
    return path


def fill(bag, entries, store, serialize):
    topics = {}
    for at, topic, type_, message in entries:
        if topic not in topics:
            topics[topic] = bag.add_connection(topic, type_, typestore=store)
        bag.write(topics[topic], round(at * 1e9), serialize(message, type_))


def write_mcap(path, entries, messages, profile):
    """As the package mcap writes, with messages of either ROS; most of its users leave the profile empty."""
    store, ros = messages.store, 1 if messages.ros1 else 2
    with path.open("wb") as file:
        bag = mcap_writer.Writer(file, chunk_size=20_000)
        bag.start(profile=profile)
        channels = {}
        for at, topic, type_, message in entries:
            if topic not in channels:
                text, _ = store.generate_msgdef(type_, ros_version=ros)
                name = type_.replace("/msg/", "/") if messages.ros1 else type_
                schema = bag.register_schema(name, f"ros{ros}msg", text.encode())
                channels[topic] = bag.register_channel(topic, "ros1" if messages.ros1 else "cdr", schema)
            stamp = round(at * 1e9)
            data = (store.serialize_ros1 if messages.ros1 else store.serialize_cdr)(message, type_)
            bag.add_message(channels[topic], stamp, bytes(data), stamp)
        bag.finish()


def drive(messages, odometry=True, tf=False):
    """The drive as a robot would record it: scans come 60 ms late, odometry 5 ms."""
    for _, observation in DRIVE:
        stamp, scan = BEGAN + observation.stamp, observation.scan
        if odometry:
            yield stamp + 0.005, "/odom", ODOM, messages.odometry(stamp, observation.odometry.pose)
        if tf:
            pose = observation.odometry.pose
            link = (stamp, "odom", "base_link", (pose.x, pose.y, 0.0), 0.0, pose.theta)
            yield stamp + 0.005, "/tf", TF, messages.links(link)
        if scan is not None:
            told = messages.scan(stamp, scan.ranges, scan.angle_min, scan.angle_increment)
            yield stamp + 0.06, "/scan", SCAN, told
    yield BEGAN, "/tf_static", TF, messages.links((BEGAN, "base_footprint", "base_link", (0, 0, 0.1), 0, 0),
                                                  (BEGAN, "base_link", "laser", (0, 0, 0.2), 0, 0))  # fmt: skip


def mapped(log):
    """The trajectory (N, 4) stamp, x, y, theta that a log gives."""
    builder = MapBuilder(config=ONE, lidar=log.lidar(), scans_alone=not log.has_odometry)
    for observation in log:
        builder.update(observation)
    assert not builder.mapper.warnings
    return np.array([[stamp, pose.x, pose.y, pose.theta] for stamp, pose in finish(builder.mapper).trajectory])


@pytest.fixture(scope="module")
def direct():
    """The trajectory that the observations themselves give."""
    builder = MapBuilder(config=ONE)
    for _, observation in DRIVE:
        builder.update(observation)
    return np.array([[stamp, pose.x, pose.y, pose.theta] for stamp, pose in finish(builder.mapper).trajectory])


@pytest.fixture(scope="module")
def bag(tmp_path_factory):
    """A ROS 1 bag of the drive."""
    return write(tmp_path_factory.mktemp("bag"), "ros1.bag", drive)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_bag_gives_the_trajectory_of_the_observations_themselves(tmp_path, kind, direct):
    log = open_log(write(tmp_path, kind, drive))
    track = mapped(log)
    assert not log.warnings
    assert track[:, 0] - BEGAN == pytest.approx(direct[:, 0], abs=1e-5)
    assert np.abs(track[:, 1:] - direct[:, 1:]).max() < 2e-3


def test_tf_tells_the_odometry_where_no_topic_does(tmp_path, direct):
    log = open_log(write(tmp_path, "ros2", lambda m: drive(m, odometry=False, tf=True)))
    track = mapped(log)
    assert log.has_odometry
    assert not log.warnings
    assert log.progress > 0.9
    assert np.abs(track[:, 1:3] - direct[:, 1:3]).max() < 2e-3


def test_without_odometry_scans_alone_give_the_map(tmp_path, direct):
    log = open_log(write(tmp_path, "ros2_mcap", lambda m: drive(m, odometry=False)))
    track = mapped(log)
    assert log.warnings == {"no odometry: scans alone": 1}
    assert len(track) == len(direct)
    moved = [math.hypot(*(rows[-1, 1:3] - rows[0, 1:3])) for rows in (track, direct)]
    assert moved[0] == pytest.approx(moved[1], abs=0.05)


@pytest.mark.parametrize("turned", ["upright", "upside down", "clockwise"])
def test_a_lidar_anywhere_on_the_robot_and_upside_down_maps_true(tmp_path, turned):
    """The mounting is a chain of three transforms; of the lidar that hangs, left and right are exchanged."""
    mount, roll = Pose(0.2, -0.1, 0.7), math.pi if turned == "upside down" else 0.0
    truth, rng = [], np.random.default_rng(3)

    def record(messages):
        chain = [
            (BEGAN, "base_footprint", "base_link", (0.1, 0.0, 0.1), 0.0, 0.0),
            (BEGAN, "base_link", "mast", (0.1, -0.1, 0.5), 0.0, mount.theta),
            (BEGAN, "mast", "laser", (0.0, 0.0, 0.1), roll, 0.0),
        ]
        yield BEGAN, "/tf", TF, messages.links(*chain)
        for pose, observation in DRIVE:
            stamp = BEGAN + observation.stamp
            yield stamp, "/odom", ODOM, messages.odometry(stamp, observation.odometry.pose)
            if observation.scan is not None:
                truth.append(pose)
                scan = DRIVE.sensors.scan(stamp, pose.compose(mount), DRIVE.walls, np.zeros((0, 2)), rng)
                last = float(scan.angles[-1])
                told = {
                    "upright": (scan.ranges, scan.angle_min, scan.angle_increment),
                    "upside down": (scan.ranges[::-1], -last, scan.angle_increment),
                    "clockwise": (scan.ranges[::-1], last, -scan.angle_increment),
                }[turned]
                yield stamp, "/scan", SCAN, messages.scan(stamp, *told)

    log = open_log(write(tmp_path, "ros2", record))
    assert log.lidar().distance(mount) < 1e-6
    assert log.lidar().theta == pytest.approx(mount.theta)
    builder = MapBuilder(truth[0], config=ONE, lidar=log.lidar())
    for observation in log:
        builder.update(observation)
    assert max(p.distance(q) for (_, p), q in zip(builder.trajectory, truth, strict=True)) < 0.03


def test_beams_without_a_return_stay_without_one(tmp_path):
    def record(messages):
        yield 1.0, "/odom", ODOM, messages.odometry(1.0, Pose(0, 0, 0))
        yield 1.0, "/scan", SCAN, messages.scan(1.0, [0.0, 0.01, np.nan, np.inf, 2.0, 9.9, 12.0], -1.0, 0.3, near=0.0)
        yield 2.0, "/scan", SCAN, messages.scan(2.0, [1.0], 0.0, 0.0)

    log = open_log(write(tmp_path, "ros2", record))
    (observation,) = log
    assert observation.scan.valid().tolist() == [False, False, False, False, True, True, False]
    assert log.warnings["message on /scan with figures no robot has"] == 1


def test_of_several_topics_that_with_most_messages_is_read_or_the_one_asked_for(tmp_path):
    def record(messages):
        for k in range(6):
            yield k, "/odom", ODOM, messages.odometry(1.0 + k, Pose(k, 0, 0))
            yield k, "/scan_front", SCAN, messages.scan(1.0 + k, np.full(90, 2.0), -1.0, 0.02)
            if k < 4:
                yield k, "/scan_back", SCAN, messages.scan(1.0 + k, np.full(45, 2.0), -1.0, 0.04)
                yield k, "/odom_filtered", ODOM, messages.odometry(1.0 + k, Pose(0, k, 0))

    path = write(tmp_path, "ros1.bag", record)
    chosen = open_log(path)
    assert [o.scan.ranges.size for o in chosen] == [90] * 6
    assert chosen.warnings[f"topics of {SCAN}, of which /scan_front was read"] == 2
    asked = list(open_log(path, Topics("/scan_back", "odom_filtered")))
    assert [(o.scan.ranges.size, o.odometry.pose.y) for o in asked] == [(45, 0), (45, 1), (45, 2), (45, 3)]


@pytest.mark.parametrize(
    ("topics", "words"),
    [
        (Topics(scan="/nothing"), r"has no topic /nothing; its topics: /odom \(nav_msgs/msg/Odometry\), /scan"),
        (Topics(scan="/odom"), "the topic /odom holds nav_msgs/msg/Odometry, not sensor_msgs/msg/LaserScan"),
        (Topics(odometry="/scan"), "the topic /scan holds sensor_msgs/msg/LaserScan"),
        (Topics(odometry="/tf_static"), "/tf_static has no transform from a frame odom"),
    ],
)
def test_a_topic_that_cannot_be_read_is_refused_with_what_there_is(bag, topics, words):
    with pytest.raises(LetanError, match=words):
        list(open_log(bag, topics))


def test_a_bag_without_scans_says_what_it_holds(tmp_path):
    path = write(tmp_path, "lone.mcap", lambda m: [(0.0, "/odom", ODOM, m.odometry(1.0, Pose(0, 0, 0)))])
    with pytest.raises(LetanError, match=r"lone\.mcap: has no scans .*/odom \(nav_msgs/msg/Odometry\)"):
        open_log(path).lidar()


def test_a_lidar_that_leans_is_refused(tmp_path):
    def record(messages):
        yield 0.0, "/tf", TF, messages.links((0.0, "base_link", "laser", (0, 0, 0), 0.8, 0.0))
        yield 0.0, "/scan", SCAN, messages.scan(1.0, np.full(90, 2.0), -1.0, 0.02)

    with pytest.raises(LetanError, match=r"lidar of /scan \(laser\) leans by 46 degrees; .*--scan-topic"):
        open_log(write(tmp_path, "ros2", record)).lidar()


def test_a_type_that_nobody_knows_is_one_message(tmp_path):
    path = tmp_path / "odd.mcap"
    with path.open("wb") as file:
        writer = mcap_writer.Writer(file)
        writer.start()
        schema = writer.register_schema(SCAN, "ros2msg", b"std_msgs/Header header\nwhat/Ever ranges")
        writer.add_message(writer.register_channel("/scan", "cdr", schema), 1, b"\0\1\0\0", 1)
        writer.finish()
    with pytest.raises(LetanError, match=r"odd\.mcap: .*sensor_msgs/msg/LaserScan is not known"):
        open_log(path).lidar()


@pytest.mark.parametrize("kind", KINDS)
def test_broken_bags_are_one_message_or_give_what_they_hold(tmp_path, kind):
    """Cut off, or with a hole in the middle, whatever the container makes of it."""
    path = write(tmp_path, kind, drive)
    file = next(f for f in path.iterdir() if f.suffix != ".yaml") if path.is_dir() else path
    whole, rng = file.read_bytes(), np.random.default_rng(5)
    everything = sum(1 for _ in open_log(path))
    for cut in [*(len(whole) * k // 7 for k in range(7)), -1, -20]:
        file.write_bytes(whole[:cut])
        count, words = tried(path)
        assert count == everything or words
        holed = bytearray(whole)
        at = int(rng.integers(20, len(whole) - 3000))
        holed[at : at + 3000] = rng.bytes(3000)
        file.write_bytes(bytes(holed))
        assert tried(path)[0] <= everything


def tried(path):
    """How many observations can be read, and what is said about the rest."""
    try:
        log = open_log(path)
        return sum(1 for _ in log), " ".join(log.warnings)
    except LetanError as error:
        return 0, str(error)


def test_a_cut_off_mcap_recording_gives_the_scans_before_the_cut(tmp_path):
    path = write(tmp_path, "lone.mcap", drive)
    everything = sum(1 for _ in open_log(path))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    log = open_log(path)
    assert everything / 3 < sum(1 for _ in log) < everything * 2 / 3
    assert log.warnings == Counter({"bag is cut off or damaged": 1})


def test_what_is_a_bag_shows_by_its_content_and_not_by_its_name(bag, tmp_path):
    renamed = tmp_path / "drive.log"
    renamed.write_bytes(bag.read_bytes())
    assert next(iter(open_log(renamed))).stamp == BEGAN
    text = tmp_path / "text.log"
    text.write_text("hello\n")
    with pytest.raises(LetanError, match="no bag, so it has no topics"):
        open_log(text, Topics(scan="/scan"))
    with pytest.raises(LetanError, match=r"text\.bag: does not begin like a bag"):
        open_log(text.rename(tmp_path / "text.bag"))
    with zipfile.ZipFile(tmp_path / "drive.zip", "w") as archive:
        archive.write(renamed)
    with pytest.raises(LetanError, match=r"drive\.zip: is a zip archive"):
        open_log(tmp_path / "drive.zip")
    with pytest.raises(LetanError, match=r"without the metadata\.yaml of a ROS 2 bag"):
        open_log(tmp_path)


def test_without_the_packages_a_bag_says_what_to_install(bag, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "logs.ros_bag", None)
    with pytest.raises(LetanError, match=r"pip install 'letan\[bags\]'"):
        open_log(bag).lidar()


def test_a_real_bag_of_a_wheelchair_maps_by_its_odometry_and_mounting(tmp_path):
    data = os.environ.get("LETAN_DATA")
    packed = Path(data or "nowhere") / "people" / "general_tracking_moving_1.bag.zip"
    if not packed.exists():
        pytest.skip("LETAN_DATA does not name a folder with people/general_tracking_moving_1.bag.zip")
    with zipfile.ZipFile(packed) as archive:
        path = Path(archive.extract(archive.namelist()[0], tmp_path))
    log = open_log(path)
    assert log.lidar().distance(Pose(0.850, 0.235, 0.0)) < 0.001
    observations = list(log)
    assert len(observations) == 873
    assert not log.warnings
    builder = MapBuilder(config=ONE, lidar=log.lidar())
    for observation in observations[:150]:
        builder.update(observation)
    begins, ends = observations[0].odometry.pose, observations[149].odometry.pose
    assert builder.trajectory[-1][1].distance(begins.between(ends)) < 0.05 * begins.distance(ends)

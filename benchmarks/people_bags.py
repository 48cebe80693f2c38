"""The annotated recording of Leigh et al. (ICRA 2015): a robot that moves among people, some of them labelled."""

from __future__ import annotations

import math
import tempfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from mot import Mot
from rosbags.rosbag1 import Reader
from rosbags.typesys import Stores, get_types_from_msg, get_typestore

from perception.people import PeopleTracker, TrackerConfig
from robot.model import RobotModel
from robot.types import IDENTITY, GridMap, Observation, Odometry, Pose, Scan
from slam.map_builder import MapBuilder

NAME = "general_tracking_moving_1.bag"
REACH = 12.0  # m
SPAN, OFTEN = 4.0, 15  # s and scans for which something is seen that stands there
NEAR = 0.75  # m between a label and its track, as in the paper


@dataclass
class Recording:
    """What is in the bag: scans with the robot's odometry, and labels by scan in the lidar's frame."""

    scans: list[Scan] = field(default_factory=list)
    received: list[int] = field(default_factory=list)  # ns
    odometry: list[Odometry] = field(default_factory=list)
    labels: dict[int, dict[int, tuple[float, float]]] = field(default_factory=lambda: defaultdict(dict))
    lidar: Pose = IDENTITY


def _pose(position: Any, turn: Any) -> Pose:  # noqa: ANN401 (messages of ROS)
    heading = math.atan2(2.0 * (turn.w * turn.z + turn.x * turn.y), 1.0 - 2.0 * (turn.y**2 + turn.z**2))
    return Pose(float(position.x), float(position.y), heading)


def _seconds(stamp: Any) -> float:  # noqa: ANN401
    return float(stamp.sec + 1e-9 * stamp.nanosec)


def _take(recording: Recording, topic: str, received: int, message: Any, labels: list[Any]) -> None:  # noqa: ANN401
    if topic == "/scan":
        ranges = np.asarray(message.ranges, dtype=np.float64)
        low = max(float(message.range_min), 0.02)
        recording.scans.append(
            Scan(
                _seconds(message.header.stamp),
                ranges,
                message.angle_min,
                message.angle_increment,
                low,
                message.range_max,
            )
        )
        recording.received.append(received)
    elif topic == "/odom":
        pose = _pose(message.pose.pose.position, message.pose.pose.orientation)
        recording.odometry.append(Odometry(_seconds(message.header.stamp), pose))
    elif topic == "/tf":
        for link in message.transforms:
            if link.child_frame_id.strip("/") == "left_laser":
                recording.lidar = _pose(link.transform.translation, link.transform.rotation)
    elif topic == "/ground_truth_people_tracks":
        labels.append((received, message.id, float(message.pose.position.x), float(message.pose.position.y)))


def read(path: Path) -> Recording:
    """The recording from its zipped bag."""
    store, recording, labels = get_typestore(Stores.ROS1_NOETIC), Recording(), []
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as packed:
        packed.extract(NAME, folder)
        with Reader(Path(folder) / NAME) as reader:
            for connection in reader.connections:
                if connection.msgtype not in store.fielddefs:
                    store.register(get_types_from_msg(connection.msgdef.data, connection.msgtype))
            for connection, received, raw in reader.messages():
                if connection.topic in ("/scan", "/odom", "/tf", "/ground_truth_people_tracks"):
                    message = store.deserialize_ros1(raw, connection.msgtype)
                    _take(recording, connection.topic, received, message, labels)
    stamps = np.array(recording.received)
    for received, person, x, y in labels:
        recording.labels[int(np.abs(stamps - received).argmin())][person] = (x, y)
    return recording


def mapped(recording: Recording, seed: int = 1) -> tuple[GridMap, list[Pose]]:
    """What stands there, and the robot's pose at each scan, by our own mapper from the same drive.

    The map in the bag is another drive's, in which this one can't be found all along: the hall has changed.
    """
    builder = MapBuilder(seed=seed, lidar=recording.lidar)
    stamps = np.array([each.stamp for each in recording.odometry])
    figures = np.array([(each.pose.x, each.pose.y, each.pose.theta) for each in recording.odometry])
    figures[:, 2] = np.unwrap(figures[:, 2])
    for scan in recording.scans:
        x, y, theta = (float(np.interp(scan.stamp, stamps, figures[:, k])) for k in range(3))
        builder.update(Observation(scan.stamp, Odometry(scan.stamp, Pose(x, y, theta)), scan))
    poses = dict(builder.trajectory)
    ways = [poses[scan.stamp] for scan in recording.scans]
    return background(recording, ways), ways


def background(recording: Recording, poses: list[Pose], resolution: float = 0.05) -> GridMap:
    """Cells that were hit time and again over more than 1.5 s; a mapper that drives through once draws walkers too."""
    middle = np.array([(pose.x, pose.y) for pose in poses])
    low, high = middle.min(axis=0) - REACH, middle.max(axis=0) + REACH
    columns, rows = (np.ceil((high - low) / resolution)).astype(int)
    first, last, hits = np.full((rows, columns), np.inf), np.full((rows, columns), -np.inf), np.zeros((rows, columns))
    for scan, pose in zip(recording.scans, poses, strict=True):
        points = scan.points(pose.compose(recording.lidar), REACH - 1.5)
        col, row = ((points - low) / resolution).astype(int).T
        hits[row, col] += 1
        first[row, col] = np.minimum(first[row, col], scan.stamp)
        last[row, col] = scan.stamp
    cells = np.where((last - first > SPAN) & (hits >= OFTEN), 100, 0).astype(np.int8)
    return GridMap(cells, resolution, Pose(float(low[0]), float(low[1]), 0.0))


def labelled(path: Path, model: RobotModel, config: TrackerConfig | None = None) -> Mot:
    """The figures on the labelled scans; false tracks are counted on these only, for elsewhere nobody is labelled."""
    recording = read(path)
    grid, poses = mapped(recording)
    placed = replace(model, lidar=replace(model.lidar, mount=recording.lidar))
    tracker, mot = PeopleTracker(grid, placed, config), Mot(near=NEAR, gone=math.inf)
    for k, (scan, pose) in enumerate(zip(recording.scans, poses, strict=True)):
        tracks = tracker.update(scan, pose)
        if k not in recording.labels:
            continue
        at = pose.compose(recording.lidar)
        local = {track.id: at.between(Pose(track.x, track.y, 0.0)) for track in tracks}
        people = recording.labels[k]
        mot.add(scan.stamp, people, list(people), {track: (place.x, place.y) for track, place in local.items()})
    return mot

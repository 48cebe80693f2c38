"""From ROS messages to our types: LaserScan, Odometry and the transforms of tf."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple, cast

import numpy as np

from logs.carmen import LATEST, MOST
from logs.frames import bare, planar, transform
from robot.types import FloatArray, Odometry, Scan

if TYPE_CHECKING:
    from rosbags.typesys.stores.ros2_humble import (
        geometry_msgs__msg__Quaternion,
        nav_msgs__msg__Odometry,
        sensor_msgs__msg__LaserScan,
        std_msgs__msg__Header,
        tf2_msgs__msg__TFMessage,
    )

SCAN, ODOMETRY = "sensor_msgs/msg/LaserScan", "nav_msgs/msg/Odometry"
TRANSFORMS = ("tf2_msgs/msg/TFMessage", "tf/msg/tfMessage")
NEAREST = 0.02  # m: drivers that say range_min 0 mean "nothing there" by a range of 0


class Link(NamedTuple):
    """A transform of tf: `matrix` (4, 4) takes points of `child` to `parent`, both named without a leading slash."""

    stamp: float
    parent: str
    child: str
    matrix: FloatArray


def frame_of(message: object) -> str:
    """The frame of a scan."""
    return bare(cast("sensor_msgs__msg__LaserScan", message).header.frame_id)


def base_of(message: object) -> str:
    """The frame whose odometry a message tells; may be empty."""
    return bare(cast("nav_msgs__msg__Odometry", message).child_frame_id)


def scan_of(message: object, recorded: float, upside_down: bool = False) -> Scan:
    """A LaserScan as a scan whose angles grow; of a lidar that hangs `upside_down`, as if it stood.

    `recorded` (s) stands in for a stamp that was never set. ValueError for one that no lidar gives.
    """
    laser = cast("sensor_msgs__msg__LaserScan", message)
    with np.errstate(invalid="ignore"):  # damaged bytes may be signalling NaNs
        ranges = np.array(laser.ranges, dtype=np.float64)
    first, step = float(laser.angle_min), float(laser.angle_increment)
    if upside_down:
        first, step = -first, -step
    if step < 0.0:
        ranges, first, step = ranges[::-1].copy(), first + (len(ranges) - 1) * step, -step
    if len(ranges) < 2 or not (math.isfinite(first) and 0.0 < step < math.pi):
        raise ValueError("no angles of a scan")
    near = max(float(laser.range_min), NEAREST) if math.isfinite(laser.range_min) else NEAREST
    far = float(laser.range_max) if laser.range_max > near else math.inf
    return Scan(_stamp(laser.header, recorded), ranges, first, step, near, far)


def odometry_of(message: object, recorded: float) -> Odometry:
    """An Odometry message on the plane; ValueError for poses and speeds that no robot has."""
    told = cast("nav_msgs__msg__Odometry", message)
    at, speed = told.pose.pose.position, told.twist.twist
    pose = planar(transform((at.x, at.y, at.z), _quaternion(told.pose.pose.orientation)))
    linear, angular = speed.linear.x, speed.angular.z
    if not all(abs(figure) <= MOST for figure in (pose.x, pose.y, linear, angular)):
        raise ValueError("figures no robot has")
    return Odometry(_stamp(told.header, recorded), pose, linear, angular)


def links_of(message: object, recorded: float) -> Iterator[Link]:
    """The transforms of a tf message that are some."""
    for told in cast("tf2_msgs__msg__TFMessage", message).transforms:
        at = told.transform.translation
        try:
            matrix = transform((at.x, at.y, at.z), _quaternion(told.transform.rotation))
            stamp = _stamp(told.header, recorded)
        except ValueError:
            continue
        yield Link(stamp, bare(told.header.frame_id), bare(told.child_frame_id), matrix)


def _quaternion(told: geometry_msgs__msg__Quaternion) -> tuple[float, float, float, float]:
    return told.x, told.y, told.z, told.w


def _stamp(header: std_msgs__msg__Header, recorded: float) -> float:
    stamp = header.stamp.sec + 1e-9 * header.stamp.nanosec
    if not abs(stamp) <= LATEST:
        raise ValueError("a stamp out of this world")
    return stamp or recorded

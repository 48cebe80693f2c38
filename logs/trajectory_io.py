"""Writes trajectories: plain lines, those of TUM's benchmark tools, and CARMEN logs with the corrected poses."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

import numpy as np

from logs.carmen import NO_RETURN, beam_layout
from robot.types import FloatArray, Observation, Pose, Scan

Trajectory = Sequence[tuple[float, Pose]]  # stamp (s) and pose of `base` in `map`

NOTHING = 81.91  # metres: what SICK scanners say of a beam without a return
HEAD = """\
# CARMEN Logfile
# the poses are corrected: of the laser, then of the robot
# FLASER num_readings [range_readings] x y theta odom_x odom_y odom_theta
# ROBOTLASER1 laser_type start_angle field_of_view angular_resolution maximum_range accuracy remission_mode \
num_readings [range_readings] num_remissions [remission_values] laser_pose_x laser_pose_y laser_pose_theta \
robot_pose_x robot_pose_y robot_pose_theta laser_tv laser_rv forward_safety_dist side_safety_dist turn_axis
# each line ends with ipc_timestamp ipc_hostname logger_timestamp
"""


class TrajectoryFormat(StrEnum):
    """Forms in which a trajectory may be written beside the plain lines, by whose tools read them."""

    TUM = "tum"
    CARMEN = "carmen"


def write_plain(path: Path, trajectory: Trajectory) -> None:
    """Lines `stamp x y theta` (s, m, m, rad), one for each scan in the order they came."""
    lines = [f"{stamp:.6f} {pose.x:.6f} {pose.y:.6f} {pose.theta:.6f}\n" for stamp, pose in trajectory]
    path.write_text("".join(lines), encoding="ascii")


def write_tum(path: Path, trajectory: Trajectory) -> None:
    """Lines `stamp tx ty tz qx qy qz qw` as the TUM RGB-D benchmark and evo read them: stamps grow, each comes once."""
    by_stamp = {f"{stamp:.6f}": (stamp, pose) for stamp, pose in trajectory}
    lines = ["# timestamp tx ty tz qx qy qz qw\n"]
    for text, (_, pose) in sorted(by_stamp.items(), key=lambda item: item[1][0]):
        z, w = math.sin(pose.theta / 2), math.cos(pose.theta / 2)
        lines.append(f"{text} {pose.x:.6f} {pose.y:.6f} 0.0 0.0 0.0 {z:.9f} {w:.9f}\n")
    path.write_text("".join(lines), encoding="ascii")


def write_carmen(path: Path, trajectory: Trajectory, log: Iterable[Observation], lidar: Pose) -> None:
    """The scans of `log`, which is read once more, each at its pose of the trajectory, as a CARMEN log.

    Robot poses are corrected too, as GMapping writes them, so that whoever maps from it starts from good ones; `lidar`
    is its pose in `base`. A scan of 180 degrees becomes a FLASER line, any other a ROBOTLASER1 line.
    """
    scans = (observation.scan for observation in log if observation.scan is not None)
    with path.open("w", encoding="ascii") as out:
        out.write(HEAD)
        # a drive that was cut short has no poses for the rest of its log
        for (stamp, pose), scan in zip(trajectory, scans, strict=False):
            at = pose.compose(lidar)
            poses = " ".join(f"{figure:.6f}" for p in (at, pose) for figure in (p.x, p.y, p.theta))
            when = f"{stamp:.6f} letan {stamp:.6f}"
            first, step = beam_layout(scan.ranges.size)
            if abs(scan.angle_min - first) < 1e-3 and abs(scan.angle_increment - step) < 1e-5:
                out.write(f"FLASER {scan.ranges.size} {_readings(scan, NOTHING)} {poses} {when}\n")
            else:
                out.write(_robotlaser(scan, poses, when))


def _robotlaser(scan: Scan, poses: str, when: str) -> str:
    far = scan.range_max if math.isfinite(scan.range_max) else NO_RETURN
    view = (scan.ranges.size - 1) * scan.angle_increment
    angles = f"{scan.angle_min:.9f} {view:.9f} {scan.angle_increment:.9f}"
    readings = f"{scan.ranges.size} {_readings(scan, far)}"
    return f"ROBOTLASER1 0 {angles} {far:.3f} 0.010 0 {readings} 0 {poses} 0 0 0 0 0 {when}\n"


def _readings(scan: Scan, nothing: float) -> str:
    ranges: FloatArray = np.where(scan.valid(nothing), scan.ranges, nothing)
    return " ".join(f"{reading:.3f}" for reading in ranges)

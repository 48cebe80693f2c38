"""MRPT's `rbpf-slam` and `icp-slam` run on a log: a rawlog with its true stamps, their settings, their trajectories.

Both come with Debian's `mrpt-apps` (measured with 2.5.8). The settings start from the samples in MRPT's
share/mrpt/config_files (`rbpf-slam/gridmapping_RBPF_ICPbased_intel.ini`, `icp-slam/icp-slam_demo_classic.ini`). Those
of `icp-slam` are the best of eighteen that were tried on the Intel log; with eleven of them it lost its way.
`carmen2rawlog` is not used: it stamps every scan with the time of the conversion, takes scans of 180 beams for scans of
90 degrees unless the log says otherwise, and writes a form that `rbpf-slam` 2.5 crashes on.
"""

from __future__ import annotations

import gzip
import json
import math
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from robot.types import FloatArray, LetanError, Observation, Odometry, Pose, Scan

UNIX_EPOCH = 116_444_736_000_000_000  # in ticks of 100 ns since 1601
FAR = 81.0  # metres: the longest beam that is a return

COMMON = {
    "rawlog_offset": 0,
    "logOutput_dir": "out",
    "LOG_FREQUENCY": 0,
    "SAVE_3D_SCENE": 0,
    "SAVE_POSE_LOG": 0,
    "occupancyGrid_count": 0,
    "gasGrid_count": 0,
    "landmarksMap_count": 0,
    "beaconMap_count": 0,
    "pointsMap_count": 1,
    "likelihoodMapSelection": -1,
}
POINTS = {"minDistBetweenLaserPoints": 0.05, "fuseWithExisting": 0, "isPlanarMap": 1}
RBPF = {
    "MappingApplication": COMMON
    | {
        "verbosity": "ERROR",
        "SHOW_PROGRESS_IN_WINDOW": 0,
        "RANDOM_SEED": 1,
        "insertionLinDistance": 2.0,
        "insertionAngDistance_deg": 30.0,
        "localizeLinDistance": 0.2,
        "localizeAngDistance_deg": 10.0,
        "PF_algorithm": 2,  # proposal by scan matching
        "adaptiveSampleSize": 0,
        "resamplingMethod": 0,
        "sampleSize": 10,
        "BETA": 0.5,
        "pfOptimalProposal_mapSelection": 3,  # matched on the map of points
        "ICPGlobalAlign_MinQuality": 0.8,
        "ICP_algorithm": 1,
        "maxIterations": 60,
        "thresholdDist": 1.0,
        "thresholdAng_DEG": 5,
        "ALFA": 0.5,
        "smallestThresholdDist": 0.1,
        "onlyClosestCorrespondences": 1,
    },
    "MappingApplication_pointsMap_00_insertOpts": POINTS,
    "MappingApplication_pointsMap_00_likelihoodOpts": {"max_corr_distance": 5.0, "sigma_dist": 0.05},
}
ICP = {
    "ICP": {
        "ICP_algorithm": "icpClassic",
        "maxIterations": 80,
        "minAbsStep_trans": 1e-6,
        "minAbsStep_rot": 1e-6,
        "thresholdDist": 0.3,
        "thresholdAng_DEG": 5,
        "ALFA": 0.8,
        "smallestThresholdDist": 0.05,
        "onlyClosestCorrespondences": "true",
        "onlyUniqueRobust": "false",  # the sample: true
        "corresponding_points_decimation": 1,  # the sample: 5
    },
    "MappingApplication": COMMON
    | {
        "CAMERA_3DSCENE_FOLLOWS_ROBOT": 0,
        "SHOW_PROGRESS_3D_REAL_TIME": 0,
        "SHOW_LASER_SCANS_3D": 0,
        "localizationLinDistance": 0.2,
        "localizationAngDistance": 5,
        "insertionLinDistance": 1.2,
        "insertionAngDistance": 45.0,
        "minICPgoodnessToAccept": 0.4,
        "matchAgainstTheGrid": 0,
    },
    "MappingApplication_pointsMap_00_insertOpts": POINTS,
}


# A program of its own: a child's peak memory is never less than that of the process that started it.
MEASURE = """
import json, os, subprocess, sys
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
said = child.stdout.read().decode(errors="replace")
_, status, usage = os.wait4(child.pid, 0)
child.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps([usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1e3, child.returncode, said[-1000:]]))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds and peak MB of memory of a whole process, and the end of what it printed."""

    seconds: float
    megabytes: float
    said: str


def measured(command: list[str], folder: Path) -> Cost:
    """Run a program in `folder` and wait for it. LetanError when it is not there or fails."""
    if shutil.which(command[0]) is None:
        raise LetanError(f"{command[0]}: is not installed (Debian: apt-get install mrpt-apps)")
    measuring = [sys.executable, "-S", "-c", MEASURE, *command]
    done = subprocess.run(measuring, cwd=folder, check=True, capture_output=True)
    seconds, megabytes, code, said = json.loads(done.stdout)
    if code:
        raise LetanError(f"{command[0]}: ended with code {code}")
    return Cost(seconds, megabytes, said)


@dataclass(frozen=True, slots=True)
class Peer:
    """A program of MRPT, its settings, and how its trajectory, (K, 4) stamp x y theta, is read from its folder."""

    program: str
    settings: dict[str, dict[str, float | str]]
    read: Callable[[Path, list[Observation]], FloatArray]

    def map(self, observations: list[Observation], folder: Path) -> tuple[FloatArray, Cost]:
        """Map a log in `folder`. LetanError when the program is not there or fails."""
        rawlog, ini = folder / "log.rawlog", folder / f"{self.program}.ini"
        if not rawlog.exists():
            write_rawlog(rawlog, observations)
        ini.write_text(_as_ini(self.settings), encoding="ascii")
        cost = measured([self.program, ini.name, rawlog.name], folder)
        return self.read(folder / "out", observations), cost


def _as_ini(settings: dict[str, dict[str, float | str]]) -> str:
    return "".join(
        f"[{section}]\n" + "".join(f"{key}={value}\n" for key, value in values.items())
        for section, values in settings.items()
    )


def write_rawlog(path: Path, observations: list[Observation]) -> None:
    """Write scans and what odometry says of the way to each as MRPT's pairs of action and sensory frame."""
    with gzip.open(path, "wb", compresslevel=1) as file:
        before = observations[0].odometry
        for observation in observations:
            assert observation.scan is not None
            action = _action(before, observation.odometry)
            before = observation.odometry
            file.write(_object("obs::CActionCollection", 0, struct.pack("<I", 1) + action))
            file.write(_object("obs::CSensoryFrame", 2, struct.pack("<I", 1) + _scan(observation.scan)))


def _object(name: str, version: int, content: bytes) -> bytes:
    """MRPT's form of an object: name, version, content, end mark."""
    name = f"mrpt::{name}"
    return bytes([0x80 | len(name)]) + name.encode("ascii") + bytes([version]) + content + b"\x88"


def _action(before: Odometry, now: Odometry) -> bytes:
    moved = before.pose.between(now.pose)
    pose = _object("poses::CPose2D", 1, struct.pack("<3d", moved.x, moved.y, moved.theta))
    # MRPT's own defaults: the Gaussian motion model, then the one of Thrun's book, which is not used
    gaussian = struct.pack("<I6f", 0, 0.01, math.degrees(0.001), math.radians(1.0), 0.05, 0.01, math.radians(0.2))
    other = struct.pack("<I6f", 300, 0.05, math.radians(4.0), 0.01, math.degrees(1e-4), 1e-3, math.radians(0.05))
    content = struct.pack("<I", 0) + pose + gaussian + other + struct.pack("<??", False, False) + _ticks(now.stamp)
    return _object("obs::CActionRobotMovement2D", 7, content)


def _scan(scan: Scan) -> bytes:
    count = scan.ranges.size
    valid = np.isfinite(scan.ranges) & (scan.ranges > 0.0) & (scan.ranges < FAR)
    view = (count - 1) * scan.angle_increment
    turn = scan.angle_min + 0.5 * view  # MRPT's scans lie even on both sides of their sensor's heading
    c, s = math.cos(turn), math.sin(turn)
    pose = _object("poses::CPose3D", 3, struct.pack("<12d", 0, 0, 0, c, -s, 0, s, c, 0, 0, 0, 1))
    ranges = np.where(valid, scan.ranges, FAR).astype("<f4").tobytes() + valid.astype(np.uint8).tobytes()
    label = struct.pack("<I6s", 6, b"FLASER")
    rest = (
        struct.pack("<f", 0.01) + _ticks(scan.stamp) + struct.pack("<f", 0.0) + label + struct.pack("<d?", 0.0, False)
    )
    head = struct.pack("<f?f", view, True, FAR) + pose + struct.pack("<I", count)
    return _object("obs::CObservation2DRangeScan", 7, head + ranges + rest)


def _ticks(stamp: float) -> bytes:
    return struct.pack("<Q", round(stamp * 1e7) + UNIX_EPOCH)


def _read_rbpf(folder: Path, observations: list[Observation]) -> FloatArray:
    """The likeliest particle's path at the end, which has a pose for each update, after one of the empty map."""
    path = np.loadtxt(folder / "most_likely_path.txt", ndmin=2)[1:]
    updates = list(_rbpf_updates(observations))
    if len(path) != len(updates):
        raise LetanError(f"rbpf-slam: {len(path)} poses for {len(updates)} updates; is this another MRPT than 2.5?")
    return np.column_stack([[observations[k].stamp for k in updates], path])


def _rbpf_updates(observations: list[Observation]) -> Iterator[int]:
    """The scans at which rbpf-slam's filter runs: after way enough to match or to insert."""
    figures = {key: float(value) for key, value in RBPF["MappingApplication"].items() if "Distance" in key}
    matched = inserted = observations[0].odometry.pose
    for k, observation in enumerate(observations):
        here = observation.odometry.pose
        insert = k == 0 or _is_far(inserted, here, figures["insertionLinDistance"], figures["insertionAngDistance_deg"])
        if insert or _is_far(matched, here, figures["localizeLinDistance"], figures["localizeAngDistance_deg"]):
            yield k
            matched = here
        if insert:
            inserted = here


def _is_far(a: Pose, b: Pose, metres: float, degrees: float) -> bool:
    moved = a.between(b)
    return math.hypot(moved.x, moved.y) > metres or abs(moved.theta) > math.radians(degrees)


def _read_icp(folder: Path, observations: list[Observation]) -> FloatArray:
    """The pose after each scan."""
    path = np.loadtxt(folder / "log_estimated_path.txt", ndmin=2)
    return np.column_stack([[observation.stamp for observation in observations], path[:, 1:4]])


PEERS = {
    "MRPT rbpf-slam, 10 particles": Peer("rbpf-slam", RBPF, _read_rbpf),
    "MRPT icp-slam": Peer("icp-slam", ICP, _read_icp),
}

"""Other localisers on our drive through the hall: PyPI `amcl` and MRPT's pf-localization, where they are installed.

Both get the same map, start, odometry and scans, 2000 particles at every scan and 60 beams of it, and a map that
is moved by the part of a cell by which they take cells to lie elsewhere: without that both are 2.5 cm off for good.
"""

from __future__ import annotations

import importlib
import math
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from robot.types import FloatArray, GridMap, Observation, Pose, wrap
from slam.map_io import save_map

PARTICLES, BEAMS = 2000, 60
NO_RETURN = 81.0  # metres, in a CARMEN log
Pairs = Sequence[tuple[Pose, Observation]]

MRPT_CONFIG = """
[KLD_options]
KLD_binSize_PHI_deg=10
KLD_binSize_XY=0.10
KLD_delta=0.01
KLD_epsilon=0.01
KLD_minSampleSize={particles}
KLD_maxSampleSize={particles}
KLD_minSamplesPerBin=0
[PF_options]
PF_algorithm=0
resamplingMethod=3
adaptiveSampleSize=0
BETA=0.5
sampleSize=1
[DummyOdometryParams]
minStdXY=0.01
minStdPHI=0.5
[LocalizationExperiment]
map_file={folder}/map.gridmap.gz
rawlog_file={folder}/log.rawlog
logOutput_dir={folder}/out
3DSceneFrequency=-1
experimentRepetitions=1
particles_count={particles}
init_PDF_mode=1
init_PDF_min_x={x_min}
init_PDF_max_x={x_max}
init_PDF_min_y={y_min}
init_PDF_max_y={y_max}
init_PDF_min_yaw_deg={yaw_min}
init_PDF_max_yaw_deg={yaw_max}
[MetricMap]
occupancyGrid_count=1
likelihoodMapSelection=-1
[MetricMap_occupancyGrid_00_creationOpts]
resolution={resolution}
[MetricMap_occupancyGrid_00_insertOpts]
[MetricMap_occupancyGrid_00_likelihoodOpts]
likelihoodMethod=4
LF_decimation={every}
LF_stdHit=0.10
LF_maxCorrsDistance=0.30
LF_zHit=0.95
LF_zRandom=0.05
LF_maxRange=10
LF_alternateAverageMethod=0
"""


@dataclass(frozen=True, slots=True)
class Result:
    """What a localiser did: error of position (m) and heading (degrees), and us a particle and update."""

    name: str
    median: float
    p95: float
    p95_degrees: float
    cost: float


def result(name: str, truths: Sequence[Pose], found: FloatArray, cost: float) -> Result:
    """Compare poses (N, 3) with the true ones."""
    metres = [math.hypot(t.x - x, t.y - y) for t, (x, y, _) in zip(truths, found, strict=True)]
    turned = [abs(wrap(t.theta - theta)) for t, (_, _, theta) in zip(truths, found, strict=True)]
    degrees = math.degrees(float(np.percentile(turned, 95)))
    return Result(name, float(np.median(metres)), float(np.percentile(metres, 95)), degrees, cost)


def amcl(pairs: Pairs, grid: GridMap) -> Result | str:
    """PyPI `amcl` (Nav2's AMCL for Python), or why it did not run."""
    try:
        peer = importlib.import_module("amcl")
    except ImportError:
        return "PyPI amcl: not installed; `pip install amcl==0.1.2` (GPL, for comparison only)"
    motion = peer.MotionParameters(alpha1=0.1, alpha2=0.1, alpha3=0.1, alpha4=0.1, alpha5=0.1)
    laser = peer.LaserParameters(0.5, 0.05, 0.05, 0.5, 0.1, 0.1, 0.05, BEAMS)  # Nav2's defaults, sigma_hit as ours
    localizer = peer.AMCL(PARTICLES, PARTICLES, 0.0, 0.0, motion, laser, "differential")
    half, start = 0.5 * grid.resolution, pairs[0][0]
    cells = grid.cells.astype(int).tolist()
    localizer.set_map(
        peer.create_occupancy_grid_from_list(cells, grid.resolution, grid.origin.x + half, grid.origin.y + half)
    )
    localizer.set_initial_pose(
        peer.Vector3D(start.x, start.y, start.theta), peer.create_diagonal_covariance(0.02, 0.02, 0.01)
    )
    localizer.set_laser_pose(peer.Vector3D(0.0, 0.0, 0.0))
    truths, found, seconds = [], [], []
    for truth, observation in pairs:
        scan, odom = observation.scan, observation.odometry.pose
        if scan is None:
            continue
        ranges = np.where(np.isfinite(scan.ranges), scan.ranges, scan.range_max)
        beams = peer.create_laser_scan_from_list(np.column_stack((ranges, scan.angles)).tolist(), scan.range_max)
        began = time.process_time()
        localizer.update(beams, peer.Vector3D(odom.x, odom.y, odom.theta))
        seconds.append(time.process_time() - began)
        pose = localizer.get_pose_mean()
        truths.append(truth)
        found.append((pose.x, pose.y, pose.theta))
    return result("PyPI amcl", truths, np.array(found), 1e6 * float(np.median(seconds)) / PARTICLES)


def mrpt(pairs: Pairs, grid: GridMap) -> Result | str:
    """MRPT's pf-localization, or why it did not run."""
    programs = ("pf-localization", "carmen2rawlog", "ros-map-yaml2mrpt")
    missing = [program for program in programs if shutil.which(program) is None]
    if missing:
        return f"MRPT: {', '.join(missing)} not installed; `apt-get install mrpt-apps`"
    with tempfile.TemporaryDirectory() as name:
        return _mrpt_in(Path(name), pairs, grid)


def _mrpt_in(folder: Path, pairs: Pairs, grid: GridMap) -> Result | str:
    scanned = [(truth, observation) for truth, observation in pairs if observation.scan is not None]
    shift = _to_whole_cells(grid)  # MRPT rounds a map's origin to whole cells
    moved = Pose(grid.origin.x + shift[0], grid.origin.y + shift[1], 0.0)
    save_map(replace(grid, origin=moved), folder / "map.yaml")
    (folder / "log.carmen").write_text("".join(_robotlaser(observation) for _, observation in scanned))
    (folder / "run.ini").write_text(_mrpt_config(folder, scanned[0][0], shift, grid.resolution, scanned[0][1]))
    said = ""
    for command in (
        ["ros-map-yaml2mrpt", "-w", "-q", "-i", "map.yaml"],
        ["carmen2rawlog", "-w", "-q", "-i", "log.carmen", "-o", "log.rawlog"],
        ["pf-localization", "run.ini"],
    ):
        ran = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=900, check=False
        )
        said = ran.stdout + ran.stderr
    number = r"([-+.\de]+)"
    lines = re.findall(rf"PDF estimation: \({number},{number},{number}deg\)".replace(",", r",\s*"), said)
    times = list(folder.glob("out_*/exec_times.txt"))
    if len(lines) != len(scanned) or not times:
        return f"MRPT: {len(lines)} poses for {len(scanned)} scans; it ended with: {said[-400:]!r}"
    poses = np.array(lines, dtype=np.float64)
    found = np.column_stack((poses[:, 0] - shift[0], poses[:, 1] - shift[1], np.radians(poses[:, 2])))
    seconds = float(np.median(np.loadtxt(times[0])))
    return result("MRPT pf-localization", [truth for truth, _ in scanned], found, 1e6 * seconds / PARTICLES)


def _to_whole_cells(grid: GridMap) -> tuple[float, float]:
    x, y = (math.ceil(side / grid.resolution - 1e-6) * grid.resolution for side in (grid.origin.x, grid.origin.y))
    return x - grid.origin.x, y - grid.origin.y


def _robotlaser(observation: Observation) -> str:
    """A scan as a ROBOTLASER1 line: its field of view is free, FLASER's is not."""
    scan, odom = observation.scan, observation.odometry.pose
    assert scan is not None
    ranges = np.where(np.isfinite(scan.ranges), scan.ranges, NO_RETURN)
    head = f"ROBOTLASER1 0 {scan.angle_min:.6f} {scan.angle_increment * (ranges.size - 1):.6f} "
    head += f"{scan.angle_increment:.8f} {NO_RETURN - 1.0} 0.01 0 {ranges.size}"
    pose = f"{odom.x:.6f} {odom.y:.6f} {odom.theta:.6f}"
    stamp = f"{scan.stamp + 1000.0:.3f}"
    return f"{head} {' '.join(f'{r:.4f}' for r in ranges)} 0 {pose} {pose} 0 0 0.3 0.3 1e6 {stamp} host {stamp}\n"


def _mrpt_config(folder: Path, start: Pose, shift: tuple[float, float], resolution: float, first: Observation) -> str:
    assert first.scan is not None
    x, y, yaw = start.x + shift[0], start.y + shift[1], math.degrees(start.theta)
    limits = {"x": (x, 0.2), "y": (y, 0.2), "yaw": (yaw, 8.0)}
    return MRPT_CONFIG.format(
        folder=folder,
        particles=PARTICLES,
        resolution=resolution,
        every=first.scan.ranges.size // BEAMS,
        **{f"{side}_min": middle - spread for side, (middle, spread) in limits.items()},
        **{f"{side}_max": middle + spread for side, (middle, spread) in limits.items()},
    )

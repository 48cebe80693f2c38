"""What a mapping run leaves in its folder: map, picture, trajectory and a summary."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from letan.files import whole
from letan.run_folder import check_folder, empty_folder
from logs.open_log import Log
from logs.trajectory_io import TrajectoryFormat, write_carmen, write_plain, write_tum
from robot.types import GridMap, Pose
from slam.map_io import draw_map, save_map
from slam.map_state import MapState, finish
from slam.rbpf import Mapper

STATE = "state.npz"


@dataclass(frozen=True, slots=True)
class MapSummary:
    """What one mapping run did and cost; times are CPU seconds of this process, compilation left out.

    `cpu_seconds` is the filter's time, `ms_per_update` its share of an update; `finish_seconds` closing loops and
    drawing the map anew took. `complete`: its source came to its end; else `stopped_by` is the number of the signal
    that cut it short.
    """

    scans: int
    updates: int
    cpu_seconds: float
    ms_per_update: float
    finish_seconds: float
    particles: int
    map_bytes: int
    loops_closed: int
    width: int
    height: int
    resolution: float
    complete: bool
    stopped_by: int
    warnings: dict[str, int]


def write_results(
    mapper: Mapper,
    out: Path,
    cpu_seconds: float,
    warnings: Counter[str],
    stopped_by: int = 0,
    formats: tuple[TrajectoryFormat, ...] = (),
    log: Log | None = None,
) -> MapSummary:
    """Refine what a mapper has found, write it into the folder `out` and sum it up; `warnings` are those of its
    source.
    """
    began = time.process_time()
    map_state = finish(mapper)
    finishing = time.process_time() - began
    grid, trajectory = map_state.grid(), map_state.trajectory
    counted = dict(sorted((warnings + mapper.warnings).items()))
    summary = _sum_up(mapper, map_state, grid, (cpu_seconds, finishing), stopped_by, counted)
    path = np.array([[pose.x, pose.y] for _, pose in trajectory])
    check_folder(out)
    with whole(out) as folder:
        save_map(grid, folder / "map.yaml")
        draw_map(grid, path).save(folder / "map.png")
        write_plain(folder / "trajectory.txt", trajectory)
        write_formats(folder, trajectory, formats, log)
        map_state.save(folder / STATE)
        (folder / "summary.json").write_text(json.dumps(asdict(summary), indent=2) + "\n", encoding="utf-8")
        empty_folder(out)  # an earlier run's, now that there is something to take its place
    return summary


def _sum_up(
    mapper: Mapper,
    map_state: MapState,
    grid: GridMap,
    seconds: tuple[float, float],
    stopped_by: int,
    warnings: dict[str, int],
) -> MapSummary:
    """The run in figures; `seconds` of CPU that the filter and the finish took."""
    filtering, finishing = seconds
    return MapSummary(
        scans=len(map_state.history.scans),
        updates=mapper.updates,
        cpu_seconds=round(filtering, 3),
        ms_per_update=round(1e3 * filtering / max(mapper.updates - mapper.taken_up, 1), 3),
        finish_seconds=round(finishing, 3),
        particles=mapper.config.particles,
        map_bytes=mapper.maps.nbytes,
        loops_closed=map_state.loops,
        width=grid.cells.shape[1],
        height=grid.cells.shape[0],
        resolution=grid.resolution,
        complete=not stopped_by,
        stopped_by=stopped_by,
        warnings=warnings,
    )


def write_formats(
    out: Path, trajectory: list[tuple[float, Pose]], formats: tuple[TrajectoryFormat, ...], log: Log | None
) -> None:
    """Write the trajectory in more `formats`: trajectory.tum; corrected.log, for which `log` is read once more."""
    if TrajectoryFormat.TUM in formats:
        write_tum(out / "trajectory.tum", trajectory)
    if TrajectoryFormat.CARMEN in formats and log is not None:
        write_carmen(out / "corrected.log", trajectory, log, log.lidar())

"""`letan map`: a map, its picture and the trajectory from a recorded log, with a progress bar."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from robot.types import LetanError
from slam.carmen import CarmenLog
from slam.live import MapBuilder
from slam.map_io import draw_map, save_map
from slam.rbpf import Mapper, MapperConfig, compile_kernels
from slam.trajectory import count_returns


@dataclass(frozen=True, slots=True)
class MapSummary:
    """What one mapping run did and cost; times are CPU seconds of this process, compilation left out."""

    scans: int
    updates: int
    cpu_seconds: float
    ms_per_update: float
    particles: int
    map_bytes: int
    loops_closed: int
    width: int
    height: int
    resolution: float
    warnings: dict[str, int]


def map_log(log: Path, out: Path, seed: int = 1, particles: int | None = None) -> MapSummary:
    """Build a map from `log` and write map.pgm, map.yaml, map.png, trajectory.txt and summary.json into `out`.

    LetanError for a log that cannot be used or a folder that cannot be written.
    """
    if particles is not None and not 1 <= particles <= 1000:
        raise LetanError(f"--particles is {particles}; it must be 1 to 1000")
    source = CarmenLog(log)
    config = MapperConfig() if particles is None else MapperConfig(particles=particles)
    builder = MapBuilder(seed=seed, config=config, lidar=source.lidar())
    compile_kernels()
    began = time.process_time()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[updates]} updates")) as bar:
        task = bar.add_task(f"mapping {log.name}", total=1.0, updates=0)
        for observation in source:
            try:
                builder.update(observation)
            except LetanError as error:
                raise LetanError(f"{log}: {error}") from None
            bar.update(task, completed=source.progress, updates=builder.mapper.updates)
        bar.update(task, completed=1.0)
    if not builder.mapper.updates:
        raise LetanError(f"{log}: none of its scans could be used")
    return write_results(builder.mapper, out, time.process_time() - began, source.warnings)


def write_results(mapper: Mapper, out: Path, cpu_seconds: float, warnings: Counter[str]) -> MapSummary:
    """Write what a mapper has found into the folder `out` and sum it up; `warnings` are those of its source."""
    grid, trajectory = mapper.grid(), mapper.trajectory
    path = np.array([[pose.x, pose.y] for _, pose in trajectory]).reshape(-1, 2)
    summary = MapSummary(
        scans=len(trajectory),
        updates=mapper.updates,
        cpu_seconds=round(cpu_seconds, 3),
        ms_per_update=round(1e3 * cpu_seconds / max(mapper.updates, 1), 3),
        particles=len(mapper.poses),
        map_bytes=mapper.maps.nbytes,
        loops_closed=count_returns(path),
        width=grid.cells.shape[1],
        height=grid.cells.shape[0],
        resolution=grid.resolution,
        warnings=dict(sorted((warnings + mapper.warnings).items())),
    )
    try:
        out.mkdir(parents=True, exist_ok=True)
        save_map(grid, out / "map.yaml")
        draw_map(grid, path).save(out / "map.png")
        lines = [f"{stamp:.6f} {pose.x:.6f} {pose.y:.6f} {pose.theta:.6f}\n" for stamp, pose in trajectory]
        (out / "trajectory.txt").write_text("".join(lines), encoding="ascii")
        (out / "summary.json").write_text(json.dumps(asdict(summary), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise LetanError(f"{out}: cannot be written: {error.strerror or error}") from error
    return summary

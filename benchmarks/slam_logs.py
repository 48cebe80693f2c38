"""Maps the public logs in $LETAN_DATA/slam and prints error by the relation metric, cost and memory, one line a run.

Run: `LETAN_DATA=... python benchmarks/slam_logs.py [--log intel] [--seed 1 --seed 2] [--particles 1 --particles 10]`
"""

from __future__ import annotations

import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from figures import AsJson, print_json
from rich.console import Console
from rich.table import Table

from logs.carmen import CarmenLog
from robot.types import FloatArray, Observation, Pose
from slam.map_builder import MapBuilder
from slam.map_state import MapState, compile_kernels, finish
from slam.poses import between_all, compose_all
from slam.rbpf import MapperConfig
from slam.resampling import IntArray

LOGS = {
    "intel": "intel.clean.relations",
    "fr079mild": "fr079mild.relations",
    "aces": "aces.proxy.relations",
    "acesmild": "acesmild.proxy.relations",
}


def data_folder() -> Path:
    """Where the logs are."""
    folder = Path(os.environ.get("LETAN_DATA", "")) / "slam"
    if not (folder / "intel.log.gz").is_file():
        raise SystemExit("set LETAN_DATA to the folder that holds slam/*.log.gz")
    return folder


def densify(track: FloatArray, odometry: FloatArray) -> FloatArray:
    """The pose at each odometry stamp, (O, 4): carried from scan to scan of `track` (T, 4) by `odometry` (O, 4).

    What odometry misses of the next scan is spread evenly over the way there.
    """
    order = np.argsort(odometry[:, 0], kind="stable")
    at = order[nearest(odometry[order, 0], track[:, 0])]
    scans = np.append(np.unique(at, return_index=True)[1], -1)
    dense = np.full_like(odometry, np.nan)
    dense[:, 0] = odometry[:, 0]
    for this, following in itertools.pairwise(scans):
        first, last = at[this], at[following] if following >= 0 else len(odometry)
        steps = odometry[first:last, 1:]
        carried = compose_all(
            np.repeat(track[this : this + 1, 1:], len(steps), 0), between_all(steps[:1].repeat(len(steps), 0), steps)
        )
        if following >= 0:
            arrived = compose_all(
                track[this : this + 1, 1:], between_all(odometry[first : first + 1, 1:], odometry[last : last + 1, 1:])
            )
            missed = between_all(arrived, track[following : following + 1, 1:])
            carried = compose_all(carried, missed * (np.arange(len(steps)) / len(steps))[:, None])
        dense[first:last, 1:] = carried
    return dense[order][np.isfinite(dense[order, 1])]


def nearest(stamps: FloatArray, wanted: FloatArray) -> IntArray:
    """Index of the nearest of the sorted `stamps` for each of `wanted`."""
    after = np.clip(np.searchsorted(stamps, wanted), 1, len(stamps) - 1)
    return np.where(np.abs(stamps[after] - wanted) < np.abs(stamps[after - 1] - wanted), after, after - 1)


def relation_errors(track: FloatArray, odometry: FloatArray, relations: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Translation (m) and rotation (deg) errors of each relation (Kümmerle et al. 2009, eq. 5)."""
    dense = densify(track, odometry)
    a, b = (dense[nearest(dense[:, 0], relations[:, k]), 1:] for k in (0, 1))
    error = between_all(relations[:, [2, 3, 7]], between_all(a, b))
    return np.hypot(error[:, 0], error[:, 1]), np.degrees(np.abs(error[:, 2]))


@dataclass(frozen=True, slots=True)
class Run:
    """A log mapped: the result, and CPU seconds of the filter and of the finish."""

    builder: MapBuilder
    map_state: MapState
    filtering: float
    finishing: float


def run(observations: list[Observation], seed: int, config: MapperConfig) -> Run:
    """Map a log."""
    builder = MapBuilder(seed=seed, config=config)
    began = time.process_time()
    for observation in observations:
        builder.update(observation)
    filtered = time.process_time()
    map_state = finish(builder.mapper)
    return Run(builder, map_state, filtered - began, time.process_time() - filtered)


def as_array(trajectory: list[tuple[float, Pose]]) -> FloatArray:
    """Stamp, x, y, theta of every scan, (T, 4)."""
    return np.array([[stamp, pose.x, pose.y, pose.theta] for stamp, pose in trajectory])


def main(
    log: Annotated[list[str] | None, typer.Option(help="Logs to map; all when not given.")] = None,
    seed: Annotated[list[int] | None, typer.Option(help="Seeds; 1 when not given.")] = None,
    particles: Annotated[
        list[int] | None, typer.Option(help="Fixed numbers of particles, 0 as many as it takes; 1 and 0 if not given.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Map the public logs and compare with their references."""
    folder = data_folder()
    compile_kernels()
    columns = "log|particles|seed|trans m|rot deg|p95 m|filter alone|updates|ms/update|finish ms|x real time|map MB"
    table, runs = Table(*columns.split("|")), []
    for name in log or list(LOGS):
        observations = list(CarmenLog(folder / f"{name}.log.gz"))
        odometry = np.loadtxt(folder / f"{name}.odom.txt.gz")
        relations = np.loadtxt(folder / LOGS[name])
        lasted = observations[-1].stamp - observations[0].stamp
        for count in [1, 0] if particles is None else particles:
            for number in seed or [1]:
                done = run(observations, number, MapperConfig.fixed(count) if count else MapperConfig())
                metres, degrees = relation_errors(as_array(done.map_state.trajectory), odometry, relations)
                alone = relation_errors(as_array(done.builder.trajectory), odometry, relations)
                updates, seconds = done.builder.mapper.updates, done.filtering + done.finishing
                runs.append(
                    {
                        "log": name, "particles": count or "adaptive", "seed": number,
                        "metres": metres.mean(), "degrees": degrees.mean(), "p95_metres": np.percentile(metres, 95),
                        "filter_metres": alone[0].mean(), "filter_degrees": alone[1].mean(), "updates": updates,
                        "filter_ms_per_update": 1e3 * done.filtering / updates,
                        "finish_ms_per_update": 1e3 * done.finishing / updates, "times_real_time": lasted / seconds,
                        "map_bytes": done.builder.mapper.maps.nbytes,
                    }
                )  # fmt: skip
                figures = f"{metres.mean():.4f} {degrees.mean():.3f} {np.percentile(metres, 95):.3f}"
                before = f"{alone[0].mean():.4f}/{alone[1].mean():.3f} {updates} {1e3 * done.filtering / updates:.2f}"
                cost = f"{1e3 * done.finishing / updates:.2f} {lasted / seconds:.0f}"
                size = f"{done.builder.mapper.maps.nbytes / 1e6:.1f}"
                row = f"{figures} {before} {cost} {size}".split()
                table.add_row(name, str(count or "adaptive"), str(number), *row)
    Console(width=150).print(table)
    if as_json:
        print_json({"runs": runs})


if __name__ == "__main__":
    typer.run(main)

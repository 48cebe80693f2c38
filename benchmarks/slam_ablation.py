"""What each part of the mapper contributes and what it bears: parts left out, or logs spoilt, and the error they make.

Run: `LETAN_DATA=... python benchmarks/slam_ablation.py [--log intel] [--seed 1] [--row NAME]`. A cell is the mean over
the seeds of the relation metric, m / deg, with the worst seed's m in brackets where it is a tenth worse. Of Intel the
first 2000 scans are mapped, of FR079 the first 1600. Less than five minutes of CPU.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from figures import AsJson, print_json
from rich.console import Console
from rich.progress import track as progress
from rich.table import Table
from slam_logs import LOGS, as_array, data_folder, relation_errors

from logs.carmen import CarmenLog
from robot.types import FloatArray, Observation, Pose
from slam.map_builder import MapBuilder
from slam.map_state import compile_kernels, finish
from slam.rbpf import MapperConfig
from slam.refining import RefineConfig

MOST_SCANS = {"intel": 2000, "fr079mild": 1600}  # of the long logs, so that all takes less than five minutes of CPU
SCALE, NOISE, DRIFT = 1.05, 0.15, 0.03  # of disturbed odometry: -, share of a step, rad a metre
BEAMS = 45


def disturbed(observations: list[Observation]) -> list[Observation]:
    """The same scans with odometry that measures too far, unsteadily, and turns left by itself."""
    random = np.random.default_rng(7)
    result, before, pose = [], observations[0].odometry.pose, observations[0].odometry.pose
    for observation in observations:
        told = observation.odometry
        moved = before.between(told.pose)
        far, turn = SCALE * (1.0 + NOISE * random.standard_normal(2))
        before = told.pose
        drift = DRIFT * float(np.hypot(moved.x, moved.y))
        pose = pose.compose(Pose(far * moved.x, far * moved.y, turn * moved.theta + drift))
        result.append(replace(observation, odometry=replace(told, pose=pose)))
    return result


def sparse(observations: list[Observation]) -> list[Observation]:
    """Every third scan."""
    return observations[::3]


def thinned(observations: list[Observation]) -> list[Observation]:
    """Scans of 45 beams over the same view."""
    result = []
    for observation in observations:
        assert observation.scan is not None
        scan = observation.scan
        step = scan.ranges.size // BEAMS
        coarse = replace(scan, ranges=scan.ranges[::step].copy(), angle_increment=step * scan.angle_increment)
        result.append(replace(observation, scan=coarse))
    return result


def untouched(observations: list[Observation]) -> list[Observation]:
    """The log as it is."""
    return observations


@dataclass(frozen=True, slots=True)
class Row:
    """A variant: what is changed of the mapper, of the finish (None for none at all) and of the log."""

    mapper: MapperConfig = field(default_factory=MapperConfig)
    finishing: RefineConfig | None = field(default_factory=RefineConfig)
    spoil: Callable[[list[Observation]], list[Observation]] = untouched


FULL = MapperConfig()
ROWS = {
    "everything": Row(),
    "no finish: the filter alone": Row(finishing=None),
    "finish without loop closure": Row(finishing=replace(RefineConfig(), rounds=0)),
    "finish without the last matching": Row(finishing=replace(RefineConfig(), near=1e-6)),
    "one particle": Row(MapperConfig.fixed(1)),
    "one particle, no loop closure": Row(MapperConfig.fixed(1), replace(RefineConfig(), rounds=0)),
    "one particle, no finish": Row(MapperConfig.fixed(1), None),
    "10 particles, no adaptive number": Row(MapperConfig.fixed(10)),
    "no drawing around the mode": Row(replace(FULL, spread=0.0)),
    "resolution 0.1 m": Row(replace(FULL, resolution=0.1)),
    "updates every 0.2 m / 0.2 rad": Row(replace(FULL, gate_xy=0.2, gate_theta=0.2)),
    "log: odometry disturbed": Row(spoil=disturbed),
    "log: every third scan": Row(spoil=sparse),
    "log: 45 beams": Row(spoil=thinned),
}


@dataclass(frozen=True, slots=True)
class Data:
    """A log with its dense odometry (O, 4) and the relations (R, 8) that lie within it."""

    observations: list[Observation]
    odometry: FloatArray
    relations: FloatArray

    @classmethod
    def load(cls, folder: Path, name: str) -> Data:
        """Read a log, a long one only in part."""
        observations = list(CarmenLog(folder / f"{name}.log.gz"))[: MOST_SCANS.get(name)]
        until = max(observation.stamp for observation in observations)
        odometry = np.loadtxt(folder / f"{name}.odom.txt.gz")
        relations = np.loadtxt(folder / LOGS[name])
        return cls(observations, odometry[odometry[:, 0] <= until], relations[(relations[:, :2] <= until).all(axis=1)])


class Filtered:
    """Runs of the filter, each made once however many ways to finish it are tried."""

    def __init__(self) -> None:
        self._done: dict[object, tuple[MapBuilder, float]] = {}

    def run(self, data: Data, row: Row, seed: int) -> tuple[MapBuilder, float]:
        """The filter's state after the log, and its CPU seconds."""
        seed = 1 if row.mapper.particles == 1 else seed  # nothing is drawn
        key = id(data), row.mapper, row.spoil, seed
        if key not in self._done:
            self._done.clear()  # the rows that share one follow each other
            builder = MapBuilder(seed=seed, config=row.mapper)
            began = time.process_time()
            for observation in row.spoil(data.observations):
                builder.update(observation)
            self._done[key] = builder, time.process_time() - began
        return self._done[key]


def measure(data: Data, row: Row, seed: int, filtered: Filtered) -> FloatArray:
    """Errors in metres and degrees, and ms an update."""
    builder, seconds = filtered.run(data, row, seed)
    trajectory = builder.trajectory
    if row.finishing is not None:
        began = time.process_time()
        trajectory = finish(builder.mapper, row.finishing).trajectory
        seconds += time.process_time() - began
    metres, degrees = relation_errors(as_array(trajectory), data.odometry, data.relations)
    return np.array([metres.mean(), degrees.mean(), 1e3 * seconds / builder.mapper.updates])


def cell(figures: FloatArray) -> str:
    """A cell from (seeds, 3) figures of `measure`."""
    metres, degrees, _ = figures.mean(axis=0)
    worst = figures[:, 0].max()
    return f"{metres:.4f} / {degrees:.2f}" + (f" ({worst:.3f})" if worst > 1.1 * metres else "")


def as_figures(title: str, log: str, seeds: list[FloatArray]) -> dict[str, object]:
    """Means over the seeds, and the worst seed's metres, for a program."""
    metres, degrees, milliseconds = np.mean(seeds, axis=0)
    worst = max(figures[0] for figures in seeds)
    means = {"metres": metres, "worst_metres": worst, "degrees": degrees, "ms_per_update": milliseconds}
    return {"row": title, "log": log, "seeds": len(seeds), **means}


def main(
    log: Annotated[list[str] | None, typer.Option(help="Logs to map; all when not given.")] = None,
    seed: Annotated[list[int] | None, typer.Option(help="Seeds; 1 and 2 when not given.")] = None,
    row: Annotated[list[str] | None, typer.Option(help="Rows of the table; all when not given.")] = None,
    as_json: AsJson = False,
) -> None:
    """Map the public logs with parts left out or inputs spoilt, and print what that does to the error."""
    folder = data_folder()
    compile_kernels()
    names, seeds, rows = log or list(LOGS), seed or [1, 2], row or list(ROWS)
    found: dict[tuple[str, str], list[FloatArray]] = {}
    jobs = [(name, number, title) for name in names for number in seeds for title in rows]
    loaded, filtered = {name: Data.load(folder, name) for name in names}, Filtered()
    for name, number, title in progress(jobs, "mapping", console=Console(stderr=True), transient=True):
        figures = measure(loaded[name], ROWS[title], number, filtered)
        found.setdefault((title, name), []).append(figures)
    table = Table("", *names, "ms an update", title="mean error, m / deg")
    for title in rows:
        figures_of = [np.array(found[title, name]) for name in names]
        times = " ".join(f"{figures[:, 2].mean():.1f}" for figures in figures_of)
        table.add_row(title, *map(cell, figures_of), times)
    Console(width=160).print(table)
    print(f"CPU: {time.process_time():.0f} s")
    if as_json:
        print_json({"rows": [as_figures(title, name, each) for (title, name), each in found.items()]})


if __name__ == "__main__":
    typer.run(main)

"""Maps the public logs in $LETAN_DATA/slam and prints error by the relation metric, cost and memory, one line a run.

Run: `LETAN_DATA=... python benchmarks/slam_logs.py [--log intel] [--seed 1 --seed 2] [--particles 1 --particles 10]`
"""

from __future__ import annotations

import itertools
import os
import time
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from robot.types import FloatArray, Observation
from slam.carmen import CarmenLog
from slam.live import MapBuilder
from slam.rbpf import MapperConfig, compile_kernels
from slam.resampling import IntArray

LOGS = {
    "intel": "intel.clean.relations",
    "fr079mild": "fr079mild.relations",
    "aces": "aces.proxy.relations",
    "acesmild": "acesmild.proxy.relations",
}


def wrap(angles: FloatArray) -> FloatArray:
    """Angles in radians brought into [-pi, pi)."""
    return np.asarray((angles + np.pi) % (2.0 * np.pi) - np.pi)


def between(a: FloatArray, b: FloatArray) -> FloatArray:
    """Poses `b` (N, 3) seen from poses `a` (N, 3)."""
    c, s = np.cos(a[:, 2]), np.sin(a[:, 2])
    dx, dy = b[:, 0] - a[:, 0], b[:, 1] - a[:, 1]
    return np.stack([c * dx + s * dy, c * dy - s * dx, wrap(b[:, 2] - a[:, 2])], axis=1)


def compose(a: FloatArray, b: FloatArray) -> FloatArray:
    """Poses `b` (N, 3), given in the frames of poses `a` (N, 3), in the frame `a` is given in."""
    c, s = np.cos(a[:, 2]), np.sin(a[:, 2])
    return np.stack(
        [a[:, 0] + c * b[:, 0] - s * b[:, 1], a[:, 1] + s * b[:, 0] + c * b[:, 1], wrap(a[:, 2] + b[:, 2])], axis=1
    )


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
        carried = compose(
            np.repeat(track[this : this + 1, 1:], len(steps), 0), between(steps[:1].repeat(len(steps), 0), steps)
        )
        if following >= 0:
            arrived = compose(
                track[this : this + 1, 1:], between(odometry[first : first + 1, 1:], odometry[last : last + 1, 1:])
            )
            missed = between(arrived, track[following : following + 1, 1:])
            carried = compose(carried, missed * (np.arange(len(steps)) / len(steps))[:, None])
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
    error = between(relations[:, [2, 3, 7]], between(a, b))
    return np.hypot(error[:, 0], error[:, 1]), np.degrees(np.abs(error[:, 2]))


def run(observations: list[Observation], seed: int, particles: int) -> tuple[MapBuilder, float]:
    """Map a log; the builder and its CPU seconds."""
    builder = MapBuilder(seed=seed, config=MapperConfig(particles=particles))
    began = time.process_time()
    for observation in observations:
        builder.update(observation)
    return builder, time.process_time() - began


def main(
    log: Annotated[list[str] | None, typer.Option(help="Logs to map; all when not given.")] = None,
    seed: Annotated[list[int] | None, typer.Option(help="Seeds; 1 when not given.")] = None,
    particles: Annotated[list[int] | None, typer.Option(help="Particles; 1 and the default when not given.")] = None,
) -> None:
    """Map the public logs and compare with their references."""
    folder = Path(os.environ.get("LETAN_DATA", "")) / "slam"
    if not folder.is_dir():
        raise SystemExit("set LETAN_DATA to the folder that holds slam/*.log.gz")
    compile_kernels()
    table = Table("log", "particles", "seed", "trans m", "rot deg", "p95 m", "updates", "ms/update", "CPU s", "map MB")
    for name in log or list(LOGS):
        observations = list(CarmenLog(folder / f"{name}.log.gz"))
        odometry = np.loadtxt(folder / f"{name}.odom.txt.gz")
        relations = np.loadtxt(folder / LOGS[name])
        for count in particles or [1, MapperConfig().particles]:
            for number in seed or [1]:
                builder, seconds = run(observations, number, count)
                track = np.array([[t, p.x, p.y, p.theta] for t, p in builder.trajectory])
                metres, degrees = relation_errors(track, odometry, relations)
                updates = builder.mapper.updates
                figures = f"{metres.mean():.4f} {degrees.mean():.3f} {np.percentile(metres, 95):.3f} {updates}"
                cost = f"{1e3 * seconds / updates:.2f} {seconds:.1f} {builder.mapper.maps.nbytes / 1e6:.1f}"
                table.add_row(name, str(count), str(number), *figures.split(), *cost.split())
    Console(width=120).print(table)


if __name__ == "__main__":
    typer.run(main)

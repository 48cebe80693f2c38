"""Maps the Intel log with Letan and with MRPT's rbpf-slam and icp-slam in one run, and compares error and cost.

Run: `LETAN_DATA=... python benchmarks/slam_peers.py [--quick | --whole]` (whole: some eight minutes of CPU). MRPT comes
with Debian's `mrpt-apps`; without it Letan is measured alone. Every system runs in a process of its own. CPU s and peak
MB are those of the whole process, with Letan's imports; ms an update (for icp-slam, a scan) is mapping alone for Letan,
everything for MRPT. Ratios are to the first line.
"""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from figures import AsJson, print_json
from mrpt_peers import PEERS, Cost, measured
from rich.console import Console
from rich.table import Table
from slam_logs import as_array, data_folder, relation_errors, run

from logs.carmen import CarmenLog
from robot.types import FloatArray, LetanError, Observation
from slam.map_state import compile_kernels
from slam.rbpf import MapperConfig

QUICK = 1000  # scans: the first loop and 204 of the 733 relations
LETAN = {"Letan, adaptive": 0, "Letan, 30 particles": 30, "Letan, 1 particle": 1}


@dataclass(frozen=True, slots=True)
class Measured:
    """A system's run: mean errors (m, deg), its cost, and ms an update."""

    name: str
    metres: float
    degrees: float
    cost: Cost
    update: float


def judge(track: FloatArray, until: float) -> tuple[float, float]:
    """Mean errors (m, deg) of `track` (K, 4) over the relations before the stamp `until`."""
    odometry = np.loadtxt(data_folder() / "intel.odom.txt.gz")
    relations = np.loadtxt(data_folder() / "intel.clean.relations")
    metres, degrees = relation_errors(
        track, odometry[odometry[:, 0] <= until], relations[(relations[:, :2] <= until).all(axis=1)]
    )
    return float(metres.mean()), float(degrees.mean())


def map_with_letan(observations: list[Observation], particles: int) -> None:
    """Map and print errors and ms an update as JSON: the work of a child process."""
    compile_kernels()
    done = run(observations, 1, MapperConfig.fixed(particles) if particles else MapperConfig())
    errors = judge(as_array(done.map_state.trajectory), observations[-1].stamp)
    print(json.dumps([*errors, 1e3 * (done.filtering + done.finishing) / done.builder.mapper.updates]))


def compare(observations: list[Observation]) -> list[Measured]:
    """Every system's run; those that are not installed say so and are left out."""
    found = []
    for name, particles in LETAN.items():
        command = [
            sys.executable,
            str(Path(__file__).resolve()),
            "--scans",
            str(len(observations)),
            "--letan",
            str(particles),
        ]
        cost = measured(command, Path.cwd())
        metres, degrees, update = json.loads(cost.said)
        found.append(Measured(name, metres, degrees, cost, update))
    with tempfile.TemporaryDirectory() as place:
        for name, peer in PEERS.items():
            try:
                track, cost = peer.map(observations, Path(place))
            except LetanError as error:
                print(f"{name} left out: {error}")
                continue
            errors = judge(track, observations[-1].stamp)
            found.append(Measured(name, *errors, cost, 1e3 * cost.seconds / len(track)))
    return found


def show(found: list[Measured], scans: int) -> None:
    """Print the table."""
    columns = "system|trans m|rot deg|CPU s|ms an update|peak MB|error x|rotation x|time an update x|memory x"
    table = Table(*columns.split("|"), title=f"Intel, the first {scans} scans")
    ours = found[0]
    for one in found:
        ratios = (
            one.metres / ours.metres,
            one.degrees / ours.degrees,
            one.update / ours.update,
            one.cost.megabytes / ours.cost.megabytes,
        )
        figures = f"{one.metres:.4f} {one.degrees:.3f} {one.cost.seconds:.1f} {one.update:.2f} {one.cost.megabytes:.0f}"
        table.add_row(one.name, *figures.split(), *(f"{ratio:.2f}" for ratio in ratios))
    Console(width=150).print(table)


def as_figures(one: Measured) -> dict[str, object]:
    """A system's run for a program."""
    errors = {"metres": one.metres, "degrees": one.degrees}
    costs = {"cpu_s": one.cost.seconds, "ms_per_update": one.update, "peak_mb": one.cost.megabytes}
    return {"system": one.name, **errors, **costs}


def main(
    quick: Annotated[bool, typer.Option("--quick/--whole", help="Only the first part of the log.")] = True,
    scans: Annotated[int, typer.Option(help="How many scans, instead of quick or whole.")] = 0,
    letan: Annotated[int, typer.Option(hidden=True)] = -1,
    as_json: AsJson = False,
) -> None:
    """Map the Intel log with every system and print error and cost."""
    observations = list(CarmenLog(data_folder() / "intel.log.gz"))[: scans or (QUICK if quick else None)]
    if letan >= 0:
        map_with_letan(observations, letan)
        return
    compile_kernels()  # into numba's cache, which the children read
    found = compare(observations)
    show(found, len(observations))
    if as_json:
        print_json({"scans": len(observations), "systems": [as_figures(one) for one in found]})


if __name__ == "__main__":
    typer.run(main)

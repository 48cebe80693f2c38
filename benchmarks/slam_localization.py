"""Localisation in a synthetic 20 x 15 m hall: cost a particle and update at 60 beams, error among 0 and 40 people,
a month later when much has moved, and the same drive by other localisers where they are installed.

Run: `python benchmarks/slam_localization.py [--seeds 5]`
"""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from typing import Annotated

import numpy as np
import typer
from figures import AsJson, print_json
from localization_peers import BEAMS, PARTICLES, Pairs, Result, amcl, mrpt, result
from rich.console import Console
from rich.table import Table

from robot.types import GridMap, wrap
from slam.likelihood import score_particles
from slam.localization import LocalizationConfig, Localizer
from slam.motion import MotionNoise, sample_motion
from slam.rng import stream_key
from slam.scan_points import thin_evenly
from slam.temporary_map import TemporaryMapConfig
from slam.testing import TOUR, Drive, changed_hall_walls, hall_map, hall_walls

ROUNDS = 200


def cost_per_particle(grid: GridMap) -> float:
    """Microseconds to move and weigh one particle by 60 beams, median of the rounds."""
    truth, observation = next(iter(Drive(hall_walls(), TOUR)))
    localizer = Localizer(grid, truth, 1)
    field = localizer.field
    assert observation.scan is not None
    points = thin_evenly(observation.scan.points(), BEAMS)
    poses = np.tile([truth.x, truth.y, truth.theta], (PARTICLES, 1))
    scores, noise, delta = np.empty(PARTICLES), MotionNoise().as_array(), np.array([0.0, 0.0, 0.0])
    seconds = []
    for k in range(ROUNDS):
        began = time.process_time_ns()
        sample_motion(poses, delta, noise, stream_key(1, k))
        score_particles(poses, points, field.log_likelihood, field.origin, field.resolution, field.floor, scores)
        seconds.append(time.process_time_ns() - began)
    return float(np.median(seconds)) / PARTICLES / 1e3


def drives(grid: GridMap, seeds: int) -> tuple[Table, list[dict[str, object]]]:
    """Our error on every drive, as it is shown (smoothed) and as the filter has it: to look at, and for a program."""
    figures: list[dict[str, object]] = []
    columns = "median m", "p95 m", "p95 m unsmoothed", "max m", "p95 deg", "least health", "particles", "ms a scan"
    table = Table("hall", "people", "seed", *columns)
    forgetful = LocalizationConfig(temporary_map=TemporaryMapConfig(least_promise=math.inf))
    for hall, walls, config in (
        ("as mapped", hall_walls(), None),
        ("a month later", changed_hall_walls(), None),
        ("a month later, without the layer", changed_hall_walls(), forgetful),
    ):
        for people in (0, 40):
            for seed in range(1, seeds + 1):
                pairs = list(Drive(walls, TOUR, seed=seed, people=people))
                localizer = Localizer(grid, pairs[0][0], seed, config)
                metres, believed, turned, health = [], [], [], 1.0
                began = time.process_time()
                for truth, observation in pairs:
                    found = localizer.update(observation)
                    metres.append(truth.distance(found.pose))
                    believed.append(truth.distance(localizer.believed))
                    turned.append(abs(wrap(truth.theta - found.pose.theta)))
                    health = min(health, found.health)
                cost = 1e3 * (time.process_time() - began) / sum(o.scan is not None for _, o in pairs)
                figures.append(
                    {
                        "hall": hall, "people": people, "seed": seed, "median_metres": np.median(metres),
                        "p95_metres": np.percentile(metres, 95), "p95_metres_unsmoothed": np.percentile(believed, 95),
                        "max_metres": max(metres), "p95_degrees": math.degrees(np.percentile(turned, 95)),
                        "least_health": health, "particles": len(localizer.particles), "ms_per_scan": cost,
                    }
                )  # fmt: skip
                table.add_row(
                    hall,
                    str(people),
                    str(seed),
                    *(f"{figure:.4f}" for figure in np.percentile(metres, (50, 95))),
                    f"{np.percentile(believed, 95):.4f}",
                    f"{max(metres):.4f}",
                    f"{math.degrees(np.percentile(turned, 95)):.3f}",
                    f"{health:.2f}",
                    str(len(localizer.particles)),
                    f"{cost:.3f}",
                )
    return table, figures


def ours(pairs: Pairs, grid: GridMap, cost: float) -> Result:
    """Letan on the drive that the others make too."""
    localizer = Localizer(grid, pairs[0][0], 1)
    found = [localizer.update(observation).pose for _, observation in pairs]
    poses = np.array([(pose.x, pose.y, pose.theta) for pose in found])
    return result("Letan", [truth for truth, _ in pairs], poses, cost)


def comparison(grid: GridMap, cost: float, console: Console) -> list[Result]:
    """The same drive among 40 people by all that are installed; ratios to Letan."""
    found: list[Result] = []
    pairs = list(Drive(hall_walls(), TOUR, seed=1, people=40))
    first = ours(pairs, grid, cost)
    table = Table(
        "the same drive, 40 people", "median m", "p95 m", "p95 deg", "us a particle and update", "p95", "cost",
        title=f"{PARTICLES} particles, {BEAMS} beams; the last two as ratios to Letan",
    )  # fmt: skip
    for run in (first, amcl(pairs, grid), mrpt(pairs, grid)):
        if isinstance(run, str):
            console.print(run)
            continue
        found.append(run)
        ratios = f"{run.p95 / first.p95:.1f} x", f"{run.cost / first.cost:.1f} x"
        table.add_row(
            run.name, f"{run.median:.4f}", f"{run.p95:.4f}", f"{run.p95_degrees:.3f}", f"{run.cost:.3f}", *ratios
        )
    console.print(table)
    return found


def main(seeds: Annotated[int, typer.Option(help="Drives a row.")] = 5, as_json: AsJson = False) -> None:
    """Print the cost and the tables."""
    grid, console = hall_map(hall_walls()), Console(width=140)
    cost = cost_per_particle(grid)
    console.print(f"{cost:.3f} us a particle and update at {BEAMS} beams, one thread")
    compared = comparison(grid, cost, console)
    table, figures = drives(grid, seeds)
    console.print(table)
    if as_json:
        print_json({"us_per_particle": cost, "systems": [asdict(run) for run in compared], "drives": figures})


if __name__ == "__main__":
    typer.run(main)

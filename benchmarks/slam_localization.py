"""Localisation in a synthetic 20 x 15 m hall: cost a particle and update at 60 beams, error among 0 and 40 people.

Run: `python benchmarks/slam_localization.py [--seeds 5]`
"""

from __future__ import annotations

import math
import time
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from robot.types import GridMap, wrap
from slam.beams import end_points, thin_evenly
from slam.likelihood import score_particles
from slam.localization import Localizer
from slam.motion import MotionNoise, sample_motion
from slam.rng import stream_key
from slam.testing import TOUR, Drive, hall_map, hall_walls

PARTICLES, BEAMS, ROUNDS = 2000, 60, 200


def cost_per_particle(grid: GridMap) -> float:
    """Microseconds to move and weigh one particle by 60 beams, median of the rounds."""
    truth, observation = next(iter(Drive(hall_walls(), TOUR)))
    localizer = Localizer(grid, truth, 1)
    field = localizer.field
    assert observation.scan is not None
    points = thin_evenly(end_points(observation.scan), BEAMS)
    poses = np.tile([truth.x, truth.y, truth.theta], (PARTICLES, 1))
    scores, noise, delta = np.empty(PARTICLES), MotionNoise().as_array(), np.array([0.0, 0.0, 0.0])
    seconds = []
    for k in range(ROUNDS):
        began = time.process_time_ns()
        sample_motion(poses, delta, noise, stream_key(1, k))
        score_particles(poses, points, field.log_likelihood, field.origin, field.resolution, field.floor, scores)
        seconds.append(time.process_time_ns() - began)
    return float(np.median(seconds)) / PARTICLES / 1e3


def main(seeds: Annotated[int, typer.Option(help="Drives a row.")] = 5) -> None:
    """Print the cost and the table of errors."""
    grid, console = hall_map(hall_walls()), Console(width=120)
    console.print(f"{cost_per_particle(grid):.3f} us a particle and update at {BEAMS} beams, one thread")
    table = Table("people", "seed", "median m", "p95 m", "max m", "p95 deg", "least health", "particles", "ms a scan")
    for people in (0, 40):
        for seed in range(1, seeds + 1):
            pairs = list(Drive(hall_walls(), TOUR, seed=seed, people=people))
            localizer = Localizer(grid, pairs[0][0], seed)
            began = time.process_time()
            found = [localizer.update(observation) for _, observation in pairs]
            cost = 1e3 * (time.process_time() - began) / sum(o.scan is not None for _, o in pairs)
            metres = [truth.distance(f.pose) for (truth, _), f in zip(pairs, found, strict=True)]
            turned = [abs(wrap(truth.theta - f.pose.theta)) for (truth, _), f in zip(pairs, found, strict=True)]
            table.add_row(
                str(people),
                str(seed),
                *(f"{np.percentile(metres, q):.4f}" for q in (50, 95, 100)),
                f"{math.degrees(np.percentile(turned, 95)):.3f}",
                f"{min(f.health for f in found):.2f}",
                str(len(localizer.particles)),
                f"{cost:.3f}",
            )
    console.print(table)


if __name__ == "__main__":
    typer.run(main)

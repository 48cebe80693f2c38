"""Global start and kidnap recovery in the site's hall among people: how many succeed, and in what robot time.

Run: `python benchmarks/slam_recovery.py [--seeds 300] [--people 40]`
A robot that "looks around" does what the reception tree does: it stands, and once it has been unsure for 1.5 s it
turns on the spot until it is sure.
A trial succeeds when the localizer is sure of a pose within 0.3 m and 10 degrees of the truth before the limit, and
still is a second later. A wrong claim is a pose that it was sure of and that was not so: for a second after a kidnap
that is allowed, nobody can know before. Spots where a robot to the end answered "unsure" are named. A second table
shows how far health tells true poses from wrong ones. Rays are exact, from the floor's segments; the map is the site's.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from figures import AsJson, print_json
from rich.console import Console
from rich.table import Table

from centre.site import load_site
from robot.types import IDENTITY, FloatArray, GridMap, Localization, Pose, wrap
from slam.fitting import FitConfig, Fitter
from slam.likelihood import build_field
from slam.localization import Localizer
from slam.map_io import load_map
from slam.testing import STEP, Sensors, Wanderer, box, hall_map

LIMIT = 10.0  # seconds of robot time
HOLD = 1.0
BEFORE_KIDNAP = 2.0
GRACE = 1.0
PATIENCE = 1.5  # seconds that the leaf `look_around` stands before it turns
SENSORS = Sensors(range_max=12.0)


@dataclass(frozen=True, slots=True)
class Motion:
    """What the robot does meanwhile: m/s, rad/s; with `looks` it only moves once it has been unsure for a while."""

    speed: float = 0.0
    turn: float = 0.0
    looks: bool = False

    def now(self, unsure_for: float) -> tuple[float, float]:
        """Speeds after some seconds without being sure."""
        stands = self.looks and unsure_for <= PATIENCE
        return (0.0, 0.0) if stands else (self.speed, self.turn)


STANDS, TURNS, DRIVES, LOOKS = Motion(), Motion(turn=0.8), Motion(0.5, 0.8), Motion(turn=0.6, looks=True)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One trial: robot time until found (s), None when it was not; and what else is told of it."""

    seconds: float | None
    unsure_seconds: float
    wrong_seconds: float
    slowest_ms: float
    pose: Pose


def is_right(found: Localization, truth: Pose) -> bool:
    """True within 0.3 m and 10 degrees."""
    return found.pose.distance(truth) < 0.3 and abs(wrap(found.pose.theta - truth.theta)) < math.radians(10)


def follow(robot: Wanderer, localizer: Localizer, motion: Motion, grace: float) -> Outcome:
    """Drive until the pose has been right for a while, or the limit."""
    since: float | None = None
    unsure = wrong = slowest = lately = 0.0
    for tick in range(round((LIMIT + HOLD) / STEP)):
        observation = robot.step(*motion.now(lately))
        began = time.process_time()
        found = localizer.update(observation)
        slowest = max(slowest, time.process_time() - began)
        sure = not found.unsure and found.health >= 0.5
        unsure += STEP * found.unsure
        lately = lately + STEP if found.unsure else 0.0
        if sure and is_right(found, robot.pose):
            since = tick * STEP if since is None else since
            if tick * STEP - since >= HOLD:
                break
        else:
            since = None
            wrong += STEP * (sure and tick * STEP > grace)
    seconds = since if since is not None and since <= LIMIT else None
    return Outcome(seconds, unsure, wrong, 1e3 * slowest, robot.pose)


def global_start(walls: FloatArray, grid: GridMap, seed: int, people: int, motion: Motion) -> Outcome:
    """A robot that wakes up anywhere."""
    robot = Wanderer(walls, grid, seed, people, SENSORS)
    return follow(robot, Localizer(grid, None, seed), motion, grace=0.0)


def kidnap(walls: FloatArray, grid: GridMap, seed: int, people: int, motion: Motion) -> Outcome:
    """A robot that is carried elsewhere, two metres or more, while it drives."""
    robot = Wanderer(walls, grid, seed, people, SENSORS)
    localizer = Localizer(grid, robot.pose, seed)
    for _ in range(round(BEFORE_KIDNAP / STEP)):
        localizer.update(robot.step(motion.speed * (not motion.looks), motion.turn * (not motion.looks)))
    there = robot.draw()
    while there.distance(robot.pose) < 2.0:
        there = robot.draw()
    robot.carry_off(there)
    return follow(robot, localizer, motion, grace=GRACE)


def twin_rooms() -> FloatArray:
    """A hall that looks the same from each end, walls (S, 4): two places for every scan."""
    walls = box(0.0, 0.0, 12.0, 8.0) + box(3.0, 2.0, 4.0, 2.5) + box(8.0, 5.5, 9.0, 6.0) + box(0.0, 5.0, 1.0, 6.0)
    return np.array(walls + box(11.0, 2.0, 12.0, 3.0))


Trial = Callable[[FloatArray, GridMap, int, int, Motion], Outcome]


def row(table: Table, name: str, outcomes: list[Outcome]) -> dict[str, object]:
    """One line of the table, and its figures for a program."""
    times = [o.seconds for o in outcomes if o.seconds is not None]
    share = len(times) / len(outcomes)
    median, p95, most = (float(np.percentile(times, q)) if times else None for q in (50, 95, 100))
    unsure = sum(o.unsure_seconds >= LIMIT for o in outcomes)
    wrong = sum(o.wrong_seconds > 0.0 for o in outcomes)
    slowest = max(o.slowest_ms for o in outcomes[1:] or outcomes)
    table.add_row(
        name,
        f"{len(times)}/{len(outcomes)}",
        f"{100.0 * share:.1f}",
        *("-" if seconds is None else f"{seconds:.2f}" for seconds in (median, p95, most)),
        str(unsure),
        str(wrong),
        f"{slowest:.0f}",
    )
    seconds = {"median_s": median, "p95_s": p95, "max_s": most, "slowest_ms": slowest}
    counts = {"found": len(times), "trials": len(outcomes), "unsure_to_the_end": unsure, "wrong_claims": wrong}
    return {"trial": name, **counts, **seconds}


def health_rows(walls: FloatArray, grid: GridMap, people: int, count: int) -> tuple[Table, list[dict[str, object]]]:
    """Health at true poses, at wrong ones anywhere and at the hall's half turn, each after Gauss-Newton."""
    fitter = Fitter(build_field(grid, 0.1, 0.1), IDENTITY, FitConfig())
    healths: dict[str, list[float]] = {"true": [], "anywhere": [], "half a turn round the middle": []}
    low, high = walls.reshape(-1, 2).min(axis=0), walls.reshape(-1, 2).max(axis=0)
    for seed in range(1, count + 1):
        robot = Wanderer(walls, grid, seed, people, SENSORS)
        scan = robot.step(0.0, 0.0).scan
        assert scan is not None
        points, truth = scan.points(), robot.pose
        wrong = robot.draw()
        while wrong.distance(truth) < 1.0:
            wrong = robot.draw()
        half = Pose(low[0] + high[0] - truth.x, low[1] + high[1] - truth.y, wrap(truth.theta + math.pi))
        for values, pose in zip(healths.values(), (truth, wrong, half), strict=True):
            values.append(fitter.health(points, fitter.refine(points, pose)))
    table = Table("pose", "0.1 %", "1 %", "median", "99 %", "99.9 %", "below 0.3, %", "above 0.5, %", title="health")
    figures: list[dict[str, object]] = []
    for name, values in healths.items():
        shares = np.mean(np.less(values, 0.3)), np.mean(np.greater(values, 0.5))
        quantiles = np.percentile(values, [0.1, 1, 50, 99, 99.9])
        table.add_row(name, *(f"{q:.2f}" for q in quantiles), *(f"{100.0 * share:.2f}" for share in shares))
        few, least, middle, most, all_but_few = quantiles
        spread = {"p0.1": few, "p1": least, "median": middle, "p99": most, "p99.9": all_but_few}
        figures.append({"pose": name, **spread, "below_0.3": shares[0], "above_0.5": shares[1]})
    return table, figures


def main(
    seeds: Annotated[int, typer.Option(help="Trials a row.")] = 300,
    people: Annotated[int, typer.Option(help="People in the hall.")] = 40,
    site: Annotated[Path, typer.Option(help="The folder of the site.")] = Path("sites/cua_nam"),
    as_json: AsJson = False,
) -> None:
    """Print the table."""
    walls, grid = np.array(load_site(site).floor.segments), load_map(site / "map" / "map.yaml")
    twin = twin_rooms()
    twin_map = hall_map(twin)
    trials: list[tuple[str, Trial, FloatArray, GridMap, int, Motion]] = [
        ("global start, driving", global_start, walls, grid, people, DRIVES),
        ("global start, turning", global_start, walls, grid, people, TURNS),
        ("global start, looks around", global_start, walls, grid, people, LOOKS),
        ("global start, only stands", global_start, walls, grid, people, STANDS),
        ("kidnapped while driving", kidnap, walls, grid, people, DRIVES),
        ("kidnapped, looks around", kidnap, walls, grid, people, LOOKS),
        ("kidnapped, only stands", kidnap, walls, grid, people, STANDS),
        ("symmetric hall, standing", global_start, twin, twin_map, 10, STANDS),
        ("symmetric hall, driving", global_start, twin, twin_map, 10, DRIVES),
    ]
    columns = "found", "%", "median s", "p95 s", "max s", "unsure to the end", "wrong claims", "slowest ms"
    table = Table("trial", *columns, title=f"{people} people, limit {LIMIT:.0f} s")
    console = Console(width=140)
    spots: list[str] = []
    found: list[dict[str, object]] = []
    for name, trial, where, chart, crowd, motion in trials:
        outcomes = [trial(where, chart, seed, crowd, motion) for seed in range(1, seeds + 1)]
        found.append(row(table, name, outcomes))
        if where is walls:
            doubtful = [o.pose for o in outcomes if o.unsure_seconds >= LIMIT]
            spots += [f"({pose.x:.1f}, {pose.y:.1f}, {math.degrees(pose.theta):.0f} deg)" for pose in doubtful]
    console.print(table)
    console.print("unsure to the end in the site's hall:", ", ".join(spots) or "nowhere")
    health, healths = health_rows(walls, grid, people, 10 * seeds)
    console.print(health)
    if as_json:
        print_json({"trials": found, "doubtful": spots, "health": healths})


if __name__ == "__main__":
    typer.run(main)

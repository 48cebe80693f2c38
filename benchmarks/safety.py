"""What a call of the safety layer costs: `python benchmarks/safety.py [--calls 3000] [--json]`.

Random rooms full of returns, a robot that drives, and people who walk; CPU time of `Safety.limit`, ms, each with a new
scan. The kernels are compiled before.
"""

from __future__ import annotations

import argparse
import math
import time

import numpy as np
from figures import HELP, print_json

from centre.site import load_site
from letan.setup import site_folder
from robot.model import RobotModel
from robot.safety import Safety
from robot.types import Command, Localization, Observation, Odometry, Pose, Scan, Track

AT = Pose(0.0, 0.0, 0.0)
WARM_UP = 50


def times_of(model: RobotModel, beams: int, people: int, calls: int, seed: int) -> dict[str, float]:
    """Median and p99 (ms) of a call with so many beams and people."""
    rng = np.random.default_rng(seed)
    safety = Safety(model, stopped=False, reason="")
    spent = []
    for k in range(calls + WARM_UP):
        now = 0.1 * k
        ranges = np.clip(rng.gamma(2.0, 1.2, beams), 0.3, 11.0)
        scan = Scan(now, ranges, -math.pi, 2.0 * math.pi / beams, 0.05, 12.0)
        seen = Observation(now, Odometry(now, Pose(0.03 * k, 0.0, 0.0), 0.3), scan)
        tracks = [
            Track(i, *map(float, rng.uniform(-4.0, 4.0, 2)), *map(float, rng.normal(0.0, 0.8, 2)))
            for i in range(people)
        ]
        command = Command(rng.uniform(-0.7, 0.7), rng.uniform(-1.2, 1.2))
        where = Localization(now, AT)
        began = time.thread_time()
        safety.limit(command, seen, where, tracks)
        spent.append(1e3 * (time.thread_time() - began))
    taken = np.array(spent[WARM_UP:])
    return {"median_ms": float(np.median(taken)), "p99_ms": float(np.percentile(taken, 99))}


def main() -> None:
    """Measure, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help=HELP)
    asked = parser.parse_args()
    model = load_site(site_folder("cua_nam")).robot
    found = {}
    print(f"{'beams':>6} {'people':>7} {'median ms':>10} {'p99 ms':>8}")
    for beams in (360, 720, 1440):
        for people in (0, 10, 40):
            figures = times_of(model, beams, people, asked.calls, asked.seed)
            found[f"{beams} beams, {people} people"] = figures
            print(f"{beams:6} {people:7} {figures['median_ms']:10.3f} {figures['p99_ms']:8.3f}")
    if asked.json:
        print_json(found)


if __name__ == "__main__":
    main()

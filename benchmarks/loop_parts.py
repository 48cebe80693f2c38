"""What one turn of the loop costs, part by part: `python benchmarks/loop_parts.py [--seconds 600]`.

Runs the morning without a screen and times each part's calls (median, p99, share of the loop); kernels are compiled
before. The tree is timed per tick and per node that was ticked.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np
from figures import HELP, print_json

from letan.simulate import Run
from robot.types import FloatArray
from sim.scenario import load_scenario


class Clocked:
    """Wraps functions and remembers how much processor time each call took, in ms."""

    def __init__(self) -> None:
        self.calls: dict[str, list[float]] = defaultdict(list)

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            began = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                self.calls[name].append(1e3 * (time.thread_time() - began))

        return timed


def part_figures(calls: FloatArray, seconds: float) -> dict[str, float]:
    """What a part's calls (N,), in ms each, cost in so many simulated seconds."""
    return {
        "calls": calls.size,
        "median_ms": float(np.median(calls)),
        "p99_ms": float(np.percentile(calls, 99)),
        "ms_per_sim_s": float(calls.sum()) / seconds,
    }


def main() -> None:
    """Run, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0, help="simulated seconds")
    parser.add_argument("--json", action="store_true", help=HELP)
    asked = parser.parse_args()
    seconds: float = asked.seconds
    clocked, run = Clocked(), Run(load_scenario("morning"), 1)
    while run.clock.now() < 40.0:  # compiles what is not cached
        run.step()
    parts = run.loop.parts
    for name, owner, method in (
        ("localiser", parts.localizer, "update"),
        ("people tracker", parts.tracker, "update"),
        ("tree tick", parts.tree, "tick"),
        ("navigator step", parts.navigator, "step"),
        ("global plan", parts.navigator._planner, "plan"),
        ("cost to go", parts.navigator._planner, "cost_to_go"),
        ("controller", parts.navigator.controller, "choose"),
        ("safety", parts.safety, "limit"),
        ("simulated sensors", parts.robot, "sense"),
        ("simulated world", run.world, "step"),
        ("citizens and staff", run.people, "step"),
    ):
        setattr(owner, method, clocked.wrap(name, getattr(owner, method)))
    began = time.process_time()
    while run.clock.now() < 40.0 + seconds:
        run.step()
    spent = time.process_time() - began
    print(f"{'part':20} {'calls':>8} {'median ms':>10} {'p99 ms':>8} {'ms/sim s':>9}")
    found = {name: part_figures(np.array(values), seconds) for name, values in clocked.calls.items()}
    for name, part in found.items():
        times = f"{part['median_ms']:10.3f} {part['p99_ms']:8.3f} {part['ms_per_sim_s']:9.2f}"
        print(f"{name:20} {part['calls']:8.0f} {times}")
    nodes = sum(1 for _ in parts.tree.root.iterate())
    tick = 1e3 * found["tree tick"]["median_ms"]
    print(f"tree: {nodes} nodes, {tick:.0f} us a tick; whole loop {seconds / spent:.0f} x real time (CPU)")
    if asked.json:
        print_json({"parts": found, "nodes": nodes, "tick_us": tick, "times_real_time": seconds / spent})
    run.close()


if __name__ == "__main__":
    main()

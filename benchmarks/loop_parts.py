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

from letan.simulate import Run
from navigation import navigator
from sim.scenario import load_scenario


class Clocked:
    """Wraps functions and remembers how long each call took, in ms."""

    def __init__(self) -> None:
        self.calls: dict[str, list[float]] = defaultdict(list)

    def wrap(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, timed."""

        def timed(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.calls[name].append(1e3 * (time.perf_counter() - began))

        return timed


def main() -> None:
    """Run, then print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0, help="simulated seconds")
    seconds = parser.parse_args().seconds
    clocked, run = Clocked(), Run(load_scenario("morning"), 1)
    while run.clock.now() < 40.0:  # compiles what is not cached
        run.step()
    parts = run.loop.parts
    for name, owner, method in (
        ("localiser", parts.localizer, "update"),
        ("people tracker", parts.tracker, "update"),
        ("tree tick", parts.tree, "tick"),
        ("navigator step", parts.navigator, "step"),
        ("global plan", navigator, "plan"),
        ("local planner", navigator, "choose"),
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
    for name, values in clocked.calls.items():
        row = np.array(values)
        print(
            f"{name:20} {row.size:8d} {np.median(row):10.3f} {np.percentile(row, 99):8.3f} {row.sum() / seconds:9.2f}"
        )
    nodes = sum(1 for _ in parts.tree.root.iterate())
    tick = np.median(clocked.calls["tree tick"])
    print(f"tree: {nodes} nodes, {1e3 * tick:.0f} us a tick; whole loop {seconds / spent:.0f} x real time (CPU)")


if __name__ == "__main__":
    main()

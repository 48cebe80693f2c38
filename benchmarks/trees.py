"""What trees cost: checking a large file, and a tick: `python benchmarks/trees.py [--seconds 600]`.

Three tables: reading, checking and linting a file of 2,000 lines; the CPU time of a tick of one tree in our nodes and
in stock py_trees behaviours, every node ticked at every tick, no visitors; the shipped tree in the simulated morning.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import py_trees
from figures import HELP, print_json
from py_trees.common import ParallelPolicy, Status

from behaviours.language import composites, guard, wrappers
from behaviours.language.conditions import compile_condition
from behaviours.language.expressions import Name
from behaviours.language.lint import lint
from behaviours.language.nodes import Leaf, Running, Source
from behaviours.language.reader import check_tree
from behaviours.language.scope import Scope
from behaviours.language.words import vocabulary
from letan.simulate import Run
from letan.workbench.tree_files import around_of
from sim.scenario import load_scenario

HERE = Source("benchmark.yaml", 1, 1)
BRANCH = """\
    - sequence:
        - go_to: {{place: reception, speed: 0.{n} m/s}}
        - try_in_order:
            - tell: speech.here
            - wait: {n} s
        - timeout:
            after: {n} min
            do:
              wait_for: tray.items > {n} and battery > {n} %
      when: tray.items > {n} and not office.open
"""


def large_file(lines: int) -> str:
    """A tree of that many lines."""
    each = BRANCH.count("\n")
    branches = "".join(BRANCH.format(n=1 + n % 6) for n in range(lines // each))
    return f"tree: large\nabout: A large tree.\nroot:\n  first_of:\n{branches}"


class Ended(Leaf):
    """Ends each tick with `p`."""

    def update(self) -> Status:
        """Nothing else."""
        status: Status = self.p
        return status


def ours(branches: int) -> tuple[Any, int]:
    """A `together` of branches: each a first_of of a failing leaf, two refused guards, an inverted leaf, a runner."""
    run = Running(Scope({}))
    condition = compile_condition("a", {"a": Name("bool", "", lambda _run: False)})

    def leaf(status: Status) -> Ended:
        return Ended("leaf", HERE, run, status)

    def branch() -> composites.FirstOf:
        guarded = [guard.Guard("guard", HERE, run, condition, None, leaf(Status.SUCCESS)) for _ in range(2)]
        inverted = wrappers.Invert("invert", HERE, run, None, [leaf(Status.SUCCESS)])
        children = [leaf(Status.FAILURE), *guarded, inverted, leaf(Status.RUNNING)]
        return composites.FirstOf("first_of", HERE, run, None, children)

    until = vocabulary()["together"].parameters.model_validate({"until": "all"})
    root = composites.Together("together", HERE, run, until, [branch() for _ in range(branches)])
    return root, ticked(root)


def stock(branches: int) -> tuple[Any, int]:
    """The same of py_trees' own behaviours."""

    def branch() -> py_trees.composites.Selector:
        guarded = [
            py_trees.decorators.EternalGuard("guard", py_trees.behaviours.Success("leaf"), lambda: False)
            for _ in range(2)
        ]
        inverted = py_trees.decorators.Inverter("invert", py_trees.behaviours.Success("leaf"))
        children = [py_trees.behaviours.Failure("leaf"), *guarded, inverted, py_trees.behaviours.Running("leaf")]
        return py_trees.composites.Selector("selector", memory=False, children=children)

    policy = ParallelPolicy.SuccessOnAll(synchronise=False)
    root = py_trees.composites.Parallel("parallel", policy, children=[branch() for _ in range(branches)])
    return root, ticked(root)


def ticked(root: Any) -> int:  # noqa: ANN401
    """How many nodes one tick ticks."""
    return sum(1 for _ in root.tick())


def microseconds(tick: Callable[[], object], rounds: int = 2000) -> float:
    """Median CPU time of one call, in us."""
    times = []
    for _ in range(rounds):
        began = time.process_time_ns()
        tick()
        times.append((time.process_time_ns() - began) / 1e3)
    return float(np.median(times))


def tick_costs() -> list[dict[str, float]]:
    """Ours beside the stock ones, a row a size of tree."""
    rows: list[dict[str, float]] = []
    print(f"\n{'nodes ticked':>12} {'ours us':>9} {'py_trees us':>12} {'times':>6} {'ours us/node':>13}")
    for branches in (1, 8, 16, 125):
        (root, nodes), (other, others) = ours(branches), stock(branches)
        assert nodes == others, (nodes, others)
        mine = microseconds(root.step)
        theirs = microseconds(lambda root=other: [None for _ in root.tick()], 400)
        print(f"{nodes:12d} {mine:9.1f} {theirs:12.1f} {theirs / mine:6.1f} {mine / nodes:13.2f}")
        rows.append({"nodes": nodes, "ours_us": mine, "py_trees_us": theirs})
    return rows


def checking() -> dict[str, float]:
    """A file of 2,000 lines, read, checked and linted: CPU seconds."""
    around = around_of("cua_nam")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.yaml")
        text = large_file(2000)
        path.write_text(text, encoding="utf-8")
        began = time.process_time()
        tree = check_tree(path, around)
        read = time.process_time()
        found = lint(tree, around)
        ended = time.process_time()
    lines = text.count("\n")
    print(
        f"{lines} lines: checked in {read - began:.2f} s, linted in {ended - read:.2f} s (CPU), {len(found)} findings"
    )
    return {"lines": lines, "checked_s": read - began, "linted_s": ended - read, "findings": len(found)}


def shipped(seconds: float) -> dict[str, float]:
    """The shipped tree in the morning, wall time of each tick."""
    run = Run(load_scenario("morning"), 1)
    tree, times = run.loop.parts.tree, []
    tick = tree.tick

    def timed(context: Any) -> None:  # noqa: ANN401
        began = time.perf_counter()
        tick(context)
        times.append(1e3 * (time.perf_counter() - began))

    tree.tick = timed  # type: ignore[method-assign]
    while run.clock.now() < seconds:
        run.step()
    row = np.array(times[100:])
    nodes = sum(1 for _ in tree.root.iterate())
    middle, high = np.median(row), np.percentile(row, 99)
    figures = f"median {middle:.3f}, p99 {high:.3f}, most {row.max():.3f}"
    print(f"\nshipped tree: {nodes} nodes, {row.size} ticks, ms: {figures}")
    run.close()
    return {"nodes": nodes, "ticks": row.size, "median_ms": float(middle), "p99_ms": float(high)}


def main() -> None:
    """All three tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=600.0, help="simulated seconds of the morning")
    parser.add_argument("--json", action="store_true", help=HELP)
    asked = parser.parse_args()
    checked, costs, morning = checking(), tick_costs(), shipped(asked.seconds)
    if asked.json:
        print_json({"checking": checked, "ticks": costs, "shipped": morning})


if __name__ == "__main__":
    main()

"""What comes of every fault: `python benchmarks/faults.py [NAME …] [--seeds 100] [--first 0] [--bare 2] [--json]`.

The whole robot in the shipped hall, one drill a fault and seed: how many went as expected; the worst times (s) until
the wheels were told to stand, until it stood, until it said so and called the staff, and the longest way driven
meanwhile (m). In the same row: how many of the first `--bare` seeds go as expected without the protection, of which at
least one must fail. Ends with 1 when anything is not as expected.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

from fault_drills import DRILLS, Drill
from fault_stage import Stage
from figures import HELP, print_json

from letan.setup import Setup, open_setup

FIGURES = ("told", "rest", "driven", "said", "called")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One drill with one seed: what did not go as expected, and its figures by name."""

    failures: tuple[str, ...]
    figures: dict[str, float]


@cache
def place() -> Setup:
    """The shipped site, once a process."""
    return open_setup("cua_nam")


def drilled(name: str, seed: int, bare: bool = False) -> Outcome:
    """Play one drill, `bare` without what protects from its fault."""
    drill = next(each for each in DRILLS if each.name == name)
    stage = Stage(drill.setup(place()), seed)
    if bare:
        drill.protection.take_out(stage)
    try:
        drill.play(stage)
    except RuntimeError as error:
        stage.expect(str(error), False)
    stage.run.close()
    return Outcome(tuple(stage.failures), {name: stage.figures.get(name, math.inf) for name in drill.figures})


def row(drill: Drill, outcomes: list[Outcome], bare: list[Outcome]) -> dict[str, object]:
    """The figures of one drill over its seeds."""
    failed = Counter(words for outcome in outcomes for words in outcome.failures)
    return {
        "n": len(outcomes),
        "as_expected": sum(not outcome.failures for outcome in outcomes),
        "failed": dict(failed),
        **{name: max(outcome.figures[name] for outcome in outcomes) for name in drill.figures},
        "without": drill.protection.name,
        "bare_n": len(bare),
        "bare_as_expected": sum(not outcome.failures for outcome in bare),
        "bare_failed": dict(Counter(words for outcome in bare for words in outcome.failures)),
    }


def show(name: str, found: dict[str, object]) -> None:
    """One line of the table."""
    worst = "".join(f"{_said(found.get(figure)):>8}" for figure in FIGURES)
    bare = f"{found['bare_as_expected']}/{found['bare_n']} without {found['without']}" if found["bare_n"] else ""
    wrong = "; ".join(f"{words} ({count})" for words, count in found["failed"].items())
    print(f"{name:20}{found['as_expected']:>5}/{found['n']:<4}{worst}   {bare:32}{wrong}", flush=True)


def _said(value: object) -> str:
    if not isinstance(value, float):
        return "–"
    return "never" if math.isinf(value) else f"{value:.2f}"


def main() -> int:
    """Play, print, and say whether all went as expected."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these drills")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--bare", type=int, default=2, help="seeds that are played without the protection as well")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--json", action="store_true", help=HELP)
    asked = parser.parse_args()
    unknown = set(asked.names) - {drill.name for drill in DRILLS}
    if unknown:
        parser.error(f"there is no drill {', '.join(sorted(unknown))}; there are: {', '.join(d.name for d in DRILLS)}")
    print(f"{'':20}{'expected':>10}{''.join(f'{figure:>8}' for figure in FIGURES)}")
    seeds = range(asked.first, asked.first + asked.seeds)
    found = {}
    with ProcessPoolExecutor(asked.jobs, mp_context=get_context("spawn")) as pool:
        for drill in DRILLS:
            if asked.names and drill.name not in asked.names:
                continue
            whole = [pool.submit(drilled, drill.name, seed) for seed in seeds]
            bare = [pool.submit(drilled, drill.name, seed, True) for seed in seeds[: asked.bare]]
            found[drill.name] = row(drill, [each.result() for each in whole], [each.result() for each in bare])
            show(drill.name, found[drill.name])
    if asked.json:
        print_json(found)
    holds = all(each["as_expected"] == each["n"] for each in found.values())
    shown = all(each["bare_as_expected"] < each["bare_n"] for each in found.values() if each["bare_n"])
    return 0 if holds and shown else 1


if __name__ == "__main__":
    sys.exit(main())

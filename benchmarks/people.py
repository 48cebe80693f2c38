"""How well people are tracked: `[LETAN_DATA=…] python benchmarks/people.py [--seeds 3] [--seconds 125] [--json]`.

Walkers in the simulated hall (CLEAR MOT, changes of identity, ms a scan), who and what stands there from the start,
what of furniture is taken for people while the robot drives, and the labelled scans of Leigh et al. where LETAN_DATA
has them.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
from figures import HELP, print_json
from mot import Mot
from people_furniture import THINGS, furnished
from people_hall import WARM_UP, standing, walking
from people_intent import Coming, coming_up

from letan.setup import Setup, open_setup

Row = dict[str, float]


def _figures(mots: list[Mot], minutes: float, spent: list[float]) -> Row:
    """What several runs give together, their counts summed; `minutes` of all people in all runs."""
    whole = Mot()
    for mot in mots:
        for name in ("matched", "missed", "false", "switches", "returned"):
            setattr(whole, name, getattr(whole, name) + getattr(mot, name))
        whole.errors += mot.errors
    return {
        "mota": whole.mota,
        "recall": whole.recall,
        "precision": whole.precision,
        "switches_per_person_minute": whole.switches / minutes,
        "returned_as_another_per_person_minute": whole.returned / minutes,
        "error_m": float(np.mean(whole.errors)),
        "median_ms": float(np.median(spent)),
        "p99_ms": float(np.percentile(spent, 99)),
    }


def walkers(setup: Setup, people: int, seeds: range, seconds: float, pauses: bool) -> Row:
    """The figures of so many walkers, over some seeds."""
    runs = [walking(setup, people, seconds, seed, pauses) for seed in seeds]
    spent = [each for _, times in runs for each in times[20:]]
    minutes = len(runs) * people * (seconds - WARM_UP) / 60.0
    return _figures([mot for mot, _ in runs], minutes, spent)


def _print_walkers(name: str, row: Row) -> None:
    print(
        f"{name:24} {100 * row['mota']:6.1f} {100 * row['recall']:7.1f} {100 * row['precision']:10.1f}"
        f" {row['switches_per_person_minute']:9.2f} {row['returned_as_another_per_person_minute']:9.2f}"
        f" {row['error_m']:8.2f} {row['median_ms']:7.2f} {row['p99_ms']:7.2f}"
    )


def intent(setup: Setup, people: int, seeds: range, seconds: float) -> Row:
    """Of those who come up to the robot: who is told a second before, how early (s), and how many are told wrongly."""
    whole = Coming()
    for seed in seeds:
        each = coming_up(setup, seed, people, seconds)
        whole.early += each.early
        whole.told += each.told
        whole.wrong += each.wrong
    early = np.nan_to_num(whole.early, nan=0.0)
    return {
        "come": float(early.size),
        "told_a_second_before": float((early >= 1.0).mean()),
        "median_seconds_before": float(np.median(early)),
        "wrong": whole.wrong / max(1, whole.told),
    }


def _labelled(setup: Setup) -> Row | None:
    """The labelled scans; None, with a word, where they are not at hand."""
    folder = Path(os.environ.get("LETAN_DATA", "")) / "people"
    path = folder / "general_tracking_moving_1.bag.zip"
    if "LETAN_DATA" not in os.environ or not path.is_file():
        print("labelled scans: skipped, LETAN_DATA has no people/general_tracking_moving_1.bag.zip")
        return None
    from people_bags import labelled

    mot = labelled(path, setup.site.robot)
    counts = f"{mot.matched} matched, {mot.missed} missed, {mot.false} false, {mot.switches} changes of identity"
    print(f"labelled scans: MOTA {100 * mot.mota:.1f} % ({counts})")
    row = {"matched": mot.matched, "missed": mot.missed, "false": mot.false, "switches": mot.switches}
    return {"mota": mot.mota, **{key: float(value) for key, value in row.items()}}


def main() -> None:
    """Run everything, then print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=3, help="0, 1, …")
    parser.add_argument("--seconds", type=float, default=125.0, help="simulated seconds of walking")
    parser.add_argument("--json", action="store_true", help=HELP)
    asked = parser.parse_args()
    setup, seeds = open_setup("cua_nam"), range(asked.seeds)
    found: dict[str, object] = {}
    print(
        f"{'':24} {'MOTA %':>6} {'recall':>7} {'precision':>10} {'switches':>9} {'returned':>9} {'error m':>8} ms, p99"
    )
    for people, pauses in ((10, False), (40, False), (10, True), (40, True)):
        name = f"{people} walkers" + (", some stop" if pauses else "")
        row = walkers(setup, people, seeds, asked.seconds, pauses)
        _print_walkers(name, row)
        found[name] = row
    for drives in (False, True):
        shares = np.mean([standing(setup, seed, drives) for seed in range(4 * asked.seeds)], axis=0)
        name = f"stand from the start, the robot {'drives' if drives else 'turns'}"
        people, thin, boxes = (100.0 * shares).tolist()
        print(f"{name}: of scans, people in {people:.1f} %, posts and chairs in {thin:.1f} %, boxes in {boxes:.1f} %")
        found[name] = {"people": shares[0], "posts and chairs": shares[1], "boxes": shares[2]}
    for people in (5, 20):
        row = intent(setup, people, seeds, asked.seconds)
        found[f"who comes up among {people}"] = row
        print(
            f"who comes up to the robot among {people}: {100 * row['told_a_second_before']:.0f} % of {row['come']:.0f}"
            f" told a second before, {row['median_seconds_before']:.1f} s (median); {100 * row['wrong']:.0f} % wrong"
        )
    for people in (0, 5):
        false, names = np.mean([furnished(setup, seed, people) for seed in range(2 * asked.seeds)], axis=0).tolist()
        name = f"{THINGS} things that are not in the map, {people} walkers"
        print(f"{name}: {false:.2f} tracks a scan on nobody, {names:.1f} such names a minute")
        found[name] = {"false tracks a scan": false, "false names a minute": names}
    labelled = _labelled(setup)
    if labelled is not None:
        found["labelled scans"] = labelled
    if asked.json:
        print_json(found)


if __name__ == "__main__":
    main()

"""A scenario over several seeds at the command line, and the table of what came of each."""

from __future__ import annotations

import statistics
from contextlib import closing
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from letan.commands.tables import wrapped_table
from letan.run_folder import MARK, empty_folder
from letan.setup import Setup
from letan.simulate import Run, RunResult
from letan.stopping import Stopped, listening
from robot.types import LetanError
from sim.scenario import Scenario


def run_seeds(scenario: Scenario, place: Setup, seeds: int, out: Path) -> bool:
    """Run seeds 1 to `seeds` into folders of `out` and show what came of them; whether all holds.

    Stopped, after the table, when a signal cuts one short.
    """
    _claim(out)
    results: dict[int, RunResult] = {}
    with listening() as stop, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        for seed in range(1, seeds + 1):
            bar.update(task, description=f"{scenario.scenario}, seed {seed} of {seeds}", completed=0.0)
            empty_folder(out / str(seed))
            with closing(Run(scenario, seed, out / str(seed), place=place)) as run:
                results[seed] = run.run(lambda share: bar.update(task, completed=share), stop)
            if stop:
                break
    whole = {seed: result for seed, result in results.items() if result.complete}
    if whole:
        _show(whole)
    if stop:
        done = f"{len(whole)} of {seeds} seeds are done, the next one in part"
        raise Stopped(stop.number, f"{out}: {done}")
    return not any(result.problems for result in whole.values())


def _claim(out: Path) -> None:
    """LetanError for a folder that holds anything but the seeds of an earlier sweep."""
    strangers = sorted(path.name for path in out.iterdir() if not (path / MARK).exists()) if out.is_dir() else []
    if strangers:
        raise LetanError(f"{out} holds {strangers[0]}, which no sweep made: choose another folder with --out")


def _show(results: dict[int, RunResult]) -> None:
    table = wrapped_table("seed", "guided", "in area", "on screen", "tickets", "contacts", "p95 m", "x real time")
    for seed, result in results.items():
        f = result.figures
        table.add_row(
            str(seed), str(f.guided), str(f.guided_in_area), f"{f.screen_share:.0%}", str(f.tickets),
            str(f.contacts_by_robot + f.contacts_wall), f"{f.localization_p95:.3f}", f"{result.speed:.0f}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    for seed, result in results.items():
        for problem in result.problems:
            console.print(f"[red]seed {seed} does not hold:[/red] {problem}")
    median = statistics.median(result.speed for result in results.values())
    console.print(f"median speed {median:.0f} x real time")

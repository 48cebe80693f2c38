"""Episodes at the command line: how often the robot gets through, and what it meets."""

from __future__ import annotations

import json

import typer
from rich.console import Console
from rich.progress import Progress

from letan.commands.tables import wrapped_table
from letan.episodes.metrics import EpisodeResult, summary
from letan.episodes.sweep import EpisodesAsked, run_all
from letan.stopping import Stopped, listening


def run_episodes(asked: EpisodesAsked, first: int, count: int, jobs: int, as_json: bool) -> bool:
    """Run the seeds from `first` on and show what came of them; whether all arrived without a contact of the robot's.

    Stopped, after the table, when a signal cuts it short.
    """
    results: list[EpisodeResult] = []
    with listening() as stop, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{asked.kind}, {asked.people} people, {asked.controller}", total=count)
        for result in run_all(asked, range(first, first + count), jobs):
            results.append(result)
            bar.update(task, completed=len(results))
            if stop:
                break
    if results:
        _show(asked, results, as_json)
    if stop:
        raise Stopped(stop.number, f"{len(results)} of {count} episodes are done")
    return all(result.success for result in results)


def _show(asked: EpisodesAsked, results: list[EpisodeResult], as_json: bool) -> None:
    figures = {
        "kind": asked.kind,
        "people": asked.people,
        "controller": asked.controller,
        "without": list(asked.without),
        **summary(results),
    }
    if as_json:
        for result in results:
            if not result.success:
                told = {"seed": result.seed, "reason": result.reason, "seconds": result.seconds}
                touches = [(c.kind, c.by, c.robot_speed, c.person_speed) for c in result.contacts if c.by != "person"]
                typer.echo(json.dumps({**told, "contacts": touches}))
        typer.echo(json.dumps(figures))
        return
    table = wrapped_table(title=f"{asked.kind}, {asked.people} people, {asked.controller}")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), str(value))
    console = Console()
    console.print(table)
    for result in results:
        if not result.success:
            console.print(f"[red]seed {result.seed}:[/red] {result.reason or 'a contact'}, {result.seconds:.0f} s")

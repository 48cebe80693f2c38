"""Scenarios over seeds and changed values at the command line, and the table of what came of them."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from letan.commands.tables import wrapped_table
from letan.files import cannot_be_written
from letan.run_folder import MARK
from letan.stopping import Stopped, StopRequest, listening
from letan.sweep import ROWS, Row, SweepRun, in_a_pool, on_a_cluster, one_by_one, rows_in
from letan.sweep_results import MEASURES, Interval, by_group, write_results
from robot.types import LetanError

RESULTS = ("runs.csv", "runs.parquet", "sweep.png")


@dataclass(frozen=True, slots=True)
class SweepOptions:
    """Where runs are worked on: `processes` of this machine, or a Dask cluster; `anew` forgets earlier ones."""

    processes: int
    dask: str
    anew: bool


def run_sweep(jobs: list[SweepRun], out: Path, options: SweepOptions) -> bool:
    """Run what is not there yet, show what came of all and write it; whether all expectations hold.

    Stopped, after the table, when a signal cuts it short: what is done stays, and the same command goes on from there.
    """
    _claim(out)
    kept = [] if options.anew else rows_in(out)
    wanted = {(job.digest, job.seed) for job in jobs}
    rows = [row for row in kept if (row["digest"], row["seed"]) in wanted]
    there = {(row["digest"], row["seed"]) for row in rows}
    todo = [job for job in jobs if (job.digest, job.seed) not in there]
    if there:
        Console(stderr=True).print(f"{len(there)} of {len(jobs)} runs are there already (--anew runs them again)")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with listening() as stop, Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("runs", total=len(jobs), completed=len(there))
        with _appending(out, rows) as write:
            for row in _worked(todo, out, options, bar, stop):
                write(row)
                bar.advance(task)
    if rows:
        _show(rows)
        for told in write_results(out, rows):
            Console().print(f"{out / told}" if told in RESULTS else told, soft_wrap=True)
    if stop:
        raise Stopped(
            stop.number, f"{out}: {len(rows)} of {len(jobs)} runs are done; the same command goes on from there"
        )
    return all(row["holds"] for row in rows)


def _worked(todo: list[SweepRun], out: Path, options: SweepOptions, bar: Progress, stop: StopRequest) -> Iterator[Row]:
    if options.dask:
        return on_a_cluster(todo, options.dask, stop)
    processes = min(options.processes or os.cpu_count() or 1, len(todo))
    if processes > 1:
        return in_a_pool(todo, out, processes, stop)
    now = bar.add_task("this one", total=1.0)
    return one_by_one(todo, out, lambda share: bar.update(now, completed=share), stop)


class _appending:
    """Each row as a line at once, so that nothing that is done is lost; the rows of other runs are dropped first."""

    def __init__(self, out: Path, rows: list[Row]) -> None:
        self._path = out / ROWS
        self._rows = rows

    def __enter__(self) -> _appending:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._path.open("w", encoding="utf-8")
            for row in self._rows:
                self._write(row)
        except OSError as error:
            raise cannot_be_written(self._path, error) from error
        return self

    def __call__(self, row: Row) -> None:
        self._rows.append(row)
        try:
            self._write(row)
        except OSError as error:
            raise cannot_be_written(self._path, error) from error

    def _write(self, row: Row) -> None:
        self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._file.flush()

    def __exit__(self, *_: object) -> None:
        self._file.close()


def _claim(out: Path) -> None:
    """LetanError for a folder that holds anything but what an earlier sweep left."""
    if not out.is_dir():
        return
    for path in sorted(out.iterdir()):
        ours = path.name in (ROWS, *RESULTS) or any((each / MARK).exists() for each in (path, *path.glob("*")))
        if not ours:
            raise LetanError(f"{out} holds {path.name}, which no sweep made: choose another folder with --out")


def _show(rows: list[Row]) -> None:
    """A column a group when there are few, with 95 % intervals; then what does not hold."""
    console, groups = Console(), by_group(rows)
    for first in range(0, len(groups), 3):
        names = list(groups)[first : first + 3]
        table = wrapped_table("", *(f"{name} ({len(groups[name])} runs)" for name in names))
        for measure, of in MEASURES.items():
            table.add_row(measure, *(_said(of(groups[name])) for name in names))
        console.print(table)
    for row in rows:
        for problem in row["problems"]:
            console.print(f"[red]{row['group']}, seed {row['seed']} does not hold:[/red] {problem}")


def _said(found: Interval) -> str:
    if math.isnan(found.value):
        return "–"
    bounds = "" if math.isinf(found.low) else f" ({found.low:.3g}–{found.high:.3g})"
    return f"{found.value:.3g}{bounds}"

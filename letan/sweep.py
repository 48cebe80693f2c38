"""Many runs: scenarios x seeds x changes, one job each; where they are worked on, and what is there already."""

from __future__ import annotations

import hashlib
import itertools
import json
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from letan.run_folder import empty_folder
from letan.setup import Setup, open_setup, site_folder
from letan.stopping import StopRequest
from robot.types import LetanError
from sim.scenario import load_scenario

Row = dict[str, Any]  # of one finished run: scenario, seed, what was changed, and its figures
ROWS = "runs.jsonl"
LOOK = 0.2  # s between two looks for a signal


@dataclass(frozen=True, slots=True)
class SweepRun:
    """One run: a scenario's name or file, a seed, `changes` to the scenario as (key, value) in YAML."""

    scenario: str
    seed: int
    changes: tuple[tuple[str, str], ...] = ()
    digest: str = ""

    @property
    def group(self) -> str:
        """What it has in common with the runs of other seeds."""
        return ", ".join([Path(self.scenario).stem, *(f"{key}={value}" for key, value in self.changes)])

    @property
    def folder(self) -> Path:
        """Where its files go, below the sweep's folder."""
        return Path(self.group.replace("/", "_").replace(" ", ""), str(self.seed))


def jobs(scenarios: Sequence[str], seeds: int, changes: Mapping[str, Sequence[str]]) -> list[SweepRun]:
    """Every scenario with every combination of changed values, seeds 1 to `seeds`; LetanError for what is wrong."""
    found = []
    for name in scenarios:
        for values in itertools.product(*changes.values()):
            settings = tuple(zip(changes, values, strict=True))
            digest = _digest(name, settings)
            found += [SweepRun(name, seed, settings, digest) for seed in range(1, seeds + 1)]
    return found


def _digest(name: str, settings: tuple[tuple[str, str], ...]) -> str:
    """Of all that a run reads: a run with another one is another run. The program is not part of it."""
    scenario = load_scenario(name, dict(settings))
    if scenario.kind != "service":
        raise LetanError(f"the scenario `{scenario.scenario}` is a mapping tour: a sweep takes those of kind `service`")
    place = _setup(scenario.site, scenario.tree)
    scenario.check_against(place.site)
    digest = hashlib.sha256(scenario.model_dump_json().encode())
    trees = place.tree.document.path.parent
    for path in sorted([*site_folder(scenario.site).rglob("*"), *trees.glob("*.yaml")]):
        if path.is_file():
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=8)
def _setup(site: str, tree: str) -> Setup:
    return open_setup(site, tree)


def run_job(
    job: SweepRun,
    folder: Path | None,
    progress: Callable[[float], None] = lambda share: None,
    stop: StopRequest | None = None,
) -> Row | None:
    """The run's row; None when a `stop` cut it short."""
    from letan.simulate import Run  # compiled code

    scenario = load_scenario(job.scenario, dict(job.changes))
    if folder is not None:
        empty_folder(folder)
    with closing(Run(scenario, job.seed, folder, place=_setup(scenario.site, scenario.tree))) as run:
        result = run.run(progress, stop)
    if not result.complete and stop:
        return None
    return {
        "group": job.group,
        "scenario": scenario.scenario,
        "seed": job.seed,
        **dict(job.changes),
        "digest": job.digest,
        "holds": not result.problems,
        "problems": list(result.problems),
        "loop_seconds": round(result.loop_seconds, 2),
        "speed": round(result.speed, 1),
        **result.figures.as_dict(),
    }


def rows_in(out: Path) -> list[Row]:
    """The finished runs of an earlier sweep into this folder; a line that was cut is left out."""
    try:
        text = (out / ROWS).read_text(encoding="utf-8")
    except OSError:
        return []
    rows = []
    for line in text.splitlines():
        try:
            rows.append(json.loads(line))
        except ValueError:
            continue
    return rows


def one_by_one(
    todo: Sequence[SweepRun], out: Path, progress: Callable[[float], None], stop: StopRequest
) -> Iterator[Row]:
    """In this process, in order."""
    for job in todo:
        row = None if stop else run_job(job, out / job.folder, progress, stop)
        if row is None:
            return
        yield row


def in_a_pool(todo: Sequence[SweepRun], out: Path, processes: int, stop: StopRequest) -> Iterator[Row]:
    """On processes of this machine, as they finish; what is under way when a `stop` comes is dropped."""
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(processes, mp_context=context, initializer=_deaf)
    try:
        yield from _as_they_finish([pool.submit(run_job, job, out / job.folder) for job in todo], stop)
    finally:
        workers = list((pool._processes or {}).values())  # there is no other way to end what runs
        if stop:
            for worker in workers:
                worker.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


def _deaf() -> None:
    """Ctrl-C reaches every process of the terminal; the first one ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _as_they_finish(futures: Sequence[Future[Row | None]], stop: StopRequest) -> Iterator[Row]:
    left = set(futures)
    while left and not stop:
        done, left = wait(left, timeout=LOOK, return_when=FIRST_COMPLETED)
        for future in done:
            row = future.result()
            if row is not None:
                yield row


def on_a_cluster(todo: Sequence[SweepRun], address: str, stop: StopRequest) -> Iterator[Row]:
    """On the workers of a Dask cluster, which have Letan installed; only rows come back, the files stay away.

    What a worker had when it died is done anew by another one. LetanError without Dask, or without the cluster.
    """
    try:
        from distributed import Client
    except ImportError:
        raise LetanError("--dask needs the package `dask[distributed]`: pip install 'letan[sweep]'") from None
    try:
        client = Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise LetanError(f"{address}: no Dask scheduler answers there: {error}") from error
    with client:
        futures = {client.submit(run_job, job, None, pure=False, retries=3) for job in todo}
        while futures and not stop:
            done = {future for future in futures if future.done()}
            for future in done:
                row = future.result()
                if row is not None:
                    yield row
            futures -= done
            if not done:
                time.sleep(LOOK)
        client.cancel(list(futures))

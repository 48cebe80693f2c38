"""One run of a scenario at the command line: its windows, its progress, and what it leaves behind."""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hmi.screen import TkScreen
from hmi.xvfb import Xvfb
from letan.commands.tables import wrapped_table
from letan.figures import Figures
from letan.files import whole, write_whole
from letan.live_run import LiveRun
from letan.mapping_run import run_mapping
from letan.run_pictures import photograph_pages, run_pictures
from letan.simulate import OfficeElsewhere, Run, RunResult
from letan.stopping import Stopped, listening
from letan.watch import Watch
from letan.workbench.report import REPORT, report
from robot.ports import Clock
from robot.types import Texts
from sim.scenario import Scenario

SCREEN_SIZE = (1152, 648)  # px of the citizens' screen on a developer's display
WATCHED_PACE = 8.0  # x real time while somebody looks on


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is shown: `screen` the real one, `live` on this display beside the simulator; `pace` x real time.

    `elsewhere` is an office of its own process, whose clock is that of people: then the pace is 1 unless told.
    """

    screen: bool
    live: bool
    pace: float | None
    watch_trees: bool
    elsewhere: OfficeElsewhere | None = None


def run_service(scenario: Scenario, seed: int, out: Path, options: RunOptions) -> RunResult:
    """Run it, write its files into `out` and print its figures; Stopped when a signal cut it short."""
    with ExitStack() as stack:
        run, screen = _begun(scenario, seed, out, options, stack)
        watch = None
        if options.live:
            watch = stack.enter_context(closing(Watch(run, SCREEN_SIZE[0] + 8)))
        result, stopped_by = _drive(run, screen, watch, out, options.watch_trees)
        console = Console()
        if stopped_by:
            write_whole(out / "ratings.csv", run.ratings_csv())
            console.print(_table(run, result, out, "none"))
            raise Stopped(stopped_by, f"{out}: events.jsonl, summary.json and ratings.csv tell of the run so far")
        seconds = _leave_pictures(run, screen, out)
        console.print(_table(run, result, out, f"{seconds:.1f} s"))
    for problem in result.problems:
        console.print(f"[red]does not hold:[/red] {problem}")
    return result


def _begun(
    scenario: Scenario, seed: int, out: Path, options: RunOptions, stack: ExitStack
) -> tuple[Run, TkScreen | None]:
    """The run at its first second, with its screen; both end with `stack`."""
    screen: TkScreen | None = None

    def make(texts: Texts, clock: Clock) -> TkScreen:
        nonlocal screen
        if options.live:
            screen = TkScreen(texts, clock, fullscreen=False, size=SCREEN_SIZE)
        else:
            screen = TkScreen(texts, clock, stack.enter_context(Xvfb()).display)
        stack.callback(screen.close)
        return screen

    usual = 1.0 if options.elsewhere else WATCHED_PACE if options.live else None
    make_screen = make if options.screen else None
    run = Run(scenario, seed, out, make_screen, options.pace or usual, elsewhere=options.elsewhere)
    stack.callback(run.close)
    return run, screen


def _drive(
    run: Run, screen: TkScreen | None, watch: Watch | None, out: Path, watch_trees: bool
) -> tuple[RunResult, int]:
    """Step to the end, or to a signal, whose number is told then."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[clock]}"), TimeElapsedColumn())
    with (
        listening() as stop,
        Progress(*columns) as bar,
        closing(LiveRun(run, out, partial(_tell, bar), watch_trees, screen)) as open_to_others,
    ):
        task = bar.add_task(f"{run.scenario.scenario}, seed {run.seed}", total=1.0, clock="")
        while not run.is_over and not stop:
            if open_to_others.may_step():
                run.step()
            if watch is not None:
                watch.look(open_to_others)
            if run.loop.turns % 200 == 0:
                bar.update(task, completed=run.share, clock=f"{run.clock.wall():%H:%M}")
        bar.update(task, completed=run.share if stop else 1.0, clock=f"{run.clock.wall():%H:%M}")
        return run.finish(), stop.number


def _tell(bar: Progress, words: str) -> None:
    bar.console.print(words, markup=False, highlight=False, soft_wrap=True)


def _leave_pictures(run: Run, screen: TkScreen | None, out: Path) -> float:
    """Pictures, tickets, pages and ratings; the seconds that they took."""
    began = time.perf_counter()
    try:
        with whole(out) as folder:
            (folder / "ratings.csv").write_bytes(run.ratings_csv())
            run_pictures(run, folder)
            if screen is not None:
                photograph_pages(run, screen, folder / "pages")
        write_whole(out / REPORT, report(out))
    except Stopped as stopped:
        raise Stopped(stopped.number, f"{out}: events.jsonl and summary.json are whole, without pictures") from None
    return time.perf_counter() - began


def _contacts(f: Figures) -> str:
    return f"{f.contacts_by_robot} / {f.contacts_shared} / {f.contacts_by_people} / {f.contacts_wall}"


def _table(run: Run, result: RunResult, out: Path, pictures: str) -> Table:
    """What happened in the run, in figures; `pictures` says how long they took."""
    f = result.figures
    whole = "" if result.complete else f" (stopped at {run.clock.wall():%H:%M}, before its end)"
    table = wrapped_table(title=f"{run.scenario.scenario}, seed {run.seed}{whole}: {run.scenario.about}")
    twice = f.tickets_doubled + f.printed_doubled
    asked = f"{f.offered_on_screen} ({f.screen_share:.0%}) / {f.offered_by_code}"
    rows = [
        ("citizens came / asked the robot / gave up waiting", f"{f.citizens} / {f.asked} / {f.gave_up}"),
        ("tickets issued / printed / issued or printed twice", f"{f.tickets} / {f.printed} / {twice}"),
        ("guided / arrived in the waiting area of the right door", f"{f.guided} / {f.guided_in_area}"),
        ("guided citizens asked to rate on the screen / by the ticket's code", asked),
        ("ratings given", str(f.rated)),
        ("waiting areas offered drinks / drinks taken", f"{f.drinks_offered} / {f.drinks_taken}"),
        ("calls of the robot / answered", f"{f.calls} / {f.calls_answered}"),
        ("contacts caused by the robot / shared / by people / with walls", _contacts(f)),
        ("localisation error, median / p95", f"{f.localization_median:.3f} m / {f.localization_p95:.3f} m"),
        ("ends in its dock", "yes" if f.docked else "NO"),
        ("simulated time", f"{f.simulated_s / 60:.0f} min"),
        ("loop", f"{result.loop_seconds:.1f} s, {result.speed:.0f} x real time"),
        ("pictures", pictures),
        ("files", str(out)),
    ]  # fmt: skip
    for name, value in rows:
        table.add_row(name, value)
    return table


def run_tour(scenario: Scenario, seed: int, out: Path) -> None:
    """Drive a mapping tour, write its map into `out` and say how well the robot knew where it was."""
    with Progress() as bar:
        task = bar.add_task(f"{scenario.scenario}, seed {seed}", total=1.0)
        result = run_mapping(scenario, seed, out, lambda share: bar.update(task, completed=share))
    table = wrapped_table(title="Mapping tour (stopped)" if result.stopped_by else "Mapping tour")
    for name, value in (
        ("tour", f"{result.seconds:.0f} s"),
        ("pose error while mapping, median", f"{result.errors.percentile(50):.3f} m"),
        ("pose error while mapping, p95", f"{result.errors.percentile(95):.3f} m"),
        ("files", str(out)),
    ):
        table.add_row(name, value)
    Console().print(table)
    if result.stopped_by:
        raise Stopped(result.stopped_by, f"{out}: the map so far")

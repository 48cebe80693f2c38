"""`letan sim`: run a scenario with or without windows, list and check scenarios, sweep over seeds."""

from __future__ import annotations

import os
import statistics
import time
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from hmi.screen import TkScreen
from hmi.xvfb import Xvfb
from letan.commands.map import STOPPED
from letan.events import catalogue
from letan.live_run import LiveRun
from letan.mapping_run import run_mapping
from letan.pictures import photograph_pages, run_pictures
from letan.run_folder import empty_folder
from letan.setup import open_setup
from letan.simulate import Run, RunResult
from letan.watch import Watch
from robot.ports import Clock
from robot.types import LetanError, Texts
from sim.scenario import MAX_SEED, Scenario, load_scenario, scenarios

app = typer.Typer(help="Run scenarios in the simulated centre.", no_args_is_help=True)
ScenarioArgument = Annotated[str, typer.Argument(help="A scenario's name (see `letan sim list`) or a YAML file.")]
SCREEN_SIZE = (1152, 648)  # px of the citizens' screen on a developer's display
WATCHED_PACE = 8.0  # x real time while somebody looks on


@app.command("run")
def run(
    scenario: ScenarioArgument,
    seed: Annotated[int | None, typer.Option(help="Another seed, another morning.", min=0, max=MAX_SEED)] = None,
    headless: Annotated[bool, typer.Option("--headless", help="The real screen on an invisible display.")] = False,
    no_screen: Annotated[bool, typer.Option("--no-screen", help="No screen at all, as fast as it goes.")] = False,
    speed: Annotated[float | None, typer.Option(help="Times real time.", min=0.1, max=1000.0)] = None,
    out: Annotated[Path, typer.Option(help="Where the results go; an earlier run there is removed.")] = Path("out"),
    watch_trees: Annotated[
        bool, typer.Option("--watch-trees", help="Reload tree files when they are saved; a broken one changes nothing.")
    ] = False,
) -> None:
    """Run one scenario and leave its files in a folder.

    Example: letan sim run morning --seed 2 --headless
    """
    chosen = load_scenario(scenario)
    used_seed = chosen.seed if seed is None else seed
    empty_folder(out)
    if chosen.kind == "mapping":
        _mapping(chosen, used_seed, out)
        return
    with ExitStack() as stack:
        live = bool(os.environ.get("DISPLAY")) and not headless and not no_screen
        pace = speed or (WATCHED_PACE if live else None)
        result = _service(chosen, used_seed, out, pace, live, no_screen, stack, watch_trees)
    if result.problems:
        raise typer.Exit(1)


def _service(
    scenario: Scenario,
    seed: int,
    out: Path,
    pace: float | None,
    live: bool,
    no_screen: bool,
    stack: ExitStack,
    watch_trees: bool = False,
) -> RunResult:
    screen: TkScreen | None = None

    def make(texts: Texts, clock: Clock) -> TkScreen:
        nonlocal screen
        if live:
            screen = TkScreen(texts, clock, fullscreen=False, size=SCREEN_SIZE)
        else:
            screen = TkScreen(texts, clock, stack.enter_context(Xvfb()).display)
        stack.callback(screen.close)
        return screen

    run = Run(scenario, seed, out, make_screen=None if no_screen else make, pace=pace)
    stack.callback(run.close)
    watch = Watch(run, SCREEN_SIZE[0] + 8) if live else None
    if watch is not None:
        stack.callback(watch.close)
    result = _drive(run, watch, out, watch_trees)
    began = time.perf_counter()
    run_pictures(run, out)
    if screen is not None:
        photograph_pages(run, screen, out / "pages")
    (out / "ratings.csv").write_bytes(run.ratings_csv())
    _table(run, result, time.perf_counter() - began, out)
    return result


def _drive(run: Run, watch: Watch | None, out: Path, watch_trees: bool) -> RunResult:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[clock]}"), TimeElapsedColumn())
    with Progress(*columns) as bar, closing(LiveRun(run, out, partial(_tell, bar), watch_trees)) as open_to_others:
        task = bar.add_task(f"{run.scenario.scenario}, seed {run.seed}", total=1.0, clock="")
        while not run.is_over:
            if open_to_others.may_step():
                run.step()
            if watch is not None:
                watch.look()
            if run.loop.turns % 200 == 0:
                bar.update(task, completed=run.share, clock=f"{run.clock.wall():%H:%M}")
        bar.update(task, completed=1.0, clock=f"{run.clock.wall():%H:%M}")
    return run.finish()


def _tell(bar: Progress, words: str) -> None:
    bar.console.print(words, markup=False, highlight=False, soft_wrap=True)


def _mapping(scenario: Scenario, seed: int, out: Path) -> None:
    with Progress() as bar:
        task = bar.add_task(f"{scenario.scenario}, seed {seed}", total=1.0)
        result = run_mapping(scenario, seed, out, lambda share: bar.update(task, completed=share))
    table = Table(title="Mapping tour", show_header=False)
    for name, value in (
        ("tour", f"{result.seconds:.0f} s"),
        ("pose error while mapping, median", f"{result.errors.percentile(50):.3f} m"),
        ("pose error while mapping, p95", f"{result.errors.percentile(95):.3f} m"),
        ("files", str(out)),
    ):
        table.add_row(name, value)
    Console().print(table)
    if not result.complete:
        raise typer.Exit(STOPPED)


def _table(run: Run, result: RunResult, pictures: float, out: Path) -> None:
    f = result.figures
    table = Table(title=f"{run.scenario.scenario}, seed {run.seed}: {run.scenario.about}", show_header=False)
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
        ("contacts caused by the robot / by people", f"{f.contacts_by_robot} / {f.contacts_by_people}"),
        ("localisation error, median / p95", f"{f.localization_median:.3f} m / {f.localization_p95:.3f} m"),
        ("ends in its dock", "yes" if f.docked else "NO"),
        ("simulated time", f"{f.simulated_s / 60:.0f} min"),
        ("loop", f"{result.loop_seconds:.1f} s, {result.speed:.0f} x real time"),
        ("pictures", f"{pictures:.1f} s"),
        ("files", str(out)),
    ]  # fmt: skip
    for name, value in rows:
        table.add_row(name, value)
    console = Console()
    console.print(table)
    for problem in result.problems:
        console.print(f"[red]does not hold:[/red] {problem}")


@app.command("events")
def events(
    out: Annotated[Path | None, typer.Option(help="A file; without it, standard output.")] = None,
) -> None:
    """Write the catalogue of all events that a run's events.jsonl may hold, in Markdown, from their types.

    Example: letan sim events --out docs/events.md
    """
    if out is None:
        typer.echo(catalogue(), nl=False)
        return
    try:
        out.write_text(catalogue(), encoding="utf-8")
    except OSError as error:
        raise LetanError(f"{out}: cannot be written: {error.strerror or error}") from error


@app.command("list")
def list_scenarios() -> None:
    """Show the shipped scenarios.

    Example: letan sim list
    """
    table = Table("scenario", "what happens")
    for name in scenarios():
        table.add_row(name, load_scenario(name).about)
    Console().print(table)


@app.command("check")
def check(scenario: ScenarioArgument) -> None:
    """Check a scenario file with the site and the tree it names.

    Example: letan sim check morning
    """
    chosen = load_scenario(scenario)
    if chosen.kind == "service":
        site = open_setup(chosen.site, chosen.tree).site
        chosen.check_against(site)
    Console().print(f"{chosen.scenario}: ok")


@app.command("sweep")
def sweep(
    scenario: ScenarioArgument,
    seeds: Annotated[int, typer.Option(help="Seeds 1 to N.", min=1, max=1000)] = 5,
    out: Annotated[Path, typer.Option(help="One folder a seed below it.")] = Path("out/sweep"),
) -> None:
    """Run a scenario over several seeds without a screen and show what holds.

    Example: letan sim sweep morning --seeds 5
    """
    chosen = load_scenario(scenario)
    place = open_setup(chosen.site, chosen.tree)
    table = Table(
        "seed", "guided", "in area", "on screen", "tickets", "contacts", "p95 m", "x real time", "does not hold"
    )
    failed, speeds = False, []
    for seed in range(1, seeds + 1):
        empty_folder(out / str(seed))
        with closing(Run(chosen, seed, out / str(seed), place=place)) as run:
            result = run.run()
        f = result.figures
        failed = failed or bool(result.problems)
        speeds.append(result.speed)
        table.add_row(
            str(seed), str(f.guided), str(f.guided_in_area), f"{f.screen_share:.0%}", str(f.tickets),
            str(f.contacts_by_robot), f"{f.localization_p95:.3f}", f"{result.speed:.0f}", "; ".join(result.problems),
        )  # fmt: skip
    console = Console()
    console.print(table)
    console.print(f"median speed {statistics.median(speeds):.0f} x real time")
    if failed:
        raise typer.Exit(1)

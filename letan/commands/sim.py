"""`letan sim`: run a scenario with or without windows, list and check scenarios, sweep over seeds."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from letan.commands.options import (
    SITE,
    JsonOption,
    OutFolder,
    OutOrShown,
    SeedOption,
    SiteOption,
    not_together,
    write_or_show,
)
from letan.commands.tables import wrapped_table
from letan.episodes import Protection
from letan.events import catalogue
from letan.files import write_whole
from letan.run_folder import empty_folder
from letan.setup import open_setup
from robot.types import LetanError
from sim.scenario import MAX_SEED, load_scenario, scenario_schema, scenarios

if TYPE_CHECKING:
    from letan.simulate import OfficeElsewhere

app = typer.Typer(no_args_is_help=True)
ScenarioArgument = Annotated[str, typer.Argument(help="A scenario's name (see `letan sim list`) or a YAML file.")]


@app.callback()
def sim() -> None:
    """Run scenarios in the simulated centre.

    Example: letan sim run morning
    """


@app.command("run")
def run(
    scenario: ScenarioArgument,
    seed: SeedOption = None,
    headless: Annotated[bool, typer.Option("--headless", help="The real screen on an invisible display.")] = False,
    no_screen: Annotated[bool, typer.Option("--no-screen", help="No screen at all, as fast as it goes.")] = False,
    speed: Annotated[float | None, typer.Option(help="Times real time.", min=0.1, max=1000.0)] = None,
    out: OutFolder = Path("out"),
    watch_trees: Annotated[
        bool, typer.Option("--watch-trees", help="Reload tree files when they are saved; a broken one changes nothing.")
    ] = False,
    office: Annotated[
        str, typer.Option("--office", metavar="FILE|URL", help="Use a running office: its database, or its address.")
    ] = "",
    clerk: Annotated[
        list[str] | None, typer.Option("--clerk", metavar="DOOR", help="A door at which you call; may be repeated.")
    ] = None,
) -> None:
    """Run one scenario, with the scenario's own seed unless another is given, and leave its files in a folder.

    The exit code is 1 when something does not hold that the scenario expects. With --office the robot and the simulated
    people use an office at work, at 1 x real time unless --speed says otherwise: at the doors of --clerk somebody calls
    the numbers in a browser. A URL needs the office's token in the environment variable LETAN_OFFICE_TOKEN.

    Example: letan sim run morning --seed 2 --headless
    """
    if headless and no_screen:
        raise not_together("--headless", "--no-screen", "either the real screen is opened unseen, or none is")
    chosen = load_scenario(scenario)
    used_seed = chosen.seed if seed is None else seed
    if chosen.kind == "mapping":
        given = {"--headless": headless, "--speed": speed, "--watch-trees": watch_trees, "--office": office}
        _refuse_on_a_tour(chosen.scenario, given)
    if clerk and not office:
        raise LetanError("--clerk goes with --office, in whose pages the numbers are called")
    empty_folder(out)
    from letan.commands.sim_run import RunOptions, run_service, run_tour  # compiled code, which --help does not need

    if chosen.kind == "mapping":
        run_tour(chosen, used_seed, out)
        return
    live = bool(os.environ.get("DISPLAY")) and not headless and not no_screen
    elsewhere = _elsewhere(office, clerk or []) if office else None
    result = run_service(chosen, used_seed, out, RunOptions(not no_screen, live, speed, watch_trees, elsewhere))
    if result.problems:
        raise typer.Exit(1)


def _refuse_on_a_tour(name: str, given: Mapping[str, object]) -> None:
    """LetanError for the first of the options `given` that a mapping tour has no use for."""
    for option in (option for option, value in given.items() if value):
        raise LetanError(f"{option}: `{name}` is a mapping tour, which has no screen, pace or trees, and no office")


def _elsewhere(office: str, clerks: list[str]) -> OfficeElsewhere:
    """The office at an address, or at work on a database."""
    from letan.remote_errands import elsewhere
    from letan.remote_office import owner_at
    from letan.simulate import OfficeElsewhere

    return OfficeElsewhere(elsewhere(owner_at(office)), frozenset(clerks))


@app.command("events")
def events(out: OutOrShown = None) -> None:
    """Write the catalogue of all events that a run's events.jsonl may hold, in Markdown, from their types.

    Example: letan sim events --out docs/events.md
    """
    write_or_show(catalogue(), out)


@app.command("schema")
def schema(out: OutOrShown = None) -> None:
    """Write the JSON Schema of scenario files, for completion and hover in editors (see docs/simulator.md).

    Example: letan sim schema --out scenario.schema.json
    """
    write_or_show(json.dumps(scenario_schema(), ensure_ascii=False, indent=1), out)


@app.command("list")
def list_scenarios() -> None:
    """Show the shipped scenarios.

    Example: letan sim list
    """
    table = wrapped_table("scenario", "what happens")
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


@app.command("report")
def report_(run: Annotated[Path, typer.Argument(help="The folder of a run.")] = Path("out")) -> None:
    """Write a run as one page that needs nothing else: hall, tree, screen and queue over one time slider.

    `letan sim run` does that by itself; this is for a run that was cut short, or whose pictures came later.

    Example: letan sim report out
    """
    from letan.workbench.report import REPORT, report

    write_whole(run / REPORT, report(run))
    typer.echo(f"{run / REPORT}: open it in a browser")


@app.command("sweep")
def sweep(
    scenario: Annotated[list[str], typer.Argument(help="Scenarios: names (see `letan sim list`) or YAML files.")],
    seeds: Annotated[int, typer.Option(help="Seeds 1 to N.", min=1, max=10_000)] = 5,
    change: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=A,B", help="Values of a key such as habits.patience; may be repeated."),
    ] = None,
    processes: Annotated[int, typer.Option("--jobs", help="Runs at the same time; 0: one a core.", min=0)] = 0,
    dask: Annotated[str, typer.Option(metavar="ADDRESS", help="On the workers of this Dask scheduler.")] = "",
    anew: Annotated[bool, typer.Option("--anew", help="Also what is there already, as after a new program.")] = False,
    out: Annotated[
        Path, typer.Option("--out", metavar="FOLDER", help="Where results go; what is done there is not done again.")
    ] = Path("out/sweep"),
) -> None:
    """Run scenarios over seeds and changed values without a screen; show what came of them, with 95 % intervals.

    It leaves runs.csv, runs.parquet, sweep.png and a folder for each run. What was stopped goes on where it stood when
    the command is given again. The exit code is 1 when something does not hold.

    Example: letan sim sweep morning --seeds 20 --set habits.by_voice=0.2,0.8
    """
    from letan.commands.sim_sweep import SweepOptions, run_sweep
    from letan.sweep import jobs

    changes: dict[str, list[str]] = {}
    for each in change or []:
        key, equals, values = each.partition("=")
        if not (key and equals and values):
            raise LetanError(f"--set {each}: expected KEY=A or KEY=A,B,…, such as habits.patience=120,240")
        changes[key] = [value.strip() for value in re.split(r",(?![^\[{]*[\]}])", values)]  # none within brackets
    if not run_sweep(jobs(scenario, seeds, changes), out, SweepOptions(processes, dask, anew)):
        raise typer.Exit(1)


@app.command("episodes")
def episodes(
    kind: Annotated[
        str, typer.Option("--kind", help="What is in the way: walkers, child, gap, glass and so on")
    ] = "walkers",
    people: Annotated[int | None, typer.Option("--people", help="How many, if not as many as usual.", min=0)] = None,
    seeds: Annotated[int, typer.Option("--seeds", help="How many episodes.", min=1, max=10000)] = 24,
    first: Annotated[int, typer.Option("--first", help="The first one's seed.", min=0, max=MAX_SEED)] = 0,
    controller: Annotated[str, typer.Option("--controller", help="An installed controller's name.")] = "mppi",
    without: Annotated[
        list[Protection] | None, typer.Option("--without", help="Take a protection out, to see what it is worth.")
    ] = None,
    recorded: Annotated[
        Path | None, typer.Option("--recorded", help="Recorded people besides: a file of ETH, UCY or TrajNet++.")
    ] = None,
    site: SiteOption = SITE,
    jobs: Annotated[int, typer.Option("--jobs", help="Processes; 0: as many as there are processors.", min=0)] = 0,
    as_json: JsonOption = False,
) -> None:
    """Drive from place to place without the office, again and again, and show how often the robot gets through.

    The exit code is 1 when it does not arrive in each episode, or touches somebody or something. With --json each
    episode that failed is a line, and the last line sums up all.

    Example: letan sim episodes --kind walkers --people 10 --seeds 100
    """
    from letan.commands.sim_episodes import run_episodes  # compiled code, which --help does not need
    from letan.episodes.sweep import EpisodesAsked

    asked = EpisodesAsked(
        kind, people, controller, site, tuple(without or ()), str(recorded) if recorded else ""
    ).checked()
    if not run_episodes(asked, first, seeds, jobs or os.cpu_count() or 1, as_json):
        raise typer.Exit(1)

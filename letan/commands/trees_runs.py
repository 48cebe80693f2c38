"""`letan trees try`, `coverage`, `watch` and `reload`: runs from the point of view of who writes the trees."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from letan.commands.options import SeedOption
from letan.events import LeafRaised, TwoClaims
from letan.files import whole, write_whole
from letan.run_folder import empty_folder
from letan.stopping import Stopped, listening
from letan.workbench import coverage_page
from letan.workbench.coverage import Coverage
from letan.workbench.run_requests import asked_to_reload
from letan.workbench.server import LOOPBACK, Server
from letan.workbench.timeline import Timeline, as_text
from letan.workbench.tree_files import tree_file
from reception.events import TextWithGaps
from robot.types import LetanError
from sim.scenario import MAX_SEED, Scenario, load_scenario

if TYPE_CHECKING:
    from letan.simulate import Run, RunResult

Scenarios = Annotated[list[str] | None, typer.Option("--scenario", help="A scenario's name or file; may be repeated.")]
Seeds = Annotated[
    list[int] | None,
    typer.Option("--seed", help="Of all that is random; may be repeated, for a run with each.", min=0, max=MAX_SEED),
]
TriedOut = Annotated[Path | None, typer.Option("--out", metavar="FOLDER", help="For timeline.txt and coverage.html.")]


def try_(
    files: Annotated[list[Path], typer.Argument(help="Tree files; each replaces the shipped tree of its name.")],
    scenario: Annotated[str, typer.Option(help="A scenario's name or file.")] = "short",
    seed: SeedOption = None,
    every_tree: Annotated[
        bool, typer.Option("--whole", help="Every node of every tree, not only of these files.")
    ] = False,
    out: TriedOut = None,
) -> None:
    """Try trees in the simulator: which node ran when and why it failed, and what people saw and heard.

    What is to be looked at stands at the end, after a `!`: what raised, what clashed, what never ran. The exit code is
    then 1, else 0. Lines that come again and again are shown once, with a count (`timeline.txt` has them all).

    Example: letan trees try trees/patrol.yaml --scenario short
    """
    from letan.workbench.trial import setup_with, watched_run  # compiled code, which --help does not need

    chosen, paths = _service(scenario), [tree_file(str(path)) for path in files]
    used_seed = chosen.seed if seed is None else seed
    place, lonely = setup_with(chosen, paths)
    if out is not None:
        empty_folder(out)
    timeline, coverage = Timeline(), Coverage()
    with listening() as stop, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(f"{chosen.scenario}, seed {used_seed}", total=1.0)
        run, result = watched_run(
            chosen, used_seed, place, [timeline, coverage], lambda share: bar.update(task, completed=share), stop
        )
    run.close()
    timeline.close()
    coverage.runs.append(f"{chosen.scenario}, seed {used_seed}")
    shown = as_text(timeline.spans, run.log.entries, chosen.begins, None if every_tree else set(paths))
    problems = _problems(run, result, coverage, paths) if result.complete else []
    for line in (*_uncalled(lonely, paths), *shown, *(f"! {problem}" for problem in problems)):
        typer.echo(line)
    if out is not None:
        _leave(out, as_text(timeline.spans, run.log.entries, chosen.begins, None, True), coverage)
        typer.echo(f"{out}: timeline.txt (every node), coverage.html")
    if stop:
        raise Stopped(stop.number, f"the run was tried until {run.clock.wall():%H:%M} of its day")
    if problems:
        raise typer.Exit(1)


def _service(scenario: str) -> Scenario:
    chosen = load_scenario(scenario)
    if chosen.kind != "service":
        raise LetanError(f"the scenario `{chosen.scenario}` runs no tree: choose one of kind `service`")
    return chosen


def _uncalled(lonely: list[str], paths: list[Path]) -> list[str]:
    happened = "it ran by itself" if len(paths) == 1 else "it did not run"
    return [f"{name}: no tree calls it; {happened}" for name in lonely]


def _problems(run: Run, result: RunResult, coverage: Coverage, paths: list[Path]) -> list[str]:
    """What a designer has to look at: what does not hold, what raised or clashed, and what never ran."""
    found = [f"does not hold: {problem}" for problem in result.problems]
    for raised in run.log.of(LeafRaised):
        found.append(f"{raised.event.source} raised: {raised.event.text.strip().splitlines()[-1]}")
    for spoken in run.log.of(TextWithGaps):
        gaps = ", ".join(f"{{{name}}}" for name in spoken.event.placeholders)
        found.append(f"the text `{spoken.event.text}` was said while there was no {gaps}: it is about a visit")
    for claims in run.log.of(TwoClaims):
        found.append(f"{claims.event.actuator}: {claims.event.lost} wanted it while {claims.event.kept} had it")
    for path in paths:
        for line, counts in coverage.by_line(path).items():
            found += [f"{path}:{line} {count.name}: {what}" for count in counts for what in count.missing]
    return list(dict.fromkeys(found))


def _leave(out: Path, lines: list[str], coverage: Coverage) -> None:
    with whole(out) as folder:
        (folder / "timeline.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        (folder / "coverage.html").write_text(coverage_page.as_html(coverage), encoding="utf-8")


def coverage(
    files: Annotated[list[Path] | None, typer.Argument(help="Tree files in the place of shipped ones.")] = None,
    scenario: Scenarios = None,
    seed: Seeds = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with the coloured YAML into this file too.")] = None,
) -> None:
    """Run scenarios and count, for each line of the trees, what ran and which way conditions went.

    Example: letan trees coverage --scenario short --scenario morning --html coverage.html
    """
    from letan.workbench.trial import covered  # compiled code, which --help does not need

    chosen = [_service(name) for name in scenario or ["short"]]
    with listening() as stop, Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        found = covered(
            chosen, seed or [], [tree_file(str(path)) for path in files or []],
            lambda name, share: bar.update(task, description=name, completed=share), stop,
        )  # fmt: skip
    typer.echo(coverage_page.as_text(found))
    if html is not None:
        write_whole(html, coverage_page.as_html(found))
    if stop:
        raise Stopped(stop.number, f"counted: {', '.join(found.runs)}, the last not to its end")


def reload_(
    run: Annotated[Path, typer.Argument(help="The folder of a run that is under way.")] = Path("out"),
    now: Annotated[bool, typer.Option("--now", help="Even while somebody is being served.")] = False,
) -> None:
    """Let a running simulation read its trees and texts again; errors are shown, and change nothing.

    The exit code is 2 for errors, and for a run that is over or does not answer.

    Example: letan trees reload out --now
    """
    answer = asked_to_reload(run, now)
    if answer["reload"] == "broken":
        raise LetanError(f"what runs stays; the new files have errors:\n{answer['trouble']}")
    now_or_later = "run" if answer["reload"] == "swapped" else "wait for the visit to end"
    typer.echo(f"the new trees and texts {now_or_later}")


def watch(
    run: Annotated[Path, typer.Argument(help="The folder of a run, under way or over.")] = Path("out"),
    port: Annotated[int, typer.Option(help="0: any that is free.", min=0, max=65535)] = 8011,
    host: Annotated[str, typer.Option(help="Another than this lets others on the network look and pause.")] = LOOPBACK,
) -> None:
    """Look at the running tree in a browser: what runs, what failed and why; pause, step, and drag the time back.

    A run that is over can be looked at as long as its folder is there; only pause, step and reload need it under way.

    Example: letan trees watch out
    """
    server = Server(run, host, port)
    try:
        typer.echo(f"{server.url}  (Ctrl-C ends this view, not the run)")
        server.serve_forever()
    except Stopped as stopped:
        raise Stopped(stopped.number, f"this view has ended; {run} holds the run as before") from None
    finally:
        server.server_close()

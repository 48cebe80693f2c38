"""`letan run`: the robot at work, with its office, screen, voice, ears, printer and wheels."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from letan.commands.options import SITE, SeedOption, SiteOption
from robot.types import LetanError
from text.quantities import parse


def run(
    site: SiteOption = SITE,
    robot: Annotated[
        str, typer.Option("--robot", metavar="NAME[:ARGUMENT]", help="Its driver; `sim` is the simulated hall.")
    ] = "sim",
    for_time: Annotated[
        str, typer.Option("--for", metavar="TIME", help="How long, e.g. `10 min`; until stopped by default.")
    ] = "",
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="FOLDER", help="For all it keeps: database, outbox, events."),
    ] = None,
    screen: Annotated[
        Literal["full", "window", "none"], typer.Option("--screen", help="The whole display, a window on it, or none.")
    ] = "full",
    scenario: Annotated[
        str, typer.Option("--scenario", metavar="NAME|FILE", help="Whose citizens come into the simulated hall.")
    ] = "day",
    seed: SeedOption = None,
) -> None:
    """Put the robot to work: office, devices and body start in order, and end in order on Ctrl-C or `kill`.

    A device may be missing, come and go: what does not work is told at the start and on the staff's page. After every
    start the wheels stand until a person says on the staff's page that they may move.

    Example: letan run --site cua_nam --robot sim --for "10 min" --screen window
    """
    from letan.at_work import WorkOptions, work
    from letan.stopping import Stopped, listening

    seconds = _seconds(for_time) if for_time else None
    options = WorkOptions(site, robot, folder or state_folder(), seconds, screen, scenario, seed or 1)
    with listening() as stop:
        work(options, typer.echo, stop)
    if stop.number:
        raise Stopped(stop.number, "everything acknowledged is stored")


def state_folder() -> Path:
    """Where a robot keeps things: what systemd gives it, else as the XDG base directories say, also without a home."""
    given = os.environ.get("STATE_DIRECTORY", "").partition(":")[0] or os.environ.get("XDG_STATE_HOME", "")
    if given:
        return Path(given) / ("" if os.environ.get("STATE_DIRECTORY") else "letan")
    try:
        return Path.home() / ".local" / "state" / "letan"
    except RuntimeError:
        raise LetanError("there is no home folder to keep things in: name a folder with --folder") from None


def _seconds(words: str) -> float:
    try:
        return parse(words, "time")
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--for") from error

"""`letan trees`: the designers' workbench on the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from letan.trees.checking import check as check_files
from letan.trees.formats import FORMATS
from letan.trees.place import around_of, tree_files

app = typer.Typer(help="The designers' workbench for trees.", no_args_is_help=True)
Site = Annotated[str, typer.Option(help="The site whose texts and places they use.")]


@app.callback()
def _designers() -> None:
    """The designers' workbench for trees."""


@app.command("check")
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Tree files or folders; without any, the shipped trees.")
    ] = None,
    site: Site = "cua_nam",
    format_: Annotated[
        Literal["text", "json", "sarif"], typer.Option("--format", help="How the problems are written.")
    ] = "text",
    main: Annotated[
        str, typer.Option(help="The tree that the robot runs; others are there to be called.")
    ] = "reception",
) -> None:
    """Check trees: every problem with file, line and column; exit code 2 for errors, 1 for lint alone.

    Example: letan trees check trees/reception.yaml
    """
    report = check_files(tree_files(files or []), around_of(site), main)
    typer.echo(FORMATS[format_](report))
    if report.exit_code:
        raise typer.Exit(report.exit_code)

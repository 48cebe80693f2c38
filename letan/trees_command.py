"""`letan trees`: what a designer needs first."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from behaviours.language.reader import read_tree
from centre.site import load_site
from centre.texts import load_texts
from letan.app import TREES, site_folder, surroundings
from robot.types import LetanError

app = typer.Typer(help="The designers' workbench for trees.", no_args_is_help=True)


@app.callback()
def _designers() -> None:
    """The designers' workbench for trees."""


@app.command("check")
def check(
    files: Annotated[list[Path] | None, typer.Argument(help="Tree files; without any, all shipped trees.")] = None,
    site: Annotated[str, typer.Option(help="The site whose texts and places they use.")] = "cua_nam",
) -> None:
    """Check trees: every problem with file, line and column; exit code 2 for errors, 1 for lint alone.

    Example: letan trees check trees/reception.yaml
    """
    folder = site_folder(site)
    place = load_site(folder)
    around = surroundings(place, load_texts(folder, place.languages))
    errors: list[str] = []
    warnings: list[str] = []
    paths = files or sorted(TREES.glob("*.yaml"))
    for path in paths:
        try:
            warnings += read_tree(path, around).warnings
        except LetanError as error:
            errors += str(error).splitlines()
    if errors:
        raise LetanError("\n".join(dict.fromkeys(errors)))
    console = Console(soft_wrap=True, highlight=False)
    for warning in dict.fromkeys(warnings):
        console.print(warning)
    console.print(f"{len(paths)} trees checked, {len(dict.fromkeys(warnings))} warnings")
    if warnings:
        raise typer.Exit(1)

"""`letan site`: a place as data, checked and drawn."""

from __future__ import annotations

import io
from typing import Annotated

import typer

from letan.commands.options import SITE, OutFile
from letan.files import write_whole
from letan.setup import read_site
from robot.types import LetanError

SiteArgument = Annotated[str, typer.Argument(metavar="[NAME|FOLDER]", help="A shipped site's name, or a folder.")]
app = typer.Typer(no_args_is_help=True)


@app.callback()
def site() -> None:
    """A place: its hall, doors, procedures and texts.

    Example: letan site check cua_nam
    """


@app.command("check")
def check(name: SiteArgument = SITE) -> None:
    """Check a site: its files, its floor plan as geometry, and whether the map is that of the plan.

    Every problem is told with its place and what to do. Exit code 2 for a site that can't be loaded, 1 for a map that
    is not that of the plan. What the ward has still to confirm is counted.

    Example: letan site check cua_nam
    """
    from letan.site_review import review_map, unconfirmed
    from slam.map_io import load_map

    place, _ = read_site(name)
    open_points = unconfirmed(place)
    known = f"{len(place.doors)} doors, {len(place.procedures)} procedures"
    typer.echo(f"{place.folder.name}: {known}, the floor plan is sound")
    if open_points:
        typer.echo(f"{len(open_points)} procedures wait for the ward's word: {', '.join(open_points)}")
    try:
        grid = load_map(place.folder / "map" / "map.yaml")
    except LetanError as error:
        typer.echo(f"letan: {error}; map the hall first", err=True)
        raise typer.Exit(1) from None
    review = review_map(place, grid)
    if review.trouble:
        typer.echo(f"letan: {place.folder / 'map'}: {review.trouble}", err=True)
        raise typer.Exit(1)
    shares = f"{review.explained:.0%} of its walls stand there, {review.seen:.0%} of the plan's in it"
    typer.echo(f"the map is that of the plan: {shares}")


@app.command("show")
def show(out: OutFile, name: SiteArgument = SITE) -> None:
    """Draw a site's floor plan as a PNG.

    Example: letan site show cua_nam --out plan.png
    """
    from sim.plan_picture import PlanView

    place, _ = read_site(name)
    drawn = io.BytesIO()
    PlanView(place.floor).ground().save(drawn, "PNG")
    write_whole(out, drawn.getvalue())
    typer.echo(str(out))

"""The options that several commands share: each means one thing in every command that has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from centre.office import Office
from centre.site import load_site
from centre.store import Access
from letan.files import write_whole
from letan.setup import site_folder
from robot.clock import RealClock
from robot.types import LetanError
from sim.scenario import MAX_SEED

SITE = "cua_nam"
DATABASE = Path("out/office.db")

SiteOption = Annotated[
    str, typer.Option("--site", metavar="NAME|FOLDER", help="The site: a shipped one's name, or a folder.")
]
LOOPBACK = "127.0.0.1"
HostOption = Annotated[str, typer.Option("--host", help="Where it listens; the loopback is this machine alone.")]
DatabaseOption = Annotated[Path, typer.Option("--db", metavar="FILE", help="The office's database.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Answer in JSON, one object a line.")]
CertificateOption = Annotated[
    Path | None, typer.Option("--certificate", metavar="FILE", help="For TLS: PEM, with its chain.")
]
KeyOption = Annotated[Path | None, typer.Option("--key", metavar="FILE", help="The certificate's key, PEM.")]
OutFolder = Annotated[
    Path,
    typer.Option("--out", metavar="FOLDER", help="Where the results go; those of an earlier run there are replaced."),
]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the result goes.")]
OutOrShown = Annotated[
    Path | None, typer.Option("--out", metavar="FILE", help="Where the result goes; if not given, it is printed.")
]
SeedOption = Annotated[
    int | None,
    typer.Option("--seed", help="Of all that is random: the same seed, the same run.", min=0, max=MAX_SEED),
]


@contextmanager
def opened_office(site: str, db: Path, access: Access) -> Iterator[Office]:
    """The office of a site over a database that is there already; LetanError when it is not."""
    place = load_site(site_folder(site))
    if not db.is_file():
        raise LetanError(f"{db}: there is no such database; name the robot's with --db")
    office = Office(place, RealClock(), db, access=access)
    try:
        yield office
    finally:
        office.close()


def write_or_show(text: str, out: Path | None) -> None:
    """Into the file that --out names, or on standard output."""
    text = text if text.endswith("\n") else text + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_whole(out, text)


def not_together(first: str, second: str, why: str) -> LetanError:
    """What to say of two options that exclude each other."""
    return LetanError(f"{first} and {second} exclude each other: {why}")

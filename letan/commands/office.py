"""`letan office`: the office's own process, which keeps its database and serves the console."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import typer

from centre.owner import owner_of
from letan.commands.options import DATABASE, SITE, DatabaseOption, SiteOption
from robot.types import LetanError

app = typer.Typer(invoke_without_command=True)


@app.callback()
def office(
    context: typer.Context,
    site: SiteOption = SITE,
    db: Annotated[Path, typer.Option("--db", metavar="FILE", help="Its database; made when not there.")] = DATABASE,
    host: Annotated[str, typer.Option("--host", help="Where it listens; the loopback is this machine alone.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8000,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A host name that it answers to; may be repeated.")
    ] = None,
) -> None:
    """Keep the office's database and serve its console, the citizens' pages and the interface for programs.

    It prints `ready` and its address, and runs until Ctrl-C or `kill`. Counters, leaders and robots are its clients.

    Example: letan office --site cua_nam --db out/office.db
    """
    if context.invoked_subcommand is None:
        run_office(site, db, host, port, tuple(name or ()))


def run_office(site: str, db: Path, host: str, port: int, names: tuple[str, ...]) -> None:
    """The process itself; what serves HTTP is only loaded here."""
    from letan.office_process import Address, serve_office

    serve_office(site, db, Address(host, port, names), secrets.token_urlsafe(24), typer.echo)


@app.command("enrol")
def enrol(
    counter: Annotated[str, typer.Argument(help="The counter, e.g. 1-2 for the second of door 1.")],
    db: DatabaseOption = DATABASE,
) -> None:
    """Print a link that enrols one computer as a counter's, once, within ten minutes: no login each morning.

    The office must be at work. Open the link in the browser of the counter's computer.

    Example: letan office enrol 1-2
    """
    from letan.office_client import OfficeClient

    owner = owner_of(db)
    if owner is None or not owner.url:
        raise LetanError(f"{db}: no office is at work on this database; start it with `letan office --db {db}`")
    told = OfficeClient(owner).post(f"counters/{quote(counter, safe='')}/invite", {})
    typer.echo(f"{owner.url}{told['path']}")


@app.command("account")
def account(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    role: Annotated[Literal["leader", "admin"], typer.Option("--role", help="What they may see and do.")] = "leader",
    db: DatabaseOption = DATABASE,
) -> None:
    """Make an account, or give one a new password, which is asked for on standard input.

    An admin's second factor is printed as an otpauth address, to be taken into an authenticator.

    Example: letan office account leader --role leader
    """
    from letan.office_process import set_account

    password = typer.prompt("Password", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    for line in set_account(db, name, role, password.rstrip("\n")):
        typer.echo(line)

"""`letan office`: the office's own process, which keeps its database and serves the console."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Annotated

import typer

from letan.commands.options import DATABASE, SITE, SiteOption

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

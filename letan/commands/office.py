"""`letan office`: the office's own process, which keeps its database and serves the console."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote

import typer

from centre.owner import owner_of
from centre.site import Site, load_site
from letan import backups
from letan.commands.days import day_of
from letan.commands.options import (
    DATABASE,
    LOOPBACK,
    SITE,
    CertificateOption,
    DatabaseOption,
    HostOption,
    KeyOption,
    OutFile,
    SiteOption,
    opened_office,
)
from letan.queue_access import acting_queue
from letan.setup import site_folder
from robot.types import LetanError

app = typer.Typer(invoke_without_command=True)


@app.callback()
def office(
    context: typer.Context,
    site: SiteOption = SITE,
    db: Annotated[Path, typer.Option("--db", metavar="FILE", help="Its database; made when not there.")] = DATABASE,
    host: HostOption = LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8000,
    name: Annotated[
        list[str] | None, typer.Option("--name", help="A host name that it answers to; may be repeated.")
    ] = None,
    certificate: CertificateOption = None,
    key: KeyOption = None,
    alerts: Annotated[
        list[str] | None,
        typer.Option("--alerts", metavar="URL", envvar="LETAN_ALERTS", show_envvar=False, help="smtp: or https: ones"),
    ] = None,
) -> None:
    """Keep the office's database and serve its console, the citizens' pages and the interface for programs.

    It prints `ready` and its address, and runs until Ctrl-C or `kill`. Counters, leaders and robots are its clients.
    Alerts go to --alerts, or to LETAN_ALERTS, where no list of processes shows a password.

    Example: letan office --site cua_nam --db out/office.db
    """
    if context.invoked_subcommand is None:
        from letan.office_client import TOKEN
        from letan.office_process import Address, serve_office, tls_of  # what serves HTTP is only loaded here

        address = Address(host, port, tuple(name or ()), tls_of(certificate, key))
        token = os.environ.get(TOKEN) or secrets.token_urlsafe(24)
        serve_office(site, db, address, token, typer.echo, tuple(alerts or ()))


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
    from letan.office_process import accounts_path, set_account

    password = typer.prompt("Password", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    for line in set_account(accounts_path(db), name, role, password.rstrip("\n")):
        typer.echo(line)


@app.command("backup")
def backup(out: OutFile, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Copy the database, also while the office is at work; the copy is checked.

    Example: letan office backup --db out/office.db --out backups/office-2026-11-28.db
    """
    typer.echo(f"{backups.back_up(_site(site), _there(db), out)} events in {out}")


@app.command("verify")
def verify(site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Check every event of a database, or of a copy: exit code 1 when one is not as it was written.

    Example: letan office verify --db out/office.db
    """
    try:
        count = backups.verify(_site(site), _there(db))
    except LetanError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    typer.echo(f"{db}: {count} events, all as they were written")


@app.command("restore")
def restore(
    copy: Annotated[Path, typer.Argument(help="A copy that `letan office backup` made.")],
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
) -> None:
    """Bring a copy back; the database that is there is kept beside it, and no number is given twice.

    Example: letan office restore backups/office-2026-11-28.db --db out/office.db
    """
    typer.echo(f"{backups.restore(_site(site), copy, db)} events are back in {db}")


@app.command("accept-loss")
def accept_loss(site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Go on with a database that lacks events, where no copy can be brought back.

    What is missing is told in the chain of events, and in every report and export over its days; the numbers that were
    given are not given again.

    Example: letan office accept-loss --db out/office.db
    """
    backups.accept_loss(_site(site), db)
    typer.echo(f"{db} goes on; what is missing is told in it")


@app.command("day")
def day(
    day: Annotated[str, typer.Argument(metavar="[DAY]", help="Which day it is, e.g. 2026-11-23.")] = "",
    instead_of: Annotated[
        str, typer.Option("--instead-of", metavar="DAY", help="The wrong day that things stand under.")
    ] = "",
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
) -> None:
    """Show which day it is at the office, say which day it is, or correct a wrong one.

    A clock that jumps ahead is not believed before a time server or you say so; meanwhile the office goes on with the
    day that it had. With --instead-of, all that stands under a wrong day belongs to DAY from now on, in every report.

    Example: letan office day 2026-11-23 --instead-of 2037-01-01
    """
    if not day:
        if instead_of:
            raise LetanError("--instead-of says which day is wrong; say the right one, too")
        _show_day(site, db)
        return
    wrong = day_of(instead_of, "--instead-of") if instead_of else None
    with acting_queue(site, _there(db)) as queue:
        typer.echo(f"it is {queue.set_day(day_of(day, 'DAY'), wrong)} at the office")


def _show_day(site: str, db: Path) -> None:
    with opened_office(site, _there(db), "read") as office:
        clock = office.clock.wall()
        doubt = "; the clock is not believed: say which day it is" if office.is_day_doubted else ""
        if clock.date().isoformat() < office.day:
            doubt = "; if that day is wrong, say the right one with --instead-of"
        typer.echo(f"it is {office.day} at the office, {clock:%Y-%m-%d %H:%M} by the clock{doubt}")


def _site(name: str) -> Site:
    return load_site(site_folder(name))


def _there(db: Path) -> Path:
    if not db.is_file():
        raise LetanError(f"{db}: there is no such database; name the robot's with --db")
    return db

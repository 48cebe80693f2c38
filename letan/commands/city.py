"""`letan city`: the events of many offices in one database, and what their leaders see of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

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
)
from letan.commands.ratings import FromOption, ToOption, days_of
from letan.files import whole
from robot.types import LetanError

if TYPE_CHECKING:
    from sqlalchemy import Engine

ACCOUNTS = Path("out/city.access")
CityOption = Annotated[
    str, typer.Option("--city", metavar="URL", envvar="LETAN_CITY", show_envvar=False, help="The city's PostgreSQL.")
]
BrokerOption = Annotated[
    str, typer.Option("--mqtt", metavar="URL", envvar="LETAN_MQTT", show_envvar=False, help="A broker: mqtt://host")
]
AccountsOption = Annotated[Path, typer.Option("--accounts", metavar="FILE", help="Who may log in at the city.")]
app = typer.Typer(no_args_is_help=True)


@app.callback()
def city() -> None:
    """Many offices in one PostgreSQL database: send there, and look at it.

    An address may hold a password: give it in LETAN_CITY and LETAN_MQTT, where no list of processes shows it.

    Example: letan city forward --city postgresql://letan@city.example/letan --db out/office.db
    """


@app.command("init")
def init(city: CityOption) -> None:
    """Make the tables of the city's database, or bring them up to date; what is in them stays.

    Example: letan city init --city postgresql://letan@city.example/letan
    """
    with _engine(city, is_ready=False) as engine:
        from city.database import initialise

        typer.echo(f"the city's tables are at step {initialise(engine)}")


@app.command("forward")
def forward(
    city: CityOption,
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
    office: Annotated[str, typer.Option("--office", metavar="NAME", help="Its name at the city; the site's.")] = "",
    once: Annotated[bool, typer.Option("--once", help="Send what is there, and end.")] = False,
    mqtt: BrokerOption = "",
) -> None:
    """Send an office's events to the city, each once and in order, until Ctrl-C or `kill`.

    Nothing is kept about what was sent: the city says how far it has come. While it is away this waits, for days if
    need be. With --mqtt its robots are told to a broker as well, in the form of VDA 5050.

    Example: letan city forward --city postgresql://letan@city.example/letan --db out/office.db
    """
    from letan.city_process import forward as send

    if not db.is_file():
        raise LetanError(f"{db}: there is no such database; name the office's with --db")
    sent = send(city, site, db, office or Path(site).name, once, mqtt, typer.echo)
    typer.echo(f"{sent} events sent")


@app.command("export")
def export(
    city: CityOption,
    first: FromOption,
    last: ToOption,
    out: OutFile,
    office: Annotated[str, typer.Option("--office", metavar="NAME", help="Of this office alone.")] = "",
    language: Annotated[str, typer.Option("--language", help="Of the headers and names.")] = "vi",
) -> None:
    """Write the ratings of all offices for a spreadsheet: CSV, or Excel's own file where it ends with .xlsx.

    Each office's rows say the week and the door, as far as enough people rated there.

    Example: letan city export --from 2026-11-01 --to 2026-11-30 --out city.csv
    """
    days = days_of(first, last)
    with _engine(city) as engine, whole(out.parent) as beside:
        from centre.export import csv_lines, write_xlsx
        from centre.texts import export_words
        from city.figures import CityFigures
        from console.city_pages import city_rows

        figures = CityFigures(engine)
        if office and office not in figures.offices():
            raise LetanError(f"the city does not know an office `{office}`; it knows {', '.join(figures.offices())}")
        words = export_words(language, several=True)
        rows = city_rows(figures, days, words, office)
        if out.suffix == ".xlsx":
            write_xlsx(beside / out.name, rows, words)
        else:
            with (beside / out.name).open("wb") as file:
                file.writelines(csv_lines(rows, words))
        gone = figures.lost(*days, office)
    if gone:
        typer.echo(f"letan: {gone} events of these days are lost: the export is not complete", err=True)
    typer.echo(f"written: {out}")


@app.command("serve")
def serve(
    city: CityOption,
    site: SiteOption = SITE,
    name: Annotated[str, typer.Option("--name", help="The city's name as its leaders read it.")] = "",
    accounts: AccountsOption = ACCOUNTS,
    host: HostOption = LOOPBACK,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0 takes any that is free.")] = 8010,
    host_name: Annotated[
        list[str] | None, typer.Option("--host-name", help="A host name that it answers to; may be repeated.")
    ] = None,
    certificate: CertificateOption = None,
    key: KeyOption = None,
    mqtt: BrokerOption = "",
) -> None:
    """Serve the leaders' page over all offices; the scale of its ratings and its languages are those of --site.

    Example: letan city serve --city postgresql://letan@city.example/letan --port 8010
    """
    from letan.city_process import serve_city
    from letan.office_process import Address, tls_of

    address = Address(host, port, tuple(host_name or ()), tls_of(certificate, key))
    serve_city(city, site, name, accounts, address, mqtt, typer.echo)


@app.command("account")
def account(
    name: Annotated[str, typer.Argument(help="The name to log in with.")],
    role: Annotated[Literal["leader", "admin"], typer.Option("--role", help="What they may see and do.")] = "leader",
    accounts: AccountsOption = ACCOUNTS,
) -> None:
    """Make an account for the city's page, or give one a new password, which is asked for on standard input.

    Example: letan city account leader
    """
    from letan.office_process import set_account

    accounts.parent.mkdir(parents=True, exist_ok=True)
    password = typer.prompt("Password", hide_input=True, err=True) if sys.stdin.isatty() else sys.stdin.readline()
    for line in set_account(accounts, name, role, password.rstrip("\n")):
        typer.echo(line)


@contextmanager
def _engine(address: str, is_ready: bool = True) -> Iterator[Engine]:
    """The city's database, checked to be ready; what speaks to PostgreSQL is only loaded here."""
    try:
        from city.database import check, open_city
    except ModuleNotFoundError as error:
        raise LetanError(f"`letan city` needs the package {error.name}: install letan[city,office]") from error
    engine = open_city(address)
    try:
        if is_ready:
            check(engine)
        yield engine
    finally:
        engine.dispose()

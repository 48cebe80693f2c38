"""`letan ratings`: what people thought of the service, for a spreadsheet and as a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from centre.export import ExportRow, coarsened, csv_lines, write_xlsx
from centre.label import label_of
from centre.office import Office
from centre.ratings import RATED, REPORTED, RatingReport, Share, ratings_in, report
from centre.site import Site
from centre.texts import export_words, load_console_texts
from letan.commands.days import day_of
from letan.commands.options import DATABASE, SITE, DatabaseOption, OutFile, SiteOption, opened_office
from letan.commands.tables import as_text, wrapped_table
from letan.files import whole
from robot.types import LetanError

FromOption = Annotated[str, typer.Option("--from", metavar="DAY", help="First day, e.g. 2026-11-01.")]
ToOption = Annotated[str, typer.Option("--to", metavar="DAY", help="Last day, included.")]

app = typer.Typer(no_args_is_help=True)


@app.callback()
def ratings() -> None:
    """What people thought: export and report.

    Example: letan ratings report --from 2026-11-01 --to 2026-11-30
    """


@app.command("export")
def export_ratings(
    first: FromOption,
    last: ToOption,
    out: OutFile,
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
    separator: Annotated[str, typer.Option(help="Between cells: ; for Vietnamese Excel, or ,")] = ";",
) -> None:
    """Write the ratings of some days for a spreadsheet: as CSV, or as Excel's own file where it ends with .xlsx.

    Rows say the week and the door, as far as enough people rated there that nobody can be told from the rest.

    Example: letan ratings export --from 2026-11-01 --to 2026-11-30 --out november.csv
    """
    if separator not in (";", ",", "\t"):
        raise LetanError(f"--separator is ; or , or a tab, not `{separator}`")
    days = days_of(first, last)
    written = Counter[str]()
    with opened_office(site, db, "read") as office:
        _tell_lost(office, days)
        words = export_words(office.site.languages[0])
        rows = _counted(coarsened(ratings_in(office.reading(*days, RATED)), label_of(office.site), words), written)
        with whole(out.parent) as beside:
            if out.suffix == ".xlsx":
                write_xlsx(beside / out.name, rows, words)
            else:
                with (beside / out.name).open("wb") as file:
                    file.writelines(csv_lines(rows, words, separator))
    typer.echo(f"{written.total()} ratings in {out}")


def _counted(rows: Iterable[ExportRow], counter: Counter[str]) -> Iterator[ExportRow]:
    for row in rows:
        counter[row.period] += 1
        yield row


@app.command("report")
def report_ratings(first: FromOption, last: ToOption, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Show how satisfied people were, with how sure one can be.

    Example: letan ratings report --from 2026-11-01 --to 2026-11-30
    """
    days = days_of(first, last)
    with opened_office(site, db, "read") as office:
        _tell_lost(office, days)
        made = report(office.reading(*days, REPORTED), office.site)
    language = office.site.languages[0]
    Console().print(_report_table(made, office.site, load_console_texts((language,))[language], days))


def _tell_lost(office: Office, days: tuple[date, date]) -> None:
    if gone := office.lost(*days):
        typer.echo(f"letan: {gone} events of these days are lost: the figures are not complete", err=True)


def days_of(first: str, last: str) -> tuple[date, date]:
    """The days of --from and --to."""
    days = (day_of(first, "--from"), day_of(last, "--to"))
    if days[0] > days[1]:
        raise LetanError(f"--from {first} comes after --to {last}")
    return days


def _report_table(made: RatingReport, site: Site, words: Mapping[str, str], days: tuple[date, date]) -> Table:
    """In the site's first language throughout."""
    language = site.languages[0]
    headers = (words[f"report.{column}"] for column in ("what", "number", "of", "share"))
    title = words["report.title"].format(first=days[0], last=days[1])
    table = wrapped_table(*headers, "95 %", title=title)

    def add(name: str, share: Share) -> None:
        low, high = share.interval
        table.add_row(as_text(name), str(share.part), str(share.n), f"{share.value:.0%}", f"{low:.0%}–{high:.0%}")

    add(words["leaders.response"], made.response)
    if made.are_few:
        table.caption = words["report.few"].format(least=site.ratings.least_group)
        return table
    add(words["leaders.satisfied"], made.satisfied)
    for level, count in made.levels.items():
        add(site.ratings.levels[level][language], Share(count, made.satisfied.n))
    for doors, share in made.doors.items():
        one = site.place.door[language].format(door=doors[0])
        add(one if len(doors) == 1 else f"{words['export.other_doors']} ({', '.join(doors)})", share)
    for reason, count in made.reasons.items():
        add(site.ratings.reasons[reason].name[language], Share(count, made.satisfied.n))
    return table

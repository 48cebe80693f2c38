"""The office at the command line: what the robot understands, ratings, and the queue of a counter."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table

from centre.journal import Access
from centre.office import Office, State, Step, Ticket
from centre.ratings import RatingReport, Share, ratings_in, report, to_csv
from centre.site import Site, load_site
from perception.requests import understand
from reception.meaning import choices_of
from robot.clock import RealClock
from robot.types import LetanError, Understanding

SITE = Path(__file__).resolve().parents[2] / "sites" / "cua_nam"
DATABASE = Path("out/office.db")
SiteOption = Annotated[Path, typer.Option("--site", help="The site's folder.")]
DatabaseOption = Annotated[Path, typer.Option("--db", help="The office's database.")]
FromOption = Annotated[str, typer.Option("--from", help="First day, e.g. 2026-11-01.")]
ToOption = Annotated[str, typer.Option("--to", help="Last day, included.")]

ratings_app = typer.Typer(help="What people thought: export and report.", no_args_is_help=True)
queue_app = typer.Typer(help="The numbers of a door: call, finish, no-show, status.", no_args_is_help=True)


def ask(
    text: Annotated[str | None, typer.Argument(help="What somebody says; without it, one utterance a line.")] = None,
    site: SiteOption = SITE,
    as_json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """Show what the robot understands.

    Example: letan ask "tôi muốn đăng ký khai sinh cho con"
    """
    place = load_site(site)
    for line in [text] if text is not None else (raw.rstrip("\r\n") for raw in sys.stdin):
        heard = understand(line)
        typer.echo(_as_json(heard) if as_json else _in_words(heard, place))


def _as_json(heard: Understanding) -> str:
    fields = {"text": heard.text, "ranked": heard.ranked, "accepted": heard.accepted}
    return json.dumps(fields, ensure_ascii=False)


def _in_words(heard: Understanding, site: Site) -> str:
    best = ", ".join(f"{name} {score:.2f}" for name, score in heard.ranked[:3]) or "nothing"
    if heard.accepted is None:
        return f"{heard.text}\n  unsure: {best}"
    request = site.request(heard.accepted)
    if request is None:
        return f"{heard.text}\n  {heard.accepted} (this site does not know it): {best}"
    leads = request.action or " or ".join(choices_of(heard.accepted, site)) or "a polite answer"
    return f"{heard.text}\n  {heard.accepted} -> {leads}: {best}"


@ratings_app.command("export")
def export_ratings(
    first: FromOption,
    last: ToOption,
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write.")],
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
    separator: Annotated[str, typer.Option(help="Between cells: ; for Vietnamese Excel, or ,")] = ";",
) -> None:
    """Write the ratings of some days for a spreadsheet.

    Example: letan ratings export --from 2026-11-01 --to 2026-11-30 --out november.csv
    """
    if separator not in (";", ",", "\t"):
        raise LetanError(f"--separator is ; or , or a tab, not `{separator}`")
    days = _days(first, last)
    office = _open(site, db, "read")
    try:
        found = ratings_in(office.events(*days), *days)
    finally:
        office.close()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(to_csv(found, office.site, separator))
    except OSError as error:
        raise LetanError(f"{out}: cannot be written: {error.strerror}") from None
    typer.echo(f"{len(found)} ratings in {out}")


@ratings_app.command("report")
def report_ratings(first: FromOption, last: ToOption, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Show how satisfied people were, with how sure one can be.

    Example: letan ratings report --from 2026-11-01 --to 2026-11-30
    """
    days = _days(first, last)
    office = _open(site, db, "read")
    try:
        made = report(office.events(*days), office.site, *days)
    finally:
        office.close()
    Console().print(_report_table(made, office.site, f"{first} to {last}"))


@queue_app.command("call")
def call_next(
    door: Annotated[str, typer.Argument(help="The door, e.g. 1.")],
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
) -> None:
    """Call the next number of a door.

    Example: letan queue call 1
    """
    office = _open(site, db, "write")
    try:
        ticket = office.call_next(door)
    finally:
        office.close()
    typer.echo(f"{ticket.number} to door {ticket.door}" if ticket else f"nobody waits at door {door}")


@queue_app.command("finish")
def finish(
    number: Annotated[str, typer.Argument(help="The number, e.g. A017.")],
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
) -> None:
    """A number has been served.

    Example: letan queue finish A017
    """
    typer.echo(_mark(site, db, "finished", number))


@queue_app.command("no-show")
def no_show(
    number: Annotated[str, typer.Argument(help="The number, e.g. A017.")],
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
) -> None:
    """A called number did not come.

    Example: letan queue no-show A017
    """
    typer.echo(_mark(site, db, "no_show", number))


@queue_app.command("status")
def status(site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Show who waits where today.

    Example: letan queue status
    """
    office = _open(site, db, "read")
    try:
        table = Table("door", "name", "waiting", "called", "serving", "finished", "no-show", "wait (min)")
        for name, door in office.site.doors.items():
            wait = office.wait(name)
            words = "closed" if not wait.is_open else "come in now" if wait.idle else f"{wait.low}–{wait.high}"
            counts = [str(len(office.tickets(name, state))) for state in get_args(State)]
            table.add_row(name, door.name[office.site.languages[0]], *counts, words)
        Console().print(table)
        if office.broken_at is not None:
            raise LetanError(f"{db}: row {office.broken_at} was changed from outside; keep this file and call support")
    finally:
        office.close()


def _open(site: Path, db: Path, access: Access) -> Office:
    place = load_site(site)
    if not db.is_file():
        raise LetanError(f"{db}: there is no such database; name the robot's with --db")
    return Office(place, RealClock(), db, access=access)


def _mark(site: Path, db: Path, kind: Step, number: str) -> str:
    office = _open(site, db, "write")
    try:
        before = office.ticket(number)
        ticket: Ticket | None = office.mark(kind, number)
    finally:
        office.close()
    if before is None:
        raise LetanError(f"there is no number {number} today")
    if ticket is None:
        raise LetanError(f"{before.number} is {before.state}: it must be called first")
    return f"{ticket.number} {ticket.state}"


def _days(first: str, last: str) -> tuple[date, date]:
    try:
        days = (datetime.strptime(first, "%Y-%m-%d").date(), datetime.strptime(last, "%Y-%m-%d").date())
    except ValueError:
        raise LetanError(f"days are written 2026-11-22; `{first}` or `{last}` is not one") from None
    if days[0] > days[1]:
        raise LetanError(f"--from {first} comes after --to {last}")
    return days


def _report_table(made: RatingReport, site: Site, title: str) -> Table:
    language = site.languages[0]
    table = Table("what", "number", "of", "share", "95 %", title=title)

    def add(name: str, share: Share) -> None:
        low, high = share.interval
        table.add_row(name, str(share.part), str(share.n), f"{share.value:.0%}", f"{low:.0%}–{high:.0%}")

    add("answered", made.response)
    add("satisfied", made.satisfied)
    for level, count in made.levels.items():
        add(site.ratings.levels[level][language], Share(count, made.satisfied.n))
    for door, share in made.doors.items():
        add(site.place.door[language].format(door=door), share)
    for reason, count in made.reasons.items():
        add(site.ratings.reasons[reason].name[language], Share(count, made.satisfied.n))
    if made.hidden_doors:
        table.caption = f"{made.hidden_doors} doors have fewer than {site.ratings.least_group} ratings and are hidden"
    return table

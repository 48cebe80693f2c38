"""`letan queue`: the numbers of the doors, called and finished at a counter."""

from __future__ import annotations

import json
from collections import Counter
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table

from centre.office import Office
from centre.tickets import State, Step
from letan.commands.options import DATABASE, SITE, DatabaseOption, JsonOption, SiteOption, opened_office
from letan.commands.tables import wrapped_table
from robot.types import LetanError

STATES: tuple[State, ...] = get_args(State)
DoorArgument = Annotated[str, typer.Argument(help="The door, e.g. 1.")]
NumberArgument = Annotated[str, typer.Argument(help="The number, e.g. A017.")]

app = typer.Typer(no_args_is_help=True)


@app.callback()
def queue() -> None:
    """The numbers of a door: call, finish, no-show, status.

    Example: letan queue call 1
    """


@app.command("call")
def call(door: DoorArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Call the next number of a door.

    Example: letan queue call 1
    """
    with opened_office(site, db, "write") as office:
        ticket = office.call_next(door)
    typer.echo(f"{ticket.number} to door {ticket.door}" if ticket else f"nobody waits at door {door}")


@app.command("finish")
def finish(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """A number has been served.

    Example: letan queue finish A017
    """
    with opened_office(site, db, "write") as office:
        typer.echo(_mark(office, "finished", number))


@app.command("no-show")
def no_show(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """A called number did not come.

    Example: letan queue no-show A017
    """
    with opened_office(site, db, "write") as office:
        typer.echo(_mark(office, "no_show", number))


@app.command("status")
def status(site: SiteOption = SITE, db: DatabaseOption = DATABASE, as_json: JsonOption = False) -> None:
    """Show who waits where today.

    With --json each line is a door: "door", how many are "waiting", "called", "serving", "held", "finished",
    "no_show", and "wait", the minutes [least, most] that a newcomer waits, or null when the door is closed.

    Example: letan queue status
    """
    with opened_office(site, db, "read") as office:
        if as_json:
            for door in office.site.doors:
                typer.echo(json.dumps(_as_json(office, door)))
        else:
            Console().print(_table(office))
        if office.broken_at is not None:
            raise LetanError(f"{db}: row {office.broken_at} was changed from outside; keep this file and call support")


def _as_json(office: Office, door: str) -> dict[str, object]:
    wait = office.wait(door)
    counts: dict[str, int] = {state: len(office.tickets(door, state)) for state in STATES}
    return {"door": door, **counts, "wait": [wait.low, wait.high] if wait.is_open else None}


def _table(office: Office) -> Table:
    table = wrapped_table("door", "name", "waiting", "now", "held", "done", "missed", "wait (min)")
    for name, door in office.site.doors.items():
        wait, tickets = office.wait(name), Counter(ticket.state for ticket in office.tickets(name))
        words = "closed" if not wait.is_open else "come in now" if wait.idle else f"{wait.low}–{wait.high}"
        now = tickets["called"] + tickets["serving"]
        counts = [tickets["waiting"], now, tickets["held"], tickets["finished"], tickets["no_show"]]
        table.add_row(name, door.name[office.site.languages[0]], *map(str, counts), words)
    return table


def _mark(office: Office, kind: Step, number: str) -> str:
    before = office.ticket(number)
    ticket = office.mark(kind, number)
    if before is None:
        raise LetanError(f"there is no number {number} today")
    if ticket is None:
        raise LetanError(f"{before.number} is {before.state}: it must be called first")
    return f"{ticket.number} {ticket.state}"

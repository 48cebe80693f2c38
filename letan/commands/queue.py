"""`letan queue`: the numbers of the doors, called and finished at a counter."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, get_args

import typer
from rich.console import Console
from rich.table import Table

from centre.office import Office
from centre.tickets import Day, State
from letan.commands.days import day_of
from letan.commands.options import DATABASE, SITE, DatabaseOption, JsonOption, SiteOption, opened_office
from letan.commands.tables import as_text, wrapped_table
from letan.queue_access import acting_queue
from robot.types import LetanError

STATES: tuple[State, ...] = get_args(State)
DoorArgument = Annotated[str, typer.Argument(help="The door, e.g. 1.")]
CounterArgument = Annotated[str, typer.Argument(help="The counter, e.g. 1-2 for the second of door 1.")]
AppointmentArgument = Annotated[int, typer.Argument(min=1, help="The appointment's number, as `book` told it.")]
NumberArgument = Annotated[str, typer.Argument(help="The number, e.g. A017.")]

app = typer.Typer(no_args_is_help=True)


@app.callback()
def queue() -> None:
    """The numbers of a door: what a counter can do with them, and who waits where.

    Example: letan queue call 1
    """


@app.command("call")
def call(door: DoorArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Call the next number of a door.

    Where an office is at work on the database, this and every other act goes through it.

    Example: letan queue call 1
    """
    with acting_queue(site, db) as queue:
        called = queue.call_next(door)
    typer.echo(f"{called.number} to door {called.door}" if called else f"nobody waits at door {door}")


@app.command("recall")
def recall(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Call a number once more.

    Example: letan queue recall A017
    """
    _step("recall", number, site, db)


@app.command("start")
def start(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """The holder of a number has come to the counter.

    Example: letan queue start A017
    """
    _step("start", number, site, db)


@app.command("finish")
def finish(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """A number has been served.

    Example: letan queue finish A017
    """
    _step("finish", number, site, db)


@app.command("no-show")
def no_show(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """A called number did not come.

    Example: letan queue no-show A017
    """
    _step("no-show", number, site, db)


@app.command("hold")
def hold(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Put a number aside, to take it up again later.

    Example: letan queue hold A017
    """
    _step("hold", number, site, db)


@app.command("return")
def bring_back(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Who missed the call, or was put aside, waits again.

    Example: letan queue return A017
    """
    _step("return", number, site, db)


@app.command("transfer")
def transfer(
    number: NumberArgument, door: DoorArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE
) -> None:
    """A number waits at another door, with the time of its arrival.

    Example: letan queue transfer A017 3
    """
    with acting_queue(site, db) as queue:
        done = queue.transfer(number, door)
    typer.echo(f"{done.number} {done.state} at door {done.door}")


@app.command("add")
def add(
    door: DoorArgument,
    service: Annotated[str, typer.Option("--service", help="A procedure of the site, by its id.")] = "",
    priority: Annotated[str, typer.Option("--priority", help="A priority group of the site.")] = "",
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
) -> None:
    """Give a number by hand.

    Example: letan queue add 1 --priority elder
    """
    with acting_queue(site, db) as queue:
        done = queue.add(door, service, priority)
    typer.echo(f"{done.number} {done.state} at door {done.door}")


@app.command("undo")
def undo(site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Take the last act of the last ten seconds back, if it was done by `letan queue`.

    Example: letan queue undo
    """
    with acting_queue(site, db) as queue:
        undone = queue.undo()
    if not undone:
        raise LetanError("there is nothing to undo: only the last act can be, within ten seconds")
    for done in undone:
        typer.echo(f"{done.number} {done.state}")


@app.command("close")
def close(counter: CounterArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """A counter closes; who waits at its door waits for those that are open.

    When it was the last one, those whose matter another door serves go there, with the time of their arrival.

    Example: letan queue close 1-2
    """
    _set_counter(counter, False, site, db)


@app.command("open")
def open_counter(counter: CounterArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """A counter opens again.

    Example: letan queue open 1-2
    """
    _set_counter(counter, True, site, db)


@app.command("book")
def book(
    door: DoorArgument,
    at: Annotated[str, typer.Argument(metavar="TIME", help="When, e.g. 2026-11-30T09:30.")],
    service: Annotated[str, typer.Option("--service", help="A procedure of the site, by its id.")] = "",
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
) -> None:
    """Give an appointment: a time at a door. Its holder's page, and its QR code, are those of its visit.

    Example: letan queue book 1 2026-11-30T09:30 --service khai_sinh
    """
    try:
        time = datetime.fromisoformat(at)
    except ValueError:
        raise LetanError(f"{at}: a time is written 2026-11-30T09:30") from None
    if time.tzinfo is not None:
        raise LetanError(f"{at}: a time is the office's own, without a zone")
    with acting_queue(site, db) as queue:
        number = queue.book(door, time, service)
    typer.echo(f"appointment {number} at door {door}, {time:%Y-%m-%d %H:%M}")


@app.command("check-in")
def check_in(appointment: AppointmentArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Who has an appointment is here: give their number, which goes by the appointed time unless they are late.

    Example: letan queue check-in 1207
    """
    with acting_queue(site, db) as queue:
        done = queue.check_in(appointment)
    typer.echo(f"{done.number} {done.state} at door {done.door}")


@app.command("give-back")
def give_back(appointment: AppointmentArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """An appointment is given back: its time is free for others.

    Example: letan queue give-back 1207
    """
    with acting_queue(site, db) as queue:
        queue.give_back(appointment)
    typer.echo(f"appointment {appointment} is given back")


@app.command("not-yet")
def not_yet(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """The holder of a number can't come yet: others go first for some minutes.

    Example: letan queue not-yet A017
    """
    _step("not-yet", number, site, db)


@app.command("here")
def here(number: NumberArgument, site: SiteOption = SITE, db: DatabaseOption = DATABASE) -> None:
    """Who had said "not yet" is here.

    Example: letan queue here A017
    """
    _step("here", number, site, db)


@app.command("status")
def status(
    site: SiteOption = SITE,
    db: DatabaseOption = DATABASE,
    day: Annotated[str, typer.Option("--day", metavar="DAY", help="Another day, e.g. 2026-11-23.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Show who waits where today, or how another day ended.

    With --json each line is a door: "door", how many are "waiting", "called", "serving", "held", "finished",
    "no_show", and "wait", the minutes [least, most] that a newcomer waits, or null when the door is closed or the day
    is over.

    Example: letan queue status
    """
    with opened_office(site, db, "read") as office:
        shown = _day_of(office, day)
        if as_json:
            for door in office.site.doors:
                typer.echo(json.dumps(_as_json(office, shown, door)))
        else:
            Console().print(_table(office, shown))
        if office.broken_at is not None:
            raise LetanError(f"{db}: row {office.broken_at} was changed from outside; keep this file and call support")


def _day_of(office: Office, day: str) -> Day | None:
    """The day that is asked for, None for today; when nothing has happened today it is told which days there are."""
    known = office.days()
    if not day:
        if known is not None and (words := _of_another_day(office, known[1])):
            typer.echo(f"letan: {words}", err=True)
        return None
    wanted = day_of(day, "--day")
    then = Day(wanted.isoformat())
    for event in office.reading(wanted, wanted):
        then.apply(event)
    if not then.tickets:
        there = f"there are numbers from {known[0]} to {known[1]}" if known else "there are none at all"
        raise LetanError(f"--day {day}: no number was given on that day; {there}")
    return then


def _of_another_day(office: Office, last: date) -> str:
    """What to say where the database's last day is another one than the clock's, "" where it is not."""
    clock = office.clock.wall().date()
    if last.isoformat() < office.day:
        return f"nothing has happened on {office.day}; the last day is {last}: see --day {last}"
    if office.is_day_doubted:
        return f"shown is {last}; the clock says {clock}, which is not believed: see `letan office day`"
    if clock < last:
        return f"shown is {last}, the last day in this database; the clock says {clock}"
    return ""


def _counts(office: Office, day: Day | None, door: str) -> Counter[State]:
    tickets = office.tickets() if day is None else tuple(day.tickets.values())
    return Counter(ticket.state for ticket in tickets if ticket.door == door)


def _as_json(office: Office, day: Day | None, door: str) -> dict[str, object]:
    wait = office.wait(door)
    counts = _counts(office, day, door)
    minutes = [wait.low, wait.high] if wait.is_open and day is None else None
    return {"door": door, **{state: counts[state] for state in STATES}, "wait": minutes}


def _table(office: Office, day: Day | None) -> Table:
    language = office.site.languages[0]
    title = None if day is None else f"{day.name}, as it ended"
    table = wrapped_table("door", "name", "waiting", "now", "held", "done", "missed", "wait (min)", title=title)
    for name, door in office.site.doors.items():
        wait = office.wait(name)
        tickets = _counts(office, day, name)
        words = as_text(office.site.place.say_wait(wait, "en" if "en" in office.site.languages else language))
        now = tickets["called"] + tickets["serving"]
        counts = [tickets["waiting"], now, tickets["held"], tickets["finished"], tickets["no_show"]]
        title_of_door = as_text(door.name[language])
        table.add_row(name, title_of_door, *map(str, counts), words if day is None else as_text("–"))
    return table


def _step(word: str, number: str, site: str, db: Path) -> None:
    with acting_queue(site, db) as queue:
        done = queue.step(word, number)
    typer.echo(f"{done.number} {done.state}")


def _set_counter(counter: str, is_open: bool, site: str, db: Path) -> None:
    with acting_queue(site, db) as queue:
        left, waiting = queue.set_counter(counter, is_open)
    typer.echo(f"{counter} {'open' if is_open else 'closed'}: {left} open at its door")
    if not left and waiting:
        typer.echo(f"{waiting} still wait there, whose matter no open door serves: tell them")

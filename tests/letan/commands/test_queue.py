"""The numbers of the doors at a counter's command line."""

import json
from datetime import datetime, timedelta

import pytest
from rich.console import Console

from centre.office import Office
from letan.commands.tables import as_text, wrapped_table
from robot.clock import SimClock


def test_a_counter_calls_finishes_and_misses_numbers(letan, database):
    for command, words in (
        (("call", "1"), "A 002 to door 1\n"),
        (("finish", "a2"), "A 002 finished\n"),
        (("call", "1"), "A 003 to door 1\n"),
        (("no-show", "A003"), "A 003 no_show\n"),
        (("call", "1"), "nobody waits at door 1\n"),
    ):
        assert letan("queue", *command, "--db", database)[:2] == (0, words)
    assert "Hộ tịch" in letan("queue", "status", "--db", database)[1]


def test_the_status_is_an_object_a_door(letan, database, site):
    code, out, _ = letan("queue", "status", "--db", database, "--json")
    doors = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [door["door"] for door in doors] == list(site.doors)
    assert {key: doors[0][key] for key in ("waiting", "called", "finished", "no_show")} == {
        "waiting": 2, "called": 0, "finished": 1, "no_show": 0,
    }  # fmt: skip
    assert all(door["wait"] is None or door["wait"][0] <= door["wait"][1] for door in doors)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("finish", "A002"), "A 002 is waiting; for `finish` it must be serving or called"),
        (("finish", "Z999"), "no number Z999 today"),
        (("call", "9"), "there is no door `9`"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_clear_message(letan, database, arguments, words):
    code, _, err = letan("queue", *arguments, "--db", database)
    assert code == 2
    assert words in err


def test_a_database_that_is_not_there_is_not_made(letan, tmp_path):
    code, _, err = letan("queue", "status", "--db", tmp_path / "none.db")
    assert code == 2
    assert "no such database" in err
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    "command", [("queue", "status"), ("queue", "call", "1"), ("ratings", "report"), ("ratings", "export")]
)
def test_a_file_of_somebody_else_is_refused_and_left_as_it_was(letan, tmp_path, command):
    (tmp_path / "x.db").touch()
    days = ("--from", "2026-11-01", "--to", "2026-11-30") if command[0] == "ratings" else ()
    out = ("--out", tmp_path / "x.csv") if command[-1] == "export" else ()
    code, _, err = letan(*command, *days, *out, "--db", tmp_path / "x.db")
    assert code == 2
    assert "not an office's database" in err
    assert [(found.name, found.stat().st_size) for found in tmp_path.iterdir()] == [("x.db", 0)]


@pytest.fixture
def earlier(site, tmp_path):
    """A database whose only day is the 23rd of November 2026: one served, one still waiting when it closed."""
    office = Office(site, SimClock(datetime(2026, 11, 23, 9)), tmp_path / "earlier.db")
    for _ in range(2):
        office.issue(office.open_visit(), "1")
    office.call_next("1")
    office.mark("finished", "A 001")
    office.close()
    return tmp_path / "earlier.db"


def test_a_database_of_another_day_says_so_and_shows_that_day_when_asked(letan, earlier):
    code, _, err = letan("queue", "status", "--db", earlier)
    assert (code, "the last day is 2026-11-23: see --day 2026-11-23" in err) == (0, True)
    code, out, err = letan("queue", "status", "--day", "2026-11-23", "--json", "--db", earlier)
    door = json.loads(out.splitlines()[0])
    assert (code, err, door["waiting"], door["finished"], door["wait"]) == (0, "", 1, 1, None)
    assert "2026-11-23, as it ended" in letan("queue", "status", "--day", "2026-11-23", "--db", earlier)[1]


def test_a_database_that_is_ahead_of_the_clock_says_so(letan, site, tmp_path):
    office = Office(site, SimClock(datetime(2199, 11, 25, 9)), tmp_path / "later.db")
    office.issue(office.open_visit(), "1")
    office.close()
    code, _, err = letan("queue", "status", "--db", tmp_path / "later.db")
    assert (code, "shown is 2199-11-25, the last day in this database; the clock says 20" in err) == (0, True)


@pytest.mark.parametrize(("day", "words"), [("2026-11-22", "there are numbers from 2026-11-23"), ("x", "is written")])
def test_a_day_without_numbers_or_that_is_none_is_told(letan, earlier, day, words):
    code, _, err = letan("queue", "status", "--day", day, "--db", earlier)
    assert (code, words in err) == (2, True)


def test_markup_and_escapes_in_names_are_text(capsys):
    table = wrapped_table("name")
    table.add_row(as_text("[red]Hộ tịch[/red]\x1b[2J"))
    Console(width=80).print(table)
    out = capsys.readouterr().out
    assert "[red]Hộ tịch[/red]" in out
    assert "\x1b" not in out


def test_an_appointment_is_given_and_given_back(letan, database):
    when = (datetime.now() + timedelta(days=8)).replace(hour=9, minute=30)
    when -= timedelta(days=when.weekday())  # a Monday
    code, out, _ = letan("queue", "book", "1", f"{when:%Y-%m-%dT%H:%M}", "--service", "khai_sinh", "--db", database)
    assert (code, out.endswith(f"at door 1, {when:%Y-%m-%d} 09:30\n")) == (0, True)
    number = out.split()[1]
    code, _, err = letan("queue", "check-in", number, "--db", database)
    assert (code, "a number for it from 09:15 on" in err) == (2, True)
    assert letan("queue", "give-back", number, "--db", database)[:2] == (0, f"appointment {number} is given back\n")
    code, _, err = letan("queue", "book", "1", "tomorrow", "--db", database)
    assert (code, "a time is written 2026-11-30T09:30" in err) == (2, True)


def test_who_can_not_come_yet_is_passed_over_and_a_closed_door_tells_whom_to_tell(letan, database):
    assert letan("queue", "not-yet", "A002", "--db", database)[:2] == (0, "A 002 waiting\n")
    assert letan("queue", "call", "1", "--db", database)[1] == "A 003 to door 1\n"
    assert letan("queue", "here", "A002", "--db", database)[:2] == (0, "A 002 waiting\n")
    letan("queue", "close", "1-1", "--db", database)
    out = letan("queue", "close", "1-2", "--db", database)[1]
    assert out == "1-2 closed: 0 open at its door\n1 still wait there, whose matter no open door serves: tell them\n"

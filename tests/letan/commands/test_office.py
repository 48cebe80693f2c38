"""The office at the command line."""

import json
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from centre.office import Office
from centre.site import load_site
from letan.commands.office import SITE, ask, queue_app, ratings_app
from robot.clock import SimClock
from robot.types import LetanError

app = typer.Typer()
app.command("ask")(ask)
app.add_typer(queue_app, name="queue")
app.add_typer(ratings_app, name="ratings")


def run(*args: str, said: str = "") -> str:
    result = CliRunner().invoke(app, list(args), input=said)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Two who wait at door 1 today, and one who has rated."""
    path = tmp_path / "office.db"
    office = Office(load_site(SITE), SimClock(datetime.now().replace(microsecond=0)), path)
    for _ in range(3):
        visit = office.open_visit()
        number = office.issue(visit, "1", "ket_hon").number
        if number == "A 001":
            office.call_next("1")
            office.mark("finished", number)
            office.rate(visit, 5)
    office.close()
    return path


def test_ask_prints_one_json_object_a_line_of_input() -> None:
    lines = run("ask", "--json", said="tôi muốn đăng ký kết hôn\n\nxyz\n").splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["accepted"] for row in rows] == ["ket_hon", None, None]
    assert rows[0]["text"] == "tôi muốn đăng ký kết hôn"
    assert rows[0]["ranked"][0][0] == "ket_hon"
    assert rows[1]["ranked"] == []


def test_ask_tells_in_words_what_a_request_leads_to() -> None:
    assert "lay_so -> take_number" in run("ask", "tôi muốn lấy số thứ tự")
    assert "can_cuoc -> can_cuoc" in run("ask", "làm căn cước công dân ở cửa nào")
    assert "unsure" in run("ask", "asdf")


def test_a_counter_calls_finishes_and_misses_numbers(database: Path) -> None:
    db = ("--db", str(database))
    assert run("queue", "call", "1", *db) == "A 002 to door 1\n"
    assert run("queue", "finish", "a2", *db) == "A 002 finished\n"
    assert run("queue", "call", "1", *db) == "A 003 to door 1\n"
    assert run("queue", "no-show", "A003", *db) == "A 003 no_show\n"
    assert run("queue", "call", "1", *db) == "nobody waits at door 1\n"
    assert "Hộ tịch" in run("queue", "status", *db)


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("queue", "finish", "A002"), "must be called first"),
        (("queue", "finish", "Z999"), "no number Z999 today"),
        (("queue", "call", "9"), "there is no door `9`"),
        (("ratings", "report", "--from", "yesterday", "--to", "2026-11-22"), "days are written"),
        (("ratings", "report", "--from", "2026-11-23", "--to", "2026-11-22"), "comes after"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_clear_message(database: Path, args: tuple[str, ...], words: str) -> None:
    with pytest.raises(LetanError, match=words):
        run(*args, "--db", str(database))


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(LetanError, match="no such database"):
        run("queue", "status", "--db", str(tmp_path / "none.db"))
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    "command", [("queue", "status"), ("queue", "call", "1"), ("ratings", "report"), ("ratings", "export")]
)
def test_a_file_of_somebody_else_is_refused_and_left_as_it_was(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "x.db").touch()
    days = ("--from", "2026-11-01", "--to", "2026-11-30") if command[0] == "ratings" else ()
    out = ("--out", str(tmp_path / "x.csv")) if command[-1] == "export" else ()
    with pytest.raises(LetanError, match="not an office's database"):
        run(*command, *days, *out, "--db", str(tmp_path / "x.db"))
    assert [(found.name, found.stat().st_size) for found in tmp_path.iterdir()] == [("x.db", 0)]


def test_ratings_are_exported_and_reported(database: Path, tmp_path: Path) -> None:
    today = datetime.now().date().isoformat()
    days = ("--from", today, "--to", today, "--db", str(database))
    out = tmp_path / "sub" / "ratings.csv"
    assert "1 ratings in" in run("ratings", "export", *days, "--out", str(out))
    assert out.read_bytes().startswith(b"\xef\xbb\xbfdate;time;door;")
    assert "satisfied" in run("ratings", "report", *days)

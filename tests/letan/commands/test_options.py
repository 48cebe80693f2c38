"""What all commands have in common: help, options that mean one thing, and what they bring along."""

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import unicodedata

import pytest
from typer.main import get_command

from letan.commands.main import app
from letan.setup import SITES


def walk(command, *names):
    """Every group and command, each by its words after `letan`."""
    yield names
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, *names, name)


COMMANDS = list(walk(get_command(app)))


def width(line):
    """Columns on a terminal."""
    return sum((2 if unicodedata.east_asian_width(c) in "WF" else 1) * (not unicodedata.combining(c)) for c in line)


def test_every_command_and_group_is_found():
    names = {" ".join(names) for names in COMMANDS}
    assert {"", "sim", "sim run", "map", "ask", "trees check", "trees watch", "queue call", "ratings report"} <= names
    assert len(names) > 25


@pytest.mark.parametrize("names", COMMANDS, ids=lambda names: " ".join(("letan", *names)))
def test_help_has_an_example_and_fits_eighty_columns(letan, monkeypatch, names):
    monkeypatch.setenv("COLUMNS", "80")
    code, out, _ = letan(*names, "--help")
    assert code == 0
    assert " ".join(("Example: letan", *names)) in " ".join(out.split())
    assert max(map(width, out.splitlines())) <= 80
    assert "…" not in out


def test_the_version_is_that_of_the_package(letan):
    assert letan("--version")[:2] == (0, f"letan {importlib.metadata.version('letan')}\n")


def test_tables_fit_eighty_columns_and_lose_nothing(letan, monkeypatch, database):
    monkeypatch.setenv("COLUMNS", "80")
    days = ("--from", "2026-01-01", "--to", "2099-01-01")
    for command in (
        ("sim", "list"),
        ("queue", "status", "--db", database),
        ("ratings", "report", *days, "--db", database),
        ("doctor",),
    ):
        out = letan(*command)[1]
        assert max(map(width, out.splitlines())) <= 80, command
        assert "…" not in out, command


def test_the_table_of_a_sweep_fits_eighty_columns(letan, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "80")
    scenario = tmp_path / "empty.yaml"
    scenario.write_text("scenario: empty\nabout: Nobody.\nstart: '08:00'\nclose: '08:01'\nlatest: '08:02'\n")
    code, out, _ = letan("sim", "sweep", scenario, "--seeds", "1", "--out", tmp_path / "sweep")
    assert code == 0
    assert max(width(line) for line in out.splitlines() if not line.startswith("/")) <= 80  # a path is left whole
    assert "…" not in out
    assert "x real" in out


WITH_SITE = [
    ("ask", "xin chào"),
    ("trees", "check"),
    ("trees", "show", "reception"),
    ("trees", "schema"),
    ("queue", "status", "--db", "none.db"),
    ("ratings", "report", "--from", "2026-11-01", "--to", "2026-11-02", "--db", "none.db"),
    ("doctor",),
    ("voice", "check"),
    ("map", "--robot", "sim", "--out", "none"),
]


@pytest.mark.parametrize("command", WITH_SITE, ids=lambda command: " ".join(command[:2]))
def test_a_site_that_is_not_there_is_told_with_the_nearest(letan, tmp_path, monkeypatch, command):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SITES / "cua_nam", tmp_path / "sites" / "ward")
    for wrong, right in (("cua_nan", "cua_nam"), ("sites/wart", "sites/ward")):
        code, _, err = letan(*command, "--site", wrong)
        assert code == 2
        assert f"there is no site `{wrong}`; did you mean `{right}`?" in err


@pytest.mark.parametrize("given", ["cua_nam", str(SITES / "cua_nam"), "mine", "./mine"])
def test_a_site_is_given_by_its_name_or_by_its_folder(letan, tmp_path, monkeypatch, database, given):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SITES / "cua_nam", tmp_path / "mine")
    assert letan("ask", "xin chào", "--site", given)[0] == 0
    assert letan("trees", "check", "--site", given)[0] == 0
    assert letan("queue", "status", "--db", database, "--site", given)[0] == 0


def test_a_site_that_is_a_file_is_told(letan):
    code, _, err = letan("ask", "xin chào", "--site", SITES / "cua_nam" / "site.yaml")
    assert code == 2
    assert "is a file; name the folder" in err


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("sim", "run", "short", "--headless", "--no-screen"), "--headless and --no-screen exclude each other"),
        (("sim", "run", "mapping", "--headless"), "--headless: `mapping` is a mapping tour"),
        (("sim", "run", "mapping", "--speed", "2"), "--speed: `mapping` is a mapping tour"),
        (("sim", "run", "mapping", "--watch-trees"), "--watch-trees: `mapping` is a mapping tour"),
        (("map", "a.log", "--robot", "sim"), "either a log or a robot"),
        (("map",), "either a log or a robot"),
        (("map", "a.log", "--site", "cua_nam"), "--site goes with --robot"),
        (("map", "--robot", "sim", "--scan-topic", "/scan"), "a live robot has none"),
        (("map", "a.log", "--watch"), "--watch needs a display"),
        (("map", "--robot", "sim", "--format", "carmen"), "--format carmen needs the scans once more"),
    ],
)
def test_options_that_exclude_each_other_are_told_before_anything_is_written(
    letan, tmp_path, monkeypatch, command, words
):
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.chdir(tmp_path)
    code, _, err = letan(*command, "--out", "out")
    assert code == 2
    assert words in err
    assert list(tmp_path.iterdir()) == []


TREES = str(SITES.parent / "trees")
WITHOUT_KERNELS = [
    *[(*names, "--help") for names in COMMANDS],
    ("--version",),
    ("ask", "xin chào"),
    ("queue", "status"),
    ("queue", "call", "1"),
    ("ratings", "report", "--from", "2026-11-01", "--to", "2026-11-02"),
    ("ratings", "export", "--from", "2026-11-01", "--to", "2026-11-02", "--out", "november.csv"),
    ("doctor",),
    ("voice", "check", "--language", "none"),
    ("trees", "check"),
    ("trees", "show", "reception"),
    ("trees", "diff", TREES, TREES),
    ("trees", "schema"),
    ("trees", "docs"),
    ("trees", "new", "mine", "--folder", "."),
    ("trees", "export", "reception", "--groot", "reception.xml"),
    ("sim", "list"),
    ("sim", "events"),
    ("sim", "check", "morning"),
    ("sim", "run", "nothing"),
]


def test_commands_of_office_help_doctor_and_designers_load_no_compiled_code(database):
    """Loading numba takes a second, which nobody who asks for help or a number should wait for."""
    program = (
        "import json, sys\n"
        "from letan.commands.main import main\n"
        "for command in json.load(sys.stdin):\n"
        "    sys.argv = ['letan', *command]\n"
        "    try:\n"
        "        main()\n"
        "    except SystemExit:\n"
        "        pass\n"
        "    if 'numba' in sys.modules:\n"
        "        sys.exit(f'numba was loaded by: {command}')\n"
        "sys.exit(0)\n"
    )
    office = ("--db", str(database))
    commands = [(*c, *(office if c[0] in ("queue", "ratings") and "--help" not in c else ())) for c in WITHOUT_KERNELS]
    ended = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(commands), cwd=database.parent, text=True,
        capture_output=True, env={**os.environ, "PYTHONPATH": str(SITES.parent)}, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert (database.parent / "reception.xml").exists()

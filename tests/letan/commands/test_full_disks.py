"""Where nothing more can be written, commands end with a message, and leave no file that is empty or half."""

import resource
import shutil
import subprocess
import sys

import pytest

from letan.files import write_whole
from letan.setup import HOME
from robot.types import LetanError

TREES = str(HOME / "trees")
PRINTING = [
    ("--help",),
    ("--version",),
    ("sim", "list"),
    ("sim", "events"),
    ("sim", "check", "morning"),
    ("ask", "xin chào"),
    ("ask", "xin chào", "--json"),
    ("doctor",),
    ("doctor", "--json"),
    ("queue", "status"),
    ("queue", "status", "--json"),
    ("queue", "call", "1"),
    ("ratings", "report", "--from", "2026-11-01", "--to", "2026-11-02"),
    ("ratings", "export", "--from", "2026-11-01", "--to", "2026-11-02", "--out", "november.csv"),
    ("trees", "check"),
    ("trees", "check", "--format", "json"),
    ("trees", "show", "reception"),
    ("trees", "diff", TREES, TREES),
    ("trees", "schema"),
    ("trees", "docs"),
    ("trees", "new", "mine", "--folder", "."),
    ("trees", "try", "reception", "--scenario", "SCENARIO"),
    ("sim", "run", "SCENARIO", "--no-screen"),
    ("sim", "sweep", "SCENARIO", "--seeds", "1"),
    ("map", "room.log", "--out", "map"),
]


@pytest.fixture
def folder(database):
    """With everything that the commands read."""
    folder = database.parent
    shutil.copy(HOME / "trees" / "reception.yaml", folder)
    (folder / "empty.yaml").write_text(
        "scenario: empty\nabout: Nobody.\nstart: '08:00'\nclose: '08:01'\nlatest: '08:02'\n"
    )
    beams = " ".join(f"{3.0 + 0.005 * k:.3f}" for k in range(180))
    (folder / "room.log").write_text("".join(f"FLASER 180 {beams} 0 0 0 0 0 0 {k}.0 host {k}.0\n" for k in range(5)))
    return folder


@pytest.mark.parametrize("command", PRINTING, ids=lambda command: " ".join(command[:3]))
def test_nowhere_to_print_to_is_one_message(folder, command):
    office = ("--db", "office.db") if command[0] in ("queue", "ratings") else ()
    arguments = ["empty.yaml" if word == "SCENARIO" else word for word in (*command, *office)]
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "letan", *arguments], cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "PYTHONPATH": str(HOME), "LANG": "C.UTF-8"}, check=False,
        )  # fmt: skip
    assert ended.returncode == 2, ended.stderr
    assert ended.stderr.endswith("letan: the output: cannot be written: No space left on device\n")
    assert "Traceback" not in ended.stderr
    assert "Exception ignored" not in ended.stderr


def test_a_reader_that_has_gone_is_no_error_to_tell(folder):
    reader = subprocess.Popen(["true"], stdin=subprocess.PIPE)
    reader.wait()
    ended = subprocess.run(
        [sys.executable, "-m", "letan", "trees", "docs"], cwd=HOME, stdout=reader.stdin, stderr=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    reader.stdin.close()
    assert ended.returncode == 1
    assert ended.stderr == ""


@pytest.fixture
def small_files(monkeypatch):
    """Files of this process may not grow beyond some bytes, as on a disk with little room."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def limit(size):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_map_for_which_there_is_no_room_leaves_the_earlier_one_as_it_was(letan, folder, small_files):
    out = folder / "map"
    assert letan("map", folder / "room.log", "--out", out)[0] == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    small_files(2000)
    code, _, err = letan("map", folder / "room.log", "--out", out, "--seed", "2")
    small_files(resource.RLIM_INFINITY)
    assert code == 2
    assert f"letan: {out}: cannot be written: File too large" in err
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    code, _, err = letan("map", folder / "room.log", "--out", out, "--seed", "2")
    assert code == 0


def test_a_new_folder_for_which_there_is_no_room_is_not_left(letan, folder, small_files):
    small_files(2000)
    code, _, err = letan("map", folder / "room.log", "--out", folder / "map")
    small_files(resource.RLIM_INFINITY)
    assert code == 2
    assert "cannot be written" in err
    assert not (folder / "map").exists()


@pytest.mark.parametrize(
    ("command", "left"),
    [
        (("trees", "docs", "--out", "x"), "x"),
        (("trees", "schema", "--out", "x"), "x"),
        (("trees", "export", "reception", "--groot", "x"), "x"),
        (("trees", "show", "reception", "--svg", "x"), "x"),
        (("trees", "show", "reception", "--html", "x"), "x"),
        (("trees", "new", "mine", "--folder", "."), "mine.yaml"),
    ],
)
def test_a_file_for_which_there_is_no_room_is_not_begun(letan, folder, small_files, monkeypatch, command, left):
    monkeypatch.chdir(folder)
    before = {path.name for path in folder.iterdir()}
    small_files(100)
    code, _, err = letan(*command)
    small_files(resource.RLIM_INFINITY)
    assert code == 2
    assert "cannot be written: File too large" in err
    assert {path.name for path in folder.iterdir()} == before
    assert letan(*command)[0] == 0
    assert (folder / left).stat().st_size > 100


def test_pictures_for_which_there_is_no_room_leave_figures_and_log(letan, folder, monkeypatch):
    from letan.commands import sim_run

    def full(run, out):
        (out / "path.png").write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(sim_run, "run_pictures", full)
    code, _, err = letan("sim", "run", folder / "empty.yaml", "--no-screen", "--out", folder / "out")
    assert code == 2
    assert f"{folder / 'out'}: cannot be written: No space left on device" in err
    left = {path.name for path in (folder / "out").iterdir()}
    assert {"events.jsonl", "summary.json"} <= left
    assert not left & {"path.png", "ratings.csv"}
    assert not any(name.startswith(".part-") for name in left)


def test_a_tiny_disk_that_is_full_is_told_and_holds_nothing_half(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", disk], check=False, capture_output=True
    ).returncode
    if mounted != 0:
        pytest.skip("only root can mount a small disk")
    try:
        write_whole(disk / "small.txt", "x" * 100)
        with pytest.raises(LetanError, match=r"cannot be written: No space left on device"):
            write_whole(disk / "large.txt", "x" * 100_000)
        assert [path.name for path in disk.iterdir()] == ["small.txt"]
    finally:
        subprocess.run(["umount", disk], check=True)

"""The designer's tutorial does what it says: every file, every change and every command with its output."""

import os
import re
import shutil
import subprocess
import sys
import time

import pytest

from letan.setup import HOME

FOLDERS = (
    *("letan", "behaviours", "reception", "hmi", "sim", "navigation", "perception", "centre", "logs", "slam", "text"),
    *("robot", "trees", "sites"),
)
BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"


@pytest.fixture
def copy(tmp_path):
    """Letan as a designer has it, to change as one likes."""
    for folder in FOLDERS:
        shutil.copytree(HOME / folder, tmp_path / folder)
    return tmp_path


def changed(path, diff):
    """Lines with `-` become those with `+`; the others stand around them."""
    lines = [line for line in diff.splitlines() if line]
    old = "".join(f"{line[1:]}\n" for line in lines if line[0] in "- ")
    new = "".join(f"{line[1:]}\n" for line in lines if line[0] in "+ ")
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} has not once:\n{old}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def started(command, folder):
    """A command on its way."""
    program, *arguments = command.split()
    assert program == "letan"
    return subprocess.Popen(
        [sys.executable, "-c", "from letan.commands.main import main; main()", *arguments], cwd=folder, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(folder), "COLUMNS": "110", "NO_COLOR": "1"},
    )  # fmt: skip


def said(command, folder):
    """What a command prints."""
    out, err = started(command, folder).communicate()
    assert "Traceback" not in err
    return (out + err).strip("\n").splitlines()


@pytest.fixture
def beside(copy):
    """Start a simulation beside the rest, and wait until its tree runs."""
    runs = []

    def begin(command):
        runs.append(started(command.removesuffix("&"), copy))
        deadline = time.monotonic() + 60.0
        while not (copy / "out" / "trees.jsonl").exists():
            assert runs[-1].poll() is None, runs[-1].communicate()
            assert time.monotonic() < deadline
            time.sleep(0.1)

    yield begin
    for run in runs:
        run.terminate()
        run.communicate(timeout=20)


def plain(lines):
    """Lines without the times and counts of a simulation, which differ between processors.

    `file.yaml:12` stays, and so does what is counted in the files: `of 12`.
    """
    return [re.sub(r"(?<![:\w])(?<!of )\d[\d:.]*", "0", " ".join(line.split())) for line in lines]


def agrees(shown, lines):
    """Whether the lines are those shown, where `…` stands for any number of them."""
    parts = re.split(rf"^{LEFT_OUT}$", "\n".join(shown), flags=re.MULTILINE)
    pattern = r"(?:.*\n)*?".join(re.escape(part.strip("\n")) + r"\n?" for part in parts)
    return re.fullmatch(pattern, "".join(f"{line.rstrip()}\n" for line in lines)) is not None


def test_every_step_of_the_tutorial_does_what_it_says(copy, beside):
    commands = 0
    for kind, name, body in BLOCK.findall((HOME / "docs" / "tutorial.md").read_text(encoding="utf-8")):
        if kind == "yaml":
            (copy / name).write_text(body, encoding="utf-8")
        elif kind == "diff":
            changed(copy / name, body)
        else:
            for block in body.split("$ ")[1:]:
                command, *shown = block.rstrip("\n").split("\n")
                if command.endswith("&"):
                    beside(command)
                    continue
                lines = said(command, copy)
                simulated = command.split()[2] in ("try", "coverage")
                assert agrees(*(map(plain, (shown, lines)) if simulated else (shown, lines))), "\n".join(lines)
                commands += 1
    assert commands >= 10


def test_a_tutorial_that_is_wrong_would_be_noticed():
    assert agrees(["a", LEFT_OUT, "d"], ["a", "b", "c", "d"])
    assert agrees(["a"], ["a"])
    assert not agrees(["a", LEFT_OUT, "d"], ["a", "b", "c"])
    assert not agrees(["a"], ["a", "b"])
    assert not agrees([], ["a"])
    assert plain(["08:00:01.5   1.2 s  greet.yaml:12 ran 13"]) == ["0 0 s greet.yaml:12 ran 0"]
    assert plain(["5 of 7 branches (71%)"]) == ["0 of 7 branches (0%)"]

"""The folder of a run: only what an earlier run of ours left there is ever removed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from letan.files import cannot_be_written, is_beside
from robot.types import LetanError

MARK = ".letan-run"  # stands in every folder that a run made
LEFT = ("events.jsonl", "summary.json", "ratings.csv", "path.png", "run.gif", "report.html")
LEFT_BY_TREES = ("trees.jsonl", "timeline.txt", "coverage.html")
LEFT_BY_OFFICE = ("office.db", "office.db-shm", "office.db-wal", "office.db.fence")
OF_AN_OFFICE = ("office.db.access", "office.db.owner")  # what `letan office` has beside its database, and no run
LEFT_BY_MAPPING = ("map.pgm", "map.yaml", "map.png", "trajectory.txt", "trajectory.tum", "corrected.log", "state.npz")
FOLDERS = ("pages", "screens", "tickets", "requests")


def check_folder(out: Path) -> None:
    """LetanError for a folder that can't be made or holds anything else than an earlier run; nothing is changed."""
    try:
        nearest = next(path for path in (out, *out.absolute().parents) if path.exists())
        if not nearest.is_dir():
            raise LetanError(f"{nearest} is a file: choose a folder with --out")
        if not os.access(nearest, os.W_OK | os.X_OK):
            raise LetanError(f"{nearest}: cannot be written: choose another folder with --out")
        if any((out / name).exists() for name in OF_AN_OFFICE):
            raise LetanError(f"{out} holds the database of an office: choose another folder with --out")
        if out.exists() and not (out / MARK).exists() and any(not is_beside(path) for path in out.iterdir()):
            raise LetanError(f"{out} is not empty and holds no earlier run: choose another folder with --out")
    except OSError as error:
        raise cannot_be_written(out, error) from error


def empty_folder(out: Path) -> None:
    """Make `out`, or remove an earlier run's files from it; LetanError for a folder that holds anything else."""
    check_folder(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name in (*LEFT, *LEFT_BY_TREES, *LEFT_BY_OFFICE, *LEFT_BY_MAPPING):
            (out / name).unlink(missing_ok=True)
        for name in FOLDERS:
            shutil.rmtree(out / name, ignore_errors=True)
        (out / MARK).touch()
    except OSError as error:
        raise cannot_be_written(out, error) from error

"""The folder of a run: only what an earlier run of ours left there is ever removed."""

from __future__ import annotations

import shutil
from pathlib import Path

from robot.types import LetanError

MARK = ".letan-run"  # stands in every folder that a run made
LEFT = ("events.jsonl", "summary.json", "ratings.csv", "path.png", "run.gif")
LEFT_BY_TREES = ("trees.jsonl", "timeline.txt", "coverage.html")
LEFT_BY_OFFICE = ("office.db", "office.db-shm", "office.db-wal")
LEFT_BY_MAPPING = ("map.pgm", "map.yaml", "map.png", "trajectory.txt")


def empty_folder(out: Path) -> None:
    """Make `out`, or remove an earlier run's files from it; LetanError for a folder that holds anything else."""
    try:
        if out.exists() and not out.is_dir():
            raise LetanError(f"{out} is a file: choose a folder with --out")
        if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
            raise LetanError(f"{out} is not empty and holds no earlier run: choose another folder with --out")
        out.mkdir(parents=True, exist_ok=True)
        for name in (*LEFT, *LEFT_BY_TREES, *LEFT_BY_OFFICE, *LEFT_BY_MAPPING):
            (out / name).unlink(missing_ok=True)
        for name in ("pages", "tickets", "requests"):
            shutil.rmtree(out / name, ignore_errors=True)
        (out / MARK).touch()
    except OSError as error:
        raise LetanError(f"{out}: cannot be written: {error.strerror or error}") from error

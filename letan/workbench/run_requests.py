"""Requests to a running simulation, as small files in the folder of its run: pause, step, go on, reload."""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from letan.workbench.recording import NAME, goes_on
from robot.types import LetanError

FOLDER = "requests"
PATIENCE = 10.0  # s for an answer
TAKEN, LOOK = 5.0, 0.02  # s in which a run must take a request, s between two looks whether it has
What = Literal["pause", "step", "go", "reload"]
WHATS: tuple[str, ...] = get_args(What)


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What is asked for; `now`: a reload that does not wait for the visit to end."""

    what: str
    now: bool = False


def ask(run: Path, request: RunRequest) -> Path:
    """Leave a request; the file that vanishes when it has been taken."""
    folder = run / FOLDER
    try:
        folder.mkdir(exist_ok=True)
        path = folder / f"{time.time_ns()}.json"
        aside = path.with_suffix(".new")
        aside.write_text(json.dumps(asdict(request)), encoding="utf-8")
        os.replace(aside, path)
    except OSError as error:
        raise LetanError(f"{run}: the request can't be left there: {error.strerror or error}") from error
    return path


def deliver(run: Path, request: RunRequest) -> None:
    """Leave a request and wait until the run has taken it; LetanError, and nothing left, when it does not."""
    must_go_on(run)
    path, deadline = ask(run, request), time.monotonic() + TAKEN
    while path.exists():
        if time.monotonic() > deadline:
            path.unlink(missing_ok=True)
            raise LetanError(f"nobody took the request within {TAKEN:g} s: is the run still under way?")
        time.sleep(LOOK)


def must_go_on(run: Path) -> None:
    """LetanError for a run that is over, or was broken off."""
    record = run / NAME
    if not record.is_file():
        raise LetanError(f"{run}: no run is under way there (there is no {NAME})")
    if not goes_on(record):
        raise LetanError(f"{run}: the run is over")


def take(run: Path) -> list[RunRequest]:
    """The requests that were left, the oldest first; what is no request is thrown away."""
    try:
        names = sorted(name for name in os.listdir(run / FOLDER) if name.endswith(".json"))
    except FileNotFoundError:
        return []
    found = []
    for name in names:
        path = run / FOLDER / name
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            path.unlink()
            if data["what"] in WHATS:
                found.append(RunRequest(data["what"], bool(data.get("now"))))
        except (OSError, ValueError, KeyError, TypeError):
            path.unlink(missing_ok=True)
    return found


def asked_to_reload(run: Path, now: bool) -> dict[str, Any]:
    """Ask for a reload; what became of it, from the run's record. LetanError when nobody answers."""
    must_go_on(run)
    with (run / NAME).open(encoding="utf-8") as file:
        file.seek(0, os.SEEK_END)
        request, deadline = ask(run, RunRequest("reload", now)), time.monotonic() + PATIENCE
        answer: dict[str, Any] = {}
        while time.monotonic() < deadline and answer.get("reload") not in ("broken", "swapped"):
            line = file.readline()
            if line.endswith("\n") and "reload" in (found := json.loads(line)):
                answer = found
                deadline = min(deadline, time.monotonic() + 1.0)  # s for the swap, when nobody is being served
            elif not line:
                time.sleep(0.02)
    if request.exists():
        request.unlink(missing_ok=True)
        raise LetanError(f"{run}: nobody answers: is the run still under way?")
    if not answer:
        raise LetanError(f"{run}: no answer within {PATIENCE:g} s")
    return answer

"""The office beside a lone robot: a process of its own, started, watched, and started again when it ends or hangs."""

from __future__ import annotations

import os
import secrets
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from centre.owner import Owner, owner_of
from letan.office_client import TOKEN, OfficeClient, RefusedError
from robot.types import LetanError

READY_WITHIN = 30.0  # s, also on a machine that has just been switched on
LOOK = 0.1  # s between two looks whether it still runs
ASK = 1.0  # s between two questions how it is
SILENT = 3  # questions without an answer after which it is killed
RESTS = (0.0, 0.5, 1.0, 2.0, 5.0)  # s before it is started again, the sooner it ended the longer
SETTLED = 20.0  # s after which an end counts as the first one again


class SupervisedOffice:
    """The office of a site's database at a port of the loopback, which it keeps; `say` hears of what happens to it.

    Where an office is at work on the database already, that one is used and nobody supervises it here.
    """

    def __init__(self, site: str, database: Path, say: Callable[[str], None], port: int = 0) -> None:
        self.restarts = 0
        self._site = site
        self._database = database
        self._say = say
        self._port = port
        self._token = secrets.token_urlsafe(24)
        self._over = threading.Event()
        self._process: subprocess.Popen[str] | None = None
        there = owner_of(database)
        if there is not None and there.url and _answers(there):
            self.owner = there
            return
        self.owner = Owner(0, self._started(), self._token)
        self._port = int(self.owner.url.rpartition(":")[2])
        self._watcher = threading.Thread(target=self._watch, name="office watch", daemon=True)
        self._watcher.start()

    @property
    def pid(self) -> int:
        """Of the process that is supervised, 0 when none is."""
        return self._process.pid if self._process is not None else 0

    def close(self) -> None:
        """End the office in order; what it has acknowledged is stored."""
        self._over.set()
        if self._process is None:
            return
        self._watcher.join()
        _end(self._process)
        self._drain.join(LOOK)

    def _started(self) -> str:
        """Start the process and wait until it serves: its address. LetanError with its own words when it does not."""
        command = [sys.executable, "-m", "letan", "office", "--site", self._site, "--db", str(self._database)]
        self._process = subprocess.Popen(
            [*command, "--port", str(self._port)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=os.environ | {TOKEN: self._token}, start_new_session=True,
        )  # fmt: skip
        words = _first_line(self._process, READY_WITHIN)
        if words.startswith("ready "):
            self._drain = threading.Thread(target=_drain, args=(self._process,), daemon=True)
            self._drain.start()
            return words.removeprefix("ready ").strip()
        _end(self._process)
        assert self._process.stderr is not None
        with self._process.stderr as complaints:
            told = complaints.read()
        raise LetanError(told.strip().removeprefix("letan: ") or "the office did not start")

    def _watch(self) -> None:
        assert self._process is not None
        ended = 0
        began = asked = time.monotonic()
        silent = 0
        while not self._over.wait(LOOK):
            now = time.monotonic()
            if now - asked > ASK:
                asked = now
                silent = 0 if _answers(self.owner) else silent + 1
                if silent >= SILENT:
                    self._process.kill()
            if self._process.poll() is None:
                continue
            _end(self._process)
            self._say(f"the office has ended ({self._process.returncode}) and is started again")
            ended = ended + 1 if now - began < SETTLED else 0
            if self._over.wait(RESTS[min(ended, len(RESTS) - 1)]):
                return
            began = time.monotonic()
            silent = 0
            with suppress(LetanError, OSError):
                self._started()
                self.restarts += 1


def _answers(owner: Owner) -> bool:
    """Whether it says how it is, even if that is not well."""
    try:
        OfficeClient(owner, ASK).get("/health")
    except RefusedError:
        return True
    except LetanError:
        return False
    return True


def _first_line(process: subprocess.Popen[str], seconds: float) -> str:
    """The first line that a process writes; "" when it ends or takes too long."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], seconds)
    return process.stdout.readline() if ready else ""


def _drain(process: subprocess.Popen[str]) -> None:
    """Nobody reads what it complains of but the log of this process."""
    assert process.stderr is not None
    with process.stderr as complaints:
        for line in complaints:
            sys.stderr.write(line)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(10.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()

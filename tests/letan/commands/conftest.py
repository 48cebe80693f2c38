"""Commands in processes of their own: as a shell starts them, and stopped by signals."""

import os
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from centre.office import Office
from centre.site import load_site
from letan.setup import site_folder
from robot.clock import SimClock

HOME = Path(__file__).resolve().parents[3]


class Command:
    """`letan …` under way; `folder` is where it runs."""

    def __init__(self, folder, *arguments, environment=None, **options):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "letan", *map(str, arguments)], cwd=folder, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(HOME), **(environment or {})},
            preexec_fn=_hears_signals, start_new_session=True, **options,
        )  # fmt: skip

    def wait_for(self, condition, seconds=120.0):
        deadline = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, self.process.communicate()
            assert time.monotonic() < deadline, "what the command is waited for did not come"
            time.sleep(0.05)

    def has_read(self, path):
        """How many bytes of a file that it has open it has read."""
        for link in Path(f"/proc/{self.process.pid}/fd").iterdir():
            try:
                if link.readlink() == path:
                    return int((link.parent.parent / "fdinfo" / link.name).read_text().split()[1])
            except OSError:
                continue
        return 0

    def ended_by(self, number):
        """Send a signal, as a terminal does Ctrl-C to all processes, as `kill` to one; exit code, output and errors."""
        if number == signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=120)
        return self.process.returncode, out, err

    def left_behind(self, seconds=10.0):
        """The processes of its session that are there yet, after a while for those that end with it."""
        deadline = time.monotonic() + seconds
        while (left := _in_session(self.process.pid)) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def close(self):
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                try:
                    self.process.wait(20)
                except subprocess.TimeoutExpired:
                    continue
        for pid in _in_session(self.process.pid):
            os.kill(pid, signal.SIGKILL)
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()


def _hears_signals():
    """Who runs the tests in the background may have had SIGINT ignored."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def _in_session(session):
    """The living processes of a session, by their ids."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, _, theirs = (folder / "stat").read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(theirs) == session and state != "Z":
            found.append(int(folder.name))
    return found


@pytest.fixture
def begin(tmp_path):
    """Start a command in a folder of its own; whatever it leaves is ended with the test."""
    begun = []

    def start(*arguments, folder=tmp_path, **options):
        begun.append(Command(folder, *arguments, **options))
        return begun[-1]

    yield start
    for command in begun:
        command.close()


@pytest.fixture
def database(tmp_path):
    """An office's database: two who wait at door 1 today, and one who has rated."""
    path = tmp_path / "office.db"
    office = Office(load_site(site_folder("cua_nam")), SimClock(datetime.now().replace(microsecond=0)), path)
    for _ in range(3):
        visit = office.open_visit()
        number = office.issue(visit, "1", "ket_hon").number
        if number == "A 001":
            office.call_next("1")
            office.mark("finished", number)
            office.rate(visit, 5)
    office.close()
    return path

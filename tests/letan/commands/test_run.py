"""`letan run`: the robot at work goes on whatever dies around it, and ends in order."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from centre.owner import owner_of
from hmi.xvfb import Xvfb
from letan.office_client import OfficeClient
from robot.types import LetanError


class Service:
    """The command as a process of its own; `said` are the lines that it has printed."""

    def __init__(self, folder, *options, **environment):
        self.folder = folder
        self.said = []
        command = [sys.executable, "-m", "letan", "run", "--robot", "sim", "--scenario", "short", *options]
        self.process = subprocess.Popen(
            [*command, "--folder", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=os.environ | {"PYTHONUNBUFFERED": "1"} | environment,
        )

    def wait_for(self, words):
        """The first line with these words."""
        for line in self.process.stdout:
            self.said.append(line)
            if words in line:
                return line
        raise AssertionError("".join(self.said))

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.said += self.process.communicate(timeout=60)[0].splitlines(keepends=True)
        return self.process.returncode


@pytest.fixture
def start(tmp_path):
    made = []

    def started(*options, **environment):
        made.append(Service(tmp_path / "kept", *options, **environment))
        return made[-1]

    yield started
    for each in made:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()


def eventually(service, is_so, seconds=40.0):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert service.process.poll() is None, service.end()
        assert time.monotonic() < deadline, "".join(service.said)
        time.sleep(0.1)


def answers(service):
    owner = owner_of(service.folder / "office.db")
    try:
        return bool(owner and owner.url) and OfficeClient(owner, 1.0).get("/health")["ok"]
    except LetanError:
        return False


def windows_of(process):
    """The processes of this one that show a window."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_the_office_and_the_screen_come_back_when_they_are_killed_and_the_robot_ends_in_order(start):
    with Xvfb() as screen:
        service = start("--screen", "window", DISPLAY=screen.display)
        ready = service.wait_for("ready in")
        assert "the wheels stand" in ready
        told = "".join(service.said)
        assert "there is no Vosk model" in told
        assert "no printer is named" in told
        office = owner_of(service.folder / "office.db").pid
        os.kill(office, signal.SIGKILL)
        eventually(service, lambda: answers(service) and owner_of(service.folder / "office.db").pid != office)
        before = windows_of(service.process)
        assert before
        os.kill(before[0], signal.SIGKILL)
        eventually(service, lambda: (now := windows_of(service.process)) and before[0] not in now)
        assert service.end() == 128 + signal.SIGTERM
    assert "ending" in "".join(service.said)
    assert "Traceback" not in "".join(service.said)
    assert not answers(service)


def test_for_a_while_without_a_screen_it_ends_by_itself(start):
    service = start("--screen", "none", "--for", "3 s", HOME="/nonexistent")
    service.wait_for("ending")
    service.process.communicate(timeout=60)
    assert service.process.returncode == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [(("--robot", "nobody"), "nobody"), (("--for", "5 metres"), "--for"), (("--site", "x"), "site")],
)
def test_what_can_not_begin_is_told(letan, tmp_path, options, words):
    code, _, err = letan("run", "--screen", "none", "--folder", tmp_path / "kept", *options)
    assert code == 2
    assert words in err

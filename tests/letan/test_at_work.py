"""A robot with a driver of its own goes the same way as the simulated one, from its office to an end in order."""

import json
import threading
import time

import pytest

from centre.owner import owner_of
from letan import at_work
from letan.at_work import WorkOptions, work
from letan.office_client import OfficeClient
from letan.stopping import StopRequest
from robot.types import LetanError
from sim.robot import SimRobot
from sim.world import World


class Bench(SimRobot):
    """A robot on a bench: the simulated one, which at times is unplugged."""

    closed = False
    unplugged = False

    def sense(self):
        if self.unplugged:
            raise OSError("no such device")
        return super().sense()

    def close(self):
        self.closed = True


@pytest.fixture
def bench(site, monkeypatch):
    made = Bench(World(site.floor, site.robot, 1), 1)
    monkeypatch.setattr(at_work, "find_driver", lambda name: (None, ""))
    monkeypatch.setattr(at_work, "open_robot", lambda name, site: made)
    return made


@pytest.fixture
def served(bench, tmp_path):
    """The robot at work in a thread of the test."""
    said, stop, failed = [], StopRequest(), []

    def serve():
        try:
            work(WorkOptions("cua_nam", "bench", tmp_path / "kept", None, "none"), said.append, stop)
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=serve)
    thread.start()
    deadline = time.monotonic() + 60.0
    while not any("ready" in line for line in said) and thread.is_alive():
        assert time.monotonic() < deadline
        time.sleep(0.05)

    def end():
        stop.number = 15
        thread.join(30.0)
        assert failed == []
        return said

    yield end
    stop.number = 15
    thread.join(30.0)


def events(tmp_path):
    return [json.loads(line) for line in (tmp_path / "kept" / "events.jsonl").read_text().splitlines()]


def test_an_unplugged_robot_is_told_and_goes_on_when_it_is_back(served, bench, tmp_path):
    bench.unplugged = True
    time.sleep(1.0)
    bench.unplugged = False
    before = bench.world.time
    time.sleep(1.0)
    assert bench.world.time > before
    said = served()
    assert said[-1] == "ending"
    assert bench.closed
    failed = [event for event in events(tmp_path) if event["event"] == "part_failed"]
    assert [(event["part"], "no such device" in str(event)) for event in failed] == [("robot", True)]


def test_its_office_hears_how_it_is(served, bench, tmp_path):
    client = OfficeClient(owner_of(tmp_path / "kept" / "office.db"))
    deadline = time.monotonic() + 20.0
    told = None
    while not told and time.monotonic() < deadline:
        time.sleep(0.1)
        try:
            told = client.get("/api/robots")
        except LetanError:
            continue
    served()
    assert told
    assert told[0]["held"] == "power", "after every start the wheels stand until a person confirms"

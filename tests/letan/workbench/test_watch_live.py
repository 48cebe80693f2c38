"""The live view of a simulation that is under way: it is followed, paused and stepped, and its end is told."""

import json
import signal
import subprocess
import sys
import threading
import time
from itertools import pairwise

import pytest

from letan.live_run import LiveRun
from letan.setup import open_setup
from letan.simulate import Run
from letan.workbench import run_requests
from letan.workbench.recording import BEAT, NAME, goes_on
from letan.workbench.run_requests import RunRequest, deliver
from robot.types import LetanError
from sim.scenario import Arrivals, load_scenario

DIES = """
import sys, time
from datetime import datetime
from pathlib import Path
from letan.workbench.recording import Recording
recording = Recording(Path(sys.argv[1]), datetime(2026, 11, 2, 8))
print("recording", flush=True)
time.sleep(60)
"""


class Turning:
    """A run that turns its wheel in a thread until it is stopped or over."""

    def __init__(self, out, pace):
        later = load_scenario("short").model_copy(update={"arrivals": Arrivals(people=1, rush=1.0, rush_minutes=8.0)})
        self.run = Run(later, 1, out, place=open_setup("cua_nam"), pace=pace)
        self.live = LiveRun(self.run, out, lambda words: None, False)
        self._stop, self._thread = threading.Event(), threading.Thread(target=self._turn)
        self._thread.start()

    def _turn(self):
        while not self._stop.is_set():
            if self.live.may_step():
                self.run.step()
        self.live.close()

    def end(self):
        self._stop.set()
        self._thread.join()


@pytest.fixture
def turning(tmp_path):
    turning = Turning(tmp_path / "out", 4.0)
    yield turning
    turning.end()
    turning.run.log.close()
    turning.run.close()


@pytest.fixture
def opened(browser, serving, page, turning, tmp_path):
    with serving(tmp_path / "out") as server:
        browser.open(server.url)
        browser.until(f"typeof newest !== 'undefined' && {page.row('go_to reception')}?.className === 'row r now'")
        yield browser


def test_a_simulation_is_paused_stepped_looked_back_at_and_goes_on(opened, page, turning):
    run = turning.run
    opened.value(page.click("pause"))
    opened.until(f"{page.text('about')} === 'paused'")
    stood, shown = run.clock.now(), opened.value("newest.t")
    for step in (1, 2):
        opened.value(page.click("step"))
        opened.until(f"{page.text('said')}.startsWith('step {step}: ')")
    assert run.clock.now() == pytest.approx(stood + 0.2)
    assert opened.value("newest.t") == pytest.approx(shown + 0.2)
    assert opened.value(page.text("clock")) == opened.value(f"clock({shown + 0.2})")
    opened.value(page.drag(shown - 0.5))
    opened.until(f"{page.text('about')} === 'looking back' && {page.text('said')} === 'the run is paused'")
    opened.value(page.click("live"))
    opened.until(f"{page.text('about')} === 'paused'")
    turning.live.recording.write({"t": 1.0, "reload": "broken", "trouble": "patrol.yaml:3:1: for the test"})
    opened.until(f"{page.text('trouble')}.includes('patrol.yaml:3:1')")
    opened.value(page.click("pause"))
    opened.until(f"{page.text('about')} === 'live' && newest.t > {shown + 1}")


def test_the_tree_follows_what_runs_until_it_is_scrolled_by_hand(opened, page):
    seen = """(([box, at]) => at.top >= box.top && at.bottom <= box.bottom)(
        ['#tree', '.row.now'].map(each => document.querySelector(each).getBoundingClientRect()))"""
    opened.call("Emulation.setDeviceMetricsOverride", width=1400, height=600, deviceScaleFactor=1, mobile=False)
    opened.until(seen)
    wait = opened.value("elements.findIndex(row => row.textContent.includes('wait $rest'))")
    opened.until(f"newest.s[{wait}] === 'r'")  # at rest: nothing but the board has a claim
    opened.until(f"{page.row('wait $rest')}.className === 'row r now' && {seen}")
    assert "wait: $rest" in opened.value("document.querySelector('#source .at').textContent")
    wheel = {"type": "mouseWheel", "x": 800, "y": 300, "deltaX": 0, "deltaY": -40000}
    opened.call("Input.dispatchMouseEvent", **wheel)
    opened.until("scrolled && document.getElementById('tree').scrollTop === 0")
    before = opened.value("newest.t")
    opened.until(f"newest.t > {before + BEAT} && document.getElementById('follow').className === 'on'")
    assert opened.value(f"!({seen})")
    opened.value(page.click("follow"))
    opened.until(seen)


def test_a_reload_that_is_asked_for_in_the_page_is_answered_there(opened, page, turning):
    opened.value(page.click("reload"))
    opened.until(f"{page.text('said')} === 'the new trees and texts run'")
    assert turning.run.loop.parts.tree.swaps == 1
    opened.until(f"{page.row('go_to reception')}.className === 'row r now'")


def test_the_clock_goes_on_while_the_robot_rests_and_an_ended_run_is_over(opened, page, turning, tmp_path):
    opened.until("lines.slice(-3).every(line => Object.keys(line).length === 1)")
    before = opened.value(page.text("clock"))
    opened.until(f"{page.text('clock')} > '{before}' && {page.text('about')} === 'live'")
    turning.end()
    opened.until(f"{page.text('about')} === 'over' && document.getElementById('step').disabled")
    assert json.loads((tmp_path / "out" / NAME).read_text(encoding="utf-8").splitlines()[-1])["over"] is True


def test_a_run_at_rest_writes_a_few_bytes_a_second(tmp_path):
    later = load_scenario("short").model_copy(update={"arrivals": Arrivals(people=1, rush=1.0, rush_minutes=8.0)})
    run = Run(later, 1, tmp_path, place=open_setup("cua_nam"))
    live, sizes = LiveRun(run, tmp_path, lambda words: None, False), {}
    while run.clock.now() < 120.0:
        assert live.may_step()
        run.step()
        sizes[round(run.clock.now())] = (tmp_path / NAME).stat().st_size
    live.close()
    run.log.close()
    run.close()
    assert 6 * 60 < sizes[110] - sizes[50] < 16 * 60
    times = [json.loads(line)["t"] for line in (tmp_path / NAME).read_text(encoding="utf-8").splitlines()]
    assert max(b - a for a, b in pairwise(times)) < BEAT + 0.2


def test_a_run_whose_process_died_goes_on_no_more(tmp_path):
    process = subprocess.Popen([sys.executable, "-c", DIES, tmp_path / NAME], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "recording\n"
        assert goes_on(tmp_path / NAME)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    assert not goes_on(tmp_path / NAME)
    with pytest.raises(LetanError, match="the run is over"):
        deliver(tmp_path, RunRequest("pause"))


def test_a_request_that_nobody_takes_is_removed_and_told(tmp_path, turning, monkeypatch):
    out = tmp_path / "out"
    monkeypatch.setattr(run_requests, "TAKEN", 0.2)
    monkeypatch.setattr(turning.live, "may_step", lambda: time.sleep(0.01))
    with pytest.raises(LetanError, match=r"nobody took the request within 0\.2 s"):
        deliver(out, RunRequest("pause"))
    assert list((out / "requests").iterdir()) == []
    with pytest.raises(LetanError, match=r"there is no trees\.jsonl"):
        deliver(tmp_path, RunRequest("pause"))

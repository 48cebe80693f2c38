"""Ctrl-C and `kill` end every long command with a word, whole files and nothing left behind."""

import json
import shutil
import signal

import numpy as np
import pytest

from letan.simulate import Run
from letan.stopping import Stopped, breaking_off, listening
from sim.robot import SimRobot

SIGNALS = [pytest.param(signal.SIGINT, 130, id="Ctrl-C"), pytest.param(signal.SIGTERM, 143, id="kill")]


def lines_of(path):
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_run_with_a_screen_is_stopped_with_its_log_whole_and_no_process_left(begin, tmp_path, number, code):
    if shutil.which("Xvfb") is None:
        pytest.skip("Xvfb is not installed (scripts/setup)")
    out = tmp_path / "out"
    command = begin("sim", "run", "short", "--headless", "--out", out)
    command.wait_for(lambda: len(lines_of(out / "trees.jsonl")) > 50)
    found, said, told = command.ended_by(number)
    assert found == code, told
    assert "Traceback" not in told
    assert f"letan: stopped; {out}: events.jsonl, summary.json and ratings.csv tell of the run so far" in told
    assert "stopped at" in " ".join(said.split())
    events = (out / "events.jsonl").read_text(encoding="utf-8")
    assert events.endswith("\n")
    assert [json.loads(line) for line in events.splitlines()]
    assert json.loads((out / "summary.json").read_text())["complete"] is False
    assert (out / "ratings.csv").stat().st_size > 0
    assert command.left_behind() == []


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_map_of_a_log_is_stopped_with_what_was_mapped(begin, tmp_path, number, code):
    beams = " ".join(f"{3.0 + 0.005 * k:.3f}" for k in range(180))
    log, out = tmp_path / "long.log", tmp_path / "out"
    with log.open("w") as file:
        for k in range(40_000):  # to and fro, for far longer than the test waits
            x = abs(k % 400 - 200) / 50
            file.write(f"FLASER 180 {beams} {x} 0 0 {x} 0 0 {k}.0 host {k}.0\n")
    command = begin("map", log, "--out", out, "--particles", "1")
    command.wait_for(lambda: command.has_read(log) > 2_000_000, 300.0)
    found, said, told = command.ended_by(number)
    assert found == code, told
    assert f"letan: stopped; {out}: the map so far" in told
    assert "(stopped before its end)" in " ".join(said.split())
    summary = json.loads((out / "summary.json").read_text())
    assert summary["complete"] is False
    assert summary["stopped_by"] == number
    assert len(np.loadtxt(out / "trajectory.txt", ndmin=2)) == summary["scans"] > 0
    assert command.left_behind() == []


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_view_of_a_run_is_stopped_and_says_that_the_run_is_as_before(begin, tmp_path, number, code):
    (tmp_path / "trees.jsonl").write_text("{}\n")
    command = begin("trees", "watch", tmp_path, "--port", "0")
    assert command.process.stdout.readline().startswith("http://127.0.0.1:")
    found, _, told = command.ended_by(number)
    assert found == code, told
    assert f"letan: stopped; this view has ended; {tmp_path} holds the run as before" in told
    assert command.left_behind() == []


@pytest.fixture
def interrupted(monkeypatch):
    """A signal comes in the middle of a run of the simulator, after some steps."""

    def after(number, steps=30):
        real, done = Run.step, []

        def step(run):
            done.append(run)
            if len(done) == steps:
                signal.raise_signal(number)
            real(run)

        monkeypatch.setattr(Run, "step", step)

    return after


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_trees_that_are_tried_are_stopped_with_what_was_seen_until_then(letan, interrupted, tmp_path, number, code):
    interrupted(number)
    found, said, told = letan("trees", "try", "reception", "--whole", "--out", tmp_path / "out")
    assert found == code
    assert "letan: stopped; the run was tried until 08:" in told
    assert "reception.yaml" in said
    assert (tmp_path / "out" / "timeline.txt").stat().st_size > 0


def test_coverage_that_is_stopped_shows_what_was_counted(letan, interrupted):
    interrupted(signal.SIGTERM)
    found, said, told = letan("trees", "coverage", "--scenario", "short", "--scenario", "morning")
    assert found == 143
    assert "letan: stopped; counted: short, seed 1, the last not to its end" in told
    assert "reception.yaml" in said


def test_a_sweep_that_is_stopped_says_how_many_runs_are_done(letan, interrupted, tmp_path):
    interrupted(signal.SIGINT)
    found, _, told = letan("sim", "sweep", "short", "--seeds", "3", "--jobs", "1", "--out", tmp_path)
    assert found == 130
    assert "0 of 3 runs are done; the same command goes on from there" in told
    assert json.loads((tmp_path / "short" / "1" / "summary.json").read_text())["complete"] is False


def test_a_mapping_tour_that_is_stopped_leaves_the_map_so_far(letan, monkeypatch, tmp_path):
    real = SimRobot.sense

    def sense(robot):
        observation = real(robot)
        if abs(observation.stamp - 5.0) < 0.01:
            signal.raise_signal(signal.SIGINT)
        return observation

    monkeypatch.setattr(SimRobot, "sense", sense)
    found, said, told = letan("sim", "run", "mapping", "--out", tmp_path / "out")
    assert found == 130
    assert "Mapping tour (stopped)" in said
    assert f"letan: stopped; {tmp_path / 'out'}: the map so far" in told
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["complete"] is False


def test_the_first_signal_is_noted_and_the_second_breaks_off():
    with listening() as stop:
        assert not stop
        signal.raise_signal(signal.SIGTERM)
        assert stop.number == signal.SIGTERM
        with pytest.raises(Stopped):
            signal.raise_signal(signal.SIGINT)


def test_a_signal_that_was_ignored_from_the_start_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with breaking_off():
            signal.raise_signal(signal.SIGHUP)
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

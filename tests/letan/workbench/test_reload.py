"""Hot reload in a running simulation: nothing leaks, nothing is lost, and a broken file changes nothing."""

import gc
import json
import os
import shutil
import threading
import time

import pytest

from behaviours.language.nodes import Node
from letan.events import RobotSaid, TreeBroken
from letan.live_run import LiveRun
from letan.setup import SITES, TREES, open_setup
from letan.simulate import Run
from letan.workbench.run_requests import RunRequest, ask, asked_to_reload, take
from robot.types import LetanError
from sim.scenario import load_scenario


@pytest.fixture
def trees(tmp_path):
    shutil.copytree(TREES, tmp_path / "trees")
    return tmp_path / "trees"


@pytest.fixture
def words(tmp_path):
    """The Vietnamese words of a copy of the shipped site."""
    shutil.copytree(SITES / "cua_nam", tmp_path / "site")
    return tmp_path / "site" / "texts" / "vi.yaml"


@pytest.fixture
def live(request, tmp_path, trees, words):
    """A run, short unless a test says otherwise, of a copy of the shipped trees and site that others can look into."""
    place = open_setup(str(words.parent.parent), trees / "reception.yaml")
    run = Run(load_scenario(getattr(request, "param", "short")), 1, tmp_path / "out", place=place)
    said = []
    live = LiveRun(run, tmp_path / "out", said.append, True)
    live.said = said
    yield live
    live.close()
    run.log.close()
    run.close()


def counts(runner):
    gc.collect()
    nodes = sum(isinstance(each, Node) for each in gc.get_objects())
    return nodes, len(runner.run.scope.values), threading.active_count(), len(os.listdir("/proc/self/fd"))


def save(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def reloaded(live, trees, reloads):
    """Spread over the run: a changed file, read aside, swapped in when nobody is being served."""
    run, runner, rest = live.run, live.run.loop.parts.tree, 2
    save(trees / "patrol.yaml", "root:\n", "let:\n  rounds: 7\nroot:\n")
    every, before = max(1, 9000 // reloads), ()
    for index in range(10**9):
        if run.is_over:
            break
        if index % every == 0 and runner.swaps < reloads + 1 and not live.reloader.runner.is_waiting:
            rest = 3 if rest == 2 else 2
            save(trees / "patrol.yaml", f"default: {5 - rest} min", f"default: {rest} min")
            live.reloader.begin()
            live.reloader.settle()
            live.reloader.collect(run.clock.now())
        run.step()
        if runner.swaps == 1 and not before:
            before = counts(runner)
    assert runner.swaps >= reloads
    assert counts(runner) == before
    assert runner.run.scope.values["patrol.rounds"] == 7.0
    result = run.finish()
    assert result.problems == ()
    figures = result.figures
    assert figures.tickets == figures.printed == figures.citizens > 0
    assert figures.guided_in_area == figures.guided > 0
    assert figures.tickets_doubled == figures.printed_doubled == figures.contacts_by_robot == 0


def test_forty_reloads_in_a_run_leave_nodes_variables_threads_files_and_figures_as_they_were(live, trees):
    reloaded(live, trees, 40)


@pytest.mark.slow
@pytest.mark.parametrize("live", ["morning"], indirect=True)
def test_a_thousand_reloads_in_a_morning_leave_nodes_variables_threads_files_and_figures_as_they_were(live, trees):
    reloaded(live, trees, 1000)


def lines(live, key):
    record = live.recording.path.read_text(encoding="utf-8").splitlines()
    return [found for line in record if key in (found := json.loads(line))]


def until(live, holds):
    """Turn the run's wheel, in real time, until something holds."""
    deadline = time.monotonic() + 20.0
    while not holds() and time.monotonic() < deadline:
        if live.may_step():
            live.run.step()
    assert holds()


def test_a_saved_file_is_reloaded_and_a_broken_one_is_told_everywhere_while_the_old_tree_runs_on(live, trees):
    runner = live.run.loop.parts.tree
    save(trees / "patrol.yaml", "default: 3 min", "default: 2 min")
    until(live, lambda: runner.swaps == 1)
    save(trees / "patrol.yaml", "wait: $rest", "wiat: $rest")
    until(live, lambda: any("errors" in line for line in live.said))
    words = "patrol.yaml:11:7: unknown word `wiat`; did you mean `wait`?"
    assert words in live.said[-1]
    assert words in live.run.log.of(TreeBroken)[0].event.words
    assert words in lines(live, "reload")[-1]["trouble"]
    assert live.run.loop.parts.desk.staff.notes == {"tree": words}
    assert runner.swaps == 1
    save(trees / "patrol.yaml", "wiat: $rest", "wait: $rest")
    until(live, lambda: runner.swaps == 2)
    until(live, lambda: lines(live, "reload")[-1]["reload"] == "swapped")
    assert lines(live, "reload")[-1]["trouble"] == ""
    assert live.run.loop.parts.desk.staff.notes == {}
    assert [line["tree"] for line in lines(live, "tree")] == ["reception"] * 3


def test_a_saved_text_is_spoken_and_shown_and_a_broken_one_changes_nothing(live, words):
    runner, desk = live.run.loop.parts.tree, live.run.loop.parts.desk
    before = desk.wording.text("speech.welcome")
    save(words, before, "Good morning from the test.")
    until(live, lambda: runner.swaps == 1)
    assert desk.wording.text("speech.welcome") == "Good morning from the test."
    save(words, "welcome: Good", "welcom: Good")
    until(live, lambda: any("errors" in line for line in live.said))
    assert "`speech.welcom` is missing in texts/en.yaml" in live.said[-1]
    assert desk.wording.text("speech.welcome") == "Good morning from the test."


def test_a_new_text_and_the_tree_that_uses_it_come_together(live, trees, words):
    english = words.with_name("en.yaml")
    for path in (words, english):
        save(path, "\nspeech:\n", "\nspeech:\n  birthday: Many happy returns.\n")
    save(trees / "greet.yaml", "  begin_visit", "  sequence:\n    - begin_visit\n    - say: speech.birthday")
    until(live, lambda: live.run.loop.parts.tree.swaps)
    until(live, lambda: any(said.event.text == "Many happy returns." for said in live.run.log.of(RobotSaid)))


def test_a_plugin_leaf_that_can_not_be_made_leaves_the_old_tree(live, trees, monkeypatch):
    from behaviours.language.builtin import Wait

    def explode(*_):
        raise ZeroDivisionError("for the test")

    monkeypatch.setattr(Wait, "__init__", explode)
    live.reloader.begin()
    live.reloader.settle()
    live.may_step()
    assert "the tree can't be built: ZeroDivisionError: for the test" in live.said[-1]
    assert live.run.loop.parts.tree.swaps == 0


def test_pause_step_and_go_are_obeyed(live, tmp_path):
    def steps(count):
        return sum(live.may_step() for _ in range(count))

    assert steps(5) == 5
    for what, expected in (("pause", 0), ("step", 1), ("step", 1), ("go", 5)):
        ask(tmp_path / "out", RunRequest(what))
        time.sleep(0.06)
        assert steps(5) == expected
    assert [line["paused"] for line in lines(live, "paused")] == [True, True, True, False]


def test_what_is_no_request_is_thrown_away(tmp_path):
    assert take(tmp_path) == []
    ask(tmp_path, RunRequest("reload", now=True))
    for index, text in enumerate(("{", '{"what": "explode"}', "[]", '{"who": 1}')):
        (tmp_path / "requests" / f"9{index}.json").write_text(text)
    assert take(tmp_path) == [RunRequest("reload", True)]
    assert list((tmp_path / "requests").iterdir()) == []


def test_a_reload_that_is_asked_for_is_answered(live, trees, tmp_path):
    stop = threading.Event()
    answers = []

    def asking():
        for old, new in (("default: 3 min", "default: 2 min"), ("wait: $rest", "wiat: $rest")):
            save(trees / "patrol.yaml", old, new)
            answers.append(asked_to_reload(tmp_path / "out", now=True))
        stop.set()

    live._watch_files = False
    thread = threading.Thread(target=asking)
    thread.start()
    until(live, stop.is_set)
    thread.join()
    assert [answer["reload"] for answer in answers] == ["swapped", "broken"]
    assert "did you mean `wait`" in answers[1]["trouble"]


def test_a_reload_without_a_run_says_so(tmp_path):
    with pytest.raises(LetanError, match="no run is under way"):
        asked_to_reload(tmp_path, now=False)

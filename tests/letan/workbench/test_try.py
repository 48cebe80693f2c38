"""Trying trees in the simulator, and branch coverage by the lines of the files."""

import shutil

import pytest

from letan.setup import TREES
from letan.simulate import Run
from letan.workbench.coverage import Coverage
from letan.workbench.coverage_page import as_html
from letan.workbench.observing import Observer, texts_of
from letan.workbench.timeline import Timeline, as_text
from letan.workbench.trial import setup_with
from sim.scenario import load_scenario

PATROL = """tree: patrol
about: Stands, fails, and stands.
let:
  rounds: 0
root:
  sequence:
    - set: rounds = rounds + 1
    - try_in_order:
        - sequence:
            - wait: 1 s
            - always_fail:
                wait: 1 s
        - hold:
          when: rounds > 1000
        - wait: 3 s
"""


@pytest.fixture
def letan(letan):
    """`letan trees …`."""
    return lambda *arguments: letan("trees", *arguments)


@pytest.fixture(scope="module")
def tried(tmp_path_factory):
    """Twenty seconds of the short scenario with another patrol."""
    path = tmp_path_factory.mktemp("trees") / "patrol.yaml"
    path.write_text(PATROL, encoding="utf-8")
    scenario = load_scenario("short")
    run = Run(scenario, 1, place=setup_with(scenario, [path])[0])
    timeline, coverage = Timeline(), Coverage()
    Observer(run.loop.parts.tree, timeline, coverage)
    while run.clock.now() < 20.0:
        run.step()
    run.close()
    timeline.close()
    return path, run, timeline, coverage


def counted(coverage, path):
    return {line: counts[0] for line, counts in coverage.by_line(path).items()}


def test_a_timeline_says_which_line_ran_when_and_why_it_failed(tried):
    path, run, timeline, _ = tried
    lines = as_text(timeline.spans, run.log.entries, run.scenario.begins, {path})
    failed = next(line for line in lines if "patrol.yaml:9 " in line)
    assert failed.startswith("08:00:0")
    assert failed[10:20].split()[0].startswith("2.")
    assert failed.endswith("failed: always_fail (line 11)")
    assert any("patrol.yaml:15" in line and line.endswith("done") for line in lines)
    assert any("screen shows board" in line for line in lines)
    assert not any("reception.yaml" in line for line in lines)


def test_coverage_counts_rounds_endings_and_both_ways_of_a_condition_by_line(tried):
    path, _, _, coverage = tried
    nodes = counted(coverage, path)
    assert nodes[7].began == nodes[7].ends["s"] >= 3
    assert nodes[9].ends["f"] == nodes[11].ends["f"] == nodes[12].ends["s"] >= 3
    assert nodes[13].began == 0
    assert nodes[13].when == {True: 0, False: nodes[9].ends["f"]}
    assert nodes[13].missing == ["never ran", "`when` was never true"]
    assert nodes[15].missing == []
    taken, every = coverage.share([path])
    assert (taken, every) == (9, 11)


def test_every_round_that_began_has_ended_once_or_still_runs(tried):
    _, _, timeline, coverage = tried
    assert sum(count.began for count in coverage.counts.values()) == sum(span.times for span in timeline.spans)


def test_the_coverage_page_colours_each_line_of_the_yaml(tried):
    coverage = tried[3]
    page = as_html(coverage)
    assert '<tr class="all" id="patrol-7">' in page
    assert '<tr class="none" id="patrol-13">' in page
    assert '<tr class="part" id="patrol-14">' in page
    assert '<tr class="" id="patrol-3">' in page
    assert "src=" not in page
    assert "http" not in page


def test_watching_a_tree_changes_nothing_that_the_robot_does(tried):
    path, watched, _, _ = tried
    scenario = load_scenario("short")
    run = Run(scenario, 1, place=setup_with(scenario, [path])[0])
    while run.clock.now() < 20.0:
        run.step()
    run.close()
    assert run.log.entries == watched.log.entries


SCENARIO = """scenario: brief
about: Nobody comes.
start: "08:00"
close: "08:01"
latest: "08:01"
arrivals: {people: 1, rush: 1.0, rush_minutes: 0.9}
wishes: [{procedure: khai_sinh}]
"""


@pytest.fixture
def brief(tmp_path):
    path = tmp_path / "brief.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return path


def test_try_runs_a_file_in_the_place_of_the_shipped_tree_and_names_what_never_ran(letan, tmp_path, brief):
    path = tmp_path / "patrol.yaml"
    path.write_text(PATROL, encoding="utf-8")
    code, out, _ = letan("try", path, "--scenario", brief, "--out", tmp_path / "out")
    assert code == 1
    assert f"! {path}:13 hold: never ran" in out
    assert "patrol.yaml:7" in out
    text = (tmp_path / "out" / "timeline.txt").read_text(encoding="utf-8")
    assert "reception.yaml" in text
    assert (tmp_path / "out" / "coverage.html").is_file()
    assert "let:" not in (TREES / "patrol.yaml").read_text(encoding="utf-8")


def test_a_tree_that_nothing_calls_runs_by_itself_and_a_broken_one_not_at_all(letan, tmp_path, brief):
    path = tmp_path / "alone.yaml"
    path.write_text("tree: alone\nabout: A test.\nroot:\n  sequence:\n    - tree: patrol\n    - wait: 1 s\n")
    code, out, _ = letan("try", path, "--scenario", brief)
    assert code == 1
    assert "alone: no tree calls it; it ran by itself" in out
    assert "alone.yaml:5" in out
    path.write_text("tree: alone\nabout: A test.\nroot: wiat\n")
    code, _, err = letan("try", path, "--scenario", brief)
    assert code == 2
    assert "alone.yaml:3:7: unknown word `wiat`" in err


def test_coverage_reads_a_changed_copy_and_writes_its_page(letan, tmp_path, brief):
    path = tmp_path / "patrol.yaml"
    shutil.copy(TREES / "patrol.yaml", path)
    code, out, _ = letan("coverage", path, "--scenario", brief, "--seed", 1, "--html", tmp_path / "c.html")
    assert code == 0
    assert out.startswith("brief, seed 1: ")
    assert "go_to reception" in out
    assert "never ran" in out
    assert "<table>" in (tmp_path / "c.html").read_text(encoding="utf-8")
    assert letan("coverage", "--scenario", "mapping")[0] == 2


AGAIN = """tree: patrol
about: Fails and starts again, round and round.
let:
  rounds: 0
root:
  repeat:
    do:
      always_succeed:
        sequence:
          - set: rounds = rounds + 1
          - wait: 0.2 s
          - hold:
            when: rounds > 1000
"""


def test_a_tree_that_fails_and_starts_again_is_folded_and_its_warning_stands_at_the_end(letan, tmp_path, brief):
    path = tmp_path / "patrol.yaml"
    path.write_text(AGAIN, encoding="utf-8")
    code, out, _ = letan("try", path, "--scenario", brief, "--out", tmp_path / "out")
    shown = out.splitlines()
    assert code == 1
    assert len(shown) < 60
    assert any("lines above" in line and "times more" in line for line in shown)
    assert f"! {path}:12 hold: never ran" in shown[-4:]
    every = (tmp_path / "out" / "timeline.txt").read_text(encoding="utf-8")
    assert every.count("failed: hold (line 12)") > 50
    assert "lines above" not in every


def test_the_help_of_try_says_what_its_exit_code_means(letan):
    code, out, _ = letan("try", "--help")
    assert code == 0
    assert "`!`" in out
    assert "exit code" in " ".join(out.split())


def test_words_about_a_visit_without_one_are_to_be_looked_at(letan, tmp_path):
    path = tmp_path / "patrol.yaml"
    path.write_text(PATROL.replace("- wait: 3 s", "- say: speech.arrived"), encoding="utf-8")
    code, out, _ = letan("try", path)
    assert code == 1
    assert "! the text `speech.arrived` was said while there was no {door}, {number}: it is about a visit" in out


def test_a_word_that_needs_a_visit_says_so_in_a_designers_words(letan, tmp_path):
    path = tmp_path / "patrol.yaml"
    path.write_text(PATROL.replace("- wait: 3 s", "- linger: 1 s"), encoding="utf-8")
    code, out, _ = letan("try", path)
    assert code == 1
    assert f"! {path}:15 raised: there is no visit: write `when: visit.active` beside this word" in out
    assert "Error" not in out


def test_a_file_may_call_the_new_trees_beside_it(tmp_path):
    (tmp_path / "patrol.yaml").write_text(PATROL.replace("wait: 3 s", "tree: look"), encoding="utf-8")
    (tmp_path / "look.yaml").write_text("tree: look\nabout: Looks.\nroot:\n  wait: 3 s\n", encoding="utf-8")
    place, lonely = setup_with(load_scenario("short"), [tmp_path / "patrol.yaml"])
    assert tmp_path / "look.yaml" in texts_of(place.tree)
    assert lonely == []

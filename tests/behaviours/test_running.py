"""The running tree: raising leaves end alone, and a new tree is swapped in without losing anything."""

import pytest

from behaviours.language.nodes import RUNNING, Leaf
from behaviours.language.reader import read_tree
from behaviours.language.running import TreeRunner, prepare

TREE = "tree: main\nabout: A test.\nlet:\n  rounds: 1\nroot:\n  wait: 100 s\n"


@pytest.fixture
def runner(write, around):
    return TreeRunner(read_tree(write(TREE), around))


def test_a_new_tree_waits_while_the_old_one_is_busy_but_not_for_ever(runner, write, around, moment):
    runner.tick(moment(0.0))
    swapped = []
    built = prepare(write(TREE.replace("100 s", "50 s")), around)
    runner.offer(built, 0.0, then=lambda: swapped.append("what belongs to it"))
    runner.tick(moment(1.0, is_busy=True))
    assert (runner.swaps, swapped) == (0, [])
    runner.tick(moment(121.0, is_busy=True))
    assert (runner.swaps, swapped) == (1, ["what belongs to it"])


def test_variables_of_the_same_name_and_type_survive_a_reload(runner, write, around, moment):
    runner.run.scope["rounds"] = 7.0
    runner.offer(prepare(write(TREE), around), 0.0)
    runner.tick(moment(1.0))
    assert runner.run.scope["rounds"] == 7.0
    runner.offer(prepare(write(TREE.replace("rounds: 1", "rounds: {type: text}")), around), 1.0)
    runner.tick(moment(2.0))
    assert runner.run.scope["rounds"] == ""


def test_a_leaf_that_raises_fails_with_its_traceback_and_the_tree_lives_on(write, around, moment, monkeypatch):
    raised = []
    runner = TreeRunner(
        read_tree(write("tree: main\nabout: x\nroot:\n  first_of:\n    - wait: 1 s\n    - wait_for: a\n"), around),
        lambda source, text: raised.append((source, text)),
    )
    first = runner.root.children[-1].children[0]
    assert isinstance(first, Leaf)

    def explode():
        raise ZeroDivisionError("for the test")

    monkeypatch.setattr(first, "update", explode)
    runner.tick(moment(facts={"a": False}))
    ((source, text),) = raised
    assert source.endswith("main.yaml:5")
    assert "ZeroDivisionError: for the test" in text
    assert runner.root.status is RUNNING

"""Variables of trees: counted up, asked by conditions, handed between trees, kept over a reload."""

import pytest

from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS
from behaviours.language.reader import check_tree, read_tree
from behaviours.language.running import TreeRunner, prepare
from robot.types import LetanError

COUNT = """tree: count
about: Counts a visitor.
outputs:
  full: {type: bool, about: whether that was the last}
parameters:
  limit: {type: number}
let: {visitors: 0}
root:
  sequence:
    - set: visitors = visitors + 1
    - set: full = visitors >= limit
"""


def test_every_third_round_is_told_from_the_others(ticker):
    tree = ticker(
        "sequence:\n  - set: visitors = visitors + 1\n  - wait_for: true\n    when: visitors multiple of 3",
        head="let: {visitors: 0}\n",
    )
    assert [tree.tick() for _ in range(6)] == [FAILURE, FAILURE, SUCCESS] * 2
    assert tree.run.scope["visitors"] == 6.0


@pytest.mark.parametrize(
    ("first", "step", "last"),
    [("false", "not it", True), ("'a'", "'b'", "b"), ("20 s", "it + 1 min", 80.0), ("10 %", "2 * it", 0.2)],
)
def test_a_variable_has_the_kind_of_its_first_value(ticker, first, step, last):
    tree = ticker(f"set: it = {step}", head=f"let: {{it: {first}}}\n")
    tree.tick()
    assert tree.run.scope["it"] == last


def test_until_sees_what_set_has_changed_meanwhile(ticker):
    tree = ticker("repeat: {set: n = n + 1}\nuntil: n >= 3", head="let: {n: 0}\n")
    assert [tree.tick() for _ in range(4)] == [RUNNING] * 3 + [SUCCESS]


def test_a_called_tree_gives_its_output_into_a_variable_of_the_caller(ticker, write):
    write(COUNT, "count")
    root = "sequence:\n  - tree: {name: count, with: {limit: 2}, into: {full: it_is}}\n  - wait_for: it_is"
    tree = ticker(root, head="let: {it_is: false}\n")
    assert tree.tick() is RUNNING
    assert tree.run.scope.values == {"it_is": False, "count.visitors": 1.0}
    assert ticker(root.replace("limit: 2", "limit: 1"), head="let: {it_is: false}\n").tick() is SUCCESS


def test_a_tree_called_twice_counts_twice(ticker, write):
    write(COUNT, "count")
    call = "  - tree: {name: count, with: {limit: 5}}\n"
    tree = ticker(f"sequence:\n{call}{call}")
    tree.tick()
    assert tree.run.scope["count.visitors"] == tree.run.scope["count#2.visitors"] == 1.0


def test_the_variables_of_a_caller_are_not_those_of_the_tree_it_calls(write, around):
    write("tree: peek\nabout: Peeks.\nroot: {wait_for: mine}\n", "peek")
    path = write("tree: main\nabout: A test.\nlet: {mine: false}\nroot: {tree: peek}\n")
    with pytest.raises(LetanError, match=r"peek.yaml:3:18: unknown name `mine`"):
        read_tree(path, around)


def test_a_tree_that_needs_parameters_can_be_checked_but_not_run(write, around):
    path = write(COUNT, "count")
    assert check_tree(path, around).name == "count"
    with pytest.raises(LetanError, match=r"count.yaml:6:3: `count` needs the parameter `limit`: it can only be called"):
        read_tree(path, around)


def test_the_interrupts_of_a_called_tree_stand_above_its_root(ticker, write):
    write("tree: nap\nabout: Naps.\ninterrupts:\n  - {when: a, do: {wait_for: b}}\nroot: {wait: 9 s}\n", "nap")
    tree = ticker("tree: nap")
    tree.tick()
    assert tree.running() == ["wait"]
    tree.tick(a=True)
    assert tree.running() == ["wait_for"]


def test_variables_of_called_trees_survive_a_reload_too(write, around, moment):
    write(COUNT, "count")
    path = write("tree: main\nabout: A test.\nroot: {tree: {name: count, with: {limit: 5}}}\n")
    runner = TreeRunner(read_tree(path, around))
    for _ in range(2):
        runner.tick(moment())
    runner.offer(prepare(path, around), 0.0)
    runner.tick(moment())
    assert runner.swaps == 1
    assert runner.run.scope["count.visitors"] == 3.0

"""Lint: what is legal but hardly meant has a code and a place."""

import pytest

from behaviours.language.lint import lint
from behaviours.language.reader import check_tree

HEAD = "tree: main\nabout: A test.\n"


@pytest.fixture
def linted(write, around):
    """The findings of a root, as `line: code words`."""

    def run(root, head=""):
        path = write(f"{HEAD}{head}root:\n{root}")
        return [f"{each.problem.line}: {each.code}" for each in lint(check_tree(path, around), around)]

    return run


@pytest.mark.parametrize(
    ("root", "expected"),
    [
        ("  first_of:\n    - wait: 5 s\n      when: a\n    - hold\n", []),
        ("  first_of:\n    - wait: 5 s\n      when: a or not a\n    - hold\n", ["6: T010", "7: T006"]),
        ("  sequence:\n    - repeat: {wait: 5 s}\n    - hold\n", ["6: T006"]),
        ("  sequence:\n    - repeat: {times: 2, do: {wait: 5 s}}\n    - hold\n", []),
        ("  sequence:\n    - play_music:\n      until: a\n    - hold\n", []),
        ("  try_in_order:\n    - retry: {times: 3, do: {go_to: dock}}\n    - hold\n", []),
        ("  try_in_order:\n    - always_succeed: {go_to: dock}\n    - hold\n", ["6: T006"]),
        ("  first_of:\n    - {hold: , when: battery < 20 %}\n    - {hold: , when: battery <= 20 %}\n", []),
        ("  first_of:\n    - {hold: , when: a or b}\n    - {hold: , when: a and c}\n", ["6: T007"]),
        ("  first_of:\n    - {go_to: dock, when: a}\n    - {hold: , when: a}\n", []),
        ("  first_of:\n    - {hold: , when: stage == 'ask'}\n    - {hold: , when: not stage != 'ask'}\n", ["6: T007"]),
        ("  together:\n    until: all\n    do: [{hold: , when: a}, {go_to: dock, when: not a}]\n", []),
        ("  together:\n    until: all\n    do: [{hold: , when: a}, {go_to: dock, when: a or b}]\n", ["6: T008"]),
        ("  together:\n    until: one\n    do: [announce, show_board]\n", []),
        ("  hold:\n  when: battery >= 0 %\n", ["5: T010"]),
        ("  hold:\n  when: stage != 'ask' or stage != 'issue'\n", ["5: T010"]),
        ("  hold:\n  when: 3 > 5\n", ["5: T011"]),
        ("  hold:\n  when: 2 * 3 multiple of 3\n", ["5: T010"]),
        ("  wait_for: a and not a\n", ["4: T011"]),
        ("  timeout: {after: 5 s, do: {end_visit: x}}\n", ["4: T014"]),
        ("  invert: {hold: }\n", ["4: T014"]),
        ("  timeout: {after: 5 s, do: {timeout: {after: 5000 ms, do: {hold: }}}}\n", ["4: T015"]),
        ("  sequence:  # x\n    - hold\n", ["4: T017"]),
        ("  sequence:  # allow T017: more to come\n    - hold\n", []),
        ("  sequence:  # allow T001, T017\n    - hold\n", []),
        ("  sequence:  # allow T016\n    - hold\n", ["4: T017"]),
    ],
)
def test_a_rule_finds_its_cases_and_no_others(linted, root, expected):
    assert linted(root) == expected


def test_an_interrupt_that_always_runs_hides_the_root(linted):
    assert linted("  hold\n", "interrupts:\n  - {when: true, do: hold}\n") == ["4: T010", "6: T006"]


def test_a_variable_that_a_called_tree_sets_is_set(linted, write):
    write("tree: ask\nabout: Asks.\noutputs: {yes: false}\nroot: {set: yes = a}\n", "ask")
    root = "  sequence:\n    - tree: {name: ask, into: {yes: answer}}\n    - wait_for: answer\n"
    assert linted(root, "let: {answer: false}\n") == []


def test_a_timeout_in_a_called_tree_is_named_where_it_is_called(linted, write):
    write("tree: nap\nabout: Naps.\nroot: {timeout: {after: 9 s, do: hold}}\n", "nap")
    assert linted("  timeout:\n    after: 5 s\n    do:\n      tree: nap\n") == ["7: T015"]


def test_what_depends_on_a_caller_is_not_judged(linted):
    head = "parameters:\n  low: {type: share}\n  n: {type: number, default: 1}\n"
    assert linted("  retry: {times: $n, do: {go_to: dock}}\n  when: battery < low\n", head) == ["7: T014"]
    assert linted("  hold:\n  when: low < 50 %\n", "parameters: {low: 20 %}\n") == []

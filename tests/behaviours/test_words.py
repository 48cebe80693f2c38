"""What each structural word of the tree language means."""

import pytest

from behaviours.language.nodes import FAILURE, RUNNING, SUCCESS


def test_first_of_goes_back_to_a_higher_child_as_soon_as_it_can_run(ticker):
    tree = ticker("first_of:\n  - wait_for: b\n    when: a\n  - wait_for: c")
    assert tree.tick() is RUNNING
    assert tree.running() == ["wait_for"]
    lower = tree.root.children[-1].children[1]
    assert lower.status is RUNNING
    tree.tick(a=True)
    assert lower.status is not RUNNING
    assert tree.tick(b=True) is SUCCESS


def test_a_sequence_remembers_where_it_is(ticker):
    tree = ticker("sequence:\n  - wait_for: a\n  - wait_for: b")
    tree.tick(a=True)
    tree.tick(a=False)
    assert tree.tick(b=True) is SUCCESS


def test_try_in_order_goes_on_only_after_a_failure(ticker):
    tree = ticker("try_in_order:\n  - always_fail: {wait_for: a}\n  - wait_for: b")
    assert tree.tick() is RUNNING
    tree.tick(a=True)
    assert tree.tick(b=True) is SUCCESS


def test_together_until_all_waits_for_all_and_until_one_for_one(ticker):
    both = "together:\n  until: {}\n  do:\n    - wait_for: a\n    - wait_for: b"
    every, one = ticker(both.format("all")), ticker(both.format("one"), name="other")
    assert (every.tick(a=True), one.tick(a=True)) == (RUNNING, SUCCESS)
    assert every.tick(a=False, b=True) is SUCCESS


def test_a_guard_that_refuses_names_the_whole_condition(ticker):
    tree = ticker("wait_for: b\nwhen: a and c")
    assert tree.tick(a=True) is FAILURE
    assert tree.root.children[-1].feedback_message == "`a and c` does not hold"


def test_when_ends_a_node_in_the_tick_in_which_it_becomes_false(ticker):
    tree = ticker("wait_for: b\nwhen: a")
    assert tree.tick() is FAILURE
    assert tree.tick(a=True) is RUNNING
    assert tree.tick(a=False) is FAILURE
    assert tree.running() == []


def test_until_keeps_running_what_when_began(ticker):
    tree = ticker("wait_for: c\nwhen: battery < 20 %\nuntil: battery > 80 %")
    assert tree.tick(battery=0.3) is FAILURE
    assert tree.tick(battery=0.1) is RUNNING
    assert tree.tick(battery=0.5) is RUNNING
    assert tree.tick(battery=0.9) is SUCCESS
    assert tree.tick(battery=0.5) is FAILURE


def test_every_is_due_a_period_after_its_last_success(ticker):
    tree = ticker("every: {period: 10 s, do: {wait_for: a}}")
    assert tree.tick(a=True) is SUCCESS
    assert tree.tick(dt=9.8) is FAILURE
    assert tree.tick() is FAILURE
    assert tree.tick() is SUCCESS


def test_every_counts_from_success_and_not_from_a_failure(ticker):
    tree = ticker("every: {period: 10 s, do: {always_fail: {wait_for: a}}}")
    assert tree.tick(a=True) is FAILURE
    assert tree.tick(a=False) is RUNNING


def test_cooldown_rests_however_its_child_ended(ticker):
    tree = ticker("cooldown: {period: 5 s, do: {always_fail: {wait_for: a}}}")
    assert tree.tick(a=True) is FAILURE
    assert tree.tick(dt=5.0, a=False) is FAILURE
    assert tree.tick() is RUNNING


@pytest.mark.parametrize(("words", "then"), [("", FAILURE), ("after_interruption: false, ", RUNNING)])
def test_an_interrupted_cooldown_rests_unless_it_says_otherwise(ticker, words, then):
    tree = ticker(f"""
first_of:
  - wait_for: c
    when: b
  - cooldown: {{period: 5 s, {words}do: {{wait_for: a}}}}
""")
    assert tree.tick() is RUNNING
    assert tree.tick(b=True) is RUNNING
    assert tree.tick(b=False) is then
    assert tree.tick(dt=5.0) is then
    assert tree.tick() is RUNNING


def test_a_cooldown_that_begins_anew_after_an_interruption_rests_after_an_end(ticker):
    tree = ticker("cooldown: {period: 5 s, after_interruption: false, do: {wait_for: a}}")
    assert tree.tick(a=True) is SUCCESS
    assert tree.tick(dt=4.0) is FAILURE


def test_delay_waits_before_it_begins(ticker):
    tree = ticker("delay: {period: 1 s, do: {wait_for: a}}")
    assert tree.tick(dt=0.9, a=True) is RUNNING
    assert tree.tick() is RUNNING
    assert tree.tick() is SUCCESS


def test_timeout_fails_what_takes_too_long(ticker):
    tree = ticker("timeout: {after: 1 s, do: {wait_for: a}}")
    assert tree.tick(dt=1.0) is RUNNING
    assert tree.tick() is FAILURE


def test_retry_tries_as_often_as_it_says(ticker):
    tree = ticker("retry: {times: 3, do: {always_fail: {wait_for: a}}}")
    assert [tree.tick(a=True) for _ in range(3)] == [RUNNING, RUNNING, FAILURE]


def test_repeat_succeeds_after_its_rounds(ticker):
    tree = ticker("repeat: {times: 2, do: {wait_for: a}}")
    assert [tree.tick(a=True) for _ in range(2)] == [RUNNING, SUCCESS]


def test_invert_turns_an_ending_round(ticker):
    assert ticker("invert: {wait_for: a}").tick(a=True) is FAILURE


def test_an_interrupt_ends_what_runs_below_and_gives_way_again(ticker):
    tree = ticker("wait_for: c", head="interrupts:\n  - when: stopped\n    do: {wait_for: b}\n")
    tree.tick()
    below = tree.root.children[-1]
    assert below.status is RUNNING
    tree.tick(stopped=True)
    assert below.status is not RUNNING
    tree.tick(stopped=False)
    assert below.status is RUNNING


def test_a_subtree_gets_its_parameters(ticker, write):
    write(
        "tree: nap\nabout: Waits.\nparameters:\n  time: {type: time, default: 1 s}\nroot:\n  wait: $time\n",
        "nap",
    )
    tree = ticker("tree: {name: nap, with: {time: 3 s}}")
    tree.tick(dt=2.9)
    assert tree.tick() is RUNNING
    assert tree.tick() is SUCCESS

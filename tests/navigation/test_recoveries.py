"""When it does not get on, help comes in order: asking, another way, backing off, a call, giving up."""

import itertools

import pytest

from navigation.recoveries import Recoveries, RecoveriesConfig

C = RecoveriesConfig()


@pytest.fixture
def stuck():
    """Nothing has moved since 0 s."""
    tried = Recoveries()
    tried.start(0.0)
    tried.note(0.0, 5.0)
    return tried


def test_the_steps_come_in_their_order(stuck):
    firsts = {}
    for k in range(700):
        now = 0.1 * k
        stuck.note(now, 5.0)
        for name in ("is_waiting", "asks", "goes_round", "backs_off", "needs_help", "gives_up"):
            if getattr(stuck, name)(now):
                firsts.setdefault(name, now)
    assert list(firsts) == ["is_waiting", "asks", "goes_round", "backs_off", "needs_help", "gives_up"]
    assert firsts["needs_help"] == pytest.approx(C.help_after, abs=0.2)
    assert firsts["gives_up"] == pytest.approx(C.give_up_after, abs=0.2)


def test_it_asks_again_and_again_with_pauses_between(stuck):
    asking = [stuck.asks(0.1 * k) for k in range(300)]
    begins = sum(now and not before for before, now in itertools.pairwise(asking))
    assert begins == 1 + int((30.0 - C.ask_after) / C.ask_every)
    assert 0.5 < sum(asking) * 0.1 / begins < C.ask_for + 0.2


def test_driving_is_getting_on_and_neither_creeping_nor_a_shorter_plan_is(stuck):
    stuck.note(0.5, 4.8)
    stuck.note(1.0, 4.6)
    assert stuck.blocked_for(1.0) == 0.0
    for k in range(10):
        stuck.note(1.0 + k, 4.6 - 0.02 * k)
    assert stuck.blocked_for(10.0) == pytest.approx(9.0)
    stuck.note(11.0, 2.0)  # another plan
    assert stuck.blocked_for(11.0) == pytest.approx(10.0)


def test_a_longer_way_counts_anew_only_so_often(stuck):
    blocked = []
    for k in range(1, 9):
        stuck.replanned(10.0 * k, 5.0 + 2.0 * k)
        for step in range(5):
            stuck.note(10.0 * k + step, 5.0 + 2.0 * k - 0.2 * (step + 1))
        blocked.append(stuck.blocked_for(10.0 * k + 5.0))
    assert blocked[0] < 5.0
    assert blocked[-1] > 30.0


def test_plans_last_longer_while_nothing_moves(stuck):
    assert [stuck.plan_period(now, 1.0) for now in (1.0, C.hold_after + 1.0)] == [1.0, C.hold]


def test_what_else_holds_it_does_not_count(stuck):
    stuck.hold(4.0)
    assert stuck.blocked_for(10.0) == pytest.approx(6.0)


def test_a_new_goal_begins_anew(stuck):
    stuck.begin()
    assert stuck.blocked_for(100.0) == 0.0
    stuck.start(100.0)
    assert stuck.blocked_for(103.0) == 3.0

"""Claims: the highest claimant of a tick has the actuator, and a claim ends with its leaf."""

from types import SimpleNamespace

from behaviours.claims import ConflictLog, Intent
from navigation.goals import Goal
from robot.types import Pose

HERE, THERE = Goal(Pose(0.0, 0.0, 0.0)), Goal(Pose(1.0, 0.0, 0.0))


def leaf(line, has_ended=False):
    return SimpleNamespace(source=f"main.yaml:{line}", has_ended=has_ended)


def test_the_first_claim_of_a_tick_wins_and_both_lines_are_named_once():
    log, first, second = ConflictLog(), leaf(3), leaf(7)
    for expected in ([("wheels", "main.yaml:3", "main.yaml:7")], []):
        intent = Intent()
        assert intent.drive(HERE, first)
        assert not intent.drive(THERE, second)
        assert intent.wheels == HERE
        assert log.note(intent) == expected


def test_what_an_ended_leaf_claimed_is_free_for_the_next_one():
    intent = Intent()
    intent.drive(HERE, leaf(3, has_ended=True))
    assert intent.drive(THERE, leaf(4))
    assert intent.wheels == THERE
    assert intent.conflicts == []


def test_polite_leaves_see_what_is_claimed():
    intent = Intent()
    assert intent.is_free("voice")
    intent.say("k", "words", leaf(1))
    assert not intent.is_free("voice")

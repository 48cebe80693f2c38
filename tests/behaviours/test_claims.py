"""Claims: the highest claimant of a tick has the actuator, and a claim ends with its leaf."""

from types import SimpleNamespace

from behaviours.claims import ConflictLog, Intent, PageClaim, SpeechClaim
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


def test_who_claims_again_in_a_tick_goes_on_and_clashes_with_nobody():
    intent, one = Intent(), leaf(1)
    assert intent.drive(HERE, one)
    assert intent.drive(THERE, one)
    assert (intent.wheels, intent.conflicts) == (THERE, [])


def test_who_wants_to_go_where_the_robot_goes_anyway_may_count_on_it():
    intent = Intent()
    intent.drive(HERE, leaf(1))
    assert intent.drive(HERE, leaf(2))
    assert intent.conflicts == [("wheels", "main.yaml:1", "main.yaml:2")]


def test_standing_still_is_a_claim_of_the_wheels():
    intent = Intent()
    assert intent.stand(leaf(1))
    assert not intent.drive(HERE, leaf(2))
    assert not intent.stand(leaf(3))
    assert intent.wheels is None


def test_page_voice_and_music_go_to_the_first_who_claims_them():
    intent, first, second = Intent(), leaf(1), leaf(2)
    assert not intent.music
    assert intent.show("board", None, first)
    assert intent.say("k", "words", first)
    assert intent.play(first)
    assert not intent.show("ticket", None, second, "happy")
    assert not intent.say("other", "other words", second, {"number": "A 001"})
    assert not intent.play(second)
    assert intent.page == PageClaim("board", None, "neutral")
    assert intent.speech == SpeechClaim("k", "words", {})
    assert intent.music
    assert [actuator for actuator, _, _ in intent.conflicts] == ["page", "voice", "music"]


def test_values_of_what_is_said_are_kept():
    intent = Intent()
    intent.say("k", "words", leaf(1), {"number": "A 001"})
    assert intent.speech.values == {"number": "A 001"}


def test_an_actuator_is_free_until_somebody_has_it():
    intent = Intent()
    intent.play(leaf(1))
    assert [intent.is_free(actuator) for actuator in ("music", "wheels", "page")] == [False, True, True]


def test_a_clash_that_ended_and_begins_again_is_told_again_and_once_a_tick(caplog):
    log, first, second = ConflictLog(), leaf(3), leaf(7)
    told = []
    with caplog.at_level("INFO", "letan.claims"):
        for clashes in (2, 0, 1, 1):
            intent = Intent()
            intent.drive(HERE, first)
            for _ in range(clashes):
                intent.drive(THERE, second)
            told.append(len(log.note(intent)))
    assert told == [1, 0, 1, 0]
    assert [record.getMessage() for record in caplog.records] == [
        "wheels: claimed by main.yaml:3 and main.yaml:7; the first keeps it"
    ] * 2

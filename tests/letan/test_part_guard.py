"""An error in one part of the loop is told once and does not reach the others."""

import pytest

from letan.events import PartFailed
from letan.part_guard import LEFT_OUT, MADE_AGAIN, TOLD_AGAIN, PartGuard


@pytest.fixture
def told():
    return []


@pytest.fixture
def made():
    return []


@pytest.fixture
def guard(told, made):
    guard = PartGuard({"tracker": lambda: made.append("tracker"), "desk": None}, told.append)
    guard.begin(0.0)
    return guard


def fail(guard, part, now):
    guard.begin(now)
    with guard.part(part):
        raise ValueError("for the test")


def work(guard, part, now):
    guard.begin(now)
    with guard.part(part):
        pass


def test_an_error_ends_in_its_part_and_stops_the_wheels_in_that_turn(guard, told):
    assert not guard.has_failed
    fail(guard, "voice", 0.0)
    assert guard.has_failed
    (failed,) = told
    assert (failed.part, failed.error, failed.then) == ("voice", "ValueError: for the test", "left out")
    assert failed.place.startswith("test_part_guard.py:")


def test_a_part_that_the_robot_can_do_without_is_left_out_for_a_while(guard):
    fail(guard, "voice", 0.0)
    guard.begin(LEFT_OUT - 0.1)
    assert not guard.may("voice")
    assert guard.may("ears")
    assert not guard.has_failed
    guard.begin(LEFT_OUT)
    assert guard.may("voice")


def test_a_part_that_is_needed_is_made_anew_and_the_robot_stands_until_it_works(guard, made, told):
    fail(guard, "tracker", 0.0)
    assert made == ["tracker"]
    assert told[0].then == "restarted"
    guard.begin(0.05)
    assert guard.has_failed
    assert guard.may("tracker")
    work(guard, "tracker", 0.1)
    assert not guard.has_failed


def test_a_needed_part_that_cannot_be_made_is_tried_again_at_every_turn_while_the_robot_stands(guard, told):
    fail(guard, "desk", 0.0)
    assert told[0].then == "tried again"
    guard.begin(0.05)
    assert guard.has_failed
    assert guard.may("desk")
    work(guard, "desk", 0.1)
    assert not guard.has_failed


def test_a_part_that_goes_on_failing_is_made_anew_once_a_second_and_told_once_a_minute(guard, made, told):
    turns = int(TOLD_AGAIN / 0.05)
    for turn in range(turns + 1):
        fail(guard, "tracker", turn * 0.05)
    assert len(made) == pytest.approx(TOLD_AGAIN / MADE_AGAIN + 1, abs=1)
    assert len(told) == 2


def test_a_part_that_cannot_be_made_anew_ends_nothing(told):
    def refuse():
        raise OSError("no more memory")

    guard = PartGuard({"tracker": refuse}, told.append)
    fail(guard, "tracker", 0.0)
    assert guard.has_failed
    assert [type(event) for event in told] == [PartFailed]


def test_a_log_that_cannot_be_written_ends_nothing():
    def refuse(event):
        raise OSError("disk full")

    guard = PartGuard({}, refuse)
    fail(guard, "voice", 0.0)
    assert guard.has_failed

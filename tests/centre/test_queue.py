"""The expected wait."""

import pytest

from centre.office import Office
from centre.queue import WaitEstimate, estimate, shrunk_mean
from robot.clock import SimClock


def test_an_idle_counter_says_come_in_now() -> None:
    wait = estimate(9.0, ahead=0, counters=2, busy=1)
    assert wait.idle
    assert (wait.low, wait.high) == (0, 0)


def test_a_closed_door_says_so() -> None:
    assert estimate(9.0, 3, counters=2, busy=0, is_open=False) == WaitEstimate(3, 0, 0, is_open=False)
    assert estimate(9.0, 3, counters=0, busy=0) == WaitEstimate(3, 0, 0, is_open=False)


def test_a_wait_is_that_of_an_open_door_unless_it_says_otherwise() -> None:
    assert WaitEstimate(0, 5, 10).is_open


def test_the_range_is_that_of_the_formula_in_steps_of_five_minutes() -> None:
    # e = 8 * 5 / 2 = 20, spread = 1.28 * 8 * sqrt(5) / 2 = 11.4
    assert estimate(8.0, ahead=4, counters=2, busy=2) == WaitEstimate(4, 10, 30)
    # e = 8 * 2 = 16, spread = 1.28 * 8 * sqrt(2) = 14.5
    assert estimate(8.0, ahead=1, counters=1, busy=1) == WaitEstimate(1, 0, 30)


def test_a_range_is_never_shorter_than_a_step() -> None:
    assert estimate(1.0, ahead=0, counters=1, busy=1) == WaitEstimate(
        0, 0, 5
    )  # e = 1, spread = 1.28: both ends round to 0


@pytest.mark.parametrize("ahead", range(12))
def test_more_people_ahead_never_shorten_the_wait(ahead: int) -> None:
    one, more = estimate(8.0, ahead, 2, 2), estimate(8.0, ahead + 1, 2, 2)
    assert one.low <= more.low
    assert one.high <= more.high
    assert one.high > one.low


def test_the_usual_time_gives_way_to_what_is_measured() -> None:
    assert shrunk_mean(10.0, 8.0, []) == 10.0
    assert shrunk_mean(10.0, 8.0, [2.0] * 8) == 6.0
    assert shrunk_mean(10.0, 8.0, [2.0] * 792) == pytest.approx(2.08)


def test_those_ahead_are_those_who_wait_with_a_smaller_number(office: Office, clock: SimClock) -> None:
    for _ in range(4):
        office.issue(office.open_visit(), "1")
    assert [office.wait("1", f"A 00{n}").ahead for n in range(1, 5)] == [0, 1, 2, 3]
    assert office.wait("1").ahead == 4
    assert office.wait("1", "A 001").idle
    office.call_next("1")
    office.call_next("1")
    assert not office.wait("1", "A 003").idle
    clock.seconds += 12 * 3600
    assert not office.wait("1").is_open

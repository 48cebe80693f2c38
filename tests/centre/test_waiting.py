"""The expected wait: a range that knows how services go here, lunch and closing; "come in now" only when it is true."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from centre.door_facts import at_work, cycles, running
from centre.office import Office
from centre.site import Site
from centre.waiting import DoorNow, Hours, WaitEstimate, estimates, measured, starts
from robot.clock import SimClock

MORNING = Hours(((0.0, 150.0), (270.0, 480.0)))  # nine o'clock on an usual day
BUSY = DoorNow(usual=8.0, weight=8.0, cycles=(), counters=2, running=(3.0, 5.0), at_work=2)


def wait(door: DoorNow, ahead: int, hours: Hours = MORNING, resumes: str = "13:30") -> WaitEstimate:
    return estimates(door, ahead + 1, hours, resumes)[ahead]


def test_a_free_counter_says_come_in_now() -> None:
    free = DoorNow(8.0, 8.0, (), counters=2, running=(3.0,), at_work=2)
    assert wait(free, 0) == WaitEstimate(0, "now")
    assert wait(free, 1).kind == "range", "the second one would have to wait"
    assert wait(BUSY, 0).kind == "range"


def test_a_counter_whose_clerk_is_away_is_not_free() -> None:
    assert wait(DoorNow(8.0, 8.0, (), counters=2, running=(3.0,), at_work=1), 0).kind == "range"


def test_a_door_without_a_counter_and_a_day_that_is_over_are_closed() -> None:
    assert wait(DoorNow(8.0, 8.0, (), counters=0, running=(), at_work=0), 3) == WaitEstimate(3, "closed")
    assert wait(BUSY, 3, Hours(())) == WaitEstimate(3, "closed")


def test_at_lunch_the_door_is_closed_until_it_resumes_and_the_wait_begins_there() -> None:
    told = wait(BUSY, 1, Hours(((40.0, 250.0),)))
    assert (told.kind, told.resumes) == ("closed", "13:30")
    assert 40 <= told.low <= told.high


@pytest.mark.parametrize("ahead", range(12))
def test_more_people_ahead_never_shorten_the_wait(ahead: int) -> None:
    one, more = wait(BUSY, ahead), wait(BUSY, ahead + 1)
    assert one.low <= more.low
    assert one.high <= more.high
    assert one.low <= one.middle <= one.high + 1


def test_eight_of_ten_are_called_within_the_range_when_the_services_are_what_they_were() -> None:
    random = np.random.default_rng(4)
    measured_before = tuple(random.gamma(2.4, 9.0 / 2.4, 200))
    door = DoorNow(6.0, 8.0, measured_before, counters=1, running=(0.0,), at_work=1)
    told = wait(door, 4)
    waits = random.gamma(2.4, 9.0 / 2.4, (20_000, 5)).sum(axis=1)
    assert 0.75 <= np.mean((told.low <= waits) & (waits <= told.high)) <= 0.9


def test_a_service_that_has_run_long_is_sooner_done_than_one_that_has_just_begun() -> None:
    just, long_ago = (DoorNow(9.0, 8.0, (), 1, (lasted,), 1) for lasted in (0.0, 9.0))
    assert np.median(starts(long_ago, 1)) < np.median(starts(just, 1))


def test_what_is_measured_takes_the_place_of_what_is_usual_and_earlier_days_count_less() -> None:
    assert measured(DoorNow(10.0, 8.0, (), 1, (), 1))[0] == 10.0
    assert measured(DoorNow(10.0, 8.0, (2.0,) * 8, 1, (), 1))[0] == pytest.approx(6.0)
    today, before = DoorNow(10.0, 8.0, (2.0,) * 8, 1, (), 1), DoorNow(10.0, 8.0, (), 1, (), 1, earlier=(2.0,) * 8)
    assert measured(today)[0] < measured(before)[0] < 10.0
    assert measured(DoorNow(10.0, 0.0, (), 1, (), 1))[0] == 10.0


def test_a_wait_over_lunch_says_so_and_counts_the_break() -> None:
    just_before = Hours(((0.0, 10.0), (130.0, 340.0)))
    first, later = wait(BUSY, 0, just_before), wait(BUSY, 9, just_before)
    assert (first.kind, first.resumes) in (("range", ""), ("maybe_after", "13:30"))
    assert (later.kind, later.resumes) == ("after", "13:30")
    assert later.low >= 130


def test_what_runs_when_a_break_begins_is_done_when_it_ends() -> None:
    before = Hours(((0.0, 1.0), (121.0, 331.0)))
    started = starts(DoorNow(30.0, 8.0, (), 1, (0.0,), 1), 1, before.breaks)
    assert float(np.median(started)) == 1.0, "the first one after lunch does not wait for the rest of a service"
    assert before.after_work(1.0) == 121.0


def test_before_closing_it_is_told_that_today_may_not_be_enough() -> None:
    assert wait(BUSY, 9, Hours(((0.0, 30.0),)), "").kind == "late"
    assert wait(BUSY, 0, Hours(((0.0, 60.0),)), "").kind == "range"


def test_a_range_that_is_too_wide_to_plan_by_is_not_shown() -> None:
    nobody_knows = DoorNow(25.0, 1.0, (), counters=1, running=(0.0,), at_work=1)
    told = wait(nobody_knows, 1)
    assert told.kind == "at_least"
    assert told.high - told.low > 30


def test_the_same_door_gives_the_same_range() -> None:
    assert wait(BUSY, 5) == wait(BUSY, 5)


@pytest.fixture
def slow_clock(clock: SimClock) -> SimClock:
    clock.seconds = 3600.0
    return clock


def serve(office: Office, clock: SimClock, counter: str, minutes: float) -> None:
    called = office.call_next("1", counter)
    assert called is not None
    clock.seconds += 60 * minutes
    office.mark("finished", called.number, counter)


def test_a_counters_time_for_one_reaches_to_its_next_call_where_somebody_waited(
    office: Office, slow_clock: SimClock
) -> None:
    for _ in range(3):
        office.issue(office.open_visit(), "1")
    for minutes in (5.0, 7.0):
        serve(office, slow_clock, "1-1", minutes)
        slow_clock.seconds += 60
    serve(office, slow_clock, "1-1", 2.0)
    assert cycles(office.tickets("1")) == pytest.approx([6.0, 8.0, 2.0])
    slow_clock.seconds += 3600
    office.issue(office.open_visit(), "1")
    office.call_next("1", "1-1")
    assert cycles(office.tickets("1")) == pytest.approx([6.0, 8.0, 2.0]), "an hour without anybody is no service"
    slow_clock.seconds += 90
    assert running(office.tickets("1"), slow_clock.wall()) == [1.5]


def test_a_clerk_who_left_without_closing_is_noticed_while_somebody_waits_and_remembered(
    office: Office, slow_clock: SimClock
) -> None:
    for _ in range(6):
        office.issue(office.open_visit(), "1")
    office.call_next("1", "1-1")
    assert at_work(office.tickets("1"), 2, slow_clock.wall()) == 2, "the other one may be on the way"
    slow_clock.seconds += 300
    assert at_work(office.tickets("1"), 2, slow_clock.wall()) == 1
    office.mark("finished", "A 001", "1-1")
    for _ in range(5):
        serve(office, slow_clock, "1-1", 6.0)
    assert office.line("1") == []
    assert at_work(office.tickets("1"), 2, slow_clock.wall()) == 1, "the last ones waited for the same counter"
    office.issue(office.open_visit(), "1")
    office.call_next("1", "1-1")
    assert not office.wait("1").idle


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


def test_a_new_day_knows_how_long_services_took_before_also_after_a_restart(
    site: Site, clock: SimClock, tmp_path: Path
) -> None:
    def tomorrow(office: Office) -> WaitEstimate:
        clock.start, clock.seconds = datetime(2026, 11, 24, 9, 0), 0.0
        for _ in range(4):
            office.issue(office.open_visit(), "3")
        office.call_next("3")
        return office.wait("3")

    assert site.doors["3"].counters == 1
    unknown = Office(site, clock, tmp_path / "unknown.db")
    usual = tomorrow(unknown)
    unknown.close()
    for restarts in (False, True):
        clock.start, clock.seconds = datetime(2026, 11, 23, 9, 0), 0.0
        office = Office(site, clock, tmp_path / f"{restarts}.db")
        office.wait("3")
        for _ in range(20):
            ticket = office.issue(office.open_visit(), "3")
            office.mark("started", ticket.number)
            clock.seconds += 120
            office.mark("finished", ticket.number)
        if restarts:
            office.close()
            office = Office(site, clock, tmp_path / f"{restarts}.db")
        assert tomorrow(office).middle < 0.8 * usual.middle
        office.close()


def test_every_kind_of_wait_has_its_words(site: Site) -> None:
    say = site.place.say_wait
    assert say(WaitEstimate(0, "now"), "vi") == "Mời vào ngay"
    assert say(WaitEstimate(3, "range", 5, 14), "vi") == "5–14 phút"
    assert say(WaitEstimate(3, "maybe_after", 5, 145, resumes="13:30"), "vi") == "Có thể sau 13:30"
    assert say(WaitEstimate(3, "late"), "vi") == "Hôm nay có thể không kịp"
    assert say(WaitEstimate(3, "closed", resumes="13:30"), "en") == "Closed until 13:30"
    assert say(WaitEstimate(3, "closed"), "en") == "Closed now"

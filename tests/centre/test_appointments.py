"""Appointments: a time is kept for somebody, and its holder goes by it when they come in time."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from centre.appointments import NotYetError
from centre.office import Office
from centre.site import Site
from robot.clock import SimClock
from robot.types import LetanError

TEN = datetime(2026, 11, 23, 10, 0)


def at(clock: SimClock, hour: int, minute: int = 0) -> None:
    clock.seconds = (datetime(2026, 11, 23, hour, minute) - clock.start).total_seconds()


def walk_in(office: Office) -> str:
    return office.issue(office.open_visit(), "1").number


def test_a_time_is_given_once_a_door_and_free_again_when_it_is_given_back(office: Office) -> None:
    first = office.book("1", TEN, "khai_sinh")
    assert office.appointment(first.visit) == first
    with pytest.raises(LetanError, match="door 1 has no place left"):
        office.book("1", TEN)
    office.book("2", TEN)
    assert office.give_back(first.visit)
    assert not office.give_back(first.visit)
    assert office.appointment(first.visit) is None
    office.book("1", TEN)


@pytest.mark.parametrize(
    ("when", "words"),
    [
        (datetime(2026, 11, 23, 7, 0), "from now to 30 days ahead"),
        (datetime(2027, 11, 23, 10, 0), "from now to 30 days ahead"),
        (datetime(2026, 11, 23, 12, 0), "closed then"),
        (datetime(2026, 11, 29, 10, 0), "closed then"),
        (datetime(2026, 11, 23, 10, 7), "every 15 minutes"),
    ],
)
def test_a_time_that_can_not_be_had_is_told(office: Office, when: datetime, words: str) -> None:
    with pytest.raises(LetanError, match=words):
        office.book("1", when)


def test_who_comes_in_the_window_goes_by_the_appointed_time(office: Office, clock: SimClock) -> None:
    booked = office.book("1", TEN, "khai_sinh")
    at(clock, 9, 25)
    early = walk_in(office)
    at(clock, 9, 44)
    with pytest.raises(NotYetError, match="from 09:45 on"):
        office.check_in(booked.visit)
    later = walk_in(office)
    at(clock, 9, 50)
    mine = office.check_in(booked.visit)
    assert office.check_in(booked.visit) == mine, "once"
    assert (mine.service, mine.appointment) == ("khai_sinh", TEN)
    assert [ticket.number for ticket in office.line("1")] == [early, mine.number, later]
    assert not office.give_back(booked.visit), "the number is taken"


@pytest.mark.parametrize("minutes", [15, 16])
def test_who_comes_late_waits_as_all_do(office: Office, clock: SimClock, minutes: int) -> None:
    booked = office.book("1", TEN)
    at(clock, 9, 50)
    walk_in(office)
    at(clock, 10, minutes)
    mine = office.check_in(booked.visit)
    assert (office.line("1")[0].number == mine.number) == (minutes == 15)


def test_an_appointment_of_another_day_is_told_and_survives_a_restart(
    site: Site, clock: SimClock, tmp_path: Path
) -> None:
    office = Office(site, clock, tmp_path / "o.db")
    booked = office.book("1", TEN + timedelta(days=2))
    office.close()
    office = Office(site, clock, tmp_path / "o.db")
    with pytest.raises(NotYetError, match="2026-11-25 10:00"):
        office.check_in(booked.visit)
    clock.seconds += 2 * 86400
    at_that_day = replace(clock, seconds=clock.seconds + 2 * 3600 - 600)
    clock.seconds = at_that_day.seconds
    assert office.check_in(booked.visit).number == "A 001"
    other = office.book("1", TEN + timedelta(days=2, hours=1))
    clock.seconds += 86400
    with pytest.raises(NotYetError, match="was at"):
        office.check_in(other.visit)
    with pytest.raises(LetanError, match="no appointment 9999"):
        office.check_in(9999)
    office.close()

"""Ratings: anonymous, one a ticket, never overstated."""

import datetime as dt

import pytest

from centre.office import Office
from centre.ratings import Share, ratings_in, report
from centre.site import Site
from robot.clock import SimClock

DAY = dt.date(2026, 11, 23)


def served(office: Office, door: str = "1", service: str = "ket_hon") -> int:
    visit = office.open_visit()
    number = office.issue(visit, door, service).number
    office.call_next(door)
    office.mark("finished", number)
    return visit


def test_a_ticket_is_rated_once(office: Office) -> None:
    visit = served(office)
    assert office.rate(visit, 5)
    assert not office.rate(visit, 1)
    assert [r.level for r in ratings_in(office.events(DAY, DAY))] == [5]


def test_a_ticket_is_rated_once_also_after_a_restart(site: Site, clock: SimClock, tmp_path: object) -> None:
    path = f"{tmp_path}/o.db"
    office = Office(site, clock, path)
    visit = served(office)
    assert office.rate(visit, 4)
    office.close()
    office = Office(site, clock, path)
    assert not office.rate(visit, 4)
    office.close()


def test_a_visit_without_a_ticket_is_rated_once_also_after_a_restart(
    site: Site, clock: SimClock, tmp_path: object
) -> None:
    path = f"{tmp_path}/o.db"
    office = Office(site, clock, path)
    visit, other = office.open_visit(), office.open_visit()
    assert office.rate(visit, 4)
    assert not office.rate(visit, 1)
    office.close()
    office = Office(site, clock, path)
    assert not office.rate(visit, 1)
    office.issue(visit, "1")
    assert not office.rate(visit, 1)
    assert office.rate(other, 2)
    assert [r.level for r in ratings_in(office.events(DAY, DAY))] == [4, 2]
    office.close()


def test_a_rating_by_phone_is_the_tickets_only_one(office: Office) -> None:
    first, second = served(office), served(office)
    assert office.rate(first, 5)
    assert not office.rate(first, 1)
    assert office.rate(second, 4)
    assert not office.rate(second, 1)
    rated = [event for event in office.events(DAY, DAY) if event.kind == "rated"]
    assert [(event.ticket, event.data["level"]) for event in rated] == [("A 001", 5), ("A 002", 4)]


@pytest.mark.parametrize("level", [0, 6, -1])
def test_only_levels_of_the_scale_count(office: Office, level: int) -> None:
    assert not office.rate(served(office), level)


def test_a_rating_keeps_door_service_level_and_known_reasons_and_nothing_else(office: Office) -> None:
    visit = served(office)
    assert office.rate(visit, 2, ("cho_lau", "made up"))
    event = office.events(DAY, DAY)[-1]
    assert (event.visit, event.ticket, event.door) == (visit, "A 001", "1")
    assert event.data == {"level": 2, "service": "ket_hon", "reasons": ["cho_lau"]}


def test_wilsons_interval_is_the_published_one() -> None:
    low, high = Share(8, 10).interval
    assert (low, high) == (pytest.approx(0.490, abs=1e-3), pytest.approx(0.943, abs=1e-3))
    assert Share(0, 0).interval == (0.0, 0.0)
    assert Share(5, 5).interval[1] == pytest.approx(1.0)


def test_the_report_counts_and_hides_small_groups(office: Office, site: Site) -> None:
    for level in (5, 4, 4, 3, 1):
        office.rate(served(office, "1"), level, ("cho_lau",) if level < 4 else ())
    office.rate(served(office, "2", "ct_ban_sao"), 5)
    served(office, "2")
    made = report(office.events(DAY, DAY), site)
    assert (made.response, made.satisfied) == (Share(6, 7), Share(4, 6))
    assert made.levels == {"5": 2, "4": 2, "3": 1, "2": 0, "1": 1}
    assert made.doors == {("1", "2"): Share(4, 6)}, "door 2 alone could be told from the total"
    assert made.reasons == {"cho_lau": 2}


def test_days_outside_the_period_do_not_count(office: Office, site: Site) -> None:
    office.rate(served(office), 5)
    other = DAY + dt.timedelta(days=1)
    assert list(ratings_in(office.events(other, other))) == []


def test_a_report_of_too_few_tells_only_how_many_answered(office: Office, site: Site) -> None:
    for level in (1, 1, 5, 5):
        office.rate(served(office), level)
    made = report(office.events(DAY, DAY), site)
    assert (made.are_few, made.response, made.levels, made.doors, made.reasons) == (True, Share(4, 4), {}, {}, {})


def test_doors_with_enough_answers_stand_alone(office: Office, site: Site) -> None:
    for door in ("1", "2"):
        for level in (5, 5, 4, 2, 1):
            office.rate(served(office, door), level)
    office.rate(served(office, "7"), 1)
    made = report(office.events(DAY, DAY), site)
    assert sorted(made.doors) == [("1", "7"), ("2",)] or sorted(made.doors) == [("1",), ("2", "7")]
    assert sum(share.n for share in made.doors.values()) == made.satisfied.n == 11
    assert all(share.n >= site.ratings.least_group for share in made.doors.values())

"""What a counter may do with a number: hold, bring back, transfer, undo, close; and who is called next."""

import pytest

from centre.office import Office
from centre.site import Site
from centre.tickets import Ticket
from robot.clock import SimClock
from robot.types import LetanError


def take(office: Office, door: str = "1", priority: str = "") -> Ticket:
    return office.issue(office.open_visit(), door, "", priority)


def numbers(tickets: object) -> list[str]:
    return [ticket.number for ticket in tickets]  # type: ignore[attr-defined]


def called(office: Office, counter: str = "1-1") -> str:
    ticket = office.call_next("1", counter)
    assert ticket is not None
    return ticket.number


def test_a_counters_next_call_finishes_the_one_it_serves_and_nobody_elses(office: Office) -> None:
    for _ in range(4):
        take(office)
    assert [called(office), called(office, "1-2"), called(office)] == ["A 001", "A 002", "A 003"]
    assert [ticket.state for ticket in office.tickets()] == ["finished", "called", "called", "waiting"]
    assert numbers(office.at("1-1")) == ["A 003"]


def test_a_call_is_undone_with_the_finish_that_came_with_it(office: Office) -> None:
    take(office)
    take(office)
    called(office)
    before = office.tickets(), office.calls()
    called(office)
    assert numbers(office.undo("1-1")) == ["A 002", "A 001"]
    assert (office.tickets(), office.calls()) == before
    assert office.undo("1-1") == ()


def test_an_act_is_undone_for_ten_seconds_and_only_by_the_counter_that_did_it(office: Office, clock: SimClock) -> None:
    take(office)
    called(office)
    assert office.undo("1-2") == ()
    clock.seconds += 10.001
    assert office.undoable("1-1") == ()
    assert office.undo("1-1") == ()
    assert office.tickets()[0].state == "called"


def test_what_went_on_since_is_not_undone(office: Office) -> None:
    take(office)
    called(office)
    office.mark("started", "A 001", "1-2")
    assert office.undo("1-1") == ()
    assert office.tickets()[0].state == "serving"


def test_an_undone_call_is_remembered_after_a_restart(site: Site, clock: SimClock, tmp_path: object) -> None:
    office = Office(site, clock, f"{tmp_path}/o.db")
    take(office)
    called(office)
    office.undo("1-1")
    before = office.tickets(), office.calls()
    office.close()
    office = Office(site, clock, f"{tmp_path}/o.db")
    assert (office.tickets(), office.calls()) == before
    assert before[0][0].state == "waiting"
    office.close()


def test_a_number_is_put_aside_and_taken_up_again_with_its_place_in_the_line(office: Office) -> None:
    take(office)
    take(office)
    called(office)
    assert office.mark("held", "A 001", "1-1") is not None
    assert called(office) == "A 002"
    office.mark("returned", "A 001", "1-1")
    assert called(office) == "A 001"


def test_who_missed_the_call_comes_back_next_but_not_before_a_priority(office: Office, clock: SimClock) -> None:
    take(office)
    called(office)
    office.mark("no_show", "A 001", "1-1")
    clock.seconds += 600
    take(office)
    take(office, priority="elder")
    office.mark("returned", "A 001")
    assert [called(office), called(office), called(office)] == ["A 003", "A 001", "A 002"]


def test_nobody_is_overtaken_by_a_priority_that_came_more_than_the_sites_minutes_later(
    office: Office, clock: SimClock
) -> None:
    take(office)
    clock.seconds += office.site.services.ageing * 60 + 1
    take(office, priority="elder")
    assert [called(office), called(office)] == ["A 001", "A 002"]


def test_a_priority_is_one_of_the_sites_groups(office: Office) -> None:
    with pytest.raises(LetanError, match="no priority group `friend`"):
        take(office, priority="friend")


def test_a_transferred_number_keeps_its_arrival(office: Office, clock: SimClock) -> None:
    take(office, "7")
    clock.seconds += 60
    take(office, "1")
    moved = office.transfer("G 001", "1", "7-1")
    assert moved is not None
    assert (moved.door, moved.issued) == ("1", office.tickets()[0].issued)
    assert numbers(office.line("1")) == ["G 001", "A 001"]
    assert office.line("7") == []
    assert office.transfer("G 001", "1") is None
    with pytest.raises(LetanError, match="no door `9`"):
        office.transfer("G 001", "9")
    assert numbers(office.undo("7-1")) == ["G 001"]
    assert office.tickets("7", "waiting") != ()


def test_who_says_not_yet_is_passed_over_until_the_time_is_up_or_they_are_here(office: Office, clock: SimClock) -> None:
    take(office)
    take(office)
    office.mark("deferred", "A 001")
    assert numbers(office.line("1")) == ["A 002", "A 001"]
    assert called(office) == "A 002"
    assert office.call_next("1", "1-1") is None
    assert office.tickets()[1].state == "called", "a call that finds nobody finishes nobody"
    office.mark("arrived", "A 001")
    assert called(office) == "A 001"
    take(office)
    office.mark("deferred", "A 003")
    clock.seconds += office.site.services.late * 60 + 1
    assert called(office) == "A 003"


def test_a_closed_counter_counts_no_more_and_a_door_without_any_is_closed(office: Office) -> None:
    office.set_counter("1", "1-1", is_open=False)
    office.set_counter("1", "1-1", is_open=False)
    assert (office.counters("1"), office.wait("1").is_open) == (1, True)
    office.set_counter("1", "1-2", is_open=False)
    assert (office.counters("1"), office.wait("1").is_open) == (0, False)
    office.set_counter("1", "1-1", is_open=True)
    assert (office.counters("1"), office.is_closed("1", "1-2")) == (1, True)


def test_a_ticket_of_an_earlier_day_is_found_by_its_visit_and_rated_on_the_day_of_the_rating(
    site: Site, clock: SimClock, tmp_path: object
) -> None:
    office = Office(site, clock, f"{tmp_path}/o.db")
    visit = take(office).visit
    called(office)
    office.mark("finished", "A 001")
    clock.seconds += 86400
    other = take(office)
    for reopened in (False, True):
        if reopened:
            office.close()
            office = Office(site, clock, f"{tmp_path}/o.db")
        found = office.ticket_of(visit)
        assert found is not None
        assert (found.number, found.day, found.state) == ("A 001", "2026-11-23", "finished")
    assert office.rate(visit, 2)
    assert office.rate(other.visit, 5)
    assert not office.rate(visit, 1)
    office.close()

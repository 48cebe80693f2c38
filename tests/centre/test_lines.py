"""Numbers and lines as the site wants them: how numbers are written, kept overnight, several doors for one matter."""

from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import ValidationError

from centre.numbers import plain_number
from centre.office import Office
from centre.place import Place
from centre.site import Site
from centre.summary import summary_of_day
from robot.clock import SimClock


@pytest.fixture
def keeping(site: Site) -> Site:
    """The site, where numbers that still wait are kept for one night."""
    return replace(site, services=site.services.model_copy(update={"keep_days": 1}))


@pytest.fixture
def shared(site: Site) -> Site:
    """The site, where births are registered at door 7 as well."""
    both = site.procedures["khai_sinh"].model_copy(update={"also": ("7",)})
    return replace(site, procedures={**site.procedures, "khai_sinh": both})


def take(office: Office, door: str = "1", service: str = "") -> str:
    return office.issue(office.open_visit(), door, service).number


def numbered(site: Site, pattern: str) -> Place:
    fields = {name: getattr(site.place, name) for name in Place.model_fields}
    return Place(**(fields | {"number": pattern}))


def test_numbers_are_written_as_the_site_says(site: Site, clock: SimClock) -> None:
    office = Office(replace(site, place=numbered(site, "{letter}{day:%d}-{count}")), clock)
    assert take(office) == "A23-001"
    for words in ("A23-001", "a23-1", " A 23 01 "):
        found = office.ticket(words)
        assert found is not None, words
    assert office.ticket("A1") is None
    clock.seconds += 86400
    assert take(office) == "A24-001"
    office.close()


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("{letter}", "gives two people one number"),
        ("{count}", "gives two people one number"),
        ("{letter}{door}{count}", "may hold"),
        ("number {letter} {count}", "is longer than"),
        ("{letter} {count", "may hold"),
    ],
)
def test_a_way_of_writing_that_does_not_work_is_told(site: Site, pattern: str, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        numbered(site, pattern)


def test_a_number_is_the_same_however_it_is_written() -> None:
    assert plain_number("A 017") == plain_number("a17") == plain_number("A-0017") == ("A", "17")
    assert plain_number("A 170") != plain_number("A 17")


def test_who_still_waits_at_night_is_first_next_morning_and_no_number_comes_twice(
    keeping: Site, clock: SimClock, tmp_path: Path
) -> None:
    office = Office(keeping, clock, tmp_path / "o.db")
    visits = [office.open_visit() for _ in range(3)]
    for visit in visits:
        office.issue(visit, "1", priority="elder" if visit == visits[1] else "")
    called = office.call_next("1")
    assert called is not None
    office.mark("finished", called.number)
    clock.seconds += 86400
    assert [take(office), take(office)] == ["A 002", "A 004"], "A 001 and A 003 are kept from yesterday"
    assert [ticket.number for ticket in office.line("1")] == ["A 001", "A 003", "A 002", "A 004"]
    kept = office.ticket_of(visits[0])
    assert kept is not None
    assert (kept.number, kept.day, kept.state, kept.nights) == ("A 001", "2026-11-24", "waiting", 1)
    first = office.call_next("1")
    assert first is not None
    assert first.number == "A 001"
    before = office.tickets()
    office.close()
    office = Office(keeping, clock, tmp_path / "o.db")
    assert office.tickets() == before
    summary = summary_of_day(office.events_after(office.began), office.day)
    assert (summary.taken.total(), summary.called.total(), summary.waits.total()) == (2, 1, 0), "a night is no wait"
    clock.seconds += 86400
    take(office)
    assert [ticket.number for ticket in office.line("1")] == ["A 002", "A 004", "A 001"], "for one night, not for two"
    office.close()


def test_no_number_is_kept_where_the_site_does_not_say_so(office: Office, clock: SimClock) -> None:
    take(office)
    clock.seconds += 86400
    assert take(office) == "A 001"
    assert len(office.tickets()) == 1


def test_a_matter_that_several_doors_serve_is_had_at_the_soonest(shared: Site, clock: SimClock) -> None:
    office = Office(shared, clock)
    assert office.door_for("khai_sinh", "1") == "1", "its own door where that is as good"
    for _ in range(3):
        take(office, "1")
    for counter in ("1-1", "1-2"):
        office.call_next("1", counter)
    assert office.door_for("khai_sinh", "1") == "7"
    assert office.door_for("ket_hon", "1") == "1", "no other door serves it"
    assert office.door_for("", "3") == "3"
    assert "khai_sinh" in shared.procedures_at("7")
    for counter in ("7-1", "7-2"):
        office.set_counter("7", counter, is_open=False)
    assert office.door_for("khai_sinh", "1") == "1"
    office.close()


def test_a_door_that_closes_sends_on_whom_another_serves_and_keeps_the_others(shared: Site, clock: SimClock) -> None:
    office = Office(shared, clock)
    numbers = [take(office, "1", service) for service in ("khai_sinh", "ket_hon", "khai_sinh")]
    clock.seconds += 600
    office.set_counter("1", "1-1", is_open=False)
    assert len(office.line("1")) == 3, "one counter is left"
    office.set_counter("1", "1-2", is_open=False)
    assert [ticket.number for ticket in office.line("7")] == [numbers[0], numbers[2]]
    assert [ticket.number for ticket in office.line("1")] == [numbers[1]]
    assert not office.wait("1", numbers[1]).is_open, "who is left is told on their page"
    later = office.issue(office.open_visit(), "7").number
    assert [ticket.number for ticket in office.line("7")] == [numbers[0], numbers[2], later], "they keep their arrival"
    office.set_counter("1", "1-1", is_open=True)
    assert office.counters("1") == 1
    office.close()

"""Tickets, staff and memory: nothing acknowledged is lost, nothing happens twice."""

import sqlite3
from datetime import date, datetime
from pathlib import Path

import pytest

from centre.office import Office
from centre.site import Site
from centre.stored_event import StoredEvent
from centre.tickets import Ticket
from robot.clock import SimClock
from robot.types import LetanError


def take(office: Office, door: str = "1", service: str = "") -> Ticket:
    return office.issue(office.open_visit(), door, service)


def test_numbers_run_by_door_in_the_wards_form(office: Office) -> None:
    assert [take(office).number, take(office).number, take(office, "7").number] == ["A 001", "A 002", "G 001"]


def test_asking_twice_in_one_visit_gives_the_same_ticket(office: Office) -> None:
    visit = office.open_visit()
    assert office.issue(visit, "2") == office.issue(visit, "2")
    assert office.issue(visit, "3").number == "B 001"
    assert office.ticket_of(visit) == office.ticket("B 001")
    assert len(office.tickets()) == 1


def test_a_ticket_needs_a_door(office: Office) -> None:
    with pytest.raises(LetanError, match="needs a door"):
        office.issue(office.open_visit(), "")


def test_no_number_and_no_visit_id_comes_again_after_a_restart(site: Site, clock: SimClock, tmp_path: Path) -> None:
    path = tmp_path / "office.db"
    office = Office(site, clock, path)
    first = take(office)
    office.close()
    office = Office(site, clock, path)
    second = take(office)
    assert (first.number, second.number) == ("A 001", "A 002")
    assert second.visit > first.visit
    assert office.tickets() == (first, second)
    office.close()


def test_a_restart_gives_back_every_state(site: Site, clock: SimClock, tmp_path: Path) -> None:
    office = Office(site, clock, tmp_path / "office.db")
    for _ in range(3):
        take(office)
    office.call_next("1")
    office.mark("finished", "A 001")
    office.call_next("1")
    before = office.tickets(), office.calls(), office.wait("1")
    office.close()
    office = Office(site, clock, tmp_path / "office.db")
    assert (office.tickets(), office.calls(), office.wait("1")) == before
    office.close()


def test_a_new_day_starts_a_new_series_and_deletes_nothing(office: Office, clock: SimClock) -> None:
    take(office)
    clock.seconds += 86400
    assert office.tickets() == ()
    assert take(office).number == "A 001"
    assert len(office.events(date(2026, 11, 23), date(2026, 11, 24))) == 4


def test_a_clock_set_back_to_1970_starts_no_new_series(site: Site, clock: SimClock) -> None:
    office = Office(site, clock)
    take(office)
    clock.start = datetime(1970, 1, 1)
    assert take(office).number == "A 002"
    office.close()


def test_two_programs_on_one_database_give_different_numbers_and_see_each_other(
    site: Site, clock: SimClock, tmp_path: Path
) -> None:
    robot, console = Office(site, clock, tmp_path / "o.db"), Office(site, clock, tmp_path / "o.db")
    assert [take(robot).number, take(console).number, take(robot).number] == ["A 001", "A 002", "A 003"]
    called = console.call_next("1")
    assert called is not None
    robot.refresh()
    assert robot.calls()[0].number == "A 001"
    robot.close()
    console.close()


def test_calls_go_by_order_of_issue_and_the_newest_stands_first(office: Office) -> None:
    for _ in range(2):
        take(office)
    take(office, "7")
    for door in ("1", "7", "1"):
        office.call_next(door)
    assert [t.number for t in office.calls()] == ["A 002", "G 001", "A 001"]
    office.mark("recalled", "A 001")
    assert office.calls(1)[0].number == "A 001"
    assert office.call_next("1") is None


@pytest.mark.parametrize("kind", ["finished", "no_show", "recalled"])
def test_what_was_never_called_cannot_be_finished_missed_or_recalled(office: Office, kind: str) -> None:
    take(office)
    assert office.mark(kind, "A 001") is None
    assert office.tickets()[0].state == "waiting"


def test_a_number_is_found_however_it_is_written(office: Office) -> None:
    take(office)
    for text in ("A 001", "a1", "A001", " a 01 "):
        found = office.ticket(text)
        assert found is not None
        assert found.number == "A 001"
    assert office.ticket("001") is None
    assert office.ticket("B1") is None


def test_every_event_is_heard_of_once_also_those_of_other_programs(site: Site, clock: SimClock, tmp_path: Path) -> None:
    heard: list[StoredEvent] = []
    robot = Office(site, clock, tmp_path / "o.db", heard.append)
    console = Office(site, clock, tmp_path / "o.db")
    take(robot)
    console.call_next("1")
    robot.refresh()
    robot.refresh()
    assert [event.kind for event in heard] == ["visit", "issued", "called"]
    robot.close()
    console.close()


def test_stored_events_cannot_be_changed_through_the_database(site: Site, clock: SimClock, tmp_path: Path) -> None:
    office = Office(site, clock, tmp_path / "o.db")
    take(office)
    office.close()
    with sqlite3.connect(tmp_path / "o.db") as db, pytest.raises(sqlite3.IntegrityError, match="append only"):
        db.execute("DELETE FROM events")
    db.close()


def test_a_changed_row_breaks_the_chain(site: Site, clock: SimClock, tmp_path: Path) -> None:
    office = Office(site, clock, tmp_path / "o.db")
    for _ in range(3):
        take(office)
    assert office.broken_at is None
    office.close()
    db = sqlite3.connect(tmp_path / "o.db")
    db.execute("DROP TRIGGER no_update")
    db.execute("UPDATE events SET door = '2' WHERE seq = 4")
    db.commit()
    db.close()
    office = Office(site, clock, tmp_path / "o.db")
    assert office.broken_at == 4
    office.close()


def test_an_event_that_cannot_be_stored_did_not_happen(site: Site, clock: SimClock, tmp_path: Path) -> None:
    office = Office(site, clock, tmp_path / "o.db")
    visit = office.open_visit()
    office._journal._db.execute("PRAGMA query_only = ON")
    with pytest.raises(LetanError, match=r"o\.db: the office's database cannot be written"):
        office.issue(visit, "1")
    office._journal._db.execute("PRAGMA query_only = OFF")
    assert office.tickets() == ()
    assert office.issue(visit, "1").number == "A 001"
    assert office.broken_at is None
    office.close()


def test_a_file_that_is_no_database_is_said_so(site: Site, clock: SimClock, tmp_path: Path) -> None:
    (tmp_path / "o.db").write_text("not a database at all, but long enough to look at" * 100)
    with pytest.raises(LetanError, match="cannot be opened"):
        Office(site, clock, tmp_path / "o.db")


def test_the_database_is_written_through_to_the_disk(site: Site, clock: SimClock, tmp_path: Path) -> None:
    office = Office(site, clock, tmp_path / "o.db")
    assert office._journal._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert office._journal._db.execute("PRAGMA synchronous").fetchone() == (2,)
    office.close()


def test_a_citizen_calls_staff_once_and_sees_each_step(office: Office, clock: SimClock) -> None:
    call = office.staff.call_staff(7)
    assert office.staff.call_staff(7) == call
    clock.seconds += 60
    office.staff.accept(call.id, "staff", "2")
    office.staff.coming(call.id)
    found = office.staff.of_visit(7)
    assert found is not None
    assert (found.step, found.door, found.accepted) == (3, "2", datetime(2026, 11, 23, 8, 1))
    office.staff.close(call.id)
    office.staff.close(call.id)
    assert office.staff.staff_calls == ()


def test_a_counter_calls_the_robot_once_until_it_came(office: Office) -> None:
    call = office.staff.call_robot("3")
    assert office.staff.call_robot("3") == call
    assert office.staff.robot_calls == (call,)
    office.staff.answer_robot_call(call.id)
    assert office.staff.robot_calls == ()

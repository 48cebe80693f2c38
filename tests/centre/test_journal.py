"""The office's database: what goes wrong with its file is said with its path, and nothing is half done."""

import hashlib
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import apsw
import pytest

from centre.journal import Journal
from centre.office import Office
from centre.site import Site
from centre.store import Access
from centre.stored_event import Kind, StoredEvent
from robot.clock import SimClock
from robot.types import LetanError

DAY = date(2026, 11, 23)


@pytest.fixture
def path(site: Site, clock: SimClock, tmp_path: Path) -> Path:
    """A closed database with a visit, a ticket and its rating: rows 1 to 3."""
    path = tmp_path / "o.db"
    office = Office(site, clock, path)
    visit = office.open_visit()
    office.issue(visit, "1")
    office.rate(visit, 4)
    office.close()
    return path


def spoil(path: Path, change: str) -> None:
    db = apsw.Connection(str(path))  # not sqlite3: two libraries in one process don't see each other's locks
    db.execute("DROP TRIGGER no_update")
    db.execute(change)
    db.close()


def test_a_locked_database_is_said_so_and_the_write_can_be_tried_again(site: Site, clock: SimClock, path: Path) -> None:
    office = Office(site, clock, path)
    visit = office.open_visit()
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LetanError, match=r"o\.db: the office's database cannot be written: database is locked"):
        office.issue(visit, "1")
    assert len(office.tickets()) == 1
    other.execute("ROLLBACK")
    other.close()
    assert office.issue(visit, "1").number == "A 002"
    assert office.broken_at is None
    office.close()


def test_a_full_disk_is_said_so_and_nothing_is_half_done(site: Site, clock: SimClock, path: Path) -> None:
    office = Office(site, clock, path)
    pages = office._journal._db.execute("PRAGMA page_count").fetchone()[0]
    office._journal._db.execute(f"PRAGMA max_page_count = {pages}")
    visit = office.open_visit()
    with pytest.raises(LetanError, match="full"):  # noqa: PT012 - rows fill the last page sooner or later
        for _ in range(500):
            office.staff.call_robot("1")
            office.staff.answer_robot_call(office.staff.robot_calls[0].id)
    office._journal._db.execute("PRAGMA max_page_count = 100000")
    assert office.issue(visit, "1").number == "A 002"
    stored = office.events(DAY, DAY)
    assert [event.seq for event in stored] == list(range(1, len(stored) + 1))
    office.close()
    office = Office(site, clock, path)
    assert (office.broken_at, len(office.tickets())) == (None, 2)
    office.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE events SET data = '{\"service\": ' WHERE seq = 2",
        "UPDATE events SET data = '[]' WHERE seq = 2",
        "UPDATE events SET data = '{}' WHERE seq = 2",
        "UPDATE events SET stamp = 'yesterday' WHERE seq = 2",
        "UPDATE events SET day = '2026-13-45' WHERE seq = 2",
        "UPDATE events SET count = 'many' WHERE seq = 2",
        "UPDATE events SET door = x'ff00' WHERE seq = 2",
    ],
)
@pytest.mark.parametrize("access", ["create", "read"])
def test_a_damaged_row_is_named_with_file_and_row(
    site: Site, clock: SimClock, path: Path, change: str, access: Access
) -> None:
    spoil(path, change)
    with pytest.raises(LetanError, match=r"o\.db: row 2 of its events is damaged"):
        Office(site, clock, path, access=access)


def test_a_row_damaged_while_open_is_named_too(site: Site, clock: SimClock, path: Path) -> None:
    office = Office(site, clock, path, access="read")
    spoil(path, "UPDATE events SET data = 'x' WHERE seq = 3")
    with pytest.raises(LetanError, match="row 3"):
        office.events(DAY, DAY)
    office.close()


def test_a_file_with_damaged_pages_is_said_so(site: Site, clock: SimClock, path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[:4096] + b"\xa5" * (len(raw) - 4096))
    with pytest.raises(LetanError, match=r"o\.db: "):
        Office(site, clock, path, access="read")


@pytest.mark.parametrize("access", ["read", "write"])
@pytest.mark.parametrize("content", ["none", "empty", "text", "other"])
def test_what_is_not_an_offices_database_is_neither_made_nor_converted(
    site: Site, clock: SimClock, tmp_path: Path, access: Access, content: str
) -> None:
    path = tmp_path / "a folder" / "x.db"
    path.parent.mkdir()
    if content == "empty":
        path.touch()
    elif content == "text":
        path.write_text("not a database, but long enough to look at" * 100)
    elif content == "other":
        db = sqlite3.connect(path)
        db.execute("CREATE TABLE events (id INTEGER)")
        db.commit()
        db.close()
    before = path.read_bytes() if path.exists() else None
    with pytest.raises(LetanError, match=r"x\.db: "):
        Office(site, clock, path, access=access)
    assert (path.read_bytes() if path.exists() else None) == before
    assert [found.name for found in path.parent.iterdir()] == ([] if before is None else ["x.db"])


def test_the_robot_takes_an_empty_file_but_not_somebody_elses_database(
    site: Site, clock: SimClock, tmp_path: Path
) -> None:
    (tmp_path / "empty.db").touch()
    Office(site, clock, tmp_path / "empty.db").close()
    db = sqlite3.connect(tmp_path / "other.db")
    db.execute("CREATE TABLE customers (id INTEGER)")
    db.commit()
    db.close()
    with pytest.raises(LetanError, match="not an office's database"):
        Office(site, clock, tmp_path / "other.db")


def test_who_only_reads_sees_everything_and_leaves_the_file_as_it_was(site: Site, clock: SimClock, path: Path) -> None:
    before = path.read_bytes()
    office = Office(site, clock, path, access="read")
    assert [event.kind for event in office.events(DAY, DAY)] == ["visit", "issued", "rated"]
    with pytest.raises(LetanError, match="cannot be written"):
        office.open_visit()
    office.close()
    assert path.read_bytes() == before
    assert sorted(found.name for found in path.parent.iterdir()) == ["o.db", "o.db.fence"]


def test_who_may_not_write_reads_all_the_same(
    site: Site, clock: SimClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    made = {found.name for found in path.parent.iterdir()}
    office = Office(site, clock, path, access="read")
    assert [event.kind for event in office.events(DAY, DAY)] == ["visit", "issued", "rated"]
    assert {found.name for found in path.parent.iterdir()} == made, "no log is made beside it"
    office.close()


def happened(kind: Kind) -> StoredEvent:
    return StoredEvent(kind, datetime(2026, 11, 23, 8, 0), "2026-11-23")


def test_an_event_counts_nothing_and_has_no_place_in_the_journal_before_it_is_written() -> None:
    event = happened("visit")
    assert (event.ticket, event.door, event.count, event.seq) == ("", "", 0, 0)


def test_a_database_is_made_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "o.db"
    Journal(path, lambda event: None).close()
    assert path.is_file()


def test_each_write_tells_its_own_event_and_all_are_applied_in_order_after_the_last(tmp_path: Path) -> None:
    applied: list[StoredEvent] = []
    journal = Journal(tmp_path / "o.db", applied.append)
    with journal.writing() as write:
        written = [write(happened("called")), write(happened("started"))]
        assert applied == []
    assert [(event.kind, event.seq) for event in written] == [("called", 1), ("started", 2)]
    assert applied == written
    assert list(journal.reading(DAY, DAY)) == written
    journal.close()


def test_what_raises_amid_a_transaction_leaves_nothing_behind_and_the_chain_whole(tmp_path: Path) -> None:
    applied: list[StoredEvent] = []
    journal = Journal(tmp_path / "o.db", applied.append)
    with journal.writing() as write:
        write(happened("called"))
    with pytest.raises(ZeroDivisionError), journal.writing() as write:  # noqa: PT012 - amid what is written
        write(happened("no_show"))
        raise ZeroDivisionError
    with journal.writing() as write:
        assert write(happened("started")).seq == 2
    journal.close()
    assert [event.kind for event in applied] == ["called", "started"]
    again = Journal(tmp_path / "o.db", applied.append)
    assert again.broken_at is None
    again.close()


def test_data_are_stored_as_they_read_in_one_order(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.db", lambda event: None)
    with journal.writing() as write:
        write(replace(happened("visit"), data={"who": "lễ tân", "what": "nước"}))
    stored = '{"what": "nước", "who": "lễ tân"}'
    assert journal._db.execute("SELECT data FROM events").fetchone() == (stored,)
    journal.close()


def test_the_chain_is_that_of_the_databases_in_use(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.db", lambda event: None)
    with journal.writing() as write:
        write(replace(happened("visit"), data={"who": "lễ tân"}))
    row = '["", 1, "2026-11-23T08:00:00.000", "2026-11-23", "visit", null, "", "", 0, "{\\"who\\": \\"lễ tân\\"}"]'
    digest = hashlib.sha256(row.encode()).hexdigest()
    assert journal._db.execute("SELECT hash FROM events").fetchone() == (digest,)
    journal.close()


def test_a_worker_may_write_what_another_thread_opened(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.db", lambda event: None)

    def write_one() -> int:
        with journal.writing() as write:
            return write(happened("visit")).seq

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(write_one).result() == 1
    journal.close()


def test_a_write_waits_a_little_for_who_writes_meanwhile_but_not_as_long_as_people_notice(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "o.db", lambda event: None)
    assert 50 <= journal._db.execute("PRAGMA busy_timeout").fetchone()[0] <= 500  # ms
    journal.close()


def test_a_library_that_may_lose_what_was_stored_is_refused_for_writing(
    site: Site, clock: SimClock, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apsw.sqlite_lib_version", lambda: "3.51.2")
    accesses: tuple[Access, ...] = ("create", "write")
    for access in accesses:
        with pytest.raises(LetanError, match=r"SQLite 3\.51\.2 can lose.*needs 3\.51\.3: install"):
            Office(site, clock, path, access=access)
    Office(site, clock, path, access="read").close()
    Office(site, clock).close()  # in memory there is no log
    monkeypatch.setattr("apsw.sqlite_lib_version", lambda: "3.51.3")
    Office(site, clock, path).close()


def test_a_row_is_told_by_sqlite_as_it_was_hashed(tmp_path: Path) -> None:
    odd = 'a "quoted" \\ back\\slash\tand\nlines\r\x01\x1f\x7f / é ữ 漢 😀 \u2028'
    journal = Journal(tmp_path / "o.db", lambda event: None)
    with journal.writing() as write:
        write(replace(happened("visit"), ticket=odd, door=odd, data={odd: odd, "n": 1.5, "list": [odd]}))
        write(replace(happened("called"), visit=7, count=-3))
    told = list(journal.reading(DAY, DAY))
    assert [event.ticket for event in told] == [odd, ""]
    assert told[0].data == {odd: odd, "n": 1.5, "list": [odd]}
    assert [event.kind for event in journal.reading(DAY, DAY, {"called"})] == ["called"]
    assert journal.verify() == 2
    journal.close()


def test_what_is_not_asked_for_is_checked_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "o.db"
    journal = Journal(path, lambda event: None)
    with journal.writing() as write:
        for kind in ("visit", "called", "started"):
            write(happened(kind))  # type: ignore[arg-type]
    spoil(path, "UPDATE events SET door = '9' WHERE seq = 2")
    with pytest.raises(LetanError, match="row 2 was changed"):
        list(journal.reading(DAY, DAY, {"started"}))
    journal.close()

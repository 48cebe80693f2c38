"""Indices that lead elsewhere are built anew, so that nothing is found twice or not at all."""

from pathlib import Path

import apsw
import pytest

from centre.index_check import mend_indices
from centre.office import Office
from centre.site import Site
from centre.sqlite_file import SqliteFile
from robot.clock import SimClock

INDICES = ("by_day", "by_visit", "one_number", "one_ticket_a_visit", "one_rating_a_visit")


@pytest.fixture
def path(site: Site, clock: SimClock, tmp_path: Path) -> Path:
    """A database with three numbers, all rated."""
    path = tmp_path / "o.db"
    office = Office(site, clock, path)
    for _ in range(3):
        visit = office.open_visit()
        office.issue(visit, "1")
        office.rate(visit, 4)
    office.close()
    return path


def misdirect(path: Path, one: str, two: str) -> None:
    db = apsw.Connection(str(path))
    db.execute("PRAGMA writable_schema=ON")
    roots = dict(db.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'index'"))
    for name, root in ((one, roots[two]), (two, roots[one])):
        db.execute("UPDATE sqlite_master SET rootpage = ? WHERE name = ?", (root, name))
    db.close()


@pytest.mark.parametrize("other", INDICES[:-1])
def test_a_visit_that_has_rated_is_known_whatever_happened_to_the_index(
    site: Site, clock: SimClock, path: Path, other: str
) -> None:
    misdirect(path, "one_rating_a_visit", other)
    office = Office(site, clock, path)
    visits = [ticket.visit for ticket in office.tickets()]
    assert [office.rate(visit, 1) for visit in visits] == [False] * 3
    assert office.verify() == 9
    office.close()


def test_indices_that_lead_where_they_should_are_left_alone(path: Path) -> None:
    db = SqliteFile(path, "write")
    assert not mend_indices(db)
    db.close()
    misdirect(path, "by_day", "by_visit")
    db = SqliteFile(path, "write")
    assert mend_indices(db)
    assert not mend_indices(db)
    db.close()

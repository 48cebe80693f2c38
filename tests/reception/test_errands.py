"""What the robot asks of its office is done in order, and nobody waits for it."""

from datetime import datetime

import apsw
import pytest

from centre.office import Office
from reception.errands import GivenRating, OwnErrands
from robot.clock import SimClock


@pytest.fixture
def clock():
    return SimClock(datetime(2026, 11, 23, 9, 0))


@pytest.fixture
def office(site, clock, tmp_path):
    made = Office(site, clock, tmp_path / "o.db", patience=0.0)
    yield made
    made.close()


@pytest.fixture
def others(office, tmp_path):
    """Somebody else's connection to the office's database."""
    made = apsw.Connection(str(tmp_path / "o.db"))
    yield made
    made.close()


def test_while_others_write_a_number_waits_and_comes_before_what_was_asked_for_later(office, clock, others):
    errands = OwnErrands(office)
    visit = errands.open_visit()
    others.execute("BEGIN IMMEDIATE")
    number = errands.issue(visit, "1", "ket_hon")
    rating = errands.rate(GivenRating(visit, 5))
    clock.seconds += 10.0
    errands.look()
    assert number.outcome is None
    assert rating.outcome is None
    others.execute("ROLLBACK")
    errands.look()
    assert number.outcome.ok
    assert rating.outcome.ok
    ticket = office.ticket_of(visit)
    assert (ticket.number, ticket.issued) == ("A 001", clock.wall())
    assert office.is_rated(visit)


def test_a_database_that_stays_locked_is_told(office, clock, others):
    errands = OwnErrands(office)
    visit = errands.open_visit()
    others.execute("BEGIN IMMEDIATE")
    number = errands.issue(visit, "1", "")
    clock.seconds += 31.0
    errands.look()
    assert "locked" in number.outcome.reason


def test_what_the_office_refuses_is_told_at_once(office):
    errands = OwnErrands(office)
    refused = errands.issue(errands.open_visit(), "99", "")
    assert not refused.outcome.ok
    assert "no door `99`" in refused.outcome.reason

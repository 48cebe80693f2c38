"""What the city adds up is what each office would add up, as soon as its events have come."""

import datetime as dt

import pytest
from sqlalchemy import select, update

from centre.journal import Journal
from centre.label import label_of
from centre.office import Office
from centre.summary import summaries
from city.figures import CityFigures
from city.forwarding import Forwarder
from city.inbox import Inbox
from city.tables import days

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def office(site, clock, tmp_path):
    made = Office(site, clock, tmp_path / "ward.db")
    yield made
    made.close()


@pytest.fixture
def send(city, site, tmp_path):
    """Send what the office has stored since."""

    def forward():
        journal = Journal(tmp_path / "ward.db", lambda event: None, "read")
        try:
            Forwarder("cua_nam", label_of(site), journal, Inbox(city)).forward()
        finally:
            journal.close()

    return forward


def serve(office, clock, door, level):
    ticket = office.issue(office.open_visit(), door)
    clock.seconds += 120
    office.call_next(door)
    office.mark("finished", ticket.number)
    office.rate(ticket.visit, level, ["cho_lau"] if level < 3 else [])


def test_a_day_s_figures_are_those_of_its_office_and_grow_with_it(office, clock, city, send):
    figures = CityFigures(city)
    for level in (5, 4, 1):
        serve(office, clock, "1", level)
        send()
        found = figures.period(DAY, DAY)
        assert found == {"cua_nam": dict(summaries(office.reading(DAY, DAY)))[DAY]}
    assert found["cua_nam"].ratings == 3
    assert figures.days() == (DAY, DAY)
    assert figures.period(DAY, DAY, "another") == {}
    assert figures.period(DAY - dt.timedelta(days=9), DAY - dt.timedelta(days=1)) == {}


def test_figures_are_kept_and_one_that_is_not_of_its_day_s_last_event_is_not_believed(office, clock, city, send):
    serve(office, clock, "1", 5)
    send()
    first = CityFigures(city).period(DAY, DAY)
    with city.connect() as connection:
        kept = connection.execute(select(days)).one()
    assert kept.summed == kept.seq == 5
    with city.begin() as connection:
        connection.execute(update(days).values(summed=4, summary="what was kept of an earlier event"))
    assert CityFigures(city).period(DAY, DAY) == first
    with city.begin() as connection:
        connection.execute(update(days).values(form=0, summary="of another version"))
    assert CityFigures(city).period(DAY, DAY) == first


def test_an_office_and_its_doors_have_their_names(office, clock, city, send, site):
    serve(office, clock, "1", 5)
    send()
    known = CityFigures(city).offices()["cua_nam"]
    assert known.label == label_of(site)
    assert list(known.label.levels) == list(site.ratings.levels), "the best first, as the site has them"
    assert abs(known.heard - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)


def test_what_an_office_has_lost_is_told_for_the_days_that_it_may_be_of(office, clock, city, send, site, tmp_path):
    serve(office, clock, "1", 5)
    copy = tmp_path / "copy.db"
    office.back_up(copy)
    serve(office, clock, "1", 5)
    office.close()
    for left in tmp_path.glob("ward.db-*"):
        left.unlink()
    copy.replace(tmp_path / "ward.db")
    Office(site, clock, tmp_path / "ward.db", accepts_loss=True).close()
    send()
    figures = CityFigures(city)
    lost_on = dt.datetime.now().date()
    assert figures.lost(DAY, lost_on) == 5
    assert figures.lost(DAY, lost_on, "another") == 0
    assert figures.lost(DAY - dt.timedelta(days=9), DAY - dt.timedelta(days=1)) == 0


def test_events_that_their_office_moves_to_another_day_move_here_too(office, clock, city, send):
    figures = CityFigures(city)
    serve(office, clock, "1", 5)
    clock.seconds += 86400
    serve(office, clock, "1", 1)
    send()
    wrong = DAY + dt.timedelta(days=1)
    assert figures.period(wrong, wrong)["cua_nam"].ratings == 1
    office.set_day(DAY, instead_of=wrong)
    send()
    assert figures.period(wrong, wrong) == {}
    assert figures.days() == (DAY, DAY)
    assert figures.period(DAY, DAY) == {"cua_nam": dict(summaries(office.reading(DAY, DAY)))[DAY]}
    assert figures.period(DAY, DAY)["cua_nam"].ratings == 2

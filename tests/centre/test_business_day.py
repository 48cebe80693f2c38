"""Which day it is at the office: a clock that jumps spoils no number, no report, and what it did can be put right."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import apsw
import pytest

from centre.believed_clock import BelievedClock
from centre.export import coarsened
from centre.label import label_of
from centre.office import Office
from centre.ratings import ratings_in, report
from centre.site import Site
from centre.summary import summaries
from centre.texts import export_words
from robot.clock import RealClock, SimClock
from robot.types import LetanError

NOVEMBER = date(2026, 11, 1), date(2026, 11, 30)
FAR = datetime(2037, 1, 1, 9, 0)


@pytest.fixture
def clock() -> SimClock:
    """Half past eight on Sunday, 1 November; no time server is in reach."""
    return SimClock(datetime(2026, 11, 1, 8, 30), vouched=False)


def jump(clock: SimClock, to: datetime) -> None:
    """The wall clock is another one from now on; the machine's own count goes on."""
    clock.start += to - clock.wall()


def serve(office: Office, level: int = 4) -> str:
    ticket = office.issue(office.open_visit(), "1")
    office.mark("started", ticket.number)
    office.mark("finished", ticket.number)
    assert office.rate(ticket.visit, level)
    return ticket.number


def ratings(office: Office, first: date, last: date) -> int:
    """How many ratings report, export and the leaders' summary tell of a period; they must agree."""
    events = office.events(first, last)
    found = len(list(ratings_in(events)))
    assert sum(summary.ratings for _, summary in summaries(events)) == found
    if found >= office.site.ratings.least_group:
        assert report(events, office.site).satisfied.n == found
        assert len(list(coarsened(ratings_in(events), label_of(office.site), export_words("vi")))) == found
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "o.db"


@pytest.fixture(params=["goes on", "starts anew"])
def restarts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param == "starts anew")


def month(site: Site, clock: SimClock, path: Path, restarts: bool) -> Iterator[tuple[int, Office]]:
    """The office on each day of November at half past eight, the same process all the time or a new one each day."""
    office = Office(site, clock, path)
    for day in range(1, 31):
        if day > 1 and restarts:
            office.close()
            office = Office(site, clock, path)
        yield day, office
        clock.seconds += 86400
    office.close()


def test_a_clock_that_jumps_to_2037_and_back_leaves_a_month_of_exports_complete(
    site: Site, clock: SimClock, path: Path, restarts: bool
) -> None:
    given: dict[int, list[str]] = {}
    for day, office in month(site, clock, path, restarts):
        now = clock.wall()
        given[day] = [serve(office)]
        if day == 10:
            jump(clock, FAR)
            given[day].append(serve(office))
            jump(clock, now)
        given[day].append(serve(office))
        assert office.day == f"2026-11-{day:02}"
    assert given.pop(10) == ["A 001", "A 002", "A 003"]
    assert set(map(tuple, given.values())) == {("A 001", "A 002")}
    office = Office(site, clock, path, access="read")
    assert ratings(office, *NOVEMBER) == 61
    assert [ratings(office, date(2026, 11, day), date(2026, 11, day)) for day in (9, 10, 11)] == [2, 3, 2]
    assert office.days() == NOVEMBER
    office.close()


def test_without_the_guard_the_same_jump_tears_the_month(site: Site, clock: SimClock, path: Path) -> None:
    clock.vouched = True  # whatever the clock says is believed
    for day, office in month(site, clock, path, restarts=False):
        now = clock.wall()
        serve(office)
        if day == 10:
            jump(clock, FAR)
            serve(office)
            jump(clock, now)
    office = Office(site, clock, path, access="read")
    assert ratings(office, *NOVEMBER) == 10
    office.close()


def test_times_go_on_evenly_while_the_clock_is_ahead(site: Site, clock: SimClock) -> None:
    office = Office(site, clock)
    number = office.issue(office.open_visit(), "1").number
    jump(clock, FAR)
    clock.seconds += 600
    called = office.call_next("1")
    assert called is not None
    assert (called.number, called.called) == (number, datetime(2026, 11, 1, 8, 40))
    office.close()


def test_a_start_with_a_clock_far_ahead_goes_on_with_the_last_day_until_somebody_knows(
    site: Site, clock: SimClock, path: Path
) -> None:
    office = Office(site, clock, path)
    assert serve(office) == "A 001"
    office.close()
    jump(clock, FAR)
    office = Office(site, clock, path)
    assert office.is_day_doubted
    assert (office.day, serve(office)) == ("2026-11-01", "A 002")
    jump(clock, datetime(2026, 11, 2, 8, 31))
    assert not office.is_day_doubted
    assert (office.day, serve(office)) == ("2026-11-02", "A 003"), "what was done in doubt belongs to this day"
    assert [ratings(office, date(2026, 11, day), date(2026, 11, day)) for day in (1, 2)] == [1, 2]
    office.close()
    office = Office(site, clock, path)
    assert [ticket.number for ticket in office.tickets()] == ["A 002", "A 003"]
    assert office.verify() > 0
    office.close()


def test_staff_say_which_day_it_is_when_the_clock_is_wrong(site: Site, clock: SimClock, path: Path) -> None:
    office = Office(site, clock, path)
    serve(office)
    office.close()
    jump(clock, FAR)
    office = Office(site, clock, path)
    serve(office)
    office.set_day(date(2026, 11, 2))
    assert not office.is_day_doubted
    assert (office.day, serve(office)) == ("2026-11-02", "A 003")
    clock.seconds += 86400
    assert (office.day, serve(office)) == ("2026-11-03", "A 001"), "the machine's own count goes on from there"
    with pytest.raises(LetanError, match=r"--instead-of 2026-11-03"):
        office.set_day(date(2026, 11, 2))
    office.close()


@pytest.mark.parametrize("ward_is_told", ["at once", "after some days"])
def test_a_wrong_day_is_corrected_by_an_event(site: Site, clock: SimClock, path: Path, ward_is_told: str) -> None:
    office = Office(site, clock, path)
    assert serve(office) == "A 001"
    clock.vouched = True  # a time server that is wrong
    jump(clock, FAR)
    assert serve(office) == "A 001"
    jump(clock, datetime(2026, 11, 2, 9, 0))
    assert office.day == "2037-01-01", "days never go back by themselves"
    assert serve(office) == "A 002"
    if ward_is_told == "after some days":
        office.close()
        office = Office(site, clock, path)
        clock.seconds += 86400
        assert serve(office) == "A 003"
    office.set_day(date(2026, 11, 2), instead_of=date(2037, 1, 1))
    given = 2 if ward_is_told == "at once" else 3
    assert office.day == clock.wall().date().isoformat()
    assert ratings(office, *NOVEMBER) == 1 + given
    assert ratings(office, date(2037, 1, 1), date(2037, 12, 31)) == 0
    assert serve(office) == ("A 003" if ward_is_told == "at once" else "A 004"), "no number of that day comes twice"
    before = office.tickets(), office.calls()
    office.close()
    office = Office(site, clock, path)
    assert (office.tickets(), office.calls()) == before
    assert list(office.ends_of_days(*NOVEMBER)) == [date(2026, 11, 1), date(2026, 11, 2)] + (
        [] if ward_is_told == "at once" else [date(2026, 11, 3)]
    )
    assert office.verify() > 0
    office.close()


def test_a_wrong_day_that_is_made_one_with_a_right_one_gives_no_number_twice_and_loses_nobody(
    site: Site, clock: SimClock
) -> None:
    clock.vouched = True
    office = Office(site, clock)
    first = office.issue(office.open_visit(), "1")
    jump(clock, FAR)
    second = office.issue(office.open_visit(), "1")
    assert (first.number, second.number) == ("A 001", "A 001")
    jump(clock, datetime(2026, 11, 1, 10, 0))
    office.set_day(date(2026, 11, 1), instead_of=date(2037, 1, 1))
    assert office.issue(office.open_visit(), "1").number == "A 002"
    assert len(office.tickets()) == 3
    kept = office.ticket_of(first.visit)
    assert kept is not None
    assert kept.visit == first.visit
    office.close()


def test_days_stay_in_the_order_of_what_happened(site: Site, clock: SimClock) -> None:
    office = Office(site, clock)
    for _ in range(3):
        serve(office)
        clock.seconds += 86400
    for day in (date(2026, 10, 1), date(2026, 11, 9)):
        with pytest.raises(LetanError, match="days stand in their order"):
            office.set_day(day, instead_of=date(2026, 11, 2))
    with pytest.raises(LetanError, match="nothing is stored under that day"):
        office.set_day(date(2026, 11, 2), instead_of=date(2026, 11, 20))
    office.close()


def test_a_day_that_was_only_assumed_ends_when_a_time_server_says_otherwise(site: Site, clock: SimClock) -> None:
    jump(clock, FAR)  # a new robot whose clock has never been set
    office = Office(site, clock)
    serve(office)
    clock.vouched = True
    jump(clock, datetime(2026, 11, 28, 8, 0))
    assert serve(office) == "A 002"
    assert office.day == "2026-11-28"
    assert office.days() == (date(2026, 11, 28), date(2026, 11, 28))
    office.close()


def test_a_rating_given_next_morning_is_in_exactly_one_days_export(site: Site, clock: SimClock) -> None:
    office = Office(site, clock)
    ticket = office.issue(office.open_visit(), "1")
    clock.seconds += 86400
    assert office.rate(ticket.visit, 5)
    days = [date(2026, 11, 1), date(2026, 11, 2)]
    assert [ratings(office, day, day) for day in days] == [0, 1]
    assert ratings(office, days[0], days[1]) == 1
    office.close()


def test_a_long_closure_is_believed_after_a_start_and_a_longer_one_is_not(site: Site, clock: SimClock) -> None:
    last = clock.wall().date()
    for days, believed in ((site.place.longest_closure, True), (site.place.longest_closure + 1, False)):
        started = SimClock(clock.wall() + timedelta(days=days), vouched=False)
        guarded = BelievedClock(started, site.place.longest_closure)
        assert guarded.is_doubted(last.isoformat()) != believed
        assert (guarded.day(last.isoformat()) > last.isoformat()) == believed


def test_an_office_whose_machine_never_stops_may_be_closed_as_long_as_it_likes(site: Site, clock: SimClock) -> None:
    office = Office(site, clock)
    serve(office)
    clock.seconds += 40 * 86400
    assert (office.day, serve(office)) == ("2026-12-11", "A 001")
    office.close()


def test_the_kernel_says_whether_a_time_server_vouches() -> None:
    assert RealClock().is_vouched() in (True, False)
    assert RealClock().uptime() >= RealClock().now() - 1.0


@pytest.mark.parametrize("damage", ["index", "row"])
def test_a_correction_that_is_damaged_is_told(site: Site, clock: SimClock, path: Path, damage: str) -> None:
    office = Office(site, clock, path)
    for _ in range(2):
        serve(office)
        clock.seconds += 86400
    office.set_day(date(2026, 11, 1), instead_of=date(2026, 11, 2))
    serve(office)
    office.close()
    db = apsw.Connection(str(path))
    db.execute("DROP TRIGGER no_update")
    if damage == "index":
        db.execute("DROP INDEX days_set; CREATE INDEX days_set ON events (seq) WHERE kind = 'visit'")
        db.execute("UPDATE events SET kind = 'visit' WHERE kind = 'day_set'")
    else:
        db.execute("UPDATE events SET data = replace(data, '11-01', '11-02') WHERE kind = 'day_set'")
    db.close()
    with pytest.raises(LetanError, match=r"days is damaged|was changed from outside"):
        Office(site, clock, path, access="read")

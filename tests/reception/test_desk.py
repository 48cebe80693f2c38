"""The reception desk: one ticket, one rating and one answer each, whatever happens in between."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from centre.events import Issued, Rated
from centre.office import Office
from centre.store import BusyError
from reception.desk import Desk
from reception.events import Printing
from robot.clock import SimClock
from robot.types import LetanError, Touch, Track
from sim.ports import SimPrinter


@pytest.fixture
def desk(site, texts):
    clock = SimClock(datetime(2026, 11, 23, 9, 0))
    told = []
    desk = Desk(
        Office(site, clock, on_event=lambda event: desk.on_event(event)),
        clock,
        SimPrinter(clock, 1),
        texts,
        told.append,
    )
    desk.told = told
    yield desk
    desk.office.close()


def touch(desk, action, value="", page=None):
    desk.clock.seconds += 0.1
    now = desk.clock.now()
    desk.attend(now, None, [Touch(now, page or desk.visit.page, action, value)], [])


def events(desk, kind):
    return [event for event in desk.told if isinstance(event, kind)]


def test_a_visit_gets_one_ticket_and_one_print_however_often_asked(desk):
    touch(desk, "start", page="board")
    for action, value in (("fields", ""), ("field", "1"), ("service", "khai_sinh"), ("ticket", "")):
        touch(desk, action, value)
    for _ in range(3):
        assert desk.issue(desk.clock.now()) == ""
        desk.print_ticket()
    assert len(events(desk, Issued)) == len(events(desk, Printing)) == 1


def test_a_matter_that_two_doors_serve_leads_to_the_sooner_one(desk):
    office = desk.office
    both = office.site.procedures["khai_sinh"].model_copy(update={"also": ("7",)})
    office.site = desk.site = replace(office.site, procedures={**office.site.procedures, "khai_sinh": both})
    for _ in range(4):
        office.issue(office.open_visit(), "1")
    for counter in ("1-1", "1-2"):
        office.call_next("1", counter)
    touch(desk, "start", page="board")
    for action, value in (("fields", ""), ("field", "1"), ("service", "khai_sinh")):
        touch(desk, action, value)
    assert desk.visit.door == "7"
    touch(desk, "ticket")
    assert desk.issue(desk.clock.now()) == ""
    assert office.ticket_of(desk.visit.id).number == "G 001"


@pytest.mark.parametrize("with_ticket", [True, False])
def test_a_rating_is_stored_once_while_its_thanks_are_shown(desk, with_ticket):
    touch(desk, "start", page="board")
    if with_ticket:
        desk.visit = replace(desk.visit, door="1")
        desk.issue(desk.clock.now())
        desk.office.call_next("1")
        for step in ("started", "finished"):
            desk.office.mark(step, "A 001")
        desk.end(desk.clock.now(), "test")
        assert desk.begin_rating(desk.clock.now())
    else:
        desk.visit = replace(desk.visit, page="rating", wants_rating=True)
    touch(desk, "rate", "5")
    for _ in range(25):
        desk.clock.seconds += 0.1
        desk.attend(desk.clock.now(), None, [], [])
    assert len(events(desk, Rated)) == 1


def test_the_rating_is_asked_in_the_language_of_the_visit(desk):
    touch(desk, "start", page="board")
    touch(desk, "language")
    desk.visit = replace(desk.visit, door="1")
    desk.issue(desk.clock.now())
    desk.end(desk.clock.now(), "test")
    assert desk.language == "vi"
    desk.office.call_next("1")
    desk.office.mark("started", "A 001")
    desk.office.mark("finished", "A 001")
    desk.begin_rating(desk.clock.now())
    assert desk.language == "en"


def test_only_the_call_of_the_counter_it_drove_to_is_answered(desk):
    for door in ("3", "5"):
        desk.office.staff.call_robot(door)
    assert desk.places.pose("call.door") == desk.site.floor.doors["3"].arrive
    assert desk.places.answer_call()
    assert not desk.places.answer_call()
    assert [call.door for call in desk.office.staff.robot_calls] == ["5"]


def stepping_up(desk, person, people, touches=()):
    desk.clock.seconds += 0.1
    desk.attend(desk.clock.now(), person, list(touches), [], people)


@pytest.mark.parametrize(("away", "visits"), [(2.5, 2), (0.6, 1)])
def test_who_steps_up_when_another_has_left_with_a_number_begins_a_visit_of_their_own(desk, away, visits):
    first, second = Track(1, 1.0, 0.0, 0.0, 0.0, 5.0, 5.0), Track(2, 1.0, 0.2, 0.0, 0.0, 1.0, 1.0)
    stepping_up(desk, first, [first], [Touch(0.0, "board", "start")])
    desk.visit = replace(desk.visit, door="1", procedure="khai_sinh")
    desk.issue(desk.clock.now())
    desk.print_ticket()
    desk.clock.seconds += 10.0
    desk.attend(desk.clock.now(), first, [], [], [first])
    assert desk.visit.stage == "offer_guide"
    begun = desk.visit.id
    stepping_up(desk, second, [replace(first, x=1.0 + away), second])
    assert len({begun, desk.visit.id}) == visits
    assert bool(desk.visit.ticket) == (visits == 1)


def test_a_number_is_that_of_who_touched_the_screen_and_not_of_who_the_visit_was_begun_for(desk):
    """Somebody walks by and is greeted; another steps up, takes a number and looks at it."""
    passing, stays = Track(1, 1.0, 0.0, 0.0, 0.0, 5.0, 5.0), Track(2, 1.0, 0.2, 0.0, 0.0, 3.0, 3.0)
    desk.begin(desk.clock.now(), passing)
    people = [replace(passing, x=4.0), stays]
    stepping_up(desk, stays, people, [Touch(0.0, "welcome", "fields")])
    desk.visit = replace(desk.visit, door="1", procedure="khai_sinh")
    desk.issue(desk.clock.now())
    desk.print_ticket()
    begun = desk.visit.id
    desk.clock.seconds += 10.0
    stepping_up(desk, stays, people)
    assert (desk.visit.id, desk.visit.stage) == (begun, "offer_guide")


def test_a_number_stays_on_the_page_while_it_is_read_though_the_tracker_takes_one_for_the_other(desk):
    me, other = Track(1, 1.0, 0.0, 0.0, 0.0, 5.0, 5.0), Track(2, 1.0, 0.1, 0.0, 0.0, 3.0, 3.0)
    stepping_up(desk, me, [me], [Touch(0.0, "board", "start")])
    desk.visit = replace(desk.visit, door="1", procedure="khai_sinh")
    desk.issue(desk.clock.now())
    desk.print_ticket()
    begun = desk.visit.id
    for _ in range(30):
        stepping_up(desk, other, [replace(me, x=4.0), other])
    assert desk.visit.id == begun
    stepping_up(desk, other, [replace(me, x=4.0), other], [Touch(0.0, "ticket", "guide")])
    for _ in range(100):
        stepping_up(desk, other, [replace(me, x=4.0), other])
    assert desk.visit.id == begun


def test_a_call_for_staff_that_nobody_answered_stays_open_and_a_cancelled_one_does_not(desk):
    touch(desk, "start", page="board")
    touch(desk, "call_staff")
    desk.call_staff(0.0)
    desk.staff_done(0.0)
    assert len(desk.office.staff.staff_calls) == 1
    touch(desk, "call_staff")
    desk.call_staff(0.0)
    desk.visit = replace(desk.visit, wants_staff=False)
    desk.staff_done(0.0)
    assert desk.office.staff.staff_calls == ()


def test_an_office_that_cannot_write_stops_nobody_and_is_tried_again(desk, monkeypatch):
    def locked(*_, **__):
        raise LetanError("office.db is locked")

    touch(desk, "start", page="board")
    desk.visit = replace(desk.visit, door="1", wants_ticket=True)
    with monkeypatch.context() as patch:
        patch.setattr(desk.office, "issue", locked)
        assert "locked" in desk.issue(desk.clock.now())
        assert desk.visit.stage == "issue"
    assert desk.issue(desk.clock.now() + 0.5) != ""
    assert desk.issue(desk.clock.now() + 1.1) == ""
    assert desk.visit.ticket == "A 001"


def test_a_finished_number_is_announced_once_and_old_calls_are_dropped(desk):
    touch(desk, "start", page="board")
    desk.visit = replace(desk.visit, door="1")
    desk.issue(desk.clock.now())
    desk.office.call_next("1")
    assert desk.hall.take_call(desk.clock.now(), "vi").number == "A 001"
    assert desk.hall.take_call(desk.clock.now(), "vi") is None
    desk.office.mark("recalled", "A 001")
    assert desk.hall.take_call(desk.clock.now() + 60.0, "vi") is None


def test_nothing_said_or_typed_is_stored(site, texts, tmp_path):
    clock, secret = SimClock(datetime(2026, 11, 23, 9, 0)), "Nguyễn Văn Bí Mật 001199000123"
    office = Office(site, clock, tmp_path / "o.db")
    desk = Desk(office, clock, SimPrinter(clock, 1), texts)
    touch(desk, "start", page="board")
    desk.visit = replace(desk.visit, door="1", heard=secret, typed=secret, rating=5, rated=True)
    assert desk.issue(clock.now()) == ""
    touch(desk, "nothing", page="drinks")
    assert [event.kind for event in office.events(date(2026, 11, 23), date(2026, 11, 23))] == [
        "visit",
        "issued",
        "rated",
    ]
    office.close()
    for path in tmp_path.iterdir():
        assert secret.encode() not in path.read_bytes()
        assert b"001199000123" not in path.read_bytes()


def test_a_touch_while_the_office_is_locked_opens_its_visit_as_soon_as_it_can(desk, monkeypatch):
    def locked():
        raise BusyError("office.db is locked")

    with monkeypatch.context() as patch:
        patch.setattr(desk.office, "open_visit", locked)
        touch(desk, "start", page="board")
        assert desk.visit is None
    desk.clock.seconds += 3.0
    desk.attend(desk.clock.now(), None, [], [])
    assert desk.visit is not None
    assert desk.visit.page != "board"


def test_a_touch_of_long_ago_opens_no_visit(desk, monkeypatch):
    def locked():
        raise BusyError("office.db is locked")

    with monkeypatch.context() as patch:
        patch.setattr(desk.office, "open_visit", locked)
        touch(desk, "start", page="board")
    desk.clock.seconds += 20.0
    desk.attend(desk.clock.now(), None, [], [])
    assert desk.visit is None

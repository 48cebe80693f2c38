"""What staff order and say at their counters reaches the robot, and is shown, said and done."""

import pytest

from letan.events import RobotSaid
from letan.setup import open_setup
from letan.simulate import Run
from letan.status_report import status_of
from reception.events import StaffOrder
from sim.scenario import load_scenario


@pytest.fixture(scope="module")
def place():
    return open_setup("cua_nam")


@pytest.fixture
def run(place):
    """A hall without citizens."""
    scenario = load_scenario("morning")
    nobody = scenario.arrivals.model_copy(update={"people": 0})
    made = Run(scenario.model_copy(update={"arrivals": nobody, "happenings": ()}), 1, place=place)
    yield made
    made.close()


def go_on(run, seconds):
    until = run.clock.now() + seconds
    while run.clock.now() < until:
        run.step()


def said(run):
    return [each.event.text for each in run.log.of(RobotSaid)]


def test_it_stands_until_it_is_told_to_go_on(run):
    go_on(run, 5)
    run.office.staff.order_robot("stop", "1")
    go_on(run, 3)
    there = run.world.robot.pose
    go_on(run, 15)
    assert run.world.robot.pose.distance(there) < 0.05
    assert status_of(run.loop, "r1", "board").order == "stop"
    run.office.staff.order_robot("go", "1")
    go_on(run, 30)
    assert run.world.robot.pose.distance(there) > 1.0
    assert [each.event.order for each in run.log.of(StaffOrder)] == ["stop", ""]


def test_what_staff_want_said_to_the_hall_is_shown_and_said_once(run):
    run.office.staff.announce("Sắp đến giờ nghỉ trưa ạ.", "1")
    pages = []
    for _ in range(300):
        run.step()
        if run.seen.state is not None:
            pages.append((run.seen.state.page, getattr(run.seen.state.content, "detail", "")))
    assert ("message", "Sắp đến giờ nghỉ trưa ạ.") in pages
    assert said(run).count("Sắp đến giờ nghỉ trưa ạ.") == 1


def test_the_answer_to_a_call_for_help_is_shown_and_said_each_time(run):
    run.people._jobs = [job for job in run.people._jobs if job.__name__ != "_help_out"]  # the simulated staff
    go_on(run, 5)
    run.seen.touch(run.clock.now(), "start")
    go_on(run, 1)
    run.seen.touch(run.clock.now(), "call_staff")
    go_on(run, 3)
    (call,) = run.office.staff.staff_calls
    for reply, words in (
        ("soon", "trong hai phút"),
        ("counter", "đến Cửa 2"),
        ("words", "Chị Hoa đang đến"),
        ("soon", "trong hai phút"),
    ):
        run.office.staff.reply(call.id, reply, "2", "Chị Hoa đang đến ạ" if reply == "words" else "")
        before = len(said(run))
        go_on(run, 4)
        assert words in run.seen.state.content.words
        assert [words in text for text in said(run)[before:]] == [True]
    assert run.seen.state.page == "call_staff"


def test_a_status_says_where_it_is_and_where_it_goes(run):
    assert status_of(run.loop, "r1", "board") is None
    go_on(run, 8)
    status = status_of(run.loop, "r1", "driving_face")
    true = run.world.robot.pose
    assert status.pose[:2] == pytest.approx((true.x, true.y), abs=0.2)
    assert status.goal is not None
    assert 2 <= len(status.way) <= 60
    assert status.way[-1] == pytest.approx(status.goal, abs=0.3)
    assert status.devices.keys() == {"printer", "voice", "ears", "music"}
    assert len(status.model_dump_json()) < 3000

"""A robot whose office goes away goes on with numbers of its own; nothing is lost, nothing comes twice."""

import time

import pytest

from centre.owner import Owner
from letan.office_client import OfficeClient
from letan.remote_errands import RemoteErrands
from letan.remote_office import RemoteOffice
from reception.errands import GivenRating
from robot.types import LetanError


@pytest.fixture
def server(office_server):
    return office_server


class Robot:
    """What a robot has of an office elsewhere."""

    def __init__(self, site, clock, server, outbox=":memory:", name="robot"):
        self.clock = clock
        owner = Owner(0, server.url, server.token)
        self.heard = []
        self.office = RemoteOffice(site, clock, OfficeClient(owner), self.heard.append, may_be_away=True)
        self.errands = RemoteErrands(self.office, OfficeClient(owner, 2.0), outbox, name)
        self.troubles = []

    def wait(self, is_so):
        """Look as a loop does until something is so."""
        deadline = time.monotonic() + 20.0
        while not is_so():
            assert time.monotonic() < deadline, self.troubles
            self.troubles += self.errands.look()
            time.sleep(0.02)

    def outcome(self, job):
        self.wait(lambda: job.outcome is not None)
        return job.outcome

    def visit(self):
        """A new visit, once the office has been reached."""
        opened = []

        def has_opened():
            try:
                opened.append(self.errands.open_visit())
            except LetanError:
                return False
            return True

        self.wait(has_opened)
        return opened[0]

    def number(self, door, service=""):
        """A visit with its number."""
        visit = self.visit()
        outcome = self.outcome(self.errands.issue(visit, door, service))
        return visit, self.office.ticket_of(visit).number if outcome.ok else outcome.reason

    def reach(self):
        """Be known to the office."""
        self.wait(lambda: self.errands._slot is not None)

    def close(self):
        self.errands.close()
        self.office.close()


@pytest.fixture
def make_robot(site, clock, server):
    made = []

    def make(*more):
        made.append(Robot(site, clock, server, *more))
        return made[-1]

    yield make
    for robot in made:
        robot.close()


def kinds(server, *wanted):
    day = server.office.clock.wall().date()
    return [event.kind for event in server.office.events(day, day) if event.kind in wanted]


def test_with_its_office_a_robot_gives_the_offices_numbers(server, make_robot):
    robot = make_robot()
    visit, number = robot.number("1", "ket_hon")
    assert number == "A 001"
    assert robot.outcome(robot.errands.rate(GivenRating(visit, 5))).ok
    robot.wait(lambda: server.office.is_rated(visit))
    assert robot.outcome(robot.errands.call_staff(visit)).ok
    call = robot.office.staff.of_visit(visit)
    assert robot.outcome(robot.errands.take_call_back(call.id)).ok
    assert server.office.staff.staff_calls == ()
    assert kinds(server, "visit", "issued", "rated") == ["visit", "issued", "rated"]


def test_while_its_office_is_away_a_robot_gives_its_own_numbers_and_the_office_has_them_once_it_is_back(
    server, make_robot
):
    robot = make_robot()
    robot.reach()
    server.stop()
    visit, number = robot.number("1", "ket_hon")
    assert (number, robot.number("1")[1], robot.number("2")[1]) == ("A 901", "A 902", "B 901")
    assert robot.outcome(robot.errands.rate(GivenRating(visit, 4))).ok
    refused = robot.outcome(robot.errands.call_staff(visit))
    assert not refused.ok
    assert "does not answer" in refused.reason
    robot.clock.seconds += 600.0
    server.start()
    robot.wait(lambda: len(server.office.tickets()) == 3 and server.office.is_rated(visit))
    ticket = server.office.ticket(number)
    assert (ticket.state, ticket.service, ticket.visit) == ("waiting", "ket_hon", visit)
    assert ticket.issued == robot.office.ticket(number).issued
    assert sorted(kinds(server, "visit", "issued", "rated")) == ["issued"] * 3 + ["rated"] + ["visit"] * 3
    assert robot.number("1")[1] == "A 001", "the office's own series goes on where it was"
    assert sum(event.kind == "issued" for event in robot.heard) == 4, "none is announced twice"
    assert [bool(trouble) for trouble in robot.troubles] == [True, True]
    assert robot.troubles[1] == "the office is back"


def test_what_waits_for_the_office_survives_the_robot(server, make_robot, tmp_path):
    robot = make_robot(tmp_path / "outbox.db")
    robot.reach()
    server.stop()
    _, number = robot.number("3")
    robot.close()
    again = make_robot(tmp_path / "outbox.db")
    assert again.number("3")[1] == "C 902"
    server.start()
    again.wait(lambda: len(server.office.tickets()) == 2)
    assert server.office.ticket(number).state == "waiting"


def test_a_robot_that_lost_its_disk_gives_no_visit_and_no_number_twice(server, make_robot):
    robot = make_robot()
    robot.reach()
    server.stop()
    first = robot.number("3")
    server.start()
    robot.wait(lambda: server.office.tickets())
    robot.close()
    again = make_robot()
    again.reach()
    server.stop()
    second = again.number("3")
    assert second[0] > first[0]
    assert (first[1], second[1]) == ("C 901", "C 902")


def test_two_robots_never_give_the_same(server, make_robot):
    one, other = make_robot(":memory:", "one"), make_robot(":memory:", "other")
    one.reach()
    other.reach()
    server.stop()
    given = [one.number("1"), other.number("1"), one.number("1"), other.number("1")]
    assert [number for _, number in given] == ["A 901", "A 951", "A 902", "A 952"]
    assert len({visit for visit, _ in given}) == 4


def test_a_number_whose_answer_was_lost_becomes_the_one_on_paper(server, make_robot, monkeypatch):
    robot = make_robot()
    whole = OfficeClient.post

    def cut(client, path, body):
        answer = whole(client, path, body)
        if path == "tickets":
            monkeypatch.undo()
            server.stop()
            raise LetanError("the answer did not come")
        return answer

    monkeypatch.setattr(OfficeClient, "post", cut)
    visit, number = robot.number("1")
    server.start()
    robot.wait(lambda: server.office.ticket(number) is not None and robot.office.tickets() == server.office.tickets())
    assert [ticket.number for ticket in server.office.tickets()] == [number]
    assert server.office.ticket_of(visit).number == number


def test_a_number_of_yesterday_waits_for_nobody_and_is_told(server, make_robot):
    robot = make_robot()
    robot.reach()
    server.stop()
    robot.number("1")
    robot.clock.seconds += 86400.0
    server.start()
    robot.wait(lambda: kinds(server, "given_late"))
    assert server.office.tickets() == ()


def test_own_numbers_end_and_that_is_said(server, make_robot):
    robot = make_robot()
    robot.reach()
    server.stop()
    numbers = [robot.number("1")[1] for _ in range(51)]
    assert numbers[49] == "A 950"
    assert "used up" in numbers[50]


def test_without_having_ever_reached_its_office_a_robot_opens_no_visit(server, make_robot):
    server.stop()
    robot = make_robot()
    with pytest.raises(LetanError, match="office"):
        robot.errands.open_visit()
    server.start()
    assert robot.visit() > 0


def test_what_the_office_refuses_is_told_and_holds_up_nothing(server, make_robot):
    robot = make_robot()
    visit = robot.visit()
    refused = robot.outcome(robot.errands.issue(visit, "99", ""))
    assert "no door `99`" in refused.reason
    assert robot.number("1")[1] == "A 001"

"""A robot whose office is elsewhere: it reads from a replica, acts by asking, and is told when the office is away."""

import time

import pytest

from centre.owner import Owner
from letan.office_client import OfficeClient
from letan.remote_errands import RemoteErrands
from letan.remote_office import RemoteOffice
from letan.simulate import OfficeElsewhere, Run
from robot.types import LetanError
from sim.scenario import Arrivals, load_scenario

TOKEN = "a robot's token"


@pytest.fixture
def served(office_server):
    """An office with two events, its address, and how to stop its server."""
    office_server.office.issue(office_server.office.open_visit(), "7")
    return office_server.office, office_server.url, office_server.stop


@pytest.fixture
def remote(served, site, clock):
    heard = []
    made = RemoteOffice(site, clock, OfficeClient(Owner(0, served[1], TOKEN)), heard.append)
    made.heard = heard
    yield made
    made.close()


def test_a_replica_knows_today_from_the_beginning_and_hears_only_what_is_new(served, remote):
    assert [ticket.number for ticket in remote.tickets()] == ["G 001"]
    assert remote.heard == []
    ticket = remote.issue(remote.open_visit(), "1", "ket_hon", "elder")
    assert (ticket.number, ticket.priority) == ("A 001", "elder")
    assert [event.kind for event in remote.heard] == ["visit", "issued"]
    assert served[0].tickets() == remote.tickets()


def test_every_act_of_a_robot_and_its_simulated_staff_reaches_the_office(served, remote):
    office = served[0]
    visit = remote.open_visit()
    ticket = remote.issue(visit, "1")
    assert remote.issue(visit, "1") == ticket
    assert remote.wait("1") == office.wait("1")
    assert remote.call_next("1").number == ticket.number
    assert remote.call_next("1") is None
    assert remote.mark("recalled", "a1").state == "called"
    assert remote.mark("started", ticket.number).state == "serving"
    assert remote.mark("no_show", ticket.number) is None
    assert remote.mark("finished", ticket.number).state == "finished"
    assert remote.rate(visit, 2, ["cho_lau"])
    assert not remote.rate(visit, 5)
    call = remote.staff.call_staff(visit)
    assert remote.staff.call_staff(visit) == call
    remote.staff.accept(call.id, "", "1")
    remote.staff.coming(call.id)
    assert office.staff.of_visit(visit).step == remote.staff.of_visit(visit).step == 3
    remote.staff.close(call.id)
    remote.staff.answer_robot_call(remote.staff.call_robot("3").id)
    assert (office.staff.staff_calls, office.staff.robot_calls) == ((), ())
    assert (office.tickets(), office.calls()) == (remote.tickets(), remote.calls())


def test_what_others_do_is_seen_without_asking(served, remote):
    served[0].issue(served[0].open_visit(), "1")
    served[0].call_next("7", "7-1")
    for _ in range(200):
        remote.refresh()
        if len(remote.heard) == 3:
            break
        time.sleep(0.02)
    assert [event.kind for event in remote.heard] == ["visit", "issued", "called"]
    assert remote.calls()[0].number == "G 001"


def test_an_office_that_is_away_or_refuses_is_told_in_words(served, remote):
    with pytest.raises(LetanError, match="no door `9`"):
        remote.issue(remote.open_visit(), "9")
    served[2]()
    with pytest.raises(LetanError, match="does not answer"):
        remote.open_visit()
    assert [ticket.number for ticket in remote.tickets()] == ["G 001"], "what is known stays known"


def test_a_wrong_token_is_refused(served, site, clock):
    with pytest.raises(LetanError, match="log in first"):
        RemoteOffice(site, clock, OfficeClient(Owner(0, served[1], "wrong"))).open_visit()


def test_a_person_is_the_clerk_while_simulated_citizens_come(served, tmp_path):
    office, url, _ = served
    robots = OfficeClient(Owner(0, url, TOKEN))
    soon = load_scenario("short").model_copy(update={"arrivals": Arrivals(people=1, rush=1.0, rush_minutes=0.05)})

    def opened(site, clock, hear):
        client = OfficeClient(Owner(0, url, TOKEN))
        office = RemoteOffice(site, clock, client, hear)
        return office, RemoteErrands(office, client, ":memory:")

    run = Run(soon, 1, elsewhere=OfficeElsewhere(opened, frozenset(office.site.doors)))
    called = None
    while not run.is_over and run.clock.now() < 1500.0:
        run.step()
        waiting = [ticket for ticket in office.tickets(state="waiting") if ticket.door != "7"]
        if waiting and called is None:
            called = office.call_next(waiting[0].door, f"{waiting[0].door}-1")
        if called is not None and called.number in run.hall.at_counter:
            office.mark("finished", called.number, called.counter)
        if called is not None and not run.people.citizens:
            break
    told = robots.get("/api/robots")
    run.finish()
    run.close()
    assert [robot["robot"] for robot in told] == ["robot-1"], "the robot says where it is"
    assert told[0]["pose"] is not None
    assert called is not None, "nobody took a number"
    assert office.ticket(called.number).state == "finished"
    assert run.people.citizens == [], "who was served has left"

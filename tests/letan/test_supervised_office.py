"""The office beside a lone robot comes back whatever ends it, and what it had acknowledged is there."""

import os
import signal
import time

import pytest

from centre.owner import owning
from letan.office_client import OfficeClient
from letan.remote_errands import RemoteErrands
from letan.remote_office import RemoteOffice
from letan.supervised_office import SupervisedOffice
from robot.clock import RealClock
from robot.types import LetanError


@pytest.fixture
def supervised(tmp_path):
    told = []
    made = SupervisedOffice("cua_nam", tmp_path / "o.db", told.append)
    made.told = told
    yield made
    made.close()


def eventually(is_so, seconds=30.0):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_killed_it_is_back_at_the_same_address_and_nothing_acknowledged_is_lost(supervised, site):
    client = OfficeClient(supervised.owner)
    office = RemoteOffice(site, RealClock(), client)
    errands = RemoteErrands(office, OfficeClient(supervised.owner, 2.0), ":memory:")
    given = []
    for end in (signal.SIGKILL, signal.SIGTERM, None):
        visit = errands.open_visit()
        job = errands.issue(visit, "1", "ket_hon")
        eventually(lambda job=job: errands.look() is not None and job.outcome is not None)
        assert job.outcome.ok
        given.append(office.ticket_of(visit).number)
        if end is not None:
            before = supervised.restarts
            os.kill(supervised.pid, end)
            eventually(lambda before=before: supervised.restarts > before)
    errands.close()
    office.close()
    held = {told["number"] for told in OfficeClient(supervised.owner).get("/api/doors/1/tickets")}
    assert len(set(given)) == 3
    assert set(given) <= held
    assert len(supervised.told) == 2


def test_one_that_hangs_is_ended_and_started_again(supervised):
    os.kill(supervised.pid, signal.SIGSTOP)
    eventually(lambda: supervised.restarts == 1)
    assert OfficeClient(supervised.owner).get("/health")["ok"]


def test_an_office_that_is_at_work_already_is_used(supervised, tmp_path):
    second = SupervisedOffice("cua_nam", tmp_path / "o.db", print)
    assert second.owner.url == supervised.owner.url
    assert second.pid == 0
    second.close()
    assert OfficeClient(supervised.owner).get("/health")["ok"]


def test_one_that_can_not_start_says_why(tmp_path):
    with owning(tmp_path / "o.db"), pytest.raises(LetanError, match="another office"):
        SupervisedOffice("cua_nam", tmp_path / "o.db", print)

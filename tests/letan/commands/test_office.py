"""The office's process: ready at its address, alone with its database, and everything acknowledged is stored."""

import json
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import httpx
import pytest

from centre.office import Office
from centre.owner import owner_of
from robot.clock import SimClock


class Served:
    """An office at work on a database, its address, and a client with its token."""

    def __init__(self, command, database):
        line = command.process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:"), command.process.communicate()
        self.command, self.url = command, line.split()[1]
        self.token = owner_of(database).token

    def client(self):
        headers = {"Authorization": f"Bearer {self.token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60, trust_env=False, verify=False)


@pytest.fixture
def serve(begin, tmp_path):
    return lambda db=tmp_path / "o.db": Served(begin("office", "--db", db, "--port", "0"), db)


@pytest.fixture
def earlier_day(site, tmp_path):
    """A database whose only day is the 23rd of November 2026, when one was served."""
    path = tmp_path / "earlier.db"
    office = Office(site, SimClock(datetime(2026, 11, 23, 9)), path)
    office.issue(office.open_visit(), "1")
    office.mark("started", "A 001")
    office.mark("finished", "A 001")
    office.close()
    return path


def add(client, door="1"):
    return client.post("/api/tickets", json={"door": door}).json()["number"]


def test_an_office_is_ready_well_and_described_and_ends_in_order(serve, tmp_path):
    office = serve()
    with office.client() as client:
        assert client.get("/health").json()["ok"] is True
        assert "/api/doors/{door}/call" in client.get("/openapi.json").json()["paths"]
        with client.stream("GET", "/api/live") as stream:  # a browser that listens does not hold it back
            assert next(stream.iter_lines()) == "event: change"
            code, out, err = office.command.ended_by(signal.SIGTERM)
    assert (code, out) == (143, "")
    assert "the office is closed" in err
    assert "Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "o.db",
        "o.db.access",
        "o.db.alerts",
        "o.db.fence",
        "o.db.figures",
    ]


def test_a_second_office_on_the_database_is_told_in_one_line(serve, begin, tmp_path):
    office = serve()
    second = begin("office", "--db", tmp_path / "o.db", "--port", "0")
    out, err = second.process.communicate(timeout=60)
    assert (second.process.returncode, out) == (2, "")
    assert office.url in err
    assert len(err.splitlines()) == 1


def test_the_command_line_acts_through_the_office_that_owns_the_database(serve, letan, tmp_path):
    office = serve()
    db = ("--db", tmp_path / "o.db")
    assert letan("queue", "add", "1", "--priority", "elder", *db)[:2] == (0, "A 001 waiting at door 1\n")
    assert letan("queue", "call", "1", *db)[:2] == (0, "A 001 to door 1\n")
    assert letan("queue", "recall", "a1", *db)[:2] == (0, "A 001 called\n")
    assert letan("queue", "transfer", "a1", "3", *db)[:2] == (0, "A 001 waiting at door 3\n")
    assert letan("queue", "undo", *db)[:2] == (0, "A 001 called\n")
    assert letan("queue", "close", "1-2", *db)[:2] == (0, "1-2 closed: 1 open at its door\n")
    code, _, err = letan("queue", "return", "a1", *db)
    assert (code, "A 001 is called; for `return` it must be held or no_show" in err) == (2, True)
    with office.client() as client:
        assert client.get("/api/tickets/A001").json()["state"] == "called"
    code, out, _ = letan("queue", "status", "--json", *db)  # who only reads needs no owner
    assert (code, json.loads(out.splitlines()[0])["called"]) == (0, 1)


@pytest.mark.parametrize("words", [("status",), ("add", "1")])
def test_the_queue_is_acted_on_in_the_file_where_no_office_runs(letan, database, words):
    assert letan("queue", *words, "--db", database)[0] == 0
    assert not database.with_name("office.db.owner").exists()


def test_staff_who_call_at_once_never_get_one_citizen(serve):
    office = serve()
    with office.client() as client:
        numbers = {add(client) for _ in range(60)}

    def counter(name):
        called = []
        with office.client() as client:
            while (ticket := client.post("/api/doors/1/call", json={"counter": name}).json()) is not None:
                called.append(ticket["number"])
        return called

    with ThreadPoolExecutor(6) as pool:
        called = list(pool.map(counter, ["1-1", "1-2", "2-1", "2-2", "3-1", "4-1"]))
    assert Counter(number for numbers in called for number in numbers) == Counter(numbers)
    assert sum(map(bool, called)) > 1, "one alone has called, which shows nothing"


def test_a_replica_gets_every_event_once_and_in_order(serve):
    office = serve()
    seen, enough = [], threading.Event()

    def follow():
        with office.client() as client, client.stream("GET", "/api/events", params={"after": 1}) as stream:
            for line in stream.iter_lines():
                if line.startswith("data: "):
                    seen.append(json.loads(line[6:]))
                if len(seen) == 11:
                    enough.set()
                    return

    with office.client() as client:
        add(client)
        follower = threading.Thread(target=follow)
        follower.start()
        for _ in range(5):
            add(client)
        assert enough.wait(30)
    follower.join(10)
    assert [event["seq"] for event in seen] == list(range(2, 13))
    assert [event["kind"] for event in seen[:3]] == ["issued", "visit", "issued"]


def test_what_a_killed_office_has_acknowledged_is_there_when_it_is_back(serve, tmp_path):
    given = []
    for _ in range(2):
        office = serve()
        with office.client() as client:
            given += [add(client) for _ in range(5)]
        office.command.process.kill()
        office.command.process.wait(20)
    office = serve()
    with office.client() as client:
        assert [ticket["number"] for ticket in client.get("/api/doors/1/tickets").json()] == given
    assert len(set(given)) == 10


def test_a_copy_is_made_while_the_office_works_and_brought_back_without_a_number_twice(serve, letan, tmp_path):
    db, copy = tmp_path / "o.db", tmp_path / "copies" / "monday.db"
    office = serve()
    with office.client() as client:
        assert [add(client), add(client)] == ["A 001", "A 002"]
        assert letan("office", "backup", "--db", db, "--out", copy)[:2] == (0, f"4 events in {copy}\n")
        assert add(client) == "A 003"
    code, _, err = letan("office", "restore", copy, "--db", db)
    assert (code, office.url in err) == (2, True), "not while an office is at work"
    office.command.ended_by(signal.SIGTERM)
    assert letan("office", "verify", "--db", db)[:2] == (0, f"{db}: 6 events, all as they were written\n")
    assert letan("office", "restore", copy, "--db", db)[:2] == (0, f"4 events are back in {db}\n")
    assert letan("queue", "add", "1", "--db", db)[1] == "A 004 waiting at door 1\n"
    assert (tmp_path / "o.db.before-restore").exists()
    code, _, err = letan("ratings", "report", "--from", "2026-01-01", "--to", "2099-01-01", "--db", db)
    assert (code, "2 events of these days are lost" in err) == (0, True)


def test_a_damaged_database_fails_its_check_and_a_damaged_copy_is_not_brought_back(letan, database, tmp_path):
    copy = tmp_path / "copy.db"
    assert letan("office", "backup", "--db", database, "--out", copy)[0] == 0
    raw = bytearray(copy.read_bytes())
    raw[raw.index(b"issued") : raw.index(b"issued") + 6] = b"called"
    copy.write_bytes(raw)
    assert letan("office", "verify", "--db", copy)[0] == 1
    before = database.read_bytes()
    code, _, err = letan("office", "restore", copy, "--db", database)
    assert (code, "copy.db" in err, database.read_bytes() == before) == (2, True, True)


def test_a_database_that_lost_its_end_goes_on_only_when_somebody_says_so(letan, database, tmp_path):
    copy = tmp_path / "copy.db"
    letan("office", "backup", "--db", database, "--out", copy)
    assert letan("queue", "add", "1", "--db", database)[1] == "A 004 waiting at door 1\n"
    database.write_bytes(copy.read_bytes())
    code, _, err = letan("queue", "add", "1", "--db", database)
    assert (code, "events are missing" in err) == (2, True)
    assert letan("office", "accept-loss", "--db", database)[0] == 0
    assert letan("queue", "add", "1", "--db", database)[1] == "A 005 waiting at door 1\n"


def test_a_wrong_day_is_corrected_with_and_without_an_office_at_work(serve, letan, earlier_day, tmp_path):
    db = ("--db", earlier_day)
    code, out, _ = letan("office", "day", *db)
    assert (code, out.startswith("it is ")) == (0, True)
    assert letan("office", "day", "2026-11-24", "--instead-of", "2026-11-23", *db)[0] == 0
    office = serve(earlier_day)
    code, _, err = letan("office", "day", "2026-11-25", "--instead-of", "2026-11-23", *db)
    assert (code, "nothing is stored under that day" in err) == (2, True)
    assert letan("office", "day", "2026-11-22", "--instead-of", "2026-11-24", *db)[0] == 0
    office.command.ended_by(signal.SIGTERM)
    assert '"finished": 1' in letan("queue", "status", "--day", "2026-11-22", "--json", *db)[1]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-11-31", "30 November is the last day of the month"),
        ("31.11.2026", "a day is written 2026-11-23"),
        ("2026-13-01", "13 is no month"),
    ],
)
def test_a_day_that_is_none_is_told_in_words(letan, database, text, words):
    code, _, err = letan("office", "day", text, "--db", database)
    assert (code, words in err) == (2, True)

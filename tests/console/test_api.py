"""The interface for programs: every act of a counter, told clearly when it can't be, closed without a token."""

from datetime import datetime

import pytest


def add(program, door="1", **more):
    answer = program.post("/api/tickets", json={"door": door, **more})
    assert answer.status_code == 201
    return answer.json()["number"]


def call(program, door="1", counter="1-1"):
    return program.post(f"/api/doors/{door}/call", json={"counter": counter}).json()


def act(program, number, word, **body):
    return program.post(f"/api/tickets/{number}/{word}", json={"counter": "1-1", **body})


def test_the_office_says_that_it_is_well(console):
    answer = console.client().get("/health")
    assert (answer.status_code, answer.json()["ok"], answer.json()["broken_at"]) == (200, True, None)


def test_a_number_goes_its_way_from_the_slip_to_the_end(program):
    assert add(program, service="ket_hon", priority="elder") == "A 001"
    assert call(program)["number"] == "A 001"
    steps = (("recall", "called"), ("start", "serving"), ("hold", "held"), ("return", "waiting"), ("call", "called"))
    for word, state in (
        *steps,
        ("no-show", "no_show"),
        ("return", "waiting"),
        ("start", "serving"),
        ("finish", "finished"),
    ):
        answer = act(program, "A001", word)
        assert (answer.status_code, answer.json()["state"]) == (200, state), word
    assert call(program) is None


def test_numbers_of_json_are_whole_however_they_are_written_and_times_say_their_zone(program):
    answer = program.post("/api/tickets", json={"door": "1", "visit": 7.0}).json()
    assert (answer["visit"], answer["number"]) == (7, "A 001")
    assert datetime.fromisoformat(answer["issued"]).tzinfo is not None


def test_a_number_is_transferred_and_the_last_act_undone(program):
    add(program)
    assert act(program, "A001", "transfer", door="3").json()["door"] == "3"
    undone = program.post("/api/undo", json={"counter": "1-1"}).json()
    assert [(ticket["number"], ticket["door"]) for ticket in undone] == [("A 001", "1")]
    assert program.post("/api/undo", json={"counter": "1-1"}).status_code == 409


def test_a_counter_closes_and_opens_and_the_board_tells(program):
    add(program)
    assert program.post("/api/counters/3-1/close").json()["wait"]["open"] is False
    board = program.get("/api/board").json()
    assert {door["door"]: (door["counters"], door["waiting"]) for door in board["doors"]}["3"] == (0, 0)
    assert program.post("/api/counters/3-1/open").json()["counters"] == 1
    call(program)
    assert program.get("/api/board").json()["calls"] == [{"number": "A 001", "door": "1"}]


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("/api/doors/9/call", {}, 404, "no door `9`"),
        ("/api/doors/1/call", {"counter": "9-9"}, 404, "no counter `9-9`"),
        ("/api/tickets", {"door": "9"}, 404, "no door `9`"),
        ("/api/tickets", {"door": "1", "service": "made up"}, 404, "no service"),
        ("/api/tickets", {"door": "1", "priority": "friend"}, 404, "no priority group"),
        ("/api/tickets/Z999/finish", {}, 409, "no number Z999 today"),
        ("/api/tickets/A001/finish", {}, 409, "A 001 is waiting; for `finish` it must be serving or called"),
        ("/api/tickets/A001/transfer", {"door": "1"}, 409, "waits at door 1 already"),
        ("/api/tickets", {"door": "1", "visit": "1"}, 422, "valid integer"),
        ("/api/tickets", {"door": "1", "visit": 2**60}, 422, "less than"),
        ("/api/tickets", {"door": "1", "made": "up"}, 422, "Extra inputs"),
        ("/api/reports/robot_called", {"door": "9"}, 404, "no door `9`"),
        ("/api/visits/0/rating", {"level": 5}, 422, "greater than"),
        ("/api/tickets/A001/vanish", {}, 422, "Input should be"),
        ("/api/counters/9-9/close", {}, 404, "no counter `9-9`"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(console, program, path, body, status, words):
    add(program)
    before = console.parts.office.revision
    answer = program.post(path, json=body)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text
    assert console.parts.office.tickets()[0].state == "waiting"
    assert console.parts.office.revision - before <= 1  # a visit may have been opened


@pytest.mark.parametrize("path", ["/api/doors/1/tickets", "/api/tickets/A001", "/api/events"])
def test_nobody_reads_numbers_of_others_without_a_token(console, path):
    assert console.client().get(path).status_code == 401
    assert console.client(Authorization="Bearer wrong").get(path).status_code == 401


def every_act(console):
    for path, methods in console.client().get("/openapi.json").json()["paths"].items():
        if path.startswith("/api/") and "post" in methods:
            yield (
                path.replace("{door}", "1")
                .replace("{number}", "A001")
                .replace("{act}", "finish")
                .replace("{counter}", "1-1")
                .replace("{state}", "close")
            )


def test_no_act_is_possible_without_a_token(console):
    paths = list(every_act(console))
    assert len(paths) >= 6
    for path in paths:
        assert console.client().post(path, json={"door": "1"}).status_code == 401, path
    assert console.parts.office.revision == 0


def test_a_database_that_refuses_is_told_and_nothing_happened(console, program):
    add(program)
    console.parts.office._journal._db.execute("PRAGMA query_only = ON")
    answer = program.post("/api/doors/1/call", json={})
    assert (answer.status_code, "not done" in answer.text) == (503, True)
    console.parts.office._journal._db.execute("PRAGMA query_only = OFF")
    assert call(program)["number"] == "A 001"


def test_an_appointment_is_given_kept_and_given_back(console, program):
    wish = {"door": "1", "at": "2026-11-23T10:00", "service": "khai_sinh"}
    made = program.post("/api/appointments", json=wish)
    assert (made.status_code, made.json()["door"]) == (201, "1")
    full = program.post("/api/appointments", json=wish)
    assert (full.status_code, "no place left" in full.json()["detail"]) == (409, True)
    number = made.json()["appointment"]
    early = program.post(f"/api/appointments/{number}/check-in")
    assert (early.status_code, "from 09:45" in early.json()["detail"]) == (409, True)
    console.parts.office.clock._clock.seconds = 6300.0  # 9:45
    assert program.post(f"/api/appointments/{number}/check-in").json()["number"] == "A 001"
    assert program.post(f"/api/appointments/{number}/give-back").status_code == 409
    assert program.post("/api/appointments/999/check-in").status_code == 404
    for wrong in ({"door": "99"}, {"service": "nothing"}):
        assert program.post("/api/appointments", json=wish | wrong).status_code == 404
    assert program.post("/api/appointments", json=wish | {"at": "soon"}).status_code == 422
    no_day = program.post("/api/appointments", json=wish | {"at": "2026-13-01T10:00"})
    assert (no_day.status_code, "in the calendar" in no_day.json()["detail"]) == (409, True)
    other = program.post("/api/appointments", json=wish | {"at": "2026-11-23T10:30"}).json()["appointment"]
    assert program.post(f"/api/appointments/{other}/give-back").status_code == 200
    assert program.post(f"/api/appointments/{other}/give-back").status_code == 404


def test_staff_say_which_day_it_is(console, program):
    add(program)
    assert (
        program.post("/api/day", json={"day": "2026-11-24", "instead_of": "2026-11-23"}).json()["day"] == "2026-11-24"
    )
    wrong = program.post("/api/day", json={"day": "2026-11-20"})
    assert (wrong.status_code, "--instead-of 2026-11-24" in wrong.json()["detail"]) == (409, True)
    assert program.post("/api/day", json={"day": "2026-11-31"}).status_code == 409
    assert console.counter().post("/api/day", json={"day": "2026-11-25"}).status_code == 403
    assert program.get("/health").json()["day_is_doubted"] is False

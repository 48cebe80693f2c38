"""What robots tell of themselves: known at the office for a while, and stored nowhere."""

import json

import pytest

from console.robots import RobotBoard

STATUS = {"robot": "r1", "stamp": "2026-11-23T08:00:00+07:00", "pose": [3.0, 4.0, 0.5], "battery": 0.8, "page": "board"}


def test_a_robot_is_known_as_it_last_said_it_was(console, program):
    assert program.post("/api/robots/r1", json=STATUS).status_code == 200
    assert program.post("/api/robots/r1", json={**STATUS, "battery": 0.7}).status_code == 200
    (known,) = program.get("/api/robots").json()
    assert (known["battery"], known["pose"]) == (0.7, [3.0, 4.0, 0.5])
    assert 0.0 <= known["age"] < 60.0
    assert console.parts.office.revision == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"battery": 2.0},
        {"pose": [1, 2]},
        {"stamp": "08:00"},
        {"robot": "a b"},
        {"name": "somebody"},
        {"people": [[0, 0]] * 99},
    ],
)
def test_a_status_in_another_form_is_refused(program, wrong):
    assert program.post("/api/robots/r1", content=json.dumps(STATUS | wrong)).status_code == 422


def test_only_programs_tell_and_only_staff_ask(console, program):
    assert console.client().post("/api/robots/r1", json=STATUS).status_code == 401
    assert console.counter().post("/api/robots/r1", json=STATUS).status_code == 403
    assert console.client().get("/api/robots").status_code == 401
    assert console.counter().get("/api/robots").json() == []
    assert program.post("/api/robots/r2", json=STATUS).status_code == 404


def test_names_that_are_made_up_do_not_fill_the_memory_and_old_ones_are_forgotten():
    from centre.robot_status import RobotStatus

    now = [0.0]
    board = RobotBoard(lambda: now[0])
    told = [board.tell(RobotStatus(**{**STATUS, "robot": f"r{i}"})) for i in range(30)]
    assert told == [True] * 20 + [False] * 10
    now[0] = 3601.0
    assert board.tell(RobotStatus(**STATUS))
    assert [status.robot for status, _ in board.all()] == ["r1"]

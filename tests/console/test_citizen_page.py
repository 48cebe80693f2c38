"""The page behind a ticket's code: what one waits for, "not yet" once, one rating, and nothing of anybody else."""

from datetime import datetime

import pytest


@pytest.fixture
def office(console):
    return console.parts.office


@pytest.fixture
def phone(console):
    return console.client()


@pytest.fixture
def ticket(console, office):
    """The second of three who wait at door 1, with their page's path."""
    made = [office.issue(office.open_visit(), "1", "ket_hon") for _ in range(3)][1]
    return made, f"/t/{console.parts.codes.code(made.visit)}"


def served(office, number):
    while (called := office.call_next("1", "1-1")) is not None and called.number != number:
        continue
    office.mark("finished", number)


def test_it_shows_number_door_people_ahead_range_and_papers(console, office, phone, ticket):
    office.set_counter("1", "1-2", is_open=False)
    text = phone.get(ticket[1]).text
    for words in ("A 002", "Cửa 1 – Hộ tịch", '<b class="figure">1</b>', "phút chờ", "Giấy tờ mang theo"):
        assert words in text
    assert "A 001" not in text
    assert "people ahead" in phone.get(ticket[1] + "?lang=en").text


def test_each_state_says_what_to_do(console, office, phone, ticket):
    number, path = ticket[0].number, ticket[1]
    office.call_next("1", "1-1")
    office.call_next("1", "1-1")
    assert "Mời vào Cửa 1" in phone.get(path).text
    office.mark("started", number)
    assert "Đang được phục vụ tại Cửa 1" in phone.get(path).text
    office.mark("held", number)
    assert "Số đang được giữ tại Cửa 1" in phone.get(path).text
    office.mark("called", number)
    office.mark("no_show", number)
    assert "Đã gọi mà chưa gặp" in phone.get(path).text
    office.mark("returned", number)
    for counter in ("1-1", "1-2"):
        office.set_counter("1", counter, is_open=False)
    assert "Tạm nghỉ" in phone.get(path).text


def test_not_yet_is_said_once_and_taken_back(console, office, phone, ticket):
    number, path = ticket[0].number, ticket[1]
    console.post(phone, path, do="not-yet")
    assert "Số được giữ đến 08:30" in phone.get(path).text
    assert [waiting.number for waiting in office.line("1")] == ["A 001", "A 003", "A 002"]
    console.post(phone, path, do="here")
    assert [waiting.number for waiting in office.line("1")] == ["A 001", "A 002", "A 003"]
    console.post(phone, path, do="not-yet")
    assert office.ticket(number).deferred is None
    assert "Đã dùng một lần" in phone.get(path).text


def test_a_rating_is_given_once_after_the_service(console, office, phone, ticket):
    number, path = ticket[0].number, ticket[1]
    console.post(phone, path, do="rate", level=1)
    assert not office.is_rated(ticket[0].visit), "nobody rates what is still to come"
    served(office, number)
    assert "hài lòng không" in phone.get(path).text
    assert console.post(phone, path, do="rate").status_code == 422
    assert console.post(phone, path, do="rate", level=2, reasons=["cho_lau", "made up"]).status_code == 303
    assert "Cảm ơn" in phone.get(path).text
    other = console.client()
    other.post(path, data={"token": "x", "do": "rate", "level": 5})
    rated = [event for event in office.events_after(0) if event.kind == "rated"]
    assert [(event.data["level"], event.data["reasons"]) for event in rated] == [(2, ["cho_lau"])]


@pytest.mark.parametrize("do", ["call", "finish", "no-show", "transfer", "undo", "add"])
def test_a_phone_can_do_nothing_else(console, office, phone, ticket, do):
    before = office.revision
    console.post(phone, ticket[1], do=do, door="3", number="A001")
    assert office.revision == before


def test_the_page_ends_with_the_day_but_a_rating_may_come_next_morning(console, office, phone, clock, ticket):
    served(office, ticket[0].number)
    waiting = office.line("1")[0]
    clock.seconds += 86400
    office.open_visit()
    assert phone.get(f"/t/{console.parts.codes.code(waiting.visit)}").status_code == 410
    assert console.post(phone, ticket[1], do="rate", level=5).status_code == 303
    assert office.is_rated(ticket[0].visit)
    clock.seconds += 86400
    assert phone.get(ticket[1]).status_code == 410


def test_no_code_can_be_guessed_from_another(console, office, phone, ticket):
    code = console.parts.codes.code(ticket[0].visit)
    visit, proof = code.split("-")
    other = "a" if proof[-1] != "a" else "b"
    for guess in (
        f"{int(visit, 16) + 1:x}-{proof}",
        f"{visit}-{proof[:-1]}{other}",
        visit,
        f"0{code}",
        code.upper(),
        "x",
        "A002",
    ):
        answer = phone.get(f"/t/{guess}")
        assert (answer.status_code, "A 00" in answer.text) == (404, False), guess
    assert phone.get(f"/t/{code}").status_code == 200


def test_the_wall_shows_the_last_calls_and_the_waits(console, office):
    for door in ("1", "7", "1"):
        office.issue(office.open_visit(), door)
    office.call_next("1")
    office.call_next("7")
    text = console.client().get("/wall").text
    assert text.index("G 001") < text.index("A 001")
    assert "A 002" not in text
    assert text.count('<span class="door">') == len(office.site.doors) + 1


def test_the_code_of_an_appointment_leads_to_it_then_to_its_number(console, office, phone):
    booked = office.book("1", datetime(2026, 11, 23, 10, 0), "khai_sinh")
    path = f"/t/{console.parts.codes.code(booked.visit)}"
    text = phone.get(path).text
    assert "Lịch hẹn của ông/bà" in text
    assert "10:00" in text
    assert "lấy số từ 09:45" in text
    answer = console.post(phone, path, do="check-in")
    assert (answer.status_code, "Chưa đến giờ" in answer.text) == (409, True)
    office.clock._clock.seconds = 6300.0
    console.post(phone, path, do="check-in")
    assert '<div class="number">A 001</div>' in phone.get(path).text
    console.post(phone, path, do="give-back")
    assert office.tickets()[0].state == "waiting"


def test_an_appointment_is_given_back_by_phone(console, office, phone):
    booked = office.book("1", datetime(2026, 11, 23, 10, 0))
    path = f"/t/{console.parts.codes.code(booked.visit)}"
    console.post(phone, path, do="give-back")
    assert office.appointment(booked.visit) is None
    assert phone.get(path).status_code == 404
    office.book("1", datetime(2026, 11, 23, 10, 0))

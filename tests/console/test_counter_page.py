"""A counter's page without JavaScript: forms do everything, and what can't be done is said in the page's language."""

import re

import pytest


@pytest.fixture
def office(console):
    return console.parts.office


@pytest.fixture
def counter(console):
    return console.counter("1-1")


def take(office, door="1", service="", priority=""):
    return office.issue(office.open_visit(), door, service, priority)


def title(client):
    return re.search(r"<title>(.*)</title>", client.get("/counter").text)[1]


def shown(client):
    """The words of the page, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", client.get("/counter").text.split("<main", 1)[1]).split())


def test_a_computer_that_is_not_enrolled_is_sent_to_the_login(console):
    answer = console.client().get("/counter")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_the_page_shows_who_waits_with_their_words_and_the_title_counts(console, counter, office, clock):
    take(office, service="ket_hon")
    clock.seconds += 300
    take(office, priority="elder")
    take(office, "7")
    assert title(counter) == "(2) Cửa 1"
    assert "Gọi số tiếp: A 002" in shown(counter)
    assert re.search(r"A 002 Hộ tịch Từ 75 tuổi 0 phút gọi tiếp A 001 Kết\s+hôn 5 phút", shown(counter))
    assert "G 001" not in shown(counter)
    assert counter.get("/counter?lang=en").text.count("Call next: A 002") == 1
    assert "Call next" in counter.get("/counter").text, "the language is kept"


def test_the_buttons_do_what_they_say_and_an_undo_takes_it_back(console, counter, office, clock):
    for _ in range(3):
        take(office)
    for do, states in (
        ("call", "called waiting waiting"),
        ("hold A001", "held waiting waiting"),
        ("undo", "called waiting waiting"),
        ("recall A001", "called waiting waiting"),
        ("no-show A001", "no_show waiting waiting"),
        ("return A001", "waiting waiting waiting"),
        ("call A003", "waiting waiting called"),
        ("call", "called waiting finished"),
    ):
        clock.seconds += 3
        assert console.post(counter, "/counter", do=do).status_code == 303
        assert " ".join(ticket.state for ticket in office.tickets()) == states, do
    console.post(counter, "/counter", do="transfer A001", door="3")
    assert [ticket.number for ticket in office.line("3")] == ["A 001"]
    console.post(counter, "/counter", do="add", service="ket_hon", priority="elder")
    assert (office.tickets()[-1].service, office.tickets()[-1].priority) == ("ket_hon", "elder")
    console.post(counter, "/counter", do="close")
    assert (office.counters("1"), "Quầy này đang nghỉ" in shown(counter)) == (1, True)
    console.post(counter, "/counter", do="open")
    console.post(counter, "/counter", do="robot")
    assert [call.door for call in office.staff.robot_calls] == ["1"]


def test_a_key_pressed_twice_calls_one_number(console, counter, office, clock):
    for _ in range(3):
        take(office)
    for _ in range(2):
        console.post(counter, "/counter", do="call")
    assert [ticket.state for ticket in office.tickets()] == ["called", "waiting", "waiting"]
    clock.seconds += 2.1
    console.post(counter, "/counter", do="call")
    assert [ticket.state for ticket in office.tickets()] == ["finished", "called", "waiting"]


def test_an_undo_is_offered_for_ten_seconds(console, counter, office, clock):
    take(office)
    console.post(counter, "/counter", do="call")
    clock.seconds += 4
    assert "Đã gọi A 001 Hoàn tác · 6 giây" in shown(counter)
    clock.seconds += 7
    assert "Hoàn tác" not in shown(counter)


def test_a_citizens_call_for_help_is_taken_and_done(console, counter, office):
    call = office.staff.call_staff(office.open_visit())
    assert "Có người cần giúp" in shown(counter)
    console.post(counter, "/counter", do=f"reply {call.id} now")
    assert (office.staff.staff_calls[0].step, office.staff.staff_calls[0].door) == (3, "1")
    console.post(counter, "/counter", do=f"helped {call.id}")
    assert office.staff.staff_calls == ()


@pytest.mark.parametrize("do", ["finish A001", "vanish A001", "finish Z9", "reply x now", "", "transfer A001"])
def test_what_cannot_be_done_is_told_on_the_page_and_changes_nothing(console, counter, office, do):
    take(office)
    before = office.revision
    answer = console.post(counter, "/counter", do=do, door="9")
    assert answer.status_code in (303, 409, 422)
    assert office.revision == before


def test_people_who_wait_at_a_door_without_open_counters_are_told_of(console, counter, office):
    take(office)
    for name in ("1-1", "1-2"):
        office.set_counter("1", name, is_open=False)
    assert "Cửa không còn quầy nào mở, 1 người đang chờ" in counter.get("/counter").text

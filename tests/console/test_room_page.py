"""The page of the room: what robots tell is there to see, and what staff order reaches the office once."""

import datetime as dt
import re

import pytest

from centre.robot_status import RobotStatus
from console.robots import RobotBoard


@pytest.fixture
def office(console):
    return console.parts.office


def status(clock, **more):
    told = {
        "robot": "r1",
        "stamp": clock.wall().astimezone(),
        "pose": (8.0, 6.0, 0.3),
        "battery": 0.74,
        "page": "follow_me",
    }
    return RobotStatus(**told | more)


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_the_room_shows_its_robot_and_who_serves_what_for_how_long(console, office, clock):
    ticket = office.issue(office.open_visit(), "3", "ket_hon")
    office.call_next("3", "3-1")
    office.mark("started", ticket.number)
    clock.seconds += 90 * 60
    console.parts.robots.tell(
        status(
            clock, people=((7.0, 6.0), (9.0, 6.0)), guest=(7.2, 6.4), way=((8, 6), (9, 8)), goal=(9, 8), tray_items=4
        )
    )
    page = console.counter("1-1").get("/room").text
    told = plain(page)
    assert "Đang dẫn đường" in told
    assert "74 %" in told
    assert "4 món" in told
    assert re.search(f"{ticket.number} 3-1 .{{1,20}} Kết hôn 90 phút, lâu", told)
    assert page.count('class="m-person"') == 2
    assert {"m-robot", "m-guest", "m-way", "m-goal"} <= set(re.findall(r'class="(m-[a-z]+)"', page))
    x, y = re.search(r'class="m-robot" cx="([\d.]+)" cy="([\d.]+)"', page).groups()
    assert (float(x), float(y)) == (3 + 35 * 8, 3 + 35 * 9), "y is up in the hall of 15 m, and down on a screen"


def test_a_robot_that_has_gone_silent_is_said_to_be_away_and_is_on_no_map(console, clock):
    now = [0.0]
    object.__setattr__(console.parts, "robots", RobotBoard(lambda: now[0]))
    console.parts.robots.tell(status(clock))
    now[0] = 42.0
    page = console.counter("1-1").get("/room").text
    assert "Rô-bốt im lặng 42 giây" in page
    assert "m-robot" not in page


def test_without_any_robot_the_page_says_so(console):
    assert "Chưa có rô-bốt nào" in console.counter("1-1").get("/room").text


def test_orders_reach_the_office_and_going_on_is_asked_twice(console, office):
    counter = console.counter("1-1")
    assert console.post(counter, "/room", do="stop").status_code == 303
    assert office.staff.order == "stop"
    page = counter.get("/room").text
    assert 'value="stop"' not in page
    assert "Đường đi trống" in page
    console.post(counter, "/room", do="go")
    assert office.staff.order == "go"
    console.post(counter, "/room", do="refill")
    assert office.staff.order == "refill"
    console.post(counter, "/room", do="come")
    assert [call.door for call in office.staff.robot_calls] == ["1"]
    assert any(what == "room: stop" for _, _, what in console.parts.accounts.audit())


def test_a_leader_sends_it_to_a_door(console, office):
    leader = console.leader()
    console.post(leader, "/room", do="come", door="4")
    assert [call.door for call in office.staff.robot_calls] == ["4"]
    assert console.post(leader, "/room", do="come", door="99").status_code == 409


def test_a_call_for_help_is_answered_in_words_from_the_room_and_from_the_counter(console, office):
    call = office.staff.call_staff(office.open_visit())
    counter = console.counter("2-1")
    console.post(counter, "/room", do=f"reply {call.id} counter")
    found = office.staff.staff_calls[0]
    assert (found.reply, found.reply_door, found.step) == ("counter", "2", 2)
    assert "Đã trả lời: mời đến Cửa 2" in counter.get("/room").text
    console.post(counter, "/counter", do=f"reply {call.id} words", words="  Chị Hoa \n đang đến ạ ")
    assert office.staff.staff_calls[0].words == "Chị Hoa đang đến ạ"
    assert console.post(counter, "/counter", do=f"reply {call.id} words", words="x" * 71).status_code == 409
    console.post(counter, "/counter", do=f"reply {call.id} now")
    assert office.staff.staff_calls[0].step == 3
    console.post(counter, "/counter", do=f"helped {call.id}")
    assert office.staff.staff_calls == ()
    assert console.post(counter, "/room", do=f"reply {call.id} now").status_code == 409


def test_of_two_calls_the_one_is_answered_whose_words_were_typed(console, office):
    first = office.staff.call_staff(office.open_visit())
    second = office.staff.call_staff(office.open_visit())
    counter = console.counter("2-1")
    assert counter.get("/counter").text.count('name="words"') == 2
    console.post(counter, "/counter", do=f"reply {second.id} words", words=["", "Em đến ạ"])
    console.post(counter, "/counter", do=f"reply {first.id} words", words=["Chờ em ạ", ""])
    assert [call.words for call in office.staff.staff_calls] == ["Chờ em ạ", "Em đến ạ"]


def test_announcements_are_the_site_s_or_somebody_s_own_words(console, office, site):
    counter = console.counter("1-1")
    console.post(counter, "/room", do="say 0")
    assert office.staff.announced.data["text"] == site.notices.to_say[0]["vi"]
    console.post(counter, "/room", do="say", words="Mời chủ xe máy ở cửa ạ")
    assert office.staff.announced.data["text"] == "Mời chủ xe máy ở cửa ạ"


@pytest.mark.parametrize(
    ("do", "words"),
    [
        ("say", ""),
        ("say", "  \n "),
        ("say", "x" * 161),
        ("dance", ""),
        ("reply 1 now", ""),
        ("reply", ""),
        ("say 99", ""),
    ],
)
def test_what_can_not_be_done_is_refused_in_words_and_nothing_is_stored(console, office, do, words):
    counter = console.counter("1-1")
    before = office.revision
    assert console.post(counter, "/room", do=do, words=words).status_code == 409
    assert office.revision == before


def test_markup_in_what_a_robot_tells_is_shown_as_text(console, clock):
    evil = "<script>alert(1)</script>"
    console.parts.robots.tell(status(clock, held=evil, needs_help=evil, devices={"printer": evil}))
    page = console.counter("1-1").get("/room").text
    assert evil not in page
    assert page.count("&lt;script&gt;alert(1)") == 3


def test_who_has_no_role_sees_no_room(console):
    assert console.client().get("/room", headers={"Accept": "text/html"}).headers["location"] == "/login"
    assert console.client().get("/room").status_code == 401


def test_orders_of_an_evening_are_over_in_the_morning(console, office, clock):
    office.staff.order_robot("stop")
    clock.seconds += dt.timedelta(days=1).total_seconds()
    office.open_visit()
    assert office.staff.order == "go"


@pytest.mark.parametrize("path", ["/room", "/leaders/alerts"])
def test_a_form_that_was_not_made_here_does_nothing(console, office, path):
    leader = console.leader()
    sent = leader.post(path, data={"token": "another", "do": "stop", "alert": "1"}, headers={"Origin": console.url})
    assert sent.status_code == 403
    elsewhere = {"Origin": "http://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    token = console.token(leader, "/room")
    assert leader.post(path, data={"token": token, "do": "stop", "alert": "1"}, headers=elsewhere).status_code == 403
    assert office.staff.order == "go"

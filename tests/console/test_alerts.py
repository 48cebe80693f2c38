"""Leaders are told at once what passed a threshold of the site: once, also after days without a line."""

import asyncio
import json
import socketserver
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from centre.office import Office
from console.alert_post import alert_words, keep_alerting, post_address
from console.alerts import AlertBook, AlertWatch
from console.words import Words
from robot.types import LetanError


@pytest.fixture
def book(tmp_path):
    made = AlertBook(tmp_path / "o.db.alerts")
    yield made
    made.close()


@pytest.fixture
def watch(site, clock, book):
    heard = []
    office = Office(site, clock, on_event=lambda event: [hear(event) for hear in heard])
    made = AlertWatch(office, book)
    heard.append(made.happened)
    made.office = office
    yield made
    office.close()


@pytest.fixture
def words(site):
    from centre.label import label_of
    from centre.texts import load_console_texts

    return Words(load_console_texts(site.languages), label_of(site), "vi")


def rate(watch, *levels, door="1"):
    for level in levels:
        watch.office.rate(watch.office.open_visit(), level, door=door)


def raised(watch):
    watch.look()
    return [(alert.rule, alert.door, alert.n, alert.of) for alert in watch.book.open()]


def test_three_low_ratings_at_a_door_within_an_hour_are_an_alert(watch, words):
    rate(watch, 1, 2, 5, 5)
    assert raised(watch) == []
    rate(watch, 1, door="2")
    assert raised(watch) == []
    rate(watch, 2)
    assert raised(watch) == [("low_ratings", "1", 3, 5)]
    (alert,) = watch.book.open()
    assert alert_words(alert, words) == "Cửa 1 – Hộ tịch: 3 trong 5 ý kiến ở mức thấp trong 60 phút"


def test_too_few_ratings_tell_of_single_people_and_are_no_alert(watch):
    rate(watch, 1, 1, 1, 1)
    assert raised(watch) == []


def test_old_ratings_do_not_count_and_one_alert_an_hour_is_enough(watch, clock):
    rate(watch, 1, 1, 5, 5)
    clock.seconds += 3601
    rate(watch, 1, 5)
    assert raised(watch) == []
    rate(watch, 1, 1, 5)
    assert len(raised(watch)) == 1
    rate(watch, 1)
    assert len(raised(watch)) == 1
    clock.seconds += 3601
    rate(watch, 1, 1, 1, 5, 5)
    assert len(raised(watch)) == 2


def test_somebody_who_waits_too_long_is_an_alert(watch, clock):
    watch.office.issue(watch.office.open_visit(), "3")
    clock.seconds += 3599
    assert raised(watch) == []
    clock.seconds += 2
    assert raised(watch) == [("long_wait", "3", 1, 1)]


def test_what_was_rated_before_a_restart_counts(watch, site, clock):
    rate(watch, 1, 1, 1, 5, 5)
    again = AlertWatch(watch.office, watch.book)
    again.look()
    assert len(watch.book.open()) == 1


def test_a_leader_takes_note_of_an_alert_once_and_a_counter_can_not(console, clock):
    parts = console.parts
    parts.alerts.add(clock.wall(), "low_ratings", "1", 3, 7, 60)
    leader = console.leader()
    assert "3 trong 7 ý kiến ở mức thấp" in leader.get("/leaders").text
    assert console.counter("1-1").post("/leaders/alerts", data={"token": "x", "alert": "1"}).status_code == 403
    assert console.post(leader, "/leaders/alerts", page="/leaders", alert="1").status_code == 303
    assert parts.alerts.open() == []
    assert any(what == "took note of alert 1" for _, _, what in parts.accounts.audit())
    assert not parts.alerts.note(1, "another")


class MailServer(socketserver.ThreadingTCPServer):
    """As much of SMTP as takes a message."""

    daemon_threads = allow_reuse_address = True
    messages: list[str]

    class Handler(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 mail\r\n")
            for raw in self.rfile:
                word = raw.split()[0].upper()
                if word == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    lines = []
                    while (line := self.rfile.readline()) != b".\r\n":
                        lines.append(line.decode())
                    self.server.messages.append("".join(lines))
                self.wfile.write(b"221 bye\r\n" if word == b"QUIT" else b"250 well\r\n")


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        status = self.server.statuses.pop(0) if self.server.statuses else 200
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if status == 200:
            self.server.messages.append(body)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


@contextmanager
def serving(server):
    server.messages, server.statuses = [], []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def keep(watch, words, *urls, until):
    """Let alerts go out until something is true."""

    async def both():
        task = asyncio.create_task(keep_alerting(watch, [post_address(url) for url in urls], words))
        for _ in range(2000):
            if until():
                break
            await asyncio.sleep(0.005)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    asyncio.run(both())
    assert until()


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr("console.alert_post.LOOKS", 0.01)


@pytest.mark.usefixtures("quick")
def test_an_alert_goes_out_by_mail_and_to_a_web_address_once(watch, words):
    rate(watch, 1, 1, 1, 5, 5)
    with (
        serving(MailServer(("127.0.0.1", 0), MailServer.Handler)) as mail,
        serving(HTTPServer(("127.0.0.1", 0), Hook)) as web,
    ):
        to_mail = f"smtp://127.0.0.1:{mail.server_address[1]}?from=robot@example.org&to=a@example.org&to=b@example.org"
        to_web = f"http://127.0.0.1:{web.server_address[1]}/hook"
        watch.book.begin(post_address(to_mail).key)
        keep(watch, words, to_mail, to_web, until=lambda: mail.messages and web.messages)
        keep(watch, words, to_mail, to_web, until=lambda: True)
    assert len(mail.messages) == len(web.messages) == 1
    assert "To: a@example.org, b@example.org" in mail.messages[0]
    assert web.messages[0]["text"] == "Cửa 1 – Hộ tịch: 3 trong 5 ý kiến ở mức thấp trong 60 phút"
    assert (web.messages[0]["rule"], web.messages[0]["door"]) == ("low_ratings", "1")


@pytest.mark.usefixtures("quick")
def test_what_can_not_go_out_waits_also_over_a_restart(watch, words, tmp_path):
    with serving(HTTPServer(("127.0.0.1", 0), Hook)) as web:
        port = web.server_address[1]
        url = f"http://127.0.0.1:{port}/hook"
        web.statuses += [503, 503]
        watch.book.begin(post_address(url).key)
        rate(watch, 1, 1, 1, 5, 5)
        watch.look()
        keep(watch, words, url, until=lambda: not web.statuses)
        assert web.messages == []
    again = AlertBook(tmp_path / "o.db.alerts")
    with serving(HTTPServer(("127.0.0.1", port), Hook)) as web:
        watch.book = again
        keep(watch, words, url, until=lambda: web.messages)
    again.close()
    assert len(web.messages) == 1


def test_an_address_that_is_new_gets_what_is_raised_from_then_on(book, clock):
    book.add(clock.wall(), "long_wait", "1", 1, 1, 60)
    book.begin("new")
    assert book.unsent("new") == []
    book.add(clock.wall(), "long_wait", "2", 1, 1, 60)
    assert [alert.door for alert in book.unsent("new")] == ["2"]


@pytest.mark.parametrize(
    "url", ["", "mail@example.org", "smtp://host", "smtp://host?from=a@b", "ftp://host", "https://", "https://host:x/"]
)
def test_an_address_that_is_none_is_refused_in_words_without_its_password(url):
    with pytest.raises(LetanError, match="no address for alerts"):
        post_address(url)
    with pytest.raises(LetanError) as refused:
        post_address("smtp://me:secret@host?to=x")
    assert "secret" not in str(refused.value)


def test_no_password_stands_in_the_file_of_the_alerts(book, clock, tmp_path):
    address = post_address("smtps://me:secret@host?from=a@b&to=c@d")
    book.begin(address.key)
    book.add(clock.wall(), "long_wait", "1", 1, 1, 60)
    book.sent(1, address.key)
    assert b"secret" not in (tmp_path / "o.db.alerts").read_bytes()

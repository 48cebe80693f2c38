"""The live view: the running tree in a browser, what it asks of the run, and a recorded run dragged through time."""

import http.client
import json
import socket
import threading
from datetime import datetime

import pytest

from letan.live_run import LiveRun
from letan.setup import open_setup
from letan.simulate import Run
from letan.workbench.recording import NAME, Recording
from letan.workbench.run_requests import WHATS, asked_to_reload
from letan.workbench.server import Server, events
from letan.workbench.server import page as page_text
from reception.events import VisitEnd
from robot.types import LetanError
from sim.scenario import Arrivals, load_scenario


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The folder of a run of the first citizen's visit."""
    out = tmp_path_factory.mktemp("runs") / "out"
    soon = load_scenario("short").model_copy(update={"arrivals": Arrivals(people=1, rush=1.0, rush_minutes=0.05)})
    run = Run(soon, 1, out, place=open_setup("cua_nam"))
    live = LiveRun(run, out, lambda words: None, False)
    while not run.log.of(VisitEnd):
        run.step()
    live.close()
    run.log.close()
    run.close()
    return out


def test_a_record_holds_the_source_and_only_what_changes(recorded):
    lines = [json.loads(line) for line in (recorded / NAME).read_text(encoding="utf-8").splitlines()]
    assert lines[0]["begins"] == 8 * 3600
    head, ticks = lines[1], [line for line in lines if "s" in line]
    assert head["tree"] == "reception"
    assert "sequence:" in next(file["text"] for file in head["files"] if file["name"] == "patrol.yaml")
    letters = {}
    for tick in ticks:
        for row, letter, *_ in tick["s"]:
            assert letters.get(row, ".") != letter
            letters[row] = letter
    assert len(ticks) < 200
    assert lines[-1]["over"] is True
    assert (recorded / NAME).stat().st_size < 60_000


@pytest.fixture
def served(recorded, serving):
    with serving(recorded) as server:
        yield server


def answered(served, method, path, **headers):
    connection = http.client.HTTPConnection(*served.server_address, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    status, body = response.status, b"" if path == "/feed" and response.status == 200 else response.read()
    connection.close()
    return status, body.decode()


def test_the_page_needs_nothing_from_elsewhere(served):
    status, text = answered(served, "GET", "/")
    assert status == 200
    assert text == page_text()
    assert "--jade:" in text
    assert "http" not in text


def left(run):
    """The requests that lie in a run's folder."""
    return list((run / "requests").glob("*")) if (run / "requests").exists() else []


def test_requests_come_from_our_own_page_only_and_not_for_a_run_that_is_over(served, recorded):
    assert answered(served, "POST", "/do/pause")[0] == 403
    assert answered(served, "POST", "/do/pause", X_Letan="1", Host="elsewhere.example:80")[0] == 403
    assert answered(served, "GET", "/feed", Host="elsewhere.example")[0] == 403
    assert answered(served, "POST", "/do/explode", X_Letan="1")[0] == 404
    for what in WHATS:
        status, text = answered(served, "POST", f"/do/{what}", X_Letan="1")
        assert status == 409
        assert "the run is over" in text
    with pytest.raises(LetanError, match="the run is over"):
        asked_to_reload(recorded, now=True)
    assert left(recorded) == []
    assert answered(served, "GET", "/favicon.ico") == (204, "")
    assert answered(served, "GET", "/../events.jsonl")[0] == 404


def test_the_feed_follows_a_growing_record_and_begins_anew_with_a_new_run(tmp_path):
    record, over = tmp_path / NAME, threading.Event()
    record.write_text('{"t":0}\n{"t":1}\n{"t"', encoding="utf-8")
    feed = (event for event in events(record, over) if not event.startswith("event: life"))
    assert next(feed) == 'data: [{"t":0},{"t":1}]\n\n'
    with record.open("a", encoding="utf-8") as file:
        file.write(":2}\n")
    assert next(feed) == 'data: [{"t":2}]\n\n'
    record.unlink()
    record.write_text('{"t":9}\n', encoding="utf-8")
    assert next(feed).startswith("event: anew")
    assert next(feed) == 'data: [{"t":9}]\n\n'
    over.set()
    assert next(feed, None) is None


def test_a_folder_without_a_record_and_a_taken_port_are_told(tmp_path, served, recorded):
    with pytest.raises(LetanError, match=r"there is no trees.jsonl"):
        Server(tmp_path)
    with pytest.raises(LetanError, match="can't be served"):
        Server(recorded, port=served.server_address[1])


def test_the_feed_tells_a_run_that_lives_from_one_that_was_broken_off(tmp_path):
    recording, over = Recording(tmp_path / NAME, datetime(2026, 11, 2, 8)), threading.Event()
    feed = events(tmp_path / NAME, over)
    assert next(feed).startswith('data: [{"t":0.0,"begins"')
    assert next(feed) == "event: life\ndata: true\n\n"
    recording.close()
    assert next(feed) == "event: life\ndata: false\n\n"
    over.set()


def test_a_recorded_run_is_dragged_through_time_in_a_browser(browser, served, page):
    browser.open(served.url)
    browser.until("typeof lines !== 'undefined' && lines.some(each => each.e === 'visit_end') && elements.length > 50")
    browser.until(f"{page.text('about')} === 'over'")
    browser.value(page.drag("5"))
    browser.until(f"{page.text('about')} === 'looking back'")
    assert browser.value(page.text("clock")) == "08:00:05.0"
    assert browser.value(f"{page.row('go_to reception')}.className") == "row r now"
    assert browser.value(f"{page.row('tree assist')}.className") == "row n"
    assert "go_to: {place: reception" in browser.value("document.querySelector('#source .at').textContent")
    welcome = browser.value("lines.find(each => each.e === 'page' && each.facts.page === 'welcome').t")
    browser.value(page.drag(welcome + 0.3))
    browser.until(f"{page.row('converse')}.className === 'row r now'")
    assert "converse" in browser.value(page.text("claims"))
    assert "shows welcome" in browser.value(page.text("heard"))
    shown = browser.value("document.getElementById('tree').innerHTML")
    browser.value(page.click("live"))
    browser.until(f"{page.row('converse')}.className !== 'row r now'")
    browser.value(page.drag(welcome + 0.3))
    browser.until(f"{page.row('converse')}.className === 'row r now'")
    assert browser.value("document.getElementById('tree').innerHTML") == shown


def test_the_slider_runs_over_time_and_the_arrows_over_changes(browser, served, page):
    browser.open(served.url)
    browser.until("typeof lines !== 'undefined' && newest.over && document.getElementById('time').max > 10")
    assert float(browser.value("document.getElementById('time').max")) == browser.value("newest.t")
    still = "lines.findIndex((each, i) => [0, 1, 2].every(k => lines[i + k].s === undefined))"
    resting = browser.value(f"times[{still}] + 1")
    browser.value(page.drag(resting + 0.5))
    browser.until(f"{page.text('clock')} === clock({resting + 0.5:.1f})")
    for arrow, later in (("back", False), ("next", True), ("next", True)):
        before = browser.value("at")
        browser.value(page.click(arrow))
        assert browser.value("Object.keys(lines[at]).length") > 1
        assert (browser.value("at") > before) is later


def test_a_run_that_is_over_or_broken_off_says_so(browser, served, serving, page, recorded, tmp_path):
    off = "['pause', 'step', 'reload'].every(id => document.getElementById(id).disabled)"
    browser.open(served.url)
    browser.until(f"typeof newest !== 'undefined' && {page.text('about')} === 'over' && {off}")
    kept = (recorded / NAME).read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / NAME).write_text("".join(kept[:-1]), encoding="utf-8")
    with serving(tmp_path) as other:
        browser.open(other.url)
        browser.until(f"typeof newest !== 'undefined' && {page.text('about')} === 'broken off' && {off}")
        browser.value("ask('pause')")
        browser.until(f"{page.text('said')}.includes('the run is over')")
    assert left(recorded) == left(tmp_path) == []


def test_file_and_line_stay_in_sight_in_a_small_window(browser, served, page):
    browser.call("Emulation.setDeviceMetricsOverride", width=800, height=600, deviceScaleFactor=1, mobile=False)
    browser.open(served.url)
    browser.until("typeof newest !== 'undefined' && newest.over && elements.length > 50")
    inside = """(() => {
        const tree = document.getElementById('tree'), edge = tree.getBoundingClientRect().left + tree.clientWidth;
        return [...document.querySelectorAll('.place')].every(place => place.getBoundingClientRect().right <= edge)
            && document.documentElement.scrollWidth <= 800 && document.documentElement.scrollHeight <= 600;
    })()"""
    assert browser.value(inside)


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_second_request_hidden_in_a_body_is_not_heard(served, method):
    """What any web page can send: a simple request whose unread body is a request of its own."""
    host, port = served.server_address
    hidden = "POST /do/pause HTTP/1.1\r\nHost: localhost\r\nX-Letan: 1\r\nContent-Length: 0\r\n\r\n"
    head = f"{method} /x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://evil.example\r\n"
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall(f"{head}Content-Length: {len(hidden)}\r\n\r\n{hidden}".encode())
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert left(served.run) == []


def test_a_page_of_another_origin_can_ask_for_nothing(served):
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1"):
        assert answered(served, "POST", "/do/pause", X_Letan="1", Origin=origin)[0] == 403
    assert left(served.run) == []

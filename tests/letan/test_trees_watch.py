"""The live view: the running tree in a browser, what it asks of the run, and a recorded run dragged through time."""

import http.client
import json
import threading

import pytest

from letan.app import open_place
from letan.live_run import LiveRun
from letan.simulate import Run
from letan.trees.recording import NAME
from letan.trees.requests import take
from letan.trees.server import Server, events, page
from robot.types import LetanError
from sim.scenario import Arrivals, load_scenario


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """The folder of a run of the first citizen's visit."""
    out = tmp_path_factory.mktemp("runs") / "out"
    soon = load_scenario("short").model_copy(update={"arrivals": Arrivals(people=1, rush=1.0, rush_minutes=0.05)})
    run = Run(soon, 1, out, place=open_place("cua_nam"))
    live = LiveRun(run, out, lambda words: None, False)
    while not run.log.of("visit_end"):
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
    assert (recorded / NAME).stat().st_size < 60_000


@pytest.fixture
def served(recorded):
    server = Server(recorded)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


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
    assert text == page()
    assert "--jade:" in text
    assert "http" not in text


def test_requests_come_from_our_own_page_only(served, recorded):
    assert answered(served, "POST", "/do/pause")[0] == 403
    assert answered(served, "POST", "/do/pause", X_Letan="1", Host="elsewhere.example:80")[0] == 403
    assert answered(served, "GET", "/feed", Host="elsewhere.example")[0] == 403
    assert answered(served, "POST", "/do/explode", X_Letan="1")[0] == 404
    assert take(recorded) == []
    assert answered(served, "POST", "/do/pause", X_Letan="1")[0] == 204
    assert [request.what for request in take(recorded)] == ["pause"]
    assert answered(served, "GET", "/../events.jsonl")[0] == 404


def test_the_feed_follows_a_growing_record_and_begins_anew_with_a_new_run(tmp_path):
    record, over = tmp_path / NAME, threading.Event()
    record.write_text('{"t":0}\n{"t":1}\n{"t"', encoding="utf-8")
    feed = events(record, over)
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


DRAG = """(t => {
    const time = document.getElementById('time');
    time.value = lines.findIndex(each => each.t > t) - 1;
    time.oninput();
})"""


def row(words):
    return f"[...document.querySelectorAll('.row')].find(row => row.textContent.includes('{words}'))"


def test_a_recorded_run_is_dragged_through_time_in_a_browser(browser, served):
    browser.open(served.url)
    browser.until("typeof lines !== 'undefined' && lines.some(each => each.e === 'visit_end') && elements.length > 50")
    browser.value(f"{DRAG}(5)")
    browser.until("document.getElementById('about').textContent === 'looking back'")
    assert browser.value("document.getElementById('clock').textContent").startswith("08:00:0")
    assert browser.value(f"{row('go_to reception')}.className") == "row r"
    assert browser.value(f"{row('tree assist')}.className") == "row n"
    assert "go_to: {place: reception" in browser.value("document.querySelector('#source .at').textContent")
    welcome = browser.value("lines.find(each => each.e === 'page' && each.facts.page === 'welcome').t")
    browser.value(f"{DRAG}({welcome + 0.3})")
    browser.until(f"{row('converse')}.className === 'row r'")
    assert "converse" in browser.value("document.getElementById('claims').textContent")
    assert "shows welcome" in browser.value("document.getElementById('heard').textContent")
    shown = browser.value("document.getElementById('tree').innerHTML")
    browser.value("document.getElementById('live').onclick()")
    browser.until(f"{row('converse')}.className !== 'row r'")
    browser.value(f"{DRAG}({welcome + 0.3})")
    browser.until(f"{row('converse')}.className === 'row r'")
    assert browser.value("document.getElementById('tree').innerHTML") == shown


def test_a_running_simulation_is_watched_paused_and_stepped_in_a_browser(browser, tmp_path):
    out = tmp_path / "out"
    run = Run(load_scenario("short"), 1, out, place=open_place("cua_nam"), pace=4.0)
    live = LiveRun(run, out, lambda words: None, False)
    server, over = Server(out), threading.Event()
    threads = [threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})]

    def turn():
        while not over.is_set():
            if live.may_step():
                run.step()

    threads.append(threading.Thread(target=turn))
    for thread in threads:
        thread.start()
    try:
        browser.open(server.url)
        browser.until(f"typeof lines !== 'undefined' && lines.length && {row('go_to reception')}.className === 'row r'")
        browser.value("document.getElementById('pause').onclick()")
        browser.until("document.getElementById('about').textContent === 'paused'")
        stood = run.clock.now()
        for _ in range(2):
            browser.value("document.getElementById('step').onclick()")
        browser.until("lines.filter(line => line.paused).length === 3")
        browser.value("new Promise(done => setTimeout(done, 200))")
        assert run.clock.now() == pytest.approx(stood + 0.2)
        live.recording.write({"t": 1.0, "reload": "broken", "trouble": "patrol.yaml:3:1: for the test"})
        browser.until("document.getElementById('trouble').textContent.includes('patrol.yaml:3:1')")
        browser.value("document.getElementById('pause').onclick()")
        browser.until("document.getElementById('about').textContent === 'live'")
    finally:
        over.set()
        server.shutdown()
        server.server_close()
        for thread in threads:
            thread.join()
        live.close()
        run.log.close()
        run.close()

"""The leaders' page: every figure with how sure it is, small groups hidden, no figures from tampered data."""

import csv
import io
import sqlite3
from collections import Counter
from datetime import date, timedelta

import openpyxl
import pytest

from centre.office import Office
from centre.ratings import Share
from centre.summary import Summary, summary_of_day
from console.kept_figures import KeptFigures
from console.statistics import Statistics


@pytest.fixture
def office(console):
    return console.parts.office


@pytest.fixture
def leader(console):
    return console.leader()


def serve(office, clock, level=None, door="1", waited=10, reasons=()):
    ticket = office.issue(office.open_visit(), door, "ket_hon")
    clock.seconds += 60 * waited
    office.call_next(door)
    clock.seconds += 300
    office.mark("finished", ticket.number)
    if level:
        office.rate(ticket.visit, level, reasons)
    return ticket


def weeks(office, clock):
    """Seven ratings at door 1, two at door 2; one served without an answer and one who missed the call."""
    for level in (5, 5, 5, 4, 4, 3, 2):
        serve(office, clock, level, reasons=("cho_lau",) if level < 4 else ())
    serve(office, clock, 5, "2", waited=20)
    serve(office, clock, 1, "2", waited=40)
    serve(office, clock)
    office.issue(office.open_visit(), "1")
    office.call_next("1")
    office.mark("no_show", "A 009")


RANGE = "first=2026-11-23&last=2026-11-23"


def test_the_figures_of_a_day_add_up_to_those_of_a_period(office, clock):
    weeks(office, clock)
    whole = summary_of_day(office.events_after(0), office.day)
    assert whole.satisfied(4) == Share(6, 9)
    assert whole.response() == Share(9, 10)
    assert whole.missed_share() == Share(1, 11)
    assert (whole.waited_over(15), whole.waited_over(30)) == (Share(2, 11), Share(1, 11))
    assert (whole.wait_quantile(0.5), whole.wait_quantile(0.9), whole.wait_quantile(1)) == (10, 20, 40)
    both = Summary()
    both.add(whole)
    both.add(whole)
    assert (both.satisfied(4), both.wait_quantile(0.9)) == (Share(12, 18), 20)
    assert (whole.at("2").ratings, whole.at("2").satisfied(4)) == (2, Share(1, 2))


def test_what_was_undone_is_in_no_figure(office, clock):
    office.issue(office.open_visit(), "1")
    office.call_next("1", "1-1")
    office.undo("1-1")
    whole = summary_of_day(office.events_after(0), office.day)
    assert (whole.called.total(), whole.waits.total(), whole.taken.total()) == (0, 0, 1)


def test_the_page_shows_each_share_with_its_interval_and_n(office, clock, leader):
    weeks(office, clock)
    text = leader.get(f"/leaders?{RANGE}").text.replace("\N{NO-BREAK SPACE}", " ")
    for words in ("66,7 %", "KTC 95 % 35,4 %–87,9 % · n = 9", "10 phút", "20 phút", "n = 11", "9,1 %"):
        assert words in text, words
    assert "Cửa 1, 2" in text, "the small group is merged, else the total gives it away"
    assert "Cửa 2 – Chứng thực</text>" not in text
    assert "Chờ lâu" not in text, "two had that reason"
    english = leader.get(f"/leaders?{RANGE}&lang=en").text
    assert "95 % CI 35.4%–87.9% · n = 9" in english


def test_groups_under_five_are_hidden_everywhere(office, clock, leader):
    for level in (5, 5, 1, 1):
        serve(office, clock, level)
    text = leader.get(f"/leaders?{RANGE}").text
    assert "50,0" not in text
    assert "Nhóm nhỏ, ẩn" in text
    raw = leader.get(f"/leaders/ratings.csv?{RANGE}").content
    assert len(raw.splitlines()) == 1
    weeks(office, clock)
    assert "Chứng thực</text>" not in leader.get(f"/leaders?{RANGE}&door=2").text


def test_an_empty_range_says_which_days_hold_data(office, clock, leader):
    serve(office, clock)
    text = leader.get("/leaders?first=2026-10-01&last=2026-10-31").text
    assert "Dữ liệu có từ 2026-11-23 đến 2026-11-23." in text
    assert leader.get("/leaders?first=2026-10-31&last=2026-10-01").status_code == 422
    assert leader.get("/leaders?first=x&last=2026-10-01").status_code == 422


def test_both_exports_hold_the_same_rows(office, clock, leader, tmp_path):
    weeks(office, clock)
    answer = leader.get(f"/leaders/ratings.csv?{RANGE}")
    assert answer.headers["content-disposition"].startswith("attachment")
    told = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert len(told) == 10
    assert {row[1] for row in told[1:]} == {"Cửa khác, gộp (1, 2)"}
    (tmp_path / "x.xlsx").write_bytes(leader.get(f"/leaders/ratings.xlsx?{RANGE}").content)
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx").active
    assert [[str(v if v is not None else "") for v in row] for row in sheet.iter_rows(values_only=True)] == told


def test_days_that_are_over_are_kept_and_today_is_read_again(console, office, clock, monkeypatch):
    weeks(office, clock)
    clock.seconds = 86400.0
    serve(office, clock, 5)
    first = clock.start.date()
    read = []
    reading = Office.reading
    monkeypatch.setattr(Office, "reading", lambda self, a, b: read.append((a, b)) or reading(self, a, b))
    both = (first, first + timedelta(days=1))
    assert console.parts.statistics.period(*both).ratings == 10
    serve(office, clock, 5)
    whole = console.parts.statistics.period(*both)
    assert whole.ratings == 11
    assert read == [both, (both[1], both[1])]
    clock.seconds = 3 * 86400.0
    office.open_visit()
    again = Statistics(console.parts.statistics.reader, console.parts.statistics._kept)
    assert again.period(*both) == whole
    assert again.period(*both) == whole
    assert read[2:] == [(both[1], both[1])]


def test_kept_figures_of_a_day_that_ends_otherwise_are_read_anew(console, office, clock, tmp_path):
    weeks(office, clock)
    clock.seconds = 86400.0
    office.open_visit()
    first = clock.start.date()
    right = console.parts.statistics.period(first, first)
    kept = sqlite3.connect(tmp_path / "o.db.figures")
    kept.execute("UPDATE days SET summary = replace(summary, '], 1]', '], 7]')")
    kept.commit()
    assert console.parts.statistics.period(first, first) != right, "the cache is read, so what follows shows something"
    kept.execute("UPDATE days SET hash = 'another'")
    kept.commit()
    assert console.parts.statistics.period(first, first) == right
    kept.execute("UPDATE days SET summary = 'nothing like it'")
    kept.commit()
    kept.close()
    assert console.parts.statistics.period(first, first) == right


def test_a_cache_that_is_no_database_is_begun_anew(tmp_path):
    (tmp_path / "x").write_text("not a database, but long enough to look at" * 100)
    kept = KeptFigures(tmp_path / "x")
    day = date(2026, 11, 23)
    summary = Summary(waits=Counter({("1", 5): 2}), by_day=Counter({(day, "1", 4): 3}), called=Counter({"1": 2}))
    kept.keep({day: ("hash", summary)})
    assert kept.load(day, day) == {day: ("hash", summary)}
    kept.close()


def test_tampered_data_are_told_and_give_neither_figures_nor_exports(console, office, clock, leader, tmp_path):
    weeks(office, clock)
    db = sqlite3.connect(tmp_path / "o.db")
    db.execute("DROP TRIGGER no_update")
    db.execute("""UPDATE events SET data = replace(data, '"level": 1', '"level": 5') WHERE kind = 'rated'""")
    db.commit()
    db.close()
    answer = leader.get(f"/leaders?{RANGE}")
    assert (answer.status_code, "đã bị sửa từ bên ngoài" in answer.text) == (503, True)
    assert "66,7" not in answer.text
    assert "77,8" not in answer.text
    for kind in ("csv", "xlsx"):
        assert leader.get(f"/leaders/ratings.{kind}?{RANGE}").status_code == 503

"""The city's leaders see all offices, one of them, a door of it: the same figures as there, small groups nowhere."""

import csv
import datetime as dt
import io
import re
from types import SimpleNamespace

import pytest

from centre.journal import Journal
from centre.label import label_of
from centre.office import Office
from centre.texts import load_console_texts
from city.figures import CityFigures
from city.forwarding import Forwarder
from city.inbox import Inbox
from console.access import LOGIN, Access
from console.accounts import Accounts
from console.city_app import make_city_app
from console.city_parts import CityParts

DAY = dt.datetime(2026, 11, 23, 17, 0)
WEEK = {"first": "2026-11-23", "last": "2026-11-29"}


class City:
    def __init__(self, engine, site, clock, folder, hasher, served):
        self.engine, self.site, self.clock, self.folder = engine, site, clock, folder
        self.accounts = Accounts(folder / "city.access", hasher=hasher)
        self.accounts.add("lan", "leader", "a long password")
        self.robots = {"a": {"r1": SimpleNamespace(connection="ONLINE"), "r2": SimpleNamespace(connection="OFFLINE")}}
        label = label_of(site).model_copy(update={"name": {"vi": "Hà Nội", "en": "Hà Nội"}, "doors": {}})
        self.parts = CityParts(
            self.accounts,
            Access(self.accounts, ""),
            CityFigures(engine),
            label,
            load_console_texts(site.languages),
            {"ink": "#0F2A33"},
            lambda: DAY,
            lambda office: self.robots.get(office, {}),
        )
        self.served = served(make_city_app(self.parts))

    def office(self, name, called, ratings):
        """An office that has served people, sent everything; `ratings` are door and level."""
        label = label_of(self.site)
        label = label.model_copy(update={"name": dict.fromkeys(label.languages, called)})
        path = self.folder / f"{name}.db"
        office = Office(self.site, self.clock, path)
        for door, level in ratings:
            ticket = office.issue(office.open_visit(), door)
            office.call_next(door)
            office.mark("finished", ticket.number)
            office.rate(ticket.visit, level)
        office.close()
        journal = Journal(path, lambda event: None, "read")
        Forwarder(name, label, journal, Inbox(self.engine)).forward()
        journal.close()

    def client(self):
        return self.served.client()

    def leader(self):
        client = self.client()
        assert self.served.login(client, "lan", "a long password").status_code == 303
        return client


@pytest.fixture
def town(city, site, clock, tmp_path, quick, served):
    made = City(city, site, clock, tmp_path, quick, served)
    yield made
    made.accounts.close()


def plain(text):
    """A page's words, without what is between them."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)).replace("\N{NO-BREAK SPACE}", " ")


def test_nobody_sees_the_city_who_has_not_logged_in(town):
    client = town.client()
    assert client.get("/leaders", headers={"Accept": "text/html"}).headers["location"] == "/login"
    assert client.get("/leaders/ratings.csv", params=WEEK).status_code == 401
    assert client.get("/leaders", headers={"Host": "elsewhere.example"}).status_code == 421


def test_a_city_without_offices_says_that_there_are_no_data(town):
    answer = town.leader().get("/leaders")
    assert answer.status_code == 200
    assert "Chưa có dữ liệu nào." in answer.text


def test_offices_stand_side_by_side_with_their_own_figures(town):
    town.office("a", "Phường Cửa Nam", [("1", 5)] * 6 + [("2", 1)] * 6)
    town.office("b", "Phường Hoàn Kiếm", [("1", 5)] * 10)
    told = plain(town.leader().get("/leaders", params=WEEK).text)
    assert "Phường Cửa Nam 12 50,0 %" in told
    assert "Phường Hoàn Kiếm 10 100,0 %" in told
    assert "1/2" in told, "one of its two robots is online"
    assert "72,7 % KTC 95 %" in told, "16 of 22"


def test_one_office_and_one_of_its_doors_are_a_link_away(town):
    town.office("a", "Phường Cửa Nam", [("1", 5)] * 6 + [("2", 1)] * 6)
    town.office("b", "Phường Hoàn Kiếm", [("1", 5)] * 10)
    client = town.leader()
    link = re.search(r'href="(/leaders\?[^"]*office=a[^"]*)"', client.get("/leaders", params=WEEK).text)[1]
    one = plain(client.get(link.replace("&amp;", "&")).text)
    assert "Phường Cửa Nam" in one
    assert "50,0 % KTC 95 %" in one
    assert "Cửa 1 – Hộ tịch" in one
    door = plain(client.get("/leaders", params={**WEEK, "office": "a", "door": "2"}).text)
    assert "0,0 % KTC 95 %" in door


def test_an_office_with_few_ratings_can_not_be_told_from_the_rest(town):
    town.office("a", "Phường Cửa Nam", [("1", 5)] * 8)
    town.office("b", "Phường Hoàn Kiếm", [("1", 1)] * 3)
    town.office("c", "Phường Hai Bà Trưng", [("1", 4)] * 9)
    text = town.leader().get("/leaders", params=WEEK).text
    told = plain(text)
    assert "Phường Hai Bà Trưng 9 100,0 %" in told
    assert "Phường Hoàn Kiếm 3 –" in told
    assert "Phường Cửa Nam 8 –" in told, "alone it would give the smallest away: the total is shown"
    assert "Phường Cửa Nam, Phường Hoàn Kiếm" in told, "together they are enough"


def test_the_export_says_the_office_and_leaves_small_groups_out(town):
    town.office("a", "Phường Cửa Nam", [("1", 5)] * 6)
    town.office("b", "Phường Hoàn Kiếm", [("1", 1)] * 4)
    client = town.leader()
    raw = client.get("/leaders/ratings.csv", params=WEEK).content
    rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:3] == ["Phường", "Kỳ", "Cửa"]
    assert [row[0] for row in rows[1:]] == ["Phường Cửa Nam"] * 6
    assert client.get("/leaders/ratings.xlsx", params=WEEK).content.startswith(b"PK")
    assert any("exported the ratings of all offices" in what for _, _, what in town.accounts.audit())


@pytest.mark.parametrize("first", ["x", "2026-13-01", "2026-12-23"])
def test_days_that_are_none_are_refused_in_words(town, first):
    answer = town.leader().get("/leaders", params={"first": first, "last": "2026-11-29"})
    assert answer.status_code == 422
    assert "Ngày viết như 2026-11-22" in answer.text


def test_a_city_whose_database_is_away_says_so_and_is_back_with_it(town, postgres):
    town.office("a", "Phường Cửa Nam", [("1", 5)] * 6)
    client = town.leader()
    postgres.kill()
    try:
        away = client.get("/leaders", params=WEEK)
        health = client.get("/health")
    finally:
        postgres.start()
    assert (away.status_code, health.status_code) == (503, 503)
    assert "Chưa đọc được cơ sở dữ liệu của thành phố" in away.text
    assert client.get("/leaders", params=WEEK).status_code == 200
    assert client.get("/health").json() == {"ok": True, "offices": 1}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_markup_in_an_office_s_name_is_shown_as_text(town, language):
    town.office("a", "<script>alert(1)</script>", [("1", 5)] * 6)
    text = town.leader().get("/leaders", params={**WEEK, "lang": language}).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize("size", [(390, 844), (1366, 768)], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_axe_finds_nothing_on_the_city_s_pages_and_none_is_wider_than_its_screen(town, browser, axe, size, language):
    town.office("a", "Phường Cửa Nam", [("1", 5)] * 6 + [("2", 1)] * 6)
    town.office("b", "Phường Hoàn Kiếm", [("1", 5)] * 10)
    browser.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
    signed = town.parts.access._signer.dumps([LOGIN, "lan"])
    browser.call("Network.setCookie", name=LOGIN, value=signed, url=town.served.url)
    for more in ("", "&office=a", "&office=a&door=2"):
        browser.open(f"{town.served.url}/leaders?first=2026-11-23&last=2026-11-29{more}&lang={language}")
        browser.until(f"document.readyState == 'complete' && document.querySelector('html')?.lang == '{language}'")
        assert axe(browser) == []
        assert browser.value("document.documentElement.scrollWidth <= document.documentElement.clientWidth + 1")

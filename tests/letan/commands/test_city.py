"""`letan city`: from two offices' databases to the leaders' page and the export, over a real PostgreSQL and broker."""

import csv
import io
import json
import re
import signal
import subprocess
import time
from datetime import date, datetime

import httpx
import pytest

from centre.office import Office
from centre.owner import owner_of
from robot.clock import SimClock

WEEK = ("--from", "2026-11-23", "--to", "2026-11-29")
PASSWORD = "a long password"


@pytest.fixture
def ward(site, tmp_path):
    """The database of an office that has served some people."""
    path = tmp_path / "ward.db"
    office = Office(site, SimClock(datetime(2026, 11, 23, 8, 0)), path)
    for _ in range(6):
        ticket = office.issue(office.open_visit(), "1")
        office.call_next("1")
        office.mark("finished", ticket.number)
        office.rate(ticket.visit, 5)
    office.close()
    return path


def test_an_office_is_sent_once_and_exported(letan, ward, city_url, tmp_path):
    assert letan("city", "forward", "--once", "--city", city_url, "--db", ward)[0] == 2
    assert letan("city", "init", "--city", city_url)[:2] == (0, "the city's tables are at step s0001\n")
    assert letan("city", "forward", "--once", "--city", city_url, "--db", ward)[:2] == (0, "30 events sent\n")
    assert letan("city", "forward", "--once", "--city", city_url, "--db", ward)[:2] == (0, "0 events sent\n")
    out = tmp_path / "city.csv"
    assert letan("city", "export", *WEEK, "--city", city_url, "--out", out)[0] == 0
    rows = list(csv.reader(io.StringIO(out.read_text("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == ["Phường"] + ["UBND phường Cửa Nam"] * 6
    assert letan("city", "export", *WEEK, "--city", city_url, "--out", tmp_path / "city.xlsx")[0] == 0
    code, _, err = letan("city", "export", *WEEK, "--city", city_url, "--out", out, "--office", "none")
    assert (code, "it knows cua_nam" in err) == (2, True)


def test_the_page_of_a_city_is_served_and_an_account_lets_a_leader_in(letan, begin, ward, city_url, tmp_path):
    letan("city", "init", "--city", city_url)
    letan("city", "forward", "--once", "--city", city_url, "--db", ward)
    accounts = tmp_path / "city.access"
    account = begin("city", "account", "lan", "--accounts", accounts, stdin=subprocess.PIPE)
    assert account.process.communicate(f"{PASSWORD}\n", timeout=60)[0] == "lan is leader now\n"
    serving = begin("city", "serve", "--city", city_url, "--accounts", accounts, "--port", "0", "--name", "Hà Nội")
    line = serving.process.stdout.readline()
    assert line.startswith("ready http://127.0.0.1:"), serving.process.communicate()
    with httpx.Client(base_url=line.split()[1], timeout=60, trust_env=False) as client:
        token = re.search(r'name="token" value="(\w+)"', client.get("/login").text)[1]
        client.post("/login", data={"token": token, "name": "lan", "password": PASSWORD})
        text = client.get("/leaders", params={"first": "2026-11-23", "last": "2026-11-29"}).text
    assert "UBND phường Cửa Nam" in text
    assert "Hà Nội" in text
    code, _, err = serving.ended_by(signal.SIGTERM)
    assert (code, "Traceback" in err) == (143, False)


def test_an_office_at_work_is_followed_and_its_robots_are_told_to_a_broker(begin, city_url, letan, broker, tmp_path):
    from city.mqtt import LiveStatus, broker_address

    letan("city", "init", "--city", city_url)
    db = tmp_path / "o.db"
    serving = begin("office", "--db", db, "--port", "0")
    assert serving.process.stdout.readline().startswith("ready")
    address = f"mqtt://127.0.0.1:{broker.port}"
    live = LiveStatus(broker_address(address))
    forwarding = begin("city", "forward", "--city", city_url, "--db", db, "--mqtt", address)
    assert forwarding.process.stdout.readline() == "forwarding cua_nam\n"
    owner = owner_of(db)
    head = {"Authorization": f"Bearer {owner.token}"}
    status = {"robot": "r1", "stamp": "2026-11-23T08:00:00+07:00", "battery": 0.5, "page": "board"}
    with httpx.Client(base_url=owner.url, headers=head, timeout=60, trust_env=False) as client:
        client.post("/api/tickets", json={"door": "1"})
        deadline = time.monotonic() + 60
        while not (live.of("cua_nam").get("r1") and live.of("cua_nam")["r1"].charge == 50.0):
            assert time.monotonic() < deadline, "the robot did not come to the broker"
            assert client.post("/api/robots/r1", json=status).status_code == 200
            time.sleep(0.2)
    assert live.of("cua_nam")["r1"].connection == "ONLINE"
    code, _, err = forwarding.ended_by(signal.SIGTERM)
    assert (code, "Traceback" in err) == (143, False)
    while live.of("cua_nam")["r1"].connection == "ONLINE":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    live.close()
    out = tmp_path / "x.csv"
    today = date.today().isoformat()
    assert letan("city", "export", "--from", today, "--to", today, "--city", city_url, "--out", out)[0] == 0
    assert letan("city", "forward", "--once", "--city", city_url, "--db", db)[1] == "0 events sent\n"


def test_an_office_speaks_tls_where_it_has_a_certificate(begin, letan, tmp_path):
    openssl = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-keyout", "key.pem", "-out", "cert.pem", "-days", "2", "-subj", "/CN=letan"]
    subprocess.run([*openssl, *names], cwd=tmp_path, check=True, capture_output=True)
    db = tmp_path / "o.db"
    files = ("--certificate", tmp_path / "cert.pem", "--key", tmp_path / "key.pem")
    assert letan("office", "--db", db, *files[:2])[0] == 2
    assert letan("office", "--db", db, "--certificate", tmp_path / "key.pem", "--key", tmp_path / "key.pem")[0] == 2
    serving = begin("office", "--db", db, "--port", "0", *files)
    line = serving.process.stdout.readline()
    assert line.startswith("ready https://127.0.0.1:"), serving.process.communicate()
    assert letan("queue", "add", "1", "--db", db)[:2] == (0, "A 001 waiting at door 1\n")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{line.split()[1]}/health", trust_env=False)  # nobody else trusts it unasked
    with pytest.raises(httpx.HTTPError):
        httpx.get(line.split()[1].replace("https", "http") + "/health", trust_env=False)
    told = json.loads(db.with_name("o.db.owner").read_text())
    assert told["certificate"] == str(tmp_path / "cert.pem")
    assert serving.ended_by(signal.SIGTERM)[0] == 143

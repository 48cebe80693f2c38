"""Who may do what: enrolled computers, leaders, admins; guessing is slow, also after a restart; all is noted."""

from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest

from console.accounts import Accounts, TooManyFailures
from robot.types import LetanError

PASSWORD = "a long password"


@pytest.fixture
def accounts(console):
    return console.parts.accounts


@pytest.fixture
def admin(accounts):
    """An admin's account and what makes their codes."""
    return pyotp.TOTP(accounts.add("root", "admin", PASSWORD).totp)


def test_an_invitation_enrols_one_computer_once_and_is_not_used_up_by_looking(console, accounts):
    path = f"/enrol/{accounts.invite('1-2')}"
    first, second = console.client(), console.client()
    assert "1-2" in second.get(path).text
    assert console.post(first, path).status_code == 303
    assert "Cửa 1" in first.get("/counter").text
    assert console.post(second, path, "/login").status_code == 410
    assert second.get("/counter").status_code == 303


def test_an_invitation_holds_ten_minutes(console, accounts):
    path = f"/enrol/{accounts.invite('1-2')}"
    console.now += 601
    assert console.post(console.client(), path, "/login").status_code == 410


def test_a_dismissed_computer_can_do_nothing_more(console, accounts):
    client = console.counter("1-1")
    page = client.get("/counter")
    assert page.status_code == 200
    accounts.dismiss("1-1")
    assert client.get("/counter").status_code == 303
    assert console.post(client, "/counter", "/login", do="call").status_code in (303, 401)
    assert console.parts.office.revision == 0


def test_leaders_call_no_numbers_and_counters_see_no_ratings(console):
    leader, counter = console.leader(), console.counter()
    assert leader.post("/api/doors/1/call", json={}).status_code == 403
    assert counter.get("/leaders").status_code == 403
    assert counter.get("/leaders/ratings.csv?first=2026-11-01&last=2026-11-30").status_code == 403
    for client in (leader, counter):
        assert client.get("/admin").status_code == 403
        assert client.get("/api/events").status_code == 403
        assert client.post("/api/counters/1-1/invite").status_code == 403


def test_a_counters_computer_acts_for_its_own_counter_only(console):
    client = console.counter("1-1")
    console.parts.office.issue(console.parts.office.open_visit(), "1")
    assert client.post("/api/doors/1/call", json={"counter": "1-2"}).json()["counter"] == "1-1"


def test_a_wrong_password_an_unknown_name_and_a_missing_code_look_alike(console, accounts, admin):
    accounts.add("lan", "leader", PASSWORD)
    told = set()
    for name, password, code in (("lan", "wrong", ""), ("nobody", PASSWORD, ""), ("root", PASSWORD, "")):
        answer = console.login(console.client(), name, password, code)
        told.add((answer.status_code, "Tên, mật khẩu hoặc mã không đúng" in answer.text))
    assert told == {(401, True)}


def test_an_admins_code_works_once(console, admin):
    code = admin.at(int(console.now))
    client = console.client()
    assert console.login(client, "root", PASSWORD, code).status_code == 303
    assert client.get("/admin").status_code == 200
    assert console.login(console.client(), "root", PASSWORD, code).status_code == 401
    console.now += 60
    assert console.login(console.client(), "root", PASSWORD, admin.at(int(console.now))).status_code == 303


def test_who_guesses_waits_longer_each_time_whatever_they_try_and_after_a_restart_too(console, accounts, tmp_path):
    accounts.add("lan", "leader", PASSWORD)
    for _ in range(4):
        assert console.login(console.client(), "lan", "wrong").status_code == 401
    answer = console.login(console.client(), "lan", PASSWORD)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "2")
    again = Accounts(tmp_path / "o.db.access", lambda: console.now, accounts._hasher)
    with pytest.raises(TooManyFailures, match="wait 2 s"):
        again.login("lan", PASSWORD, "", "elsewhere")
    console.now += 2.1
    assert again.login("lan", "wrong", "", "elsewhere") is None
    with pytest.raises(TooManyFailures, match="wait 4 s"):
        again.login("lan", PASSWORD, "", "elsewhere")
    console.now += 4.1
    assert again.login("lan", PASSWORD, "", "elsewhere") is not None
    assert again.login("lan", "wrong", "", "elsewhere") is None, "a success begins anew"
    again.close()


def test_one_address_that_tries_many_names_waits_too(accounts):
    for name in "abcd":
        assert accounts.login(name, "wrong", "", "10.0.0.9") is None
    with pytest.raises(TooManyFailures):
        accounts.login("e", "wrong", "", "10.0.0.9")
    assert accounts.login("e", "wrong", "", "10.0.0.8") is None


def test_many_attempts_at_once_get_no_more_guesses(accounts):
    accounts.add("lan", "leader", PASSWORD)

    def guess(i):
        try:
            return accounts.login("lan", f"guess {i}", "", f"10.0.0.{i}")
        except TooManyFailures:
            return "waits"

    with ThreadPoolExecutor(12) as pool:
        told = list(pool.map(guess, range(12)))
    assert (told.count(None), told.count("waits")) == (4, 8)


def test_a_clock_that_is_set_back_locks_nobody_out(console, accounts):
    accounts.add("lan", "leader", PASSWORD)
    for _ in range(4):
        accounts.login("lan", "wrong", "", "x")
    console.now -= 1e6
    with pytest.raises(TooManyFailures, match="wait 2 s"):
        accounts.login("lan", PASSWORD, "", "x")


def test_neither_passwords_nor_invitations_stand_in_the_file_and_only_its_user_reads_it(accounts, tmp_path):
    accounts.add("lan", "leader", PASSWORD)
    word = accounts.invite("1-1")
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("o.db.access*"))
    assert PASSWORD.encode() not in raw
    assert word.encode() not in raw
    assert (tmp_path / "o.db.access").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "role", "password", "words"),
    [
        ("lan", "leader", "short", "at least 10"),
        ("", "leader", PASSWORD, "needs a name"),
        ("a\x1b[31m", "leader", PASSWORD, "printable"),
        ("lan", "counter", PASSWORD, "not `counter`"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(accounts, name, role, password, words):
    with pytest.raises(LetanError, match=words):
        accounts.add(name, role, password)


def test_who_did_what_is_noted(console, accounts, admin):
    client = console.client()
    console.login(client, "root", "wrong")
    console.login(client, "root", PASSWORD, admin.at(int(console.now)))
    console.counter("3-1")
    text = client.get("/admin").text
    for words in ("failed to log in from 127.0.0.1", "logged in from 127.0.0.1", "a computer was enrolled"):
        assert words in text
    assert console.post(client, "/admin", counter="3-1").status_code == 303
    assert accounts.enrolled() == {}


def test_who_logs_out_is_out(console):
    leader = console.leader()
    assert leader.get("/leaders").status_code == 200
    console.post(leader, "/logout", "/leaders")
    assert leader.get("/leaders").status_code == 401


def test_a_password_is_hashed_with_argon2id_at_the_cost_that_is_advised(tmp_path):
    accounts = Accounts(tmp_path / "a")
    accounts.add("lan", "leader", PASSWORD)
    stored = accounts._db.execute("SELECT password FROM accounts").fetchone()[0]
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,")
    accounts.close()

"""One citizen from the robot's screen to the leaders' spreadsheet, with every page in a real browser."""

import base64
import csv
import io
import shutil
import subprocess

import pytest

PASSWORD = "a long password"


def press(browser, key):
    for kind in ("rawKeyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key=key)


def shows(browser, number):
    browser.until(f"document.querySelector('.now .number')?.textContent.trim() == '{number}'")


def rate(console, browser, code, level):
    browser.open(f"{console.url}/t/{code}")
    browser.until("!!document.querySelector('input[name=level]')")
    browser.value(
        f"document.querySelector('input[value=\"{level}\"]').click(); document.getElementById('rate').click()"
    )
    browser.until("document.body?.textContent.includes('Cảm ơn')")


def downloaded(browser, link):
    """The bytes that a link of the page leads to, as this browser gets them."""
    got = browser.value(
        f"""fetch(document.querySelector('a[href*="{link}"]').href).then(answer => answer.arrayBuffer()).then(raw =>
        btoa([...new Uint8Array(raw)].map(byte => String.fromCharCode(byte)).join('')))"""
    )
    return base64.b64decode(got)


def opened_in_libreoffice(folder, name):
    """The rows of a file as LibreOffice reads it."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no LibreOffice on this machine: apt-get install libreoffice-calc-nogui")
    profile = f"-env:UserInstallation=file://{folder}/profile"
    out = folder / "read"
    to_csv = ["--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76", "--outdir", out]
    reads = ["--infilter=CSV:59,34,76"] if name.endswith(".csv") else []
    subprocess.run(
        [program, profile, "--headless", *reads, *to_csv, folder / name], check=True, capture_output=True, timeout=300
    )
    return list(csv.reader(io.StringIO((out / name).with_suffix(".csv").read_text("utf-8-sig")), delimiter=";"))


@pytest.fixture
def story(console, browser, program, clock, tmp_path):
    """Five citizens are served and rate; the words of the leaders' page, and a folder with what they download."""
    browser.open(f"{console.url}/enrol/{console.parts.accounts.invite('1-1')}")
    browser.until("!!document.querySelector('main button')")
    browser.value("document.querySelector('main button').click()")
    browser.until("location.pathname == '/counter' && !!document.querySelector('html.has-script #call')")
    codes = []
    for i in range(5):  # as the robot's screen takes numbers
        visit = program.post("/api/reports/visit", json={}).json()["seq"]
        new = {"door": "1", "service": "ket_hon", "visit": visit}
        ticket = program.post("/api/tickets", json=new).json()
        codes.append(ticket["code"])
        browser.until(f"document.getElementById('call')?.textContent.includes('{ticket['number']}')")
        clock.seconds += 5
        press(browser, "F8")
        shows(browser, ticket["number"])
        if i == 0:
            press(browser, "F7")
            browser.until("document.querySelector('.undo')?.textContent.includes('Đã gọi lại A 001')")
            browser.value("document.getElementById('no-show').click()")
            browser.until("!!document.getElementById('return-A001')")
            browser.value("document.getElementById('return-A001').click()")
            browser.until("document.getElementById('call')?.textContent.includes('A 001')")
            clock.seconds += 5
            press(browser, "F8")
            shows(browser, "A 001")
        clock.seconds += 300
        press(browser, "F9")
        shows(browser, "–")
    for code, level in zip(codes, (5, 5, 4, 4, 2), strict=True):
        rate(console, browser, code, level)
    console.parts.accounts.add("lan", "leader", PASSWORD)
    browser.open(f"{console.url}/login")
    browser.until("!!document.getElementById('password')")
    browser.value(
        f"name.value = 'lan'; document.getElementById('name').value = 'lan'; password.value = '{PASSWORD}'; 0"
    )
    browser.value("document.querySelector('form.card').submit()")
    browser.until("location.pathname == '/leaders' && !!document.querySelector('.tiles')")
    for kind in ("csv", "xlsx"):
        (tmp_path / f"ratings.{kind}").write_bytes(downloaded(browser, f"ratings.{kind}"))
    return browser.value("document.querySelector('main').textContent.replace(/\\s+/g, ' ')"), tmp_path


def test_a_citizen_s_opinion_reaches_the_leaders_page_and_their_spreadsheet(story):
    words, folder = story
    assert "80,0 %" in words, "four of five are satisfied"
    assert "n = 5" in words
    assert "Lỡ số khi gọi0,0 %" in words, "who was brought back was served"
    rows = opened_in_libreoffice(folder, "ratings.xlsx")
    assert rows == opened_in_libreoffice(folder, "ratings.csv")
    assert rows[0] == ["Kỳ", "Cửa", "Việc", "Mức", "Mức hài lòng", "Lý do"]
    assert [row[3] for row in rows[1:]] == ["5", "5", "4", "4", "2"]
    assert {row[2] for row in rows[1:]} == {"Kết hôn"}
    raw = (folder / "ratings.csv").read_text("utf-8-sig")
    assert rows == list(csv.reader(io.StringIO(raw), delimiter=";")), "nothing is read as something else"

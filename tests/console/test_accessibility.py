"""axe-core finds nothing against WCAG 2.2 AA on any page, and every control is large enough to be hit."""

import datetime as dt

import pytest

from centre.robot_status import RobotStatus


@pytest.fixture
def filled(console, clock, site):
    """An office in which everything that a page can show is there."""
    office = console.parts.office
    for i in range(14):
        number = office.issue(
            office.open_visit(), "1", "khai_sinh" if i % 2 else "ket_hon", "elder" if i % 5 == 0 else ""
        )
        if i < 7:
            clock.seconds += 200
            office.call_next("1", "1-1")
            office.mark("finished", number.number)
            office.rate(number.visit, 5 - i % 4, ["cho_lau"] if i % 4 == 3 else [])
    office.mark("held", office.call_next("1", "1-1").number)
    office.mark("no_show", office.call_next("1", "1-1").number)
    office.call_next("1", "1-1")
    waiting = office.line("1")[-1]
    office.mark("deferred", waiting.number)
    office.transfer(office.issue(office.open_visit(), "7", "tam_tru", "disabled").number, "1")
    office.staff.call_staff(office.open_visit())
    told = {
        "robot": "r1",
        "stamp": clock.wall().astimezone(),
        "pose": (8.0, 6.0, 0.3),
        "page": "follow_me",
        "battery": 0.2,
    }
    told |= {
        "people": ((7.0, 6.0),),
        "way": ((8, 6), (9, 8)),
        "goal": (9, 8),
        "devices": {"printer": "no paper", "ears": ""},
    }
    console.parts.robots.tell(RobotStatus(**told))
    console.parts.accounts.add("lan", "admin", "a long password")
    return console


def log_in(console, browser):
    """A browser of a counter's computer at which an admin has logged in: it sees every page."""
    from console.access import DEVICE, LOGIN

    accounts = console.parts.accounts
    device = accounts.enrol(accounts.invite("1-1"))
    for cookie, value in ((DEVICE, device), (LOGIN, "lan")):
        signed = console.parts.access._signer.dumps([cookie, value])
        browser.call("Network.setCookie", name=cookie, value=signed, url=console.url)


@pytest.mark.parametrize("size", [(390, 844), (1366, 768)], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_nothing_is_found_on_any_page(filled, browser, axe, size, language):
    office = filled.parts.office
    called, waiting = office.at("1-1")[0], office.line("1")[-1]
    served = office.tickets("1", "finished")[-1]
    codes = [f"/t/{filled.parts.codes.code(ticket.visit)}" for ticket in (called, waiting, served)]
    today = dt.date.fromisoformat(office.day)
    pages = [
        "/counter", "/room", "/wall", "/login", "/admin", *codes, "/t/nobody", "/nowhere", "/enrol/old",
        f"/leaders?first={today}&last={today}", "/leaders?first=2020-01-01&last=2020-01-02",
        f"/enrol/{filled.parts.accounts.invite('1-2')}",
    ]  # fmt: skip
    browser.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
    log_in(filled, browser)
    found = {}
    for path in pages:
        browser.open(f"{filled.url}{path}{'&' if '?' in path else '?'}lang={language}")
        browser.until(f"document.readyState == 'complete' && document.querySelector('html')?.lang == '{language}'")
        found[path] = axe(browser)
    assert not any(found.values()), {path: each for path, each in found.items() if each}


def test_a_page_with_a_fault_is_found_out(filled, browser, axe):
    log_in(filled, browser)
    browser.open(f"{filled.url}/counter")
    browser.until("!!document.getElementById('call')")
    browser.value("document.querySelector('main').innerHTML += '<img src=\"x\"><input id=\"nameless\">'")
    assert {name for name, _ in axe(browser)} >= {"image-alt", "label"}

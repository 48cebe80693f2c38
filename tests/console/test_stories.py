"""Whole stories in headless Chromium: a number from slip to rating, two browsers at once, keys, screen sizes."""

import pytest

from centre.robot_status import RobotStatus


@pytest.fixture
def office(console):
    return console.parts.office


def enrol(console, browser, counter="1-1"):
    browser.open(f"{console.url}/enrol/{console.parts.accounts.invite(counter)}")
    browser.until("!!document.querySelector('main button')")
    browser.value("document.querySelector('main button').click()")
    browser.until("location.pathname == '/counter' && !!document.querySelector('html.has-script #call')")


def press(browser, key, code=0, modifiers=0):
    for kind in ("rawKeyDown", "keyUp"):
        browser.call("Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code, modifiers=modifiers)


def number(browser):
    return browser.value("document.querySelector('.now .number').textContent.trim()")


def test_a_number_is_called_by_key_missed_brought_back_served_and_rated(console, office, clock, browser):
    enrol(console, browser)
    assert browser.value("document.title") == "(0) Cửa 1"
    ticket = office.issue(office.open_visit(), "1", "ket_hon", "elder")  # the server tells the page
    other = office.issue(office.open_visit(), "1")
    browser.until("document.title == '(2) Cửa 1'")
    press(browser, "F8")
    browser.until("document.querySelector('.now .number')?.textContent.trim() == 'A 001'")
    press(browser, "z", modifiers=2)
    browser.until("document.querySelector('.now .number')?.textContent.trim() == '–'")
    assert office.ticket("A1").state == "waiting"
    clock.seconds += 3
    press(browser, "F8")
    browser.until("document.querySelector('.now .number')?.textContent.trim() == 'A 001'")
    clock.seconds += 3
    press(browser, "F7")
    browser.until("document.querySelector('.undo')?.textContent.includes('Đã gọi lại A 001')")
    browser.value("document.getElementById('no-show').click()")
    browser.until("!!document.getElementById('return-A001')")
    browser.value("document.getElementById('return-A001').click()")
    browser.until("document.getElementById('call')?.textContent.includes('A 001')")
    clock.seconds += 3
    press(browser, "F8")
    browser.until("document.querySelector('.now .number')?.textContent.trim() == 'A 001'")
    clock.seconds += 60
    press(browser, "F8")  # the next call finishes the last
    browser.until(f"document.querySelector('.now .number')?.textContent.trim() == '{other.number}'")
    assert office.ticket("A1").state == "finished"

    browser.open(f"{console.url}/t/{console.parts.codes.code(ticket.visit)}")
    browser.until("!!document.querySelector('input[name=level]')")
    browser.value("document.querySelector('input[value=\"5\"]').click(); document.getElementById('rate').click()")
    browser.until("document.body?.textContent.includes('Cảm ơn')")
    assert office.is_rated(ticket.visit)

    browser.open(f"{console.url}/wall")
    browser.until("document.querySelector('.called .number')?.textContent == 'A 002'")


def test_two_counters_who_press_at_once_get_two_citizens(console, office, browser):
    tickets = [office.issue(office.open_visit(), "1") for _ in range(2)]
    counters = browser, browser.window()
    for each, counter in zip(counters, ("1-1", "1-2"), strict=True):
        enrol(console, each, counter)
    at = browser.value("Date.now() + 400")
    for each in counters:
        each.value(f"setTimeout(() => document.getElementById('call').click(), {at} - Date.now()); 0")
    for each in counters:
        each.until("document.querySelector('.now .number')?.textContent.trim() != '–'")
    assert {number(each) for each in counters} == {ticket.number for ticket in tickets}
    assert [len(office.at(counter)) for counter in ("1-1", "1-2")] == [1, 1]


def test_another_key_may_call_and_a_menu_that_is_open_is_not_closed_by_what_happens(console, office, clock, browser):
    for _ in range(2):
        office.issue(office.open_visit(), "1")
    enrol(console, browser)
    browser.value("document.getElementById('change-key').click()")
    press(browser, "b", 66)
    assert browser.value("document.querySelector('.kbd').textContent") == "b"
    press(browser, "F8")
    press(browser, "b", 66)
    browser.until("document.querySelector('.now .number')?.textContent.trim() == 'A 001'")
    assert office.ticket("A2").state == "waiting"
    browser.value("document.getElementById('transfer').open = true")
    office.issue(office.open_visit(), "1")
    browser.value("new Promise(done => setTimeout(done, 700))")
    assert browser.value("document.getElementById('transfer').open")
    browser.value("document.getElementById('to').value = '3'; document.getElementById('do-transfer').click()")
    browser.until("document.querySelector('.now .number')?.textContent.trim() == '–'")
    assert [ticket.number for ticket in office.line("3")] == ["A 001"]


def test_a_page_says_when_the_office_is_away(console, browser):
    enrol(console, browser)
    console.parts.live.close()
    browser.value("Date.now = (now => () => now += 20000)(Date.now())")
    browser.until("document.body?.textContent.includes('Mất kết nối với văn phòng')")


@pytest.mark.parametrize("size", [(390, 844), (1366, 768)])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_page_is_wider_than_its_screen_and_every_control_has_a_name(console, office, browser, size, language):
    for i in range(12):
        office.issue(office.open_visit(), "1", "khai_sinh" if i % 2 else "ket_hon", "elder" if i % 3 == 0 else "")
    office.call_next("1", "1-1")
    office.mark("no_show", office.call_next("1", "1-2").number)
    waiting = office.line("1")[-1]
    office.mark("deferred", waiting.number)
    office.transfer(office.issue(office.open_visit(), "7", "tam_tru", "disabled").number, "1")
    office.staff.call_staff(1)
    browser.call("Emulation.setDeviceMetricsOverride", width=size[0], height=size[1], deviceScaleFactor=1, mobile=False)
    enrol(console, browser)
    for path in ("/counter", "/room", "/wall", f"/t/{console.parts.codes.code(waiting.visit)}", "/login"):
        browser.open(f"{console.url}{path}?lang={language}")
        browser.until(f"document.readyState == 'complete' && document.querySelector('html')?.lang == '{language}'")
        boxes = "[document.documentElement, ...document.querySelectorAll('.card')]"
        wide = f"{boxes}.filter(e => e.scrollWidth > e.clientWidth + 1)"
        assert browser.value(f"{wide}.map(e => e.outerHTML.slice(0, 200))") == [], path
        nameless = """[...document.querySelectorAll('button, a, input:not([type=hidden]), select')].filter(e =>
            !e.textContent.trim() && !e.labels?.length && !e.title && !e.ariaLabel).map(e => e.outerHTML)"""
        assert browser.value(nameless) == [], path


def test_a_wall_reads_each_call_and_announcement_aloud_once_when_it_was_asked_to(console, office, browser):
    office.issue(office.open_visit(), "1")
    office.issue(office.open_visit(), "2")
    browser.open(f"{console.url}/wall?lang=vi")
    browser.until("document.readyState == 'complete' && !!document.getElementById('aloud')")
    browser.value("""window.told = []; speechSynthesis.getVoices = () => [{lang: 'vi-VN'}];
        Object.defineProperty(SpeechSynthesisUtterance.prototype, 'voice', {set() {}});
        speechSynthesis.speak = (words) => told.push(words.text); 0""")
    office.call_next("1")
    browser.until("document.querySelector('.called .number')?.textContent == 'A 001'")
    assert browser.value("told") == []
    browser.value("document.getElementById('aloud').click()")
    office.call_next("2")
    browser.until("told.length == 1")
    office.staff.announce("Sắp đến giờ nghỉ trưa ạ.")
    browser.until("told.length == 2")
    office.issue(office.open_visit(), "3")  # the page is fetched anew, and nothing is new on it
    browser.until("document.querySelector('.said b').textContent == 'Sắp đến giờ nghỉ trưa ạ.'")
    assert browser.value("told") == ["Mời số B 001 đến Cửa 2", "Sắp đến giờ nghỉ trưa ạ."]


def test_orders_and_answers_are_given_by_keyboard_on_a_map_that_moves(console, office, clock, browser):
    call = office.staff.call_staff(office.open_visit())
    enrol(console, browser)
    browser.open(f"{console.url}/room")
    browser.until("!!document.getElementById('stop')")
    told = {"robot": "r1", "stamp": clock.wall().astimezone(), "pose": (8.0, 6.0, 0.0), "page": "board"}
    console.parts.robots.tell(RobotStatus(**told))
    browser.until("document.querySelector('.m-robot')?.getAttribute('cx') == '283.0'")
    console.parts.robots.tell(RobotStatus(**told | {"pose": (9.0, 6.0, 0.0)}))
    browser.until("document.querySelector('.m-robot')?.getAttribute('cx') == '318.0'")  # nothing happened at the office
    browser.value("document.getElementById('stop').focus(); document.activeElement.click()")
    browser.until("!!document.getElementById('go-on')")
    assert office.staff.order == "stop"
    browser.value("document.querySelector('#go-on summary').click(); document.getElementById('go').click()")
    browser.until("!!document.getElementById('stop')")
    assert office.staff.order == "go"
    browser.value(f"document.querySelector('#words-{call.id} summary').click()")
    browser.value(f"document.getElementById('reply-{call.id}').focus()")
    browser.call("Input.insertText", text="Chị Hoa đang đến ạ")
    browser.value("new Promise(done => setTimeout(done, 1500))")  # who types is not interrupted
    browser.value(f"document.getElementById('send-{call.id}').click()")
    browser.until("document.querySelector('.strip.help')?.textContent.includes('Đã trả lời bằng lời khác')")
    assert office.staff.staff_calls[0].words == "Chị Hoa đang đến ạ"

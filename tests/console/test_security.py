"""What others may try from outside: each is refused, in words, and changes nothing."""

import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

PAGES = ("/login", "/wall", "/counter", "/leaders", "/enrol/x", "/t/x", "/nothing")


@pytest.fixture
def counter(console):
    """A counter's browser at an office where somebody waits."""
    console.parts.office.issue(console.parts.office.open_visit(), "1")
    return console.counter()


def is_untouched(console):
    return console.parts.office.tickets()[0].state == "waiting"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::2]", "", "[", "10.0.0.1"]
)
def test_another_host_name_is_refused(console, host):
    for method in ("GET", "POST"):
        answer = console.client().request(method, "/health", headers={"Host": host})
        assert answer.status_code in (400, 421), host
    assert console.client().get("/health").status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_page_of_another_site_can_do_nothing_even_with_the_right_token(console, counter, headers):
    data = {"token": console.token(counter, "/counter"), "do": "call"}
    answer = counter.post("/counter", data=data, headers=headers)
    assert (answer.status_code, "another site" in answer.text) == (403, True)
    assert is_untouched(console)
    assert counter.post("/api/doors/1/call", json={}, headers=headers).status_code == 403
    assert is_untouched(console)


def test_a_form_needs_the_token_of_its_own_browser(console, counter):
    other = console.token(console.client(), "/login")
    for token in ("x", other):
        assert counter.post("/counter", data={"token": token, "do": "call"}).status_code == 403
    for data in ({"do": "call"}, {"do": "call", "token": ""}):
        assert counter.post("/counter", data=data).status_code == 422
    assert is_untouched(console)
    assert console.post(counter, "/counter", do="call").status_code == 303
    assert not is_untouched(console), "the same with its own token is done"


def test_cookies_are_read_by_no_script_and_sent_along_by_no_other_site(console):
    client = console.client()
    for answer in (client.get("/login"), console.post(client, f"/enrol/{console.parts.accounts.invite('1-1')}")):
        for cookie in answer.headers.get_list("set-cookie"):
            assert "HttpOnly" in cookie
            assert "SameSite=strict" in cookie


@pytest.mark.parametrize("cookie", ["letan_counter", "letan_login"])
def test_a_cookie_that_was_changed_or_made_elsewhere_is_worth_nothing(console, counter, cookie):
    signed = counter.cookies["letan_counter"]
    for value in (signed[:-2] + "xx", "x", signed if cookie == "letan_login" else "WyJsZXRhbl9jb3VudGVyIiwieCJd.a.b"):
        answer = console.client(Cookie=f"{cookie}={value}").get("/counter")
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_a_second_request_hidden_in_a_body_is_not_heard(console, counter):
    hidden = "POST /api/doors/1/call HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n\r\n{}"
    head = "POST /nothing HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\nConnection: close\r\n"
    with socket.create_connection(console.socket.getsockname()) as connection:
        connection.sendall(f"{head}Content-Length: {len(hidden)}\r\n\r\n{hidden}".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.count(b"HTTP/1.1 ") == 1
    assert is_untouched(console)


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/static//etc/passwd",
        "/static/%00",
        "/font/../app.py",
        "/t/..%2f..%2fetc%2fpasswd",
    ],
)
def test_no_path_leads_out_of_the_shipped_files(console, path):
    with socket.create_connection(console.socket.getsockname()) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.split(b" ")[1] in (b"400", b"404")
    assert b"import" not in answer
    assert b"root:" not in answer


MARKUP = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


def test_stored_and_reflected_markup_is_shown_as_text(console, counter):
    accounts = console.parts.accounts
    accounts.login(MARKUP, "wrong", "", "127.0.0.1")
    shown = [
        console.program().get("/admin").text,
        console.post(counter, "/counter", do=f"finish {MARKUP[:40]}").text,
        console.login(console.client(), MARKUP, "wrong").text,
        console.client(Accept="text/html").get(f"/{MARKUP}").text,
        console.client().get("/login", params={"lang": MARKUP}).text,
        console.client().get(f"/enrol/{MARKUP[:50]}").text,
    ]
    assert "&lt;script&gt;alert(1)" in shown[0]
    for text in shown:
        assert "<script>alert" not in text
        assert "<img" not in text


def test_pages_load_nothing_from_elsewhere_and_run_no_inline_script(console, counter):
    for path in PAGES:
        answer = counter.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not re.findall(r"(?:src|action)=\"(?!/)|<script(?! src)|style=\"|\son\w+=", answer.text), path
        assert all(
            href.startswith("/") or href == "#main"
            for href in re.findall(r'href="([^"]*)"', answer.text.split("<header", 1)[0].split("</svg>")[-1])
        )


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_without_end_is_not_read(console, chunked):
    def endless():
        for _ in range(400):
            yield b"x" * 1024

    content = endless() if chunked else b"x" * 400_000
    try:
        status = console.program().post("/api/tickets", content=content).status_code
    except httpx.HTTPError:
        status = 0  # the connection was closed
    assert status in (0, 400, 413, 422)
    assert console.client().get("/health").status_code == 200


@pytest.fixture
def evil():
    """Another web page on another port: the browser counts it as the same site, and sends cookies along."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<body>evil</body>")

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    server.daemon_threads = True
    server.block_on_close = False  # browsers open connections ahead, and keep them
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_page_on_another_port_in_the_counters_own_browser_can_do_nothing(console, counter, browser, evil):
    browser.open(f"{console.url}/enrol/{console.parts.accounts.invite('1-1')}")
    browser.until("!!document.querySelector('main button')")
    browser.value("document.querySelector('main button').click()")
    browser.until("!!document.getElementById('call')")
    browser.open(evil)
    browser.until("document.body && document.body.textContent == 'evil'")
    for path, body in (("/api/doors/1/call", "{}"), ("/counter", "do=call&token=x")):
        options = f"{{method: 'POST', mode: 'no-cors', credentials: 'include', body: '{body}'}}"
        browser.value(f"fetch('{console.url}{path}', {options}).then(() => true, () => true)")
    assert browser.value(f"fetch('{console.url}/api/board').then(() => 'read', () => 'refused')") == "refused"
    fields = "<input name=do value=call><input name=token value=x>"
    form = f"<form method=post action={console.url}/counter>{fields}</form>"
    browser.value(f"document.body.innerHTML = '{form}'; document.forms[0].submit()")
    browser.until("document.body?.textContent.includes('another site')")
    assert is_untouched(console)

"""A console over the shipped site's office in memory, on a real port, and clients with and without rights."""

import importlib.util
import json
import re
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import argon2
import httpx
import pytest
import uvicorn
import yaml
from fastapi import FastAPI

from centre.office import Office
from centre.texts import load_console_texts
from console.accounts import Accounts
from console.alerts import AlertBook
from console.app import ConsoleLook, make_app, make_parts
from console.kept_figures import KeptFigures
from console.live import Live
from console.parts import ConsoleParts
from console.serving import bound
from console.statistics import Statistics

TOKEN = "the token of programs on this machine"
PASSWORD = "a long password"
QUICK = argon2.PasswordHasher(time_cost=1, memory_cost=64)  # a fifth of a second for each login is not what is tried
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CONTROLS = "button, select, summary, input:not([type=hidden]), nav a, a.b1"
SMALL = f"""[...document.querySelectorAll('{CONTROLS}')].filter(e => {{
    const box = e.getBoundingClientRect();
    return box.width && box.height && (box.width < 24 || box.height < 24);
}}).map(e => ['target-size', e.outerHTML.slice(0, 200)])"""
LOOK = Path(__file__).parents[2] / "hmi" / "theme.yaml"
PALETTE = yaml.safe_load(LOOK.read_text(encoding="utf-8"))["palette"]


class Served:
    """An application on a real port; `client` is a browser of its own each time."""

    def __init__(self, app: FastAPI) -> None:
        self.clients: list[httpx.Client] = []
        self.socket = bound("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        config = uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=5)
        self.server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self._thread.start()

    def client(self, **headers: str) -> httpx.Client:
        self.clients.append(httpx.Client(base_url=self.url, headers=headers, timeout=30, trust_env=False, verify=False))
        return self.clients[-1]

    def token(self, client: httpx.Client, path: str) -> str:
        """The token of the forms on a page."""
        return re.search(r'name="token" value="(\w+)"', client.get(path, follow_redirects=True).text)[1]

    def post(self, client: httpx.Client, path: str, page: str = "", **fields: object) -> httpx.Response:
        """Send a form of a page, as a browser does."""
        told = {"token": self.token(client, page or path), **fields}
        return client.post(path, data=told, headers={"Origin": self.url, "Accept": "text/html"})

    def login(self, client: httpx.Client, name: str, password: str, code: str = "") -> httpx.Response:
        return self.post(client, "/login", name=name, password=password, code=code)

    def close(self) -> None:
        for client in self.clients:
            client.close()
        self.server.should_exit = True
        self._thread.join(10)
        self.socket.close()


class Console(Served):
    """The console of an office."""

    def __init__(self, parts: ConsoleParts) -> None:
        self.parts = parts
        self.now = 1_800_000_000.0
        super().__init__(make_app(parts))

    def program(self) -> httpx.Client:
        return self.client(Authorization=f"Bearer {TOKEN}")

    def counter(self, name: str = "1-1") -> httpx.Client:
        """The browser of a counter's enrolled computer."""
        client = self.client()
        assert self.post(client, f"/enrol/{self.parts.accounts.invite(name)}").status_code == 303
        return client

    def leader(self) -> httpx.Client:
        """The browser of a leader who has logged in."""
        self.parts.accounts.add("lan", "leader", PASSWORD)
        client = self.client()
        assert self.login(client, "lan", PASSWORD).status_code == 303
        return client

    def close(self) -> None:
        self.parts.live.close()
        super().close()


@pytest.fixture
def served() -> Iterator[Callable[[FastAPI], Served]]:
    """Serves an application."""
    made: list[Served] = []

    def serve(app: FastAPI) -> Served:
        made.append(Served(app))
        return made[-1]

    yield serve
    for each in made:
        each.close()


@pytest.fixture
def console(site, clock, tmp_path) -> Iterator[Console]:
    live = Live()
    path = tmp_path / "o.db"
    office = Office(site, clock, path, live.happened)
    accounts = Accounts(tmp_path / "o.db.access", lambda: made.now, QUICK)
    reader = partial(Office, site, clock, path, access="read")
    look = ConsoleLook(load_console_texts(site.languages), PALETTE)
    kept = KeptFigures(tmp_path / "o.db.figures")
    alerts = AlertBook(tmp_path / "o.db.alerts")
    made = Console(make_parts(office, accounts, live, Statistics(reader, kept), look, alerts, TOKEN))
    yield made
    made.close()
    made.parts.statistics.close()
    office.close()
    accounts.close()
    kept.close()
    alerts.close()


@pytest.fixture
def quick() -> argon2.PasswordHasher:
    """Hashes passwords at once."""
    return QUICK


@pytest.fixture
def program(console) -> httpx.Client:
    """A program with the token."""
    return console.program()


@pytest.fixture(scope="session")
def axe():
    """What axe-core finds on the page of a browser, and the controls under 24 pixels: (rule, where) each."""
    found = importlib.util.find_spec("axe_core_python")
    assert found is not None
    rules = Path(str(found.origin)).with_name("axe.min.js").read_text(encoding="utf-8")

    def findings(browser):
        browser.value(rules + ";0")
        ran = f"axe.run(document, {{runOnly: {json.dumps(TAGS)}, resultTypes: ['violations']}})"
        told = "[v.id, v.nodes.map(n => n.html.slice(0, 200) + ' ' + n.failureSummary)]"
        return browser.value(f"{ran}.then(found => found.violations.map(v => {told}))") + browser.value(SMALL)

    return findings

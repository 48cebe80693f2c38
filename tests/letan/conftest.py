"""The command line in this process, and the live view of a run."""

import sys
import threading
from contextlib import contextmanager

import pytest
import uvicorn

from centre.office import Office
from console.accounts import Accounts
from console.alerts import AlertBook
from console.app import ConsoleLook, make_app, make_parts
from console.kept_figures import KeptFigures
from console.live import Live
from console.serving import bound
from console.statistics import Statistics
from letan.commands import main as cli
from letan.workbench.server import Server


@pytest.fixture
def letan(monkeypatch, capsys):
    """Run a command in this process; its exit code, output and errors."""

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["letan", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        out, err = capsys.readouterr()
        return stopped.value.code or 0, out, err

    return run


class Page:
    """Expressions about the live view."""

    @staticmethod
    def row(words):
        return f"[...document.querySelectorAll('.row')].find(row => row.textContent.includes('{words}'))"

    @staticmethod
    def text(name):
        return f"document.getElementById('{name}').textContent"

    @staticmethod
    def click(name):
        return f"document.getElementById('{name}').click()"

    @staticmethod
    def drag(to):
        return f"(time => {{ time.value = {to}; time.oninput(); }})(document.getElementById('time'))"


@pytest.fixture
def page():
    return Page()


@pytest.fixture(scope="session")
def serving():
    """The live view of the run in a folder, while a `with` lasts."""

    @contextmanager
    def serve(run):
        server = Server(run)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    return serve


class OfficeServer:
    """An office that serves over HTTP, can go away, and comes back on the same port; `office` itself stays open."""

    token = "a robot's token"

    def __init__(self, site, clock, database):
        self.live = Live()
        self.office = Office(site, clock, database, lambda event: self.live.happened(event))
        self.port = 0
        self._thread = None

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        self.live = Live()
        self._accounts, self._kept = Accounts(":memory:"), KeptFigures(":memory:")
        self._alerts = AlertBook(":memory:")
        statistics = Statistics(lambda: self.office, self._kept)
        look = ConsoleLook({}, {})
        parts = make_parts(self.office, self._accounts, self.live, statistics, look, self._alerts, self.token)
        self._listening = bound("127.0.0.1", self.port)
        self.port = self._listening.getsockname()[1]
        config = uvicorn.Config(make_app(parts), log_level="warning", lifespan="off", timeout_graceful_shutdown=5)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._listening]}, daemon=True)
        self._thread.start()

    def stop(self):
        """Without effect when nobody is served."""
        if self._thread is None:
            return
        self.live.close()
        self._server.should_exit = True
        self._thread.join(10)
        self._thread = None
        self._listening.close()
        self._accounts.close()
        self._kept.close()
        self._alerts.close()


@pytest.fixture
def office_server(site, clock, tmp_path):
    """An office at an address."""
    made = OfficeServer(site, clock, tmp_path / "o.db")
    made.start()
    yield made
    made.stop()
    made.office.close()

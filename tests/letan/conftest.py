"""The command line in this process, and the live view of a run."""

import sys
import threading
from contextlib import contextmanager

import pytest

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

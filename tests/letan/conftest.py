"""The command line in this process, and a headless Chromium, spoken to over its DevTools pipe."""

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import pytest

from letan.commands import main as cli
from letan.workbench.server import Server

SWITCHES = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1500,1000 --remote-debugging-pipe"""


class Browser:
    """One page: `open` an address, `value` of an expression, `until` it is true, `shot` into a file."""

    def __init__(self, program, profile):
        ours, theirs = os.pipe(), os.pipe()
        command = ["bash", "-c", f'exec "$0" "$@" 3<&{ours[0]} 4>&{theirs[1]}', program]
        self.process = subprocess.Popen(
            [*command, *SWITCHES.split(), f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(ours[0], theirs[1]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(ours[0])
        os.close(theirs[1])
        self._in, self._out = os.fdopen(ours[1], "wb", 0), os.fdopen(theirs[0], "rb")
        self._serial, self._session, self._rest = 0, None, b""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **parameters):
        self._serial += 1
        message = {"id": self._serial, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._in.write(json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                more = self._out.read1(1 << 16)
                assert more, "the browser has gone"
                self._rest += more
            answer, self._rest = self._rest.split(b"\0", 1)
            found = json.loads(answer)
            if found.get("id") == self._serial:
                assert "error" not in found, found
                return found["result"]

    def open(self, url):
        self.call("Page.navigate", url=url)

    def value(self, expression):
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, expression, seconds=20.0):
        deadline = time.monotonic() + seconds
        while not (found := self.value(expression)):
            assert time.monotonic() < deadline, f"{expression} did not become true"
            time.sleep(0.05)
        return found

    def shot(self, path):
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot")["data"]))

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        self._in.close()
        self._out.close()


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


@pytest.fixture
def browser(tmp_path):
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    browser = Browser(program, tmp_path / "profile")
    yield browser
    browser.close()


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

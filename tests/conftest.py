"""What tests of several rooms share: the shipped site, its words, a sound card without hardware, a headless browser."""

import base64
import copy
import itertools
import json
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from behaviours.surroundings import surroundings
from centre.office import Office
from centre.site import load_site
from centre.texts import load_texts
from letan.kernel_cache import forget_stale
from robot.clock import SimClock
from robot.drivers.sound import missing_device
from robot.model import RobotModel
from robot.ports import TicketSlip
from robot.types import Texts

pytest_plugins = ("tests.servers",)
HEARD_AT = 22050  # Hz
FOLDER = Path(__file__).resolve().parent.parent / "sites" / "cua_nam"


def pytest_configure() -> None:
    """Tests try the kernels as they are written, not as they were compiled some time ago."""
    forget_stale()


@pytest.fixture(scope="session")
def site():
    return load_site(FOLDER)


@pytest.fixture(scope="session")
def model(site) -> RobotModel:
    """The shipped site's robot."""
    return site.robot


@pytest.fixture(scope="session")
def texts() -> Texts:
    return load_texts(FOLDER, ("vi", "en"))


@pytest.fixture(scope="session")
def shipped(site, texts):
    """What the trees of the shipped site may refer to."""
    return surroundings(site, texts)


@pytest.fixture
def clock() -> SimClock:
    """A Monday morning at eight."""
    return SimClock(datetime(2026, 11, 23, 8, 0))


@pytest.fixture
def office(site, clock) -> Iterator[Office]:
    """The shipped site's office in memory."""
    made = Office(site, clock)
    yield made
    made.close()


@pytest.fixture
def write(tmp_path):
    """Write a tree file and get its path."""

    def write(text, name="main"):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture
def slip() -> TicketSlip:
    return TicketSlip(
        serial=1,
        centre="UBND phường Cửa Nam\nĐiểm Phục vụ hành chính công",
        number="A 017",
        door="1",
        door_name="Hộ tịch",
        service="Đăng ký khai sinh",
        wait="15–25 phút",
        issued="10:42, 23/11/2026",
        qr="https://dichvucong.gov.vn/#A017",
        notes=("Tờ khai đăng ký khai sinh", "Giấy chứng sinh"),
        language="vi",
        ahead=4,
    )


class Listener:
    """What came out of the loudspeaker since it was made: samples at HEARD_AT, and where in them a moment lies."""

    def __init__(self) -> None:
        command = ["parec", "-d", "speaker.monitor", "--raw", "--format=s16le", "--channels=1", "--latency-msec=10"]
        self._process = subprocess.Popen([*command, f"--rate={HEARD_AT}"], stdout=subprocess.PIPE)
        self._heard, self._start = bytearray(), float("inf")
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.wait_for(lambda samples: len(samples) > HEARD_AT // 10)

    def _read(self) -> None:
        assert self._process.stdout is not None
        while block := os.read(self._process.stdout.fileno(), 4096):
            self._heard += block
            # a busy machine delivers late, never early: the earliest start that any block fits is the right one
            self._start = min(self._start, time.monotonic() - len(self._heard) / 2 / HEARD_AT)

    def now(self) -> int:
        """The sample that sounds now."""
        return round((time.monotonic() - self._start) * HEARD_AT)

    def samples(self) -> np.ndarray:
        return np.frombuffer(bytes(self._heard[: len(self._heard) // 2 * 2]), "<i2") / 32768.0

    def wait_for(self, condition, limit: float = 20.0) -> None:
        deadline = time.monotonic() + limit
        while not condition(self.samples()):
            assert time.monotonic() < deadline, "it was not heard"
            time.sleep(0.02)

    def wait_until(self, sample: int) -> None:
        self.wait_for(lambda samples: len(samples) > sample)

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        self._thread.join(10)
        assert self._process.stdout is not None
        self._process.stdout.close()


def loudness(samples: np.ndarray) -> float:
    """Root mean square of full scale."""
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0


@pytest.fixture(scope="session")
def sound_server() -> Iterator[dict[str, str]]:
    """A PulseAudio of our own with a loudspeaker and a microphone that lead nowhere; yields what finds it."""
    for program in ("pulseaudio", "pactl", "parec", "paplay", "espeak-ng"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed (scripts/setup --test)")
    folder = tempfile.mkdtemp(prefix="letan-sound-")  # short: the path of a socket has 107 letters
    modules = [
        f"module-native-protocol-unix socket={folder}/native auth-anonymous=1",
        "module-null-sink sink_name=speaker rate=48000",
        "module-null-sink sink_name=micfeed rate=16000 channels=1",
        "module-remap-source source_name=mic master=micfeed.monitor",
    ]
    names = {"XDG_RUNTIME_DIR": folder, "PULSE_SERVER": f"unix:{folder}/native"}
    names |= {"PULSE_SINK": "speaker", "PULSE_SOURCE": "mic", "PULSE_COOKIE": f"{folder}/cookie"}
    command = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"]
    log = Path(folder, "log")
    with log.open("wb") as out:
        environment = os.environ | names | {"HOME": folder}
        server = subprocess.Popen(
            [*command, *(word for module in modules for word in ("-L", module))],
            env=environment, stdout=out, stderr=out,
        )  # fmt: skip
    try:
        for _ in range(200):
            if subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False).returncode == 0:
                break
            assert server.poll() is None, log.read_text()
            time.sleep(0.05)
        yield names
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def sound_card(sound_server: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """This process hears and speaks through the server above."""
    for name, value in sound_server.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def no_sound_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """This process finds no sound device at all."""
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/none")
    if not missing_device(output=True):
        pytest.skip("this machine has a sound card of its own")


@pytest.fixture
def listener(sound_card: None) -> Iterator[Listener]:
    made = Listener()
    yield made
    made.close()


@pytest.fixture(scope="session")
def measure():
    """The loudness of samples, for tests that cannot import this file."""
    return loudness


SWITCHES = """--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
--disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1500,1000 --remote-debugging-pipe"""


LEFT = (
    "Inspected target navigated or closed",
    "Execution context was destroyed.",
    "Cannot find default execution context",
)


class Browser:
    """One page: `open` an address, `value` of an expression, `until` it is true, `shot` into a file.

    An expression has no value when the page leaves for another one meanwhile.
    """

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
        self._serial, self._rest = itertools.count(1), bytearray()  # of all windows
        self._session = None
        self._open_window()

    def window(self):
        """Another window of a profile of its own, as on another computer."""
        made = copy.copy(self)
        made._session = None
        made._open_window(browserContextId=made.call("Target.createBrowserContext")["browserContextId"])
        return made

    def _open_window(self, **where):
        target = self.call("Target.createTarget", url="about:blank", **where)["targetId"]
        self._session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(self, method, **parameters):
        serial = next(self._serial)
        message = {"id": serial, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        self._in.write(json.dumps(message).encode() + b"\0")
        while True:
            while b"\0" not in self._rest:
                more = self._out.read1(1 << 16)
                assert more, "the browser has gone"
                self._rest += more
            answer, rest = self._rest.split(b"\0", 1)
            self._rest[:] = rest
            found = json.loads(answer)
            if found.get("id") == serial:
                if found.get("error", {}).get("message") in LEFT:
                    return {"result": {}}
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
def browser(tmp_path):
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    browser = Browser(program, tmp_path / "profile")
    yield browser
    browser.close()

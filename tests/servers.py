"""A real PostgreSQL and a real MQTT broker on loopback, of our own, ended by their process ids."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from city.database import initialise, open_city

SERVER_USER = "postgres"  # made by Debian's package: the server refuses to run as root


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process of a server that can be killed and started again on the same port and data."""

    def __init__(self, command: list[str], port: int, user: str | None, log: Path) -> None:
        self.port = port
        self._command = command
        self._user = user
        self._log = log
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                self._command, stdout=out, stderr=out, user=self._user, cwd=self._log.parent
            )  # where the server's user may be
        self.wait()

    def wait(self) -> None:
        """Until it listens."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self._log.read_text()[-2000:]
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.02)
        raise AssertionError(f"no server on port {self.port}")

    def kill(self) -> None:
        """As when the power goes: SIGKILL for it and all its children."""
        pids = [self.process.pid, *children(self.process.pid)]
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(30)
        deadline = time.monotonic() + 30
        while any(map(is_alive, pids[1:])) and time.monotonic() < deadline:
            time.sleep(0.01)

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()


def is_alive(pid: int) -> bool:
    """Whether a process runs: who has died and was not yet asked how does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


class Postgres(Server):
    """PostgreSQL with its data in a folder of its own; `engine` makes a new city in it."""

    def __init__(self, binaries: Path, folder: Path, *settings: str) -> None:
        user = SERVER_USER if os.geteuid() == 0 else None
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        initdb = [binaries / "initdb", "-D", data, "-U", "letan", "--auth=trust", "--no-sync", "--encoding=UTF8"]
        subprocess.run([*initdb, "--locale=C"], check=True, user=user, cwd=folder, capture_output=True)
        port = free_port()
        options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", *settings]
        command = [str(binaries / "postgres"), "-D", str(data), "-p", str(port)]
        super().__init__(command + [word for option in options for word in ("-c", option)], port, user, folder / "log")
        self._cities = 0

    def wait(self) -> None:
        """Until it answers: while it recovers it listens, and refuses."""
        super().wait()
        engine = open_city(f"postgresql://letan@127.0.0.1:{self.port}/postgres")
        deadline = time.monotonic() + 60
        answers = False
        while not answers:
            assert time.monotonic() < deadline, self._log.read_text()[-2000:]
            with suppress(OperationalError):
                engine.connect().close()
                answers = True
            time.sleep(0.0 if answers else 0.05)
        engine.dispose()

    def address(self, name: str) -> str:
        return f"postgresql://letan@127.0.0.1:{self.port}/{name}"

    def new_city(self) -> str:
        """The address of a new, empty database."""
        self._cities += 1
        name = f"city{self._cities}"
        engine = open_city(self.address("postgres")).execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name}")
        engine.dispose()
        return self.address(name)


def postgres_binaries() -> Path:
    """Where Debian keeps the programs of PostgreSQL, which are on nobody's path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    if not found:
        pytest.skip("no PostgreSQL on this machine: apt-get install postgresql")
    if os.geteuid() == 0:
        try:
            pwd.getpwnam(SERVER_USER)
        except KeyError:
            pytest.skip(f"PostgreSQL does not run as root, and there is no user `{SERVER_USER}`")
    return found[-1].parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    folder = Path(tempfile.mkdtemp(prefix="letan-city-"))  # tmp_path is closed to the server's user
    try:
        server = Postgres(postgres_binaries(), folder, "wal_writer_delay=10s")
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def city_url(postgres: Postgres) -> str:
    """The address of a new, empty database."""
    return postgres.new_city()


@pytest.fixture
def city(city_url: str) -> Iterator[Engine]:
    """A new city with its tables."""
    engine = open_city(city_url)
    initialise(engine)
    yield engine
    engine.dispose()


def start_broker(folder: Path) -> Server:
    """A Mosquitto that forgets all when it ends."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("no Mosquitto on this machine: apt-get install mosquitto")
    port = free_port()
    folder.joinpath("conf").write_text(f"listener {port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    return Server([program, "-c", str(folder / "conf")], port, None, folder / "log")


@pytest.fixture(scope="session")
def broker() -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="letan-mqtt-"))
    try:
        server = start_broker(folder)
        yield server
        server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)

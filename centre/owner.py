"""Who owns an office's database: one process at a time, and where others find it meanwhile."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from robot.types import LetanError


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that owns a database: `url` is where it serves, "" when it does not; `token` lets local users in.

    Where it speaks TLS, `certificate` is the file by which it is known again.
    """

    pid: int
    url: str = ""
    token: str = ""
    certificate: str = ""


class Ownership:
    """The lock of a database, held until `close`; the operating system lets it go with the process, however it ends."""

    def __init__(self, database: Path) -> None:
        self._path = lock_path(database)
        self._file = self._opened()
        while not self._is_there():  # its last owner has removed it since
            os.close(self._file)
            self._file = self._opened()
        self.tell(Owner(os.getpid()))

    def _opened(self) -> int:
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise AlreadyOwned(self._path.with_suffix(""), owner_of(self._path.with_suffix(""))) from None
        return file

    def _is_there(self) -> bool:
        try:
            return os.stat(self._path).st_ino == os.fstat(self._file).st_ino
        except FileNotFoundError:
            return False

    def tell(self, owner: Owner) -> None:
        """Leave word where the office is found: only who may write the database can read it."""
        told = json.dumps(asdict(owner)).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, told, 0)

    def close(self) -> None:
        """Let the database go."""
        self._path.unlink(missing_ok=True)
        os.close(self._file)


class AlreadyOwned(LetanError):
    """Another process owns the database; `owner` tells which, as far as it has said so."""

    def __init__(self, database: Path, owner: Owner | None) -> None:
        self.owner = owner
        where = f" at {owner.url}" if owner and owner.url else ""
        who = f" (process {owner.pid})" if owner else ""
        super().__init__(f"{database}: another office{who} owns this database{where}; stop it, or ask it")


@contextmanager
def owning(database: Path) -> Iterator[Ownership]:
    """Own a database for a moment. AlreadyOwned when somebody else does."""
    ownership = Ownership(database)
    try:
        yield ownership
    finally:
        ownership.close()


def lock_path(database: Path) -> Path:
    """The file that is locked: beside the database, since SQLite locks the database's own bytes."""
    return database.with_name(database.name + ".owner")


def owner_of(database: Path) -> Owner | None:
    """What the owner has left word of, None when there is none."""
    try:
        told = json.loads(lock_path(database).read_text(encoding="utf-8"))
        return Owner(int(told["pid"]), str(told["url"]), str(told["token"]), str(told["certificate"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None

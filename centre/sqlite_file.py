"""An office's file as SQLite opens it: by a library that loses nothing, with errors in one form."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path

import apsw

from centre.store import Access, BusyError
from robot.types import LetanError

LEAST = (3, 51, 3)  # since then a log that is begun anew loses nothing (sqlite.org/wal.html#walresetbug)
FAULTS = (apsw.Error, OSError, UnicodeDecodeError)
PATIENCE = 0.2  # s: a transaction of others takes a few milliseconds
_AT_ONCE = 500  # rows
Row = tuple[object, ...]
Value = str | int | None


class SqliteFile:
    """A connection in autocommit, so that transactions are the caller's. Whatever goes wrong is a LetanError."""

    def __init__(self, path: Path | str, access: Access) -> None:
        self._path = path
        if str(path) != ":memory:" and access != "read":
            assert_library(apsw.sqlite_lib_version())
        with self.told("cannot be opened"):
            self._db = apsw.Connection(_name(path, access), flags=_FLAGS)
            self.wait_for(PATIENCE)

    def wait_for(self, seconds: float) -> None:
        """For how long others may have the file locked before that is a BusyError."""
        self._db.set_busy_timeout(round(1000 * seconds))

    def execute(self, sql: str, values: Row | dict[str, object] = ()) -> apsw.Cursor:
        """Run a statement; its faults are SQLite's own, which `told` puts into words."""
        return self._db.execute(sql, values)

    def rows(self, sql: str, values: tuple[Value, ...] = ()) -> Iterator[Row]:
        """The rows of a query, few of them in memory at once."""
        with self.told("cannot be read"):
            cursor = self._db.execute(sql, values)
        while True:
            with self.told("cannot be read"):
                some: list[Row] = list(islice(cursor, _AT_ONCE))
            yield from some
            if len(some) < _AT_ONCE:
                return

    def row(self, sql: str, values: tuple[Value, ...] = ()) -> Row | None:
        """The first row of a query, None when there is none."""
        with self.told("cannot be read"):
            found: Row | None = self._db.execute(sql, values).fetchone()
        return found

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction has begun and not ended."""
        return self._db.in_transaction

    def copy_to(self, path: Path) -> None:
        """A whole copy in one file, also while others write."""
        with self.told("cannot be copied"):
            copy = apsw.Connection(str(path))
            try:
                with copy.backup("main", self._db, "main") as backup:
                    backup.step()
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()

    def close(self) -> None:
        """Close the file; what was committed is on the disk already."""
        self._db.close()

    @contextmanager
    def told(self, what: str) -> Iterator[None]:
        """Whatever SQLite or the disk refuses, as a LetanError with the file's name."""
        try:
            yield
        except FAULTS as error:
            kind = BusyError if isinstance(error, (apsw.BusyError, apsw.LockedError)) else LetanError
            raise kind(f"{self._path}: the office's database {what}: {error}") from error


_FLAGS = apsw.SQLITE_OPEN_URI | apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE


def assert_library(version: str) -> None:
    """LetanError for a library that may lose what was committed when two connections write one log."""
    if tuple(int(part) for part in version.split(".")[:3]) < LEAST:
        least = ".".join(map(str, LEAST))
        raise LetanError(
            f"SQLite {version} can lose what was stored when two programs write (its WAL-reset bug); the office needs "
            f"{least}: install the package apsw from PyPI, which brings its own, instead of the system's"
        )


def settle(path: Path) -> None:
    """What waits in the log of a file goes into the file itself; a damaged file stays as it is."""
    with suppress(*FAULTS):
        db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        try:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            db.close()


def _name(path: Path | str, access: Access) -> str:
    if str(path) == ":memory:":
        return ":memory:"
    if access == "create":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    return f"{Path(path).absolute().as_uri()}?{_mode(Path(path), access)}"


def _mode(path: Path, access: Access) -> str:
    """How SQLite is to open a file: also one that may only be read, whose log it could not make."""
    if access == "create":
        return "mode=rwc"
    may_write = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
    if access == "write" or may_write or not path.exists():
        return "mode=rw"
    log = path.with_name(path.name + "-wal")
    return "mode=ro" if log.exists() and log.stat().st_size else "mode=ro&immutable=1"

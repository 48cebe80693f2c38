"""What an office remembers outside its database: how far it has come, so that a lost end is noticed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

_SLOT = 2048  # bytes; two slots in turn, so that a torn write leaves the other one


@dataclass(frozen=True, slots=True)
class Mark:
    """The last stored event with its place in the chain, and the last numbers of its day by door.

    `changes` is how often events were moved to another day.
    """

    seq: int
    hash: str
    day: str = ""
    numbers: Mapping[str, int] = field(default_factory=dict)
    changes: int = 0


class Fence:
    """A small file beside the database, written through to the disk after every transaction."""

    def __init__(self, database: Path, may_write: bool) -> None:
        path = fence_path(database)
        self._file: int | None = None
        if may_write:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        elif path.exists():
            self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def mark(self) -> Mark | None:
        """The newest whole mark, None when there is none."""
        if self._file is None:
            return None
        marks = [_mark(os.pread(self._file, _SLOT, offset)) for offset in (0, _SLOT)]
        return max((mark for mark in marks if mark is not None), key=lambda mark: mark.seq, default=None)

    def set(self, mark: Mark) -> None:
        """Remember a mark; it is on the disk when this returns."""
        if self._file is None:
            return
        told = json.dumps([mark.seq, mark.hash, mark.day, dict(mark.numbers), mark.changes])
        raw = f"{_sum(told)} {told}".encode().ljust(_SLOT)
        os.pwrite(self._file, raw, _SLOT * (mark.seq % 2))
        os.fdatasync(self._file)

    def forget(self) -> None:
        """Begin anew: nothing is remembered."""
        if self._file is not None:
            os.ftruncate(self._file, 0)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def fence_path(database: Path) -> Path:
    """Where the fence of a database stands."""
    return database.with_name(database.name + ".fence")


def _mark(raw: bytes) -> Mark | None:
    try:
        checksum, told = raw.decode().strip().split(" ", 1)
        mark = Mark(*json.loads(told))
    except (ValueError, TypeError):
        return None
    return mark if checksum == _sum(told) else None


def _sum(told: str) -> str:
    return hashlib.sha256(told.encode()).hexdigest()

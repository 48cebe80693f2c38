"""Results appear whole or not at all: they are written beside their place, then moved into it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from robot.types import LetanError

BESIDE = ".part-"  # begins the name of a folder in which results wait until they are whole


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """An empty folder whose files go into `folder` when the `with` ends well; else none of them does.

    LetanError for what cannot be written, with the place and the system's reason.
    """
    try:
        is_new = not folder.exists()
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=BESIDE, dir=folder))
        try:
            yield beside
            for path in sorted(beside.rglob("*")):
                _move(path, folder / path.relative_to(beside))
        finally:
            shutil.rmtree(beside, ignore_errors=True)
            if is_new and not any(folder.iterdir()):
                folder.rmdir()
    except OSError as error:
        raise cannot_be_written(folder, error) from error


def is_beside(path: Path) -> bool:
    """Whether results wait in this folder, or a run that was killed left it."""
    return path.name.startswith(BESIDE)


def write_whole(path: Path, content: str | bytes) -> None:
    """One file, text in UTF-8; LetanError when it cannot be written."""
    data = content.encode() if isinstance(content, str) else content
    path = path.resolve()  # a link stays one
    try:
        if path.exists() and not path.is_file():  # a device or a pipe, such as /dev/stdout
            path.write_bytes(data)
            return
    except OSError as error:
        raise cannot_be_written(path, error) from error
    with whole(path.parent) as folder:
        (folder / path.name).write_bytes(data)


def cannot_be_written(path: Path, error: OSError) -> LetanError:
    """What to say of a place that takes no more."""
    return LetanError(f"{path}: cannot be written: {error.strerror or error}")


def _move(path: Path, target: Path) -> None:
    if path.is_dir():
        target.mkdir(exist_ok=True)
    else:
        os.replace(path, target)

"""Where numba keeps its compiled kernels: where it does itself if it can, else in a temporary folder, which is told."""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.machinery
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import ModuleType

from robot.types import LetanError

VARIABLE = "NUMBA_CACHE_DIR"
WITH_KERNELS = ("robot", "slam", "navigation", "perception", "sim")
HOME = Path(__file__).resolve().parent.parent
STAMP = "kernels.sha256"  # of the sources that the kernels beside the code were compiled from
ROOM = 64 * 2**20  # bytes: several times what all kernels take


@contextmanager
def kernels_cached(tell: Callable[[str], None]) -> Iterator[None]:
    """Chooses the folder at the first `import numba`, which reads it then: who needs no kernels hears nothing."""
    finder = _BeforeNumba(tell)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        finder.leave()


class _BeforeNumba(importlib.abc.MetaPathFinder):
    """Is asked for every module, and finds none."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname == "numba":
            self.leave()
            choose(self._tell)
        return None

    def leave(self) -> None:
        """Hear of no further modules."""
        if self in sys.meta_path:
            sys.meta_path.remove(self)


def choose(tell: Callable[[str], None], home: Path = HOME) -> None:
    """Set NUMBA_CACHE_DIR where numba's own choice can't be written; LetanError when no folder can be at all."""
    wanted = os.environ.get(VARIABLE)
    if wanted and _takes_files(Path(wanted)):
        return
    if not wanted:
        if all(_takes_files(home / room / "__pycache__") for room in WITH_KERNELS):
            forget_stale(home)
            return
        own = _user_cache()
        if _takes_files(own):
            os.environ[VARIABLE] = str(own)
            return
    for folder in _temporary():
        os.environ[VARIABLE] = str(folder)
        why = f"{VARIABLE}={wanted} can't be written" if wanted else "no folder for compiled kernels can be written"
        tell(f"{why} or is full: they are kept in {folder}, and are compiled anew when it is gone")
        return
    raise LetanError(f"no folder can be written, not even a temporary one: name one by {VARIABLE}=FOLDER")


def forget_stale(home: Path = HOME) -> None:
    """Remove compiled kernels that lie beside the code when any kernel has changed since.

    numba looks at the file of a kernel, and not at those of the kernels that were compiled into it.
    """
    digest = hashlib.sha256()
    for room in WITH_KERNELS:
        for path in sorted((home / room).rglob("*.py")):
            text = path.read_bytes()
            if b"njit" in text:
                digest.update(path.name.encode() + text)
    stamp = home / WITH_KERNELS[0] / "__pycache__" / STAMP
    with suppress(OSError):
        if stamp.is_file() and stamp.read_text() == digest.hexdigest():
            return
        for room in WITH_KERNELS:
            for compiled in (home / room).rglob("*.nb[ic]"):
                compiled.unlink(missing_ok=True)
        stamp.write_text(digest.hexdigest())


def _user_cache() -> Path:
    """The folder that numba takes itself when it can't write beside the code."""
    return Path(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")) / "numba"


def _temporary() -> Iterator[Path]:
    """Folders for temporary files in which one of this user's own can be made."""
    for place in (os.environ.get("TMPDIR"), "/tmp", "/var/tmp", "/dev/shm"):
        folder = Path(place or "/tmp") / f"letan-kernels-{os.getuid()}"
        if _takes_files(folder, mode=0o700) and _is_ours_alone(folder):
            yield folder


def _takes_files(folder: Path, mode: int = 0o777) -> bool:
    try:
        folder.mkdir(mode=mode, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return shutil.disk_usage(folder).free > ROOM
    except OSError:
        return False


def _is_ours_alone(folder: Path) -> bool:
    """Kernels are code: in a folder that everybody may write to, somebody else could have left some there."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid() and not found.st_mode & 0o077

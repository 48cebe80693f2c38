"""A screen without glass: an own Xvfb for pictures and tests, stopped by its process id."""

from __future__ import annotations

import os
import select
import subprocess
from types import TracebackType

from robot.types import LetanError

PATIENCE = 10.0  # seconds


class Xvfb:
    """A virtual display of 1920 x 1080 while the context lasts; `display` is its name, as ":7"."""

    def __init__(self, width: int = 1920, height: int = 1080) -> None:
        self.geometry = f"{width}x{height}x24"
        self.display = ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Xvfb:
        ours, theirs = os.pipe()
        command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", self.geometry, "-nolisten", "tcp", "-noreset"]
        try:
            self._process = subprocess.Popen(
                command, pass_fds=(theirs,), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                process_group=0,  # Ctrl-C is for us: the screen still needs its display then
            )  # fmt: skip
        except FileNotFoundError:
            os.close(ours)
            raise LetanError("Xvfb is not installed (Debian package xvfb)") from None
        finally:
            os.close(theirs)
        try:
            with os.fdopen(ours, "rb") as answer:
                ready, _, _ = select.select([answer], [], [], PATIENCE)
                number = answer.readline().decode().strip() if ready else ""
        except BaseException:  # somebody stopped us: nobody will leave a context that was never entered
            self.close()
            raise
        if not number:
            self.close()
            raise LetanError(f"Xvfb did not start within {PATIENCE:.0f} s")
        self.display = f":{number}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stops the server; calling it again does nothing."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait()

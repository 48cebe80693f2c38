"""A window in a process of its own, where Tk has the main thread: states go in by a pipe, and the newest wins."""

from __future__ import annotations

import multiprocessing
import signal
import tkinter
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

State = TypeVar("State")


class WindowProcess(Generic[State]):
    """`main(pipe, *arguments)` is the window's process; it draws with `follow`.

    `show` never blocks: while the window is behind, states are skipped; a closed window is simply not there.
    """

    def __init__(self, main: Callable[..., None], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = True
        self.touched = False

    @property
    def is_open(self) -> bool:
        """False once it was closed."""
        return self._process.is_alive()

    @property
    def is_ready(self) -> bool:
        """Whether the last state has been drawn, so that a new one would be shown; `touched` tells of a click."""
        try:
            while self._pipe.poll():
                answer = self._pipe.recv()
                self._ready = True
                self.touched = self.touched or answer == "click"
        except (OSError, EOFError):
            self._ready = False
        return self._ready

    def show(self, state: State) -> None:
        """Show the newest state when the last one has been drawn."""
        if not self.is_ready:
            return
        self._ready = False
        try:
            self._pipe.send(state)
        except OSError:
            return

    def close(self) -> None:
        """End the window's process."""
        self._pipe.close()
        self._process.join(2.0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def follow(root: tkinter.Tk, pipe: Connection, draw: Callable[[Any], None]) -> None:
    """In the window's process: draw each state that comes until the pipe or the window is closed."""

    def on_state(_file: Any, _mask: int) -> None:  # noqa: ANN401 (Tk hands over what it likes)
        try:
            state = pipe.recv()
        except (EOFError, OSError):
            root.destroy()
            return
        draw(state)
        root.update_idletasks()
        pipe.send("drawn")

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process, whose end closes the pipe
    root.createfilehandler(pipe, tkinter.READABLE, on_state)
    root.mainloop()

"""Windows in processes of their own, where Tk has the main thread, joined by a pipe: one way for all of them."""

from __future__ import annotations

import multiprocessing
import signal
import tkinter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any, Generic, TypeVar

State = TypeVar("State")


class WindowProcess:
    """`main(pipe, *arguments)` is the window's process; its end of the pipe is the first argument."""

    def __init__(self, main: Callable[..., None], *arguments: object) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=main, args=(theirs, *arguments), daemon=True)
        self._process.start()
        theirs.close()
        self._is_over = False

    @property
    def is_alive(self) -> bool:
        """False once it has ended or was closed."""
        return not self._is_over and self._process.is_alive()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid or 0

    def send(self, message: object) -> bool:
        """Send a message; False when nobody is there to take it."""
        try:
            self._pipe.send(message)
        except OSError:
            return False
        return True

    def received(self) -> Iterator[Any]:
        """What has come since the last time; EOFError when the window is gone."""
        try:
            while self._pipe.poll():
                yield self._pipe.recv()
        except OSError as error:
            raise EOFError from error

    def end(self, grace: float = 0.0) -> None:
        """End the process: of itself within `grace` seconds after its pipe has closed, else by force."""
        self._is_over = True
        self._pipe.close()
        self._process.join(grace)
        self._process.kill()
        self._process.join()
        self._process.close()


class ViewWindow(Generic[State]):
    """A window to look at; it draws with `follow`.

    `show` never blocks: while the window is behind, states are skipped; a closed window is simply not there.
    """

    def __init__(self, main: Callable[..., None], *arguments: object) -> None:
        self._process = WindowProcess(main, *arguments)
        self._drawn = True
        self.told: list[tuple[Any, ...]] = []

    @property
    def is_open(self) -> bool:
        """False once it was closed."""
        return self._process.is_alive

    @property
    def is_ready(self) -> bool:
        """Whether the last state has been drawn, so that a new one would be shown; `told` is what the window says."""
        try:
            for answer in self._process.received():
                if answer == "drawn":
                    self._drawn = True
                else:
                    self.told.append(answer)
        except EOFError:
            self._drawn = False
        return self._drawn

    def show(self, state: State) -> None:
        """Show the newest state when the last one has been drawn."""
        if self.is_ready:
            self._drawn = False
            self._process.send(state)

    def close(self) -> None:
        """End the window's process."""
        self._process.end(grace=2.0)


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

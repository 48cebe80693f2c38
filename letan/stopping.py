"""Ctrl-C, `kill` and a closed terminal: whoever listens comes to an end in order, everybody else breaks off."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """A signal ended what was under way; `done` says what there is of it, and where."""

    def __init__(self, number: int, done: str = "") -> None:
        super().__init__(number, done)
        self.number = number
        self.done = done

    @property
    def exit_code(self) -> int:
        """As shells count it."""
        return 128 + self.number


class StopRequest:
    """Whether a signal has asked for the end: `number` is the signal's, 0 while none has."""

    def __init__(self) -> None:
        self.number = 0

    def __bool__(self) -> bool:
        return self.number != 0


@contextmanager
def breaking_off() -> Iterator[None]:
    """Each signal raises `Stopped` where the program just is."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise Stopped(number)

    with _handled(stop):
        yield


@contextmanager
def listening() -> Iterator[StopRequest]:
    """The first signal is only noted, so that a step can end whole; a second one raises `Stopped`."""
    request = StopRequest()

    def note(number: int, _frame: FrameType | None) -> None:
        if request:
            raise Stopped(number)
        request.number = number

    with _handled(note):
        yield request


@contextmanager
def _handled(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Only the main thread can hear of signals; one that was ignored from the start (`nohup`) stays so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = [number for number in SIGNALS if signal.getsignal(number) not in (signal.SIG_IGN, None)]
    before = {number: signal.signal(number, handler) for number in heard}
    try:
        yield
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)

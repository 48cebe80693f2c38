"""The citizens' screen seen from the robot: states go to the window's process, touches come back, nothing waits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hmi.window import run
from hmi.window_process import WindowProcess
from robot.ports import Clock
from robot.types import LetanError, ScreenState, Texts, Touch

ANSWER_WITHIN = 2.0  # seconds: a window that acknowledges nothing for so long is killed
START_WITHIN = 10.0  # seconds that Tk and the first page may take on a busy machine
PING_EVERY = 0.5
BETWEEN_STARTS = 1.0


class TkScreen:
    """The touch screen as `robot.ports.Screen`.

    texts: language -> key -> words, with the keys `screen.*`. `clock` stamps the touches. `size` (width, height in
    pixels) makes a smaller window, with the whole drawing scaled. Liveness is judged by wall time: the screen is real
    hardware also when the clock is simulated.
    """

    def __init__(
        self,
        texts: Texts,
        clock: Clock,
        display: str | None = None,
        fullscreen: bool = True,
        size: tuple[int, int] | None = None,
    ) -> None:
        own = _ours(texts)
        self._clock = clock
        self._words = own
        self._arguments = (display, fullscreen, size)
        self._newest: ScreenState | None = None
        self._unsent = False
        self._words_unsent = False
        self._answers: list[tuple[str, tuple[int, ...]]] = []
        self._touches: list[Touch] = []
        self._window: WindowProcess | None = None
        self._awaited: float | None = None  # since when an answer is outstanding
        self._patience = START_WITHIN
        self._pinged = float("-inf")
        self._started = float("-inf")
        self._trouble = ""
        self.restarts = -1
        self._start()

    # robot.ports.Screen

    def show(self, state: ScreenState) -> None:
        """Shows `state` as soon as the window is ready for it; a newer one wins."""
        self._newest = state
        self._unsent = True
        self._pump()

    def use(self, texts: Texts) -> None:
        """Writes in other words from now on."""
        own = _ours(texts)
        if own != self._words:
            self._words = own
            self._words_unsent = True
            self._pump()

    def poll(self) -> Sequence[Touch]:
        """The touches since the last poll, stamped now."""
        self._pump()
        touches, self._touches = self._touches, []
        return touches

    @property
    def is_alive(self) -> bool:
        """True once the window has drawn itself and while it answers."""
        self._pump()
        return self._window is not None and self._patience == ANSWER_WITHIN

    def status(self) -> str:
        """Empty when all is well, else the trouble in words."""
        if self.is_alive:
            return ""
        return self._trouble or "the screen's window is being started"

    @property
    def pid(self) -> int:
        """The process of the window, 0 while there is none."""
        return self._window.pid if self._window is not None else 0

    def close(self) -> None:
        """Ends the window; what it showed is gone with it."""
        self._receive()
        if self._window is not None and self._awaited is None:
            self._send(("close",))
        self._end(grace=1.0)

    # For developers: these wait

    def photograph(self, state: ScreenState, path: Path) -> None:
        """Writes a PNG of the real window showing `state`; a LetanError when the window does not manage."""
        self._newest = state
        self._unsent = False
        self._ask(("photo", state, path), 30.0)

    def counts(self) -> tuple[int, ...]:
        """Canvas items, images, Tcl commands and child widgets of the window, to find leaks."""
        return self._ask(("count",), 10.0)

    def wait(self, seconds: float = START_WITHIN) -> bool:
        """Waits until the window is alive and shows the newest state."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._pump()
            if self._patience == ANSWER_WITHIN and self._awaited is None and not self._unsent:
                return True
            time.sleep(0.01)
        return False

    def _ask(self, message: tuple[Any, ...], seconds: float) -> tuple[int, ...]:
        end = time.monotonic() + seconds
        if not self.wait(seconds):
            raise LetanError("the screen's window does not answer")
        self._answers.clear()
        self._patience = seconds
        self._send(message)
        while time.monotonic() < end:
            self._receive()
            for kind, values in self._answers:
                if kind == message[0]:
                    return values
            if self._window is None or not self._window.is_alive:
                break
            time.sleep(0.005)
        raise LetanError(f"the screen's window did not {message[0]} within {seconds:.0f} s")

    # The pipe: at most one message is under way, so a write never finds it full

    def _pump(self) -> None:
        now = time.monotonic()
        self._receive()
        if self._window is None:
            if now - self._started > BETWEEN_STARTS:
                self._start()
            return
        late = self._awaited is not None and now - self._awaited > self._patience
        if late or not self._window.is_alive:
            self._end()
        elif self._awaited is None and self._words_unsent:
            self._words_unsent = False
            self._send(("words", self._words))
        elif self._awaited is None and self._unsent:
            self._unsent = False
            self._send(("show", self._newest))
        elif self._awaited is None and now - self._pinged > PING_EVERY:
            self._pinged = now
            self._send(("ping",))

    def _receive(self) -> None:
        if self._window is None:
            return
        try:
            for message in self._window.received():
                if message[0] == "touch":
                    self._touches.append(Touch(self._clock.now(), *message[1:]))
                elif message[0] == "trouble":
                    self._trouble = message[1]
                else:
                    self._trouble = ""
                    self._awaited = None
                    self._patience = ANSWER_WITHIN
                    self._answers = [(message[1], message[2])]
        except EOFError:
            self._end()

    def _send(self, message: tuple[Any, ...]) -> None:
        if self._window is None:
            return
        self._awaited = time.monotonic()
        if not self._window.send(message):
            self._end()

    def _start(self) -> None:
        self._window = WindowProcess(run, self._words, *self._arguments)
        self._started = self._awaited = time.monotonic()
        self._patience = START_WITHIN
        self._unsent = self._newest is not None
        self._words_unsent = False
        self.restarts += 1

    def _end(self, grace: float = 0.0) -> None:
        if self._window is not None:
            self._window.end(grace)
        self._window = None
        self._awaited = None
        self._patience = START_WITHIN


def _ours(texts: Texts) -> dict[str, dict[str, str]]:
    return {
        language: {key: text for key, text in words.items() if key.startswith("screen.")}
        for language, words in texts.items()
    }

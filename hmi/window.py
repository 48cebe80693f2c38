"""The screen's own process: Tk owns its main thread, states come in by a pipe, touches go out."""

from __future__ import annotations

import select
import signal
import time
import tkinter as tk
from contextlib import suppress
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from PIL import ImageGrab

from hmi import fonts
from hmi.face import Mood
from hmi.items import Target
from hmi.pages import make
from hmi.pages.parts import TURN
from hmi.render import Renderer
from hmi.theme import load_theme
from hmi.tooltips import Tooltips
from robot.pages import DrivingContent
from robot.types import LetanError, ScreenState, Texts

WIDTH, HEIGHT = 1920, 1080
HELD_ABOVE, HOLD_MS = 200, 3000  # px of the face's band, where a long press asks for the staff's page


class Window:
    """One window.

    Messages in: ("show", state), ("words", texts), ("photo", state, path), ("ping",), ("count",), ("close",).
    """

    def __init__(
        self, pipe: Connection, texts: Texts, display: str | None, fullscreen: bool, size: tuple[int, int] | None
    ) -> None:
        fonts.register()
        self.pipe = pipe
        self.texts = texts
        self.display = display
        self.fullscreen = fullscreen
        self.root = tk.Tk(screenName=display)
        full = (self.root.winfo_screenwidth(), self.root.winfo_screenheight())
        wide, high = size or (full if fullscreen else (WIDTH, HEIGHT))
        self.scale = min(wide / WIDTH, high / HEIGHT)
        self.root.title("Letan")
        self.root.geometry(f"{round(WIDTH * self.scale)}x{round(HEIGHT * self.scale)}+0+0")
        if fullscreen:
            self.root.overrideredirect(size is None)
            self.root.attributes("-fullscreen", size is None)
        self.canvas = tk.Canvas(self.root, highlightthickness=0, bd=0)
        self.canvas.pack(fill="both", expand=True)
        self.renderer = Renderer(self.canvas, self.scale)
        self.tooltips = Tooltips(self.canvas, self.scale)
        self.mood = Mood()
        self.state = ScreenState("driving_face", DrivingContent())
        self.turn = 0
        self.turn_at = 0.0
        self.frozen = False
        self.down: Target | None = None
        self._holding: str | None = None
        self._bind()
        self.paint()

    def _bind(self) -> None:
        self.canvas.bind("<ButtonPress-1>", self._on_press)
        self.canvas.bind("<B1-Motion>", self._on_move)
        self.canvas.bind("<ButtonRelease-1>", self._on_release)
        self.root.tk.createfilehandler(self.pipe.fileno(), tk.READABLE, self._on_message)
        self._frame()

    # Showing

    def show(self, state: ScreenState) -> None:
        """Shows `state`; a new page starts with its first turn, and what is there already is not drawn again."""
        if replace(state, serial=self.state.serial) == self.state:
            return
        if state.page != self.state.page or state.language != self.state.language:
            self.turn = 0
            self.turn_at = time.monotonic()
            self.down = None
        self.state = state
        self.mood.look_at(state.gaze, time.monotonic())
        self.paint()

    def paint(self) -> None:
        """Draws the state's page anew where it differs."""
        page = make(self.state, self.texts, self.turn)
        self.renderer.show(page, self.state.modes.high_contrast)
        self.canvas.configure(cursor="arrow" if page.tooltips or not self.fullscreen else "none")
        self.tooltips.show(page.tooltips, self.state.modes.high_contrast)
        self._face()
        if self.down is not None:  # the finger stays where it is while a page is refreshed
            same = [t for t in page.targets if (t.action, t.value) == (self.down.action, self.down.value)]
            self.down = same[0] if same else None
            self.renderer.press(self.down)

    def _face(self) -> None:
        now = time.monotonic()
        expression = self.state.expression
        if self.frozen:
            self.renderer.face(expression, 1.0, self.state.gaze, 0.0)
        else:
            opened = self.mood.open_(now, expression)
            voice = self.mood.voice(now) if expression == "speaking" else 0.0
            self.renderer.face(expression, opened, self.mood.glance(now), voice)

    def _frame(self) -> None:
        if not self.frozen:
            self._face()
            every = self.renderer.page.clock_s
            if every and time.monotonic() - self.turn_at > every:
                self.turn = self.turn + 1
                self.turn_at = time.monotonic()
                self.paint()
        self.root.after(1000 // load_theme().motion["fps"], self._frame)

    def photograph(self, state: ScreenState, path: Path) -> None:
        """A picture of the real window once it shows `state` with open eyes."""
        self.frozen = True
        self.turn = 0
        self.show(state)
        self.paint()  # also when the state is shown already: a blink or a turn may be under way
        for _ in range(3):
            self.root.update()
            self.root.winfo_pointerxy()  # a round trip: the server has drawn everything before
        x, y = self.root.winfo_rootx(), self.root.winfo_rooty()
        box = (x, y, x + self.root.winfo_width(), y + self.root.winfo_height())
        ImageGrab.grab(bbox=box, xdisplay=self.display or "").save(path)
        self.frozen = False

    # Touching

    def _on_press(self, event: Any) -> None:  # noqa: ANN401 tkinter's event is generic
        self.down = self.renderer.hit(event.x, event.y)
        self.renderer.press(self.down)
        self._forget_hold()
        if event.y < HELD_ABOVE * self.scale:
            self._holding = self.root.after(HOLD_MS, self._on_held)

    def _on_held(self) -> None:
        """A long press on the face: the staff want their page. It is no touch of what lies below it."""
        self._holding = None
        self.down = None
        self.renderer.press(None)
        self._send(("touch", self.state.page, "staff", ""))

    def _forget_hold(self) -> None:
        if self._holding is not None:
            self.root.after_cancel(self._holding)
            self._holding = None

    def _on_move(self, event: Any) -> None:  # noqa: ANN401
        if event.y >= HELD_ABOVE * self.scale:
            self._forget_hold()
        inside = self.down is not None and self.renderer.hit(event.x, event.y) == self.down
        self.renderer.press(self.down if inside else None)

    def _on_release(self, event: Any) -> None:  # noqa: ANN401
        self._forget_hold()
        down, self.down = self.down, None
        self.renderer.press(None)
        if down is None or self.renderer.hit(event.x, event.y) != down:
            return
        if down.action == TURN:
            self.turn += 1
            self.paint()
        else:
            self._send(("touch", self.state.page, down.action, down.value))

    # The pipe

    def _send(self, message: tuple[Any, ...]) -> None:
        _, free, _ = select.select([], [self.pipe], [], 0)
        if free:  # who does not read does not get: the window never waits
            self.pipe.send(message)

    def _on_message(self, *_: object) -> None:
        try:
            message = self.pipe.recv()
        except (EOFError, OSError):
            self.root.destroy()  # the robot is gone
            return
        kind = message[0]
        if kind == "show":
            self.show(message[1])
        elif kind == "words":
            self.texts = message[1]
            self.paint()
        elif kind == "photo":
            self.photograph(message[1], message[2])
        elif kind == "close":
            self.root.destroy()
            return
        self._send(("done", kind, self._counts() if kind == "count" else ()))

    def _counts(self) -> tuple[int, ...]:
        commands = self.root.tk.splitlist(self.root.tk.call("info", "commands"))
        return (*self.renderer.counts(), len(commands), len(self.root.winfo_children()))


def run(
    pipe: Connection, texts: Texts, display: str | None, fullscreen: bool, size: tuple[int, int] | None
) -> None:  # fmt: skip
    """The main function of the screen's process; what keeps it from starting goes to the robot as words."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the robot ends its screen itself
    with suppress(BrokenPipeError):  # the robot has ended meanwhile
        try:
            window = Window(pipe, texts, display, fullscreen, size)
        except (tk.TclError, LetanError) as error:
            pipe.send(("trouble", str(error)))
            return
        pipe.send(("done", "start", ()))
        window.root.mainloop()

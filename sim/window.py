"""The developers' window on the simulator: a process of its own in which Tk draws the hall live."""

from __future__ import annotations

import multiprocessing
import tkinter
from multiprocessing.connection import Connection
from typing import Any

from PIL import ImageTk

from centre.floor import Floor
from robot.types import ViewState
from sim.plan_picture import JADE, LOTUS, PlanView


class SimWindow:
    """`show` never blocks: while the window is behind, states are skipped; a closed window is simply not there.

    `left` px from the screen's edge, so that it stands beside the citizens' screen.
    """

    def __init__(self, floor: Floor, title: str, left: int = 0, display: str | None = None) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_run, args=(theirs, floor, title, left, display), daemon=True)
        self._process.start()
        theirs.close()
        self._ready = True
        self.touched = False

    @property
    def is_open(self) -> bool:
        """False once it was closed."""
        return self._process.is_alive()

    def show(self, state: ViewState) -> None:
        """Show the newest state when the last one has been drawn; `touched` tells of a click in the window."""
        try:
            while self._pipe.poll():
                answer = self._pipe.recv()
                self._ready = True
                self.touched = self.touched or answer == "click"
            if self._ready:
                self._ready = False
                self._pipe.send(state)
        except (OSError, EOFError):
            self._ready = False

    def close(self) -> None:
        """End the window's process."""
        self._pipe.close()
        self._process.join(2.0)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _run(pipe: Connection, floor: Floor, title: str, left: int, display: str | None) -> None:
    """The window's own main thread."""
    root = tkinter.Tk(screenName=display)
    root.title(title)
    room = root.winfo_screenwidth() - left - 20
    view = PlanView(floor, scale=max(20.0, min(36.0, room / (floor.size[0] + 1.4))))
    root.geometry(f"+{min(left, max(0, root.winfo_screenwidth() - view.size[0]))}+0")
    width, height = view.size
    canvas = tkinter.Canvas(root, width=width, height=height + 28, highlightthickness=0, bd=0, bg="#F3F8F5")
    canvas.pack()
    ground = ImageTk.PhotoImage(view.ground(), master=root)
    canvas.create_image(0, 0, image=ground, anchor="nw")
    caption = canvas.create_text(10, height + 14, anchor="w", text="", font=("TkDefaultFont", -15))
    canvas.bind("<Button-1>", lambda event: pipe.send("click"))

    def on_state(_file: Any, _mask: int) -> None:  # noqa: ANN401 (Tk hands over what it likes)
        try:
            state = pipe.recv()
        except (EOFError, OSError):
            root.destroy()
            return
        _draw(canvas, view, state)
        canvas.itemconfigure(caption, text=state.caption)
        pipe.send("drawn")

    root.createfilehandler(pipe, tkinter.READABLE, on_state)
    root.mainloop()


def _draw(canvas: tkinter.Canvas, view: PlanView, state: ViewState) -> None:
    """Everything that moves, drawn anew under one tag."""
    canvas.delete("moving")

    def disc(x: float, y: float, radius: float, **colours: Any) -> None:  # noqa: ANN401
        px, py = view.at(x, y)
        r = radius * view.scale
        canvas.create_oval(px - r, py - r, px + r, py + r, tags="moving", **colours)

    for x, y in state.scan_points[::2]:
        px, py = view.at(x, y)
        canvas.create_rectangle(px, py, px + 1, py + 1, outline=LOTUS, tags="moving")
    if len(state.path) > 1:
        points = [coordinate for place in state.path for coordinate in view.at(*place)]
        canvas.create_line(*points, fill=JADE, width=2, dash=(4, 4), tags="moving")
    for x, y, colour in state.people:
        disc(x, y, 0.22, fill=colour, outline="#0F2A33")
    for x, y in state.tracks:
        disc(x, y, 0.3, outline=LOTUS, width=2)
    pose = state.pose
    disc(pose.x, pose.y, 0.225, fill=JADE, outline="")
    nose = pose.compose(type(pose)(0.22, 0.0, 0.0))
    canvas.create_line(*view.at(pose.x, pose.y), *view.at(nose.x, nose.y), fill="white", width=3, tags="moving")

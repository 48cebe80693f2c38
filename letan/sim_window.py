"""The developers' window on the simulator: a process of its own in which Tk draws the hall live."""

from __future__ import annotations

import tkinter
from multiprocessing.connection import Connection
from typing import Any

from PIL import ImageTk

from centre.floor import Floor
from hmi.window_process import ViewWindow, follow
from robot.types import ViewState
from sim.plan_picture import JADE, LOTUS, PlanView


class SimWindow(ViewWindow[ViewState]):
    """The hall with robot, people and plan; `left` px from the screen's edge, beside the citizens' screen."""

    def __init__(self, floor: Floor, title: str, left: int = 0, display: str | None = None) -> None:
        super().__init__(_run, floor, title, left, display)


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

    def draw(state: ViewState) -> None:
        _draw(canvas, view, state)
        canvas.itemconfigure(caption, text=state.caption)

    follow(root, pipe, draw)


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
    disc(pose.x, pose.y, state.radius, fill=JADE, outline="")
    nose = pose.compose(type(pose)(state.radius, 0.0, 0.0))
    canvas.create_line(*view.at(pose.x, pose.y), *view.at(nose.x, nose.y), fill="white", width=3, tags="moving")

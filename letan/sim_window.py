"""The developers' window on the simulator: a process of its own in which Tk draws the hall, with tools to meddle."""

from __future__ import annotations

import tkinter
from multiprocessing.connection import Connection
from typing import Any, Literal, get_args

from PIL import ImageTk

from centre.floor import Floor
from hmi.window_process import ViewWindow, follow
from robot.types import Pose, ViewState
from sim.plan_picture import EDGE, JADE, LOTUS, MARIGOLD, PlanView

Tool = Literal["look", "person", "chair", "door", "lidar", "button"]
SAYS: dict[Tool, str] = {
    "look": "Look",
    "person": "Person",
    "chair": "Chair",
    "door": "Close a door",
    "lidar": "Cover the lidar",
    "button": "Emergency button",
}
FASTEST = 100.0  # x real time
ASIDE = 300  # px beside the hall, for the tree and the queue
AHEAD = 1.0  # s that tracks are drawn ahead


class SimWindow(ViewWindow[ViewState]):
    """The hall with robot, people and plan; `left` px from the screen's edge, beside the citizens' screen.

    It tells ("tool", name, x, y) of a click with a tool at x, y (m), ("pause",), ("step",), and ("pace", x real time).
    """

    def __init__(self, floor: Floor, title: str, left: int = 0, display: str | None = None) -> None:
        super().__init__(_run, floor, title, left, display)


def _run(pipe: Connection, floor: Floor, title: str, left: int, display: str | None) -> None:
    """The window's own main thread."""
    root = tkinter.Tk(screenName=display)
    root.title(title)
    room = root.winfo_screenwidth() - left - 20 - ASIDE
    view = PlanView(floor, scale=max(20.0, min(36.0, room / (floor.size[0] + 1.4))))
    root.geometry(f"+{min(left, max(0, root.winfo_screenwidth() - view.size[0] - ASIDE))}+0")
    width, height = view.size
    canvas = tkinter.Canvas(root, width=width + ASIDE, height=height + 28, highlightthickness=0, bd=0, bg="#F3F8F5")
    canvas.pack(anchor="w")
    ground = ImageTk.PhotoImage(view.ground(), master=root)
    canvas.create_image(0, 0, image=ground, anchor="nw")
    caption = canvas.create_text(10, height + 14, anchor="w", text="", font=("TkDefaultFont", -15))
    aside = canvas.create_text(width + 10, 14, anchor="nw", text="", width=ASIDE - 20)
    tool, pause = _tools(root, pipe)
    canvas.bind("<Button-1>", lambda event: pipe.send(("tool", tool.get(), *view.place(event.x, event.y))))

    def draw(state: ViewState) -> None:
        _draw(canvas, view, state)
        canvas.itemconfigure(caption, text=state.caption)
        canvas.itemconfigure(aside, text=state.aside)
        pause.configure(text="Go on" if state.paused else "Pause")

    follow(root, pipe, draw)


def _tools(root: tkinter.Tk, pipe: Connection) -> tuple[tkinter.StringVar, tkinter.Button]:
    """The row of tools, of which one is chosen, and of pause, step and pace; keys do the same."""
    row = tkinter.Frame(root)
    row.pack(fill="x")
    chosen = tkinter.StringVar(root, "look")
    for tool in get_args(Tool):
        tkinter.Radiobutton(row, text=SAYS[tool], value=tool, variable=chosen, indicatoron=False).pack(side="left")
    pause = tkinter.Button(row, text="Pause", width=8, command=lambda: pipe.send(("pause",)))
    pause.pack(side="left", padx=(16, 0))
    tkinter.Button(row, text="Step", command=lambda: pipe.send(("step",))).pack(side="left")
    pace = tkinter.Scale(
        row, from_=0.0, to=FASTEST, resolution=1.0, orient="horizontal", label="x real time",
        command=lambda value: pipe.send(("pace", float(value))),
    )  # fmt: skip
    pace.set(8.0)
    pace.pack(side="left", fill="x", expand=True, padx=16)
    root.bind("<space>", lambda event: pipe.send(("pause",)))
    root.bind("<Right>", lambda event: pipe.send(("step",)))
    return chosen, pause


def _draw(canvas: tkinter.Canvas, view: PlanView, state: ViewState) -> None:
    """Everything that moves, drawn anew under one tag."""
    canvas.delete("moving")

    def disc(x: float, y: float, radius: float, **colours: Any) -> None:  # noqa: ANN401
        px, py = view.at(x, y)
        r = radius * view.scale
        canvas.create_oval(px - r, py - r, px + r, py + r, tags="moving", **colours)

    def line(*places: tuple[float, float], **colours: Any) -> None:  # noqa: ANN401
        canvas.create_line(*(pixel for place in places for pixel in view.at(*place)), tags="moving", **colours)

    for x0, y0, x1, y1 in state.added:
        line((x0, y0), (x1, y1), fill="#0F2A33", width=3)
    for x, y in state.particles:
        px, py = view.at(x, y)
        canvas.create_rectangle(px, py, px + 1, py + 1, outline=MARIGOLD, tags="moving")
    for x, y in state.scan_points[::2]:
        px, py = view.at(x, y)
        canvas.create_rectangle(px, py, px + 1, py + 1, outline=LOTUS, tags="moving")
    for rollout in state.rollouts:
        line((state.pose.x, state.pose.y), *map(tuple, rollout[::3].tolist()), fill=EDGE)
    if len(state.path) > 1:
        line(*state.path, fill=JADE, width=2, dash=(4, 4))
    for x, y, radius, colour in state.people:
        disc(x, y, radius, fill=colour, outline="#0F2A33")
    for x, y, vx, vy in state.tracks:
        disc(x, y, 0.3, outline=LOTUS, width=2)
        line((x, y), (x + AHEAD * vx, y + AHEAD * vy), fill=LOTUS, width=2)
    if state.true_pose is not None:
        disc(state.true_pose.x, state.true_pose.y, state.radius, outline=JADE, width=2)
    pose = state.pose
    disc(pose.x, pose.y, state.radius, fill=JADE, outline="")
    nose = pose.compose(Pose(state.radius, 0.0, 0.0))
    line((pose.x, pose.y), (nose.x, nose.y), fill="white", width=3)

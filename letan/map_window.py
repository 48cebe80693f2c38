"""Somebody looks on while a map is made: it grows in a window of its own, with the path through it."""

from __future__ import annotations

import io
import time
import tkinter
from dataclasses import dataclass
from multiprocessing.connection import Connection

import numpy as np
from PIL import Image, ImageTk

from hmi.window_process import ViewWindow, follow
from robot.types import Observation, Pose
from slam.map_builder import MapBuilder
from slam.map_io import UNKNOWN_COLOUR, coarser, draw_map

SIDE = 640  # px, for laptops too
PERIOD, SHARE = 0.5, 0.1  # s between two pictures; the share of the time that drawing may take


@dataclass(frozen=True, slots=True)
class MapView:
    """What the window shows: a PNG, small enough for a pipe that never blocks, and a line of words."""

    picture: bytes
    caption: str


class MapWindow(ViewWindow[MapView]):
    """The window's side of the pipe."""

    def __init__(self, title: str, display: str | None = None) -> None:
        super().__init__(_run, title, display)


class MapWatch:
    """Shows the map so far about twice a second, less often where drawing it takes long."""

    def __init__(self, builder: MapBuilder, title: str, display: str | None = None) -> None:
        self._builder = builder
        self._window = MapWindow(title, display)
        self._path: list[tuple[float, float]] = []
        self._next = 0.0
        self._began: float | None = None

    def look(self, observation: Observation, pose: Pose) -> None:
        """Once an observation."""
        self._began = observation.stamp if self._began is None else self._began
        if observation.scan is not None:
            self._path.append((pose.x, pose.y))
        if time.monotonic() >= self._next:
            self.draw(observation.stamp)

    def draw(self, stamp: float) -> None:
        """Show the map as it is, when the window has drawn the last one."""
        began = time.monotonic()
        if self._builder.mapper.updates and self._window.is_ready:
            grid = coarser(self._builder.grid(), 2 * SIDE)
            picture = draw_map(grid, np.array(self._path).reshape(-1, 2), SIDE, least=1)
            picture.thumbnail((SIDE, SIDE))
            packed = io.BytesIO()
            picture.save(packed, "PNG", compress_level=1)
            minutes, seconds = divmod(stamp - (self._began or stamp), 60.0)
            words = f"{self._builder.mapper.updates} updates   {minutes:.0f} min {seconds:.0f} s"
            self._window.show(MapView(packed.getvalue(), words))
        now = time.monotonic()
        self._next = now + max(PERIOD, (now - began) / SHARE)

    @property
    def is_open(self) -> bool:
        """False once somebody has closed the window."""
        return self._window.is_open

    def close(self) -> None:
        """Close the window."""
        self._window.close()


def _run(pipe: Connection, title: str, display: str | None) -> None:
    """The window's own main thread; without a display there is none."""
    try:
        root = tkinter.Tk(screenName=display)
    except tkinter.TclError:
        return
    root.title(title)
    colour = "#{:02x}{:02x}{:02x}".format(*UNKNOWN_COLOUR)
    canvas = tkinter.Canvas(root, width=SIDE, height=SIDE, highlightthickness=0, bd=0, bg=colour)
    canvas.pack()
    middle = canvas.create_image(SIDE // 2, SIDE // 2)
    caption = tkinter.Label(root, anchor="w", font=("TkDefaultFont", -15))
    caption.pack(fill="x", padx=10, pady=4)
    kept: list[ImageTk.PhotoImage] = []  # Tk does not keep its pictures

    def draw(view: MapView) -> None:
        picture = ImageTk.PhotoImage(Image.open(io.BytesIO(view.picture)), master=root)
        canvas.itemconfigure(middle, image=picture)
        caption.configure(text=view.caption)
        kept[:] = [picture]

    follow(root, pipe, draw)

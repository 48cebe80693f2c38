"""Draws pages on one Canvas whose items are made once and then only reconfigured."""

from __future__ import annotations

import tkinter as tk
from tkinter import font as tkfont

from PIL import ImageTk

from hmi.face import Eye
from hmi.fonts import FAMILY
from hmi.items import Art, Box, Page, Target, Text
from hmi.paint import Plate
from hmi.pictures import EYES, Pictures
from hmi.theme import load_theme
from robot.types import LetanError

Item = Box | Art | Text


class Slot:
    """One place in the stack: a rectangle, an image and a line of text, of which at most one is seen."""

    def __init__(self, canvas: tk.Canvas) -> None:
        self.box = canvas.create_rectangle(0, 0, 0, 0, width=0, state="hidden")
        self.art = canvas.create_image(0, 0, anchor="nw", state="hidden")
        self.text = canvas.create_text(0, 0, text="", state="hidden")
        self.shown: tuple[Item, bool, float] | None = None
        self.image: ImageTk.PhotoImage | None = None


class Renderer:
    """Shows a `Page` at `scale`; item i of the page is drawn by slot i, so nothing of an older page is left."""

    def __init__(self, canvas: tk.Canvas, scale: float) -> None:
        self.canvas = canvas
        self.scale = scale
        self.pictures = Pictures(scale)
        self.eyes = Pictures(scale, EYES)
        self.page = Page()
        self.high_contrast = False
        self._slots: list[Slot] = []
        self._fonts: dict[tuple[int, bool], tkfont.Font] = {}
        self._eyes = [canvas.create_image(0, 0, anchor="center", state="hidden") for _ in range(2)]
        self._eyes_shown: list[tuple[ImageTk.PhotoImage | None, float, float]] = [(None, 0.0, 0.0)] * 2
        self._pressed: Target | None = None

    def show(self, page: Page, high_contrast: bool) -> None:
        """Paints `page`: only what differs from what is there is touched."""
        self.page = page
        self.high_contrast = high_contrast
        self._pressed = None
        colours = load_theme().colours(high_contrast)
        self.canvas.configure(background=colours[page.ground])
        while len(self._slots) < len(page.items):
            self._slots.append(Slot(self.canvas))
            for eye in self._eyes:
                self.canvas.tag_raise(eye)
        for index, slot in enumerate(self._slots):
            self._fill(slot, page.items[index] if index < len(page.items) else None)

    def press(self, target: Target | None) -> None:
        """Shows `target` under a finger, and the one before at rest."""
        for one, down in ((self._pressed, False), (target, True)):
            if one is not None and one.sinks:
                for index in range(one.first, one.last):
                    self._fill(self._slots[index], self.page.items[index], down)
        self._pressed = target

    def face(self, expression: str, open_: float, glance: float, voice: float) -> None:
        """Draws the eyes: images swapped, then moved; eyes that stay as they are cost nothing."""
        where, most = self.page.eyes, load_theme().face.gaze.most
        for side, item in enumerate(self._eyes):
            shown: tuple[ImageTk.PhotoImage | None, float, float] = (None, 0.0, 0.0)
            if where is not None:
                eye = Eye(where.unit, expression, side, open_, round(glance * 2) / 2, voice)
                x = where.x + ((side - 0.5) * where.gap + eye.look.dx + glance * most) * where.unit
                y = where.y + eye.look.dy * where.unit
                shown = (self.eyes.get(eye, self.high_contrast), x, y)
            if shown != self._eyes_shown[side]:
                self._eyes_shown[side] = shown
                self._move_eye(item, *shown)

    def _move_eye(self, item: int, image: ImageTk.PhotoImage | None, x: float, y: float) -> None:
        self.canvas.itemconfigure(item, image=str(image or ""), state="normal" if image else "hidden")
        self.canvas.coords(item, x * self.scale, y * self.scale)

    def hit(self, x: float, y: float) -> Target | None:
        """The target at a place of the window."""
        px, py = x / self.scale, y / self.scale
        for target in reversed(self.page.targets):
            area = target.area
            if area.x <= px < area.right and area.y <= py < area.bottom:
                return target
        return None

    def font(self, size: float, bold: bool) -> tkfont.Font:
        """The font of a size in pixels; a LetanError when Tk gives another family."""
        key = (max(1, round(size * self.scale)), bold)
        if key not in self._fonts:
            font = tkfont.Font(family=FAMILY, size=-key[0], weight="bold" if bold else "normal")
            if font.actual("family") != FAMILY:
                raise LetanError(f"Tk shows {font.actual('family')} instead of {FAMILY}")
            self._fonts[key] = font
        return self._fonts[key]

    def _fill(self, slot: Slot, item: Item | None, down: bool = False) -> None:
        shift = float(load_theme().edge["press_shift"]) if down else 0.0
        shown = None if item is None else (item, self.high_contrast, shift)
        if slot.shown == shown:
            return
        before, slot.shown = slot.shown, shown
        if before is not None and type(before[0]) is not type(item):
            self._hide(slot, before[0])
        if isinstance(item, Box):
            self._fill_box(slot, item, shift)
        elif isinstance(item, Art):
            self._fill_art(slot, item, shift)
        elif isinstance(item, Text):
            self._fill_text(slot, item, shift)

    def _hide(self, slot: Slot, item: Item) -> None:
        if isinstance(item, Box):
            self.canvas.itemconfigure(slot.box, state="hidden")
        elif isinstance(item, Art):
            self.canvas.itemconfigure(slot.art, image="", state="hidden")
            slot.image = None
        else:
            self.canvas.itemconfigure(slot.text, text="", state="hidden")

    def _fill_box(self, slot: Slot, item: Box, shift: float) -> None:
        s, area = self.scale, item.area
        corners = (area.x, area.y + shift, area.right, area.bottom + shift)
        self.canvas.coords(slot.box, *(round(c * s) for c in corners))
        fill = load_theme().colours(self.high_contrast)[item.colour]
        self.canvas.itemconfigure(slot.box, fill=fill, state="normal")

    def _fill_art(self, slot: Slot, item: Art, shift: float) -> None:
        drawing = item.drawing.pressed() if shift and isinstance(item.drawing, Plate) else item.drawing
        image = self.pictures.get(drawing, self.high_contrast)
        self.canvas.coords(slot.art, round(item.x * self.scale), round((item.y + shift) * self.scale))
        self.canvas.itemconfigure(slot.art, image=str(image), state="normal")
        slot.image = image  # Tk forgets an image that nobody holds

    def _fill_text(self, slot: Slot, item: Text, shift: float) -> None:
        font = self.font(item.size, item.bold)
        down = font.metrics("descent")
        colour = load_theme().colours(self.high_contrast)[item.colour]
        anchor = {"w": "sw", "c": "s", "e": "se"}[item.align]
        self.canvas.coords(slot.text, item.x * self.scale, round((item.baseline + shift) * self.scale) + down)
        self.canvas.itemconfigure(
            slot.text, text=item.text, font=str(font), fill=colour, anchor=anchor, state="normal"
        )  # fmt: skip

    def counts(self) -> tuple[int, int]:
        """How many Canvas items and Tk images there are."""
        return len(self.canvas.find_all()), len(self.canvas.tk.splitlist(self.canvas.tk.call("image", "names")))

"""Help signs with tooltips for staff, who use a mouse; tooltips go before their widgets, or they would be left over."""

from __future__ import annotations

import tkinter as tk

from tktooltip import ToolTip

from hmi.fonts import FAMILY
from hmi.items import Hint
from hmi.paint import Icon
from hmi.pictures import Pictures
from hmi.theme import load_theme


class Hints:
    """The help signs of the page that is shown."""

    def __init__(self, canvas: tk.Canvas, scale: float) -> None:
        self.canvas, self.scale = canvas, scale
        self._shown: list[Hint] = []
        self._signs: list[tuple[ToolTip, tk.Label, int]] = []
        self._picture = Pictures(scale).get(Icon("help", 40, "ink2", "none"), False)

    def show(self, hints: list[Hint]) -> None:
        """Replaces the signs when they differ."""
        if hints == self._shown:
            return
        for tip, label, item in self._signs:
            tip.destroy()
            self.canvas.delete(item)
            label.destroy()
        self._shown = list(hints)
        self._signs = [self._make(hint) for hint in hints]

    def _make(self, hint: Hint) -> tuple[ToolTip, tk.Label, int]:
        colours = load_theme().palette
        label = tk.Label(self.canvas, image=str(self._picture), bd=0, highlightthickness=0, bg=colours["white"])
        item = self.canvas.create_window(hint.x * self.scale, hint.y * self.scale, window=label)
        size = max(12, round(28 * self.scale))
        tip = ToolTip(
            label, msg=hint.text, delay=0.3, follow=False, font=(FAMILY, -size), bg=colours["ink"],
            fg=colours["white"], padx=16, pady=12,
        )  # fmt: skip
        return tip, label, item

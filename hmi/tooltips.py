"""Help signs with tooltips for staff, who use a mouse; tooltips go before their widgets, or they would be left over."""

from __future__ import annotations

import tkinter as tk

from tktooltip import ToolTip

from hmi.fonts import FAMILY, width
from hmi.items import Tooltip
from hmi.paint import Icon
from hmi.pictures import Pictures
from hmi.theme import load_theme

SIZE, PAD, EDGE = 28, 16, 1900  # of the words, beside them, and where they end at the latest; pixels


class Tooltips:
    """The help signs of the page that is shown."""

    def __init__(self, canvas: tk.Canvas, scale: float) -> None:
        self.canvas = canvas
        self.scale = scale
        self._shown: tuple[list[Tooltip], bool] = ([], False)
        self._signs: list[tuple[ToolTip, tk.Label, int]] = []
        self._pictures = Pictures(scale)

    def show(self, tooltips: list[Tooltip], high_contrast: bool) -> None:
        """Replaces the signs when they differ."""
        if (tooltips, high_contrast) == self._shown:
            return
        for tip, label, item in self._signs:
            tip.destroy()
            self.canvas.delete(item)
            label.destroy()
        self._shown = (list(tooltips), high_contrast)
        self._signs = [self._make(tooltip, high_contrast) for tooltip in tooltips]

    def _make(self, tooltip: Tooltip, high_contrast: bool) -> tuple[ToolTip, tk.Label, int]:
        colours = load_theme().colours(high_contrast)
        picture = self._pictures.get(Icon("help", 40, "ink2", "none"), high_contrast)
        label = tk.Label(self.canvas, image=str(picture), bd=0, highlightthickness=0, bg=colours["white"])
        item = self.canvas.create_window(tooltip.x * self.scale, tooltip.y * self.scale, window=label)
        size = max(12, round(SIZE * self.scale))
        right = width(tooltip.text, SIZE, False) + 2 * PAD + tooltip.x
        aside = round(min(PAD, EDGE - right) * self.scale)  # the words stay on the screen
        tip = ToolTip(
            label, msg=tooltip.text, delay=0.3, follow=False, font=(FAMILY, -size), bg=colours["ink"],
            fg=colours["white"], padx=PAD, pady=12, x_offset=aside,
        )  # fmt: skip
        return tip, label, item

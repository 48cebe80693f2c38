"""Drawings turned into Tk images, kept while they are shown and a while longer."""

from __future__ import annotations

from collections import OrderedDict

from PIL import ImageTk

from hmi.paint import Drawing
from hmi.theme import load_theme

KEPT = 400  # images; a page shows about eighty
Key = tuple[Drawing, bool]


class Pictures:
    """The images of one window at one `scale`; the least recently shown are dropped first."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self._kept: OrderedDict[Key, ImageTk.PhotoImage] = OrderedDict()

    def get(self, drawing: Drawing, high_contrast: bool) -> ImageTk.PhotoImage:
        """The image of `drawing` in the palette in force."""
        key = (drawing, high_contrast)
        if key not in self._kept:
            image = drawing.draw(self.scale, load_theme().colours(high_contrast))
            self._kept[key] = ImageTk.PhotoImage(image)
        self._kept.move_to_end(key)
        return self._kept[key]

    def trim(self) -> None:
        """Drops what was not shown for long; call when the page is complete."""
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

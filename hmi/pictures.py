"""Drawings turned into Tk images, kept while they are shown and a while longer."""

from __future__ import annotations

from collections import OrderedDict

from PIL import ImageTk

from hmi.paint import Drawing
from hmi.theme import load_theme

PLATES, EYES = 400, 20  # images kept; a page shows about eighty, and blinks with ten
Key = tuple[Drawing, bool]


class Pictures:
    """The images of one window at one `scale`, at most `kept`; the least recently shown are dropped first."""

    def __init__(self, scale: float, kept: int = PLATES) -> None:
        self.scale = scale
        self.kept = kept
        self._kept: OrderedDict[Key, ImageTk.PhotoImage] = OrderedDict()

    def get(self, drawing: Drawing, high_contrast: bool) -> ImageTk.PhotoImage:
        """The image of `drawing` in the palette in force."""
        key = (drawing, high_contrast)
        if key not in self._kept:
            image = drawing.draw(self.scale, load_theme().colours(high_contrast))
            self._kept[key] = ImageTk.PhotoImage(image)
            if len(self._kept) > self.kept:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]

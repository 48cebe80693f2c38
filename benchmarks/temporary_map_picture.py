"""The picture of docs/localization.md: a drive a month after mapping, without and with the layer of what has moved.

Run: `python benchmarks/temporary_map_picture.py docs/slam/moved.png`
"""

from __future__ import annotations

import math
from itertools import pairwise
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from PIL import Image, ImageDraw

from robot.types import FloatArray, GridMap
from slam.localization import LocalizationConfig, Localizer
from slam.temporary_map import TemporaryMapConfig
from slam.testing import TOUR, Drive, changed_hall_walls, hall_map, hall_walls

SCALE, WIDTH, HEIGHT, RIM = 36, 20.0, 15.0, 0.5  # pixels a metre, metres
MAPPED, NOW, TRUE, SHOWN = (15, 42, 51), (214, 122, 60), (160, 190, 180), (200, 40, 60)
STANDS, GONE = (246, 200, 150), (170, 205, 240)


class Panel:
    """One drawing of the hall."""

    def __init__(self) -> None:
        size = (round((WIDTH + 2 * RIM) * SCALE), round((HEIGHT + 2 * RIM) * SCALE))
        self.image = Image.new("RGB", size, (255, 255, 255))
        self._draw = ImageDraw.Draw(self.image)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return (x + RIM) * SCALE, (HEIGHT + RIM - y) * SCALE

    def segments(self, walls: FloatArray, colour: tuple[int, int, int], width: int) -> None:
        """Walls (S, 4), metres."""
        for x0, y0, x1, y1 in walls.tolist():
            self._draw.line([self._at(x0, y0), self._at(x1, y1)], fill=colour, width=width)

    def cells(self, evidence: FloatArray, localizer: Localizer, colour: tuple[int, int, int]) -> None:
        """The layer's cells that count."""
        cell, (x0, y0) = localizer.temporary_map.config.cell, localizer.field.origin
        for row, col in np.argwhere(evidence >= localizer.temporary_map.config.trusted).tolist():
            left, bottom = self._at(x0 + col * cell, y0 + row * cell)
            self._draw.rectangle([left, bottom - cell * SCALE, left + cell * SCALE, bottom], fill=colour)

    def path(self, places: list[tuple[float, float]], colour: tuple[int, int, int], width: int) -> None:
        """A path, broken where the pose jumps."""
        for (x0, y0), (x1, y1) in pairwise(places):
            if math.hypot(x1 - x0, y1 - y0) < 0.5:
                self._draw.line([self._at(x0, y0), self._at(x1, y1)], fill=colour, width=width)


def panel(grid: GridMap, config: LocalizationConfig) -> Image.Image:
    """The drive with one configuration."""
    pairs = list(Drive(changed_hall_walls(), TOUR, seed=2, people=40))
    localizer, drawing = Localizer(grid, pairs[0][0], 1, config), Panel()
    shown = [localizer.update(observation).pose for _, observation in pairs]
    drawing.cells(localizer.temporary_map.gone, localizer, GONE)
    drawing.cells(localizer.temporary_map.stands, localizer, STANDS)
    drawing.segments(hall_walls(), MAPPED, 3)
    drawing.segments(changed_hall_walls(), NOW, 1)
    drawing.path([(truth.x, truth.y) for truth, _ in pairs], TRUE, 9)
    drawing.path([(pose.x, pose.y) for pose in shown], SHOWN, 3)
    return drawing.image


def main(out: Annotated[Path, typer.Argument(help="The PNG to write.")]) -> None:
    """Left without the layer, right with it."""
    grid = hall_map(hall_walls())
    forgetful = LocalizationConfig(temporary_map=TemporaryMapConfig(least_promise=math.inf))
    left, right = panel(grid, forgetful), panel(grid, LocalizationConfig())
    both = Image.new("RGB", (left.width + right.width + 20, left.height), (255, 255, 255))
    both.paste(left, (0, 0))
    both.paste(right, (left.width + 20, 0))
    both.save(out, optimize=True)


if __name__ == "__main__":
    typer.run(main)

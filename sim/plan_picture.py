"""The floor plan drawn with Pillow: the ground for the path picture, the GIF and the simulator's window."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageDraw

from centre.floor import Floor
from robot.types import Pose

INK, SHEET, JADE, CELADON, MARIGOLD, EDGE, LOTUS = (
    "#0F2A33", "#F3F8F5", "#0A564D", "#BFE0D3", "#FFD15C", "#74938A", "#A01D50",
)  # fmt: skip


@dataclass(frozen=True)
class PlanView:
    """From metres in `map` to pixels: `scale` px a metre, y down."""

    floor: Floor
    scale: float = 40.0
    margin: float = 0.7

    @property
    def size(self) -> tuple[int, int]:
        """Picture size in pixels."""
        width, height = self.floor.size
        return tuple(round((side + 2 * self.margin) * self.scale) for side in (width, height))  # type: ignore[return-value]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Pixel of a place."""
        return (x + self.margin) * self.scale, (self.floor.size[1] - y + self.margin) * self.scale

    def place(self, px: float, py: float) -> tuple[float, float]:
        """The place (m) at a pixel."""
        return px / self.scale - self.margin, self.floor.size[1] + self.margin - py / self.scale

    def ground(self) -> Image.Image:
        """The empty hall: areas, benches, counters with their door numbers, keep-out, dock, walls."""
        image = Image.new("RGB", self.size, SHEET)
        draw = ImageDraw.Draw(image)
        floor = self.floor
        for zone in floor.keep_out:
            draw.polygon([self.at(*corner) for corner in zone.polygon], fill="#FBE5E1")
        for place in floor.doors.values():
            self._box(draw, place.area, "#DFF0E8", None)
        for place in floor.doors.values():
            self._box(draw, place.station, CELADON, INK)
            for seat in place.seats:
                x, y = self.at(seat.x, seat.y)
                r = 0.2 * self.scale
                draw.rounded_rectangle((x - r, y - r, x + r, y + r), r / 2, fill="white", outline=EDGE)
        for piece in floor.furniture:
            self._box(draw, piece.box, "#C9DAD2", INK)
        self._box(draw, (floor.dock.x - 0.2, floor.dock.y - 0.4, floor.dock.x + 0.2, floor.dock.y - 0.2), JADE, None)
        for line in floor.walls:
            draw.line([self.at(*point) for point in line], fill=INK, width=max(2, round(0.08 * self.scale)))
        for door, place in floor.doors.items():
            x0, y0, x1, y1 = place.station
            draw.text(self.at((x0 + x1) / 2, (y0 + y1) / 2), door, fill=INK, anchor="mm", font_size=0.8 * self.scale)
        return image

    def _box(
        self, draw: ImageDraw.ImageDraw, box: tuple[float, float, float, float], fill: str, outline: str | None
    ) -> None:
        (x0, y1), (x1, y0) = self.at(box[0], box[1]), self.at(box[2], box[3])
        draw.rectangle((x0, y0, x1, y1), fill=fill, outline=outline)

    def disc(self, draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: str) -> None:
        """A filled circle of `radius` metres."""
        px, py = self.at(x, y)
        r = radius * self.scale
        draw.ellipse((px - r, py - r, px + r, py + r), fill=fill, outline=INK)

    def robot(self, draw: ImageDraw.ImageDraw, pose: Pose, radius: float) -> None:
        """The robot with its heading."""
        self.disc(draw, pose.x, pose.y, radius, JADE)
        tip = self.at(pose.x + radius * math.cos(pose.theta), pose.y + radius * math.sin(pose.theta))
        draw.line([self.at(pose.x, pose.y), tip], fill="white", width=max(2, round(0.07 * self.scale)))

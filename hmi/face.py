"""The robot's eyes: one image an eye, expression and blink step, and when they blink and where they look."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from PIL import Image, ImageChops, ImageDraw

from hmi.paint import FINE, Colours
from hmi.theme import Arc, EyeLook, load_theme

WIDE, HIGH = 1.2, 1.5  # the picture of one eye, in eye heights


@dataclass(frozen=True, slots=True)
class Eye:
    """One eye of `unit` pixels height; `open_` 0-1 is the blink, `glance` -1 to 1 moves its lights."""

    unit: float
    expression: str
    side: int  # 0 left, 1 right
    open_: float = 1.0
    glance: float = 0.0
    voice: float = 0.0  # -1 to 1, the pulse of the voice

    @property
    def look(self) -> EyeLook:
        """What the expression does to this eye."""
        return load_theme().face.expressions[self.expression][self.side]

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """Black eye, cut by cheek and lid, then its lights."""
        face, look = load_theme().face, self.look
        u = self.unit * scale * FINE
        size = (round(WIDE * self.unit * scale) * FINE, round(HIGH * self.unit * scale) * FINE)
        ink, light = Image.new("L", size, 0), Image.new("L", size, 0)
        if look.arc:
            _draw_arc(ink, face.arcs[look.arc], u)
        else:
            self._draw_open(ink, light, u)
        light = ImageChops.darker(light, ink)
        ink, light = ink.reduce(FINE), light.reduce(FINE)  # only the masks are fine: a large eye is drawn in 50 ms
        image = Image.new("RGBA", ink.size, colours[face.eye.colour])
        image.putalpha(ink)
        white = Image.new("RGBA", ink.size, colours["white"])
        white.putalpha(light)
        image.alpha_composite(white)
        return image

    def _draw_open(self, ink: Image.Image, light: Image.Image, u: float) -> None:
        face, look = load_theme().face, self.look
        cx, cy = ink.size[0] / 2, ink.size[1] / 2
        high = look.sy * self.open_ * (1 + look.pulse * self.voice)
        rx, ry = face.eye.rx * look.sx * u, face.eye.ry * high * u
        pen = ImageDraw.Draw(ink)
        pen.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=255)
        if look.cheek:
            top = cy + ry - 2 * ry * look.cheek
            wide, deep = face.cheek["rx"] * u, face.cheek["ry"] * u
            pen.ellipse((cx - wide, top, cx + wide, top + 2 * deep), fill=0)
        spots = ImageDraw.Draw(light)
        for spot in face.lights:
            x = cx + (spot.x * look.sx + face.gaze.lights_follow * self.glance * 0.5) * u
            y = cy + (spot.y * look.sy * self.open_ + look.lights_dy) * u
            a, b = spot.rx * u, spot.ry * u * self.open_
            spots.ellipse((x - a, y - b, x + a, y + b), fill=255)
        if look.lid:
            _draw_lid(pen, spots, look, (cx, cy, rx, ry), u)


def _draw_arc(ink: Image.Image, arc: Arc, u: float) -> None:
    cx, cy, half = ink.size[0] / 2, ink.size[1] / 2 + arc.dy * u, arc.width * u / 2
    pen = ImageDraw.Draw(ink)
    for step in range(121):
        angle = math.radians(arc.start + (arc.to - arc.start) * step / 120)
        x, y = cx + arc.rx * u * math.cos(angle), cy + arc.ry * u * math.sin(angle)
        pen.ellipse((x - half, y - half, x + half, y + half), fill=255)


def _draw_lid(
    pen: ImageDraw.ImageDraw,
    spots: ImageDraw.ImageDraw,
    look: EyeLook,
    eye: tuple[float, float, float, float],
    u: float,
) -> None:
    cx, cy, rx, ry = eye
    lid = load_theme().face.lid
    y = cy - ry + 2 * ry * look.lid
    along = (math.cos(math.radians(look.tilt)), math.sin(math.radians(look.tilt)))
    up = (along[1], -along[0])
    reach, half = rx * lid["reach"] * 1.15, lid["line"] * u / 2
    ends = [(cx + s * reach * along[0], y + s * reach * along[1]) for s in (-1, 1)]
    far = [(x + up[0] * 2 * u, y + up[1] * 2 * u) for x, y in reversed(ends)]
    pen.polygon([*ends, *far], fill=0)
    pen.line(ends, fill=255, width=round(2 * half))
    for x, end_y in ends:
        pen.ellipse((x - half, end_y - half, x + half, end_y + half), fill=255)
    spots.line([(x + up[0] * half, y + up[1] * half) for x, y in ends], fill=0, width=round(half * 2))


@dataclass(slots=True)
class Mood:
    """What the eyes do by themselves: they blink every few seconds and glance in `gaze.ms`; seconds of wall time."""

    gaze: float = 0.0
    _from: float = 0.0
    _since: float = 0.0
    _blink_at: float = 3.0
    _chance: random.Random = field(default_factory=random.Random)

    def look_at(self, gaze: float, now: float) -> None:
        """Starts a glance towards `gaze`, -1 to 1."""
        if gaze != self.gaze:
            self._from = self.glance(now)
            self._since = now
            self.gaze = gaze

    def glance(self, now: float) -> float:
        """Where the eyes are on their way."""
        share = min(max((now - self._since) * 1000 / load_theme().face.gaze.ms, 0.0), 1.0)
        return self._from + (self.gaze - self._from) * share * share * (3 - 2 * share)

    def open_(self, now: float, expression: str) -> float:
        """How open the eyes are: one of the blink heights. Listening eyes do not blink."""
        blink = load_theme().face.blink
        close, total = blink.close_ms / 1000, (blink.close_ms + blink.open_ms) / 1000
        if now > self._blink_at + total:
            self._blink_at = now + self._chance.uniform(*blink.every_s)
        since = now - self._blink_at
        if since < 0 or expression == "listening":
            return 1.0
        share = since / close if since < close else 1 - (since - close) / (total - close)
        return blink.heights[round(min(max(share, 0), 1) * (len(blink.heights) - 1))]

    def voice(self, now: float) -> float:
        """A slow pulse for speaking eyes, one of five heights."""
        return round(2 * math.sin(now * 9)) / 2

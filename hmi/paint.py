"""Anti-aliased drawings for the Canvas: plates, icons, rings and codes, made with Pillow at four times the size."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

import qrcode
from PIL import Image, ImageDraw

from hmi.theme import NONE, Stroke, load_icons, load_theme

FINE = 4  # supersampling
Colours = dict[str, str]


class Drawing(Protocol):
    """A hashable recipe; `draw` makes its RGBA image at `scale` with the palette in force."""

    def draw(self, scale: float, colours: Colours) -> Image.Image: ...

    def __hash__(self) -> int: ...


def canvas(w: float, h: float, scale: float) -> tuple[Image.Image, ImageDraw.ImageDraw, float]:
    """An empty fine image, its pen, and how many fine pixels one pixel of the page is."""
    unit = scale * FINE
    fine = (max(1, round(w * scale)) * FINE, max(1, round(h * scale)) * FINE)
    image = Image.new("RGBA", fine, (0, 0, 0, 0))
    return image, ImageDraw.Draw(image), unit


def finish(image: Image.Image) -> Image.Image:
    """The fine image reduced; colours are weighted by their alpha, so that borders do not darken."""
    small = image.convert("RGBa").reduce(FINE)
    return small.convert("RGBA")


@lru_cache(maxsize=256)
def _rounded_mask(w: int, h: int, radius: int) -> Image.Image:
    mask = Image.new("L", (w, h), 255)
    r = min(radius, w // 2, h // 2)
    if r > 0:
        corner = Image.new("L", (r * FINE, r * FINE), 0)
        ImageDraw.Draw(corner).ellipse((0, 0, 2 * r * FINE - 1, 2 * r * FINE - 1), fill=255)
        small = corner.reduce(FINE)
        for turn, place in ((0, (0, 0)), (90, (0, h - r)), (180, (w - r, h - r)), (270, (w - r, 0))):
            mask.paste(small.rotate(turn), place)
    return mask


def _lay(image: Image.Image, box: tuple[int, int, int, int], radius: int, colour: str) -> None:
    x0, y0, x1, y1 = box
    if x1 > x0 and y1 > y0:
        layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
        layer.paste(Image.new("RGBA", (x1 - x0, y1 - y0), colour), (x0, y0), _rounded_mask(x1 - x0, y1 - y0, radius))
        image.alpha_composite(layer)


@dataclass(frozen=True, slots=True)
class Plate:
    """A card, tile, button or pill: a rounded face, its edge, and the lip below what can be touched."""

    w: float
    h: float
    face: str
    edge: str = NONE
    edge_w: float = 0.0
    lip: str = NONE
    lip_h: float = 0.0
    radius: float = 32.0

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """Lip, edge and face upon each other."""
        w, h, lip = round(self.w * scale), round(self.h * scale), round(self.lip_h * scale)
        image = Image.new("RGBA", (max(w, 1), max(h, 1)), (0, 0, 0, 0))
        radius, edge = round(self.radius * scale), round(self.edge_w * scale) if self.edge != NONE else 0
        if self.lip != NONE and lip:
            _lay(image, (0, lip, w, h), radius, colours[self.lip])
        if edge:
            _lay(image, (0, 0, w, h - lip), radius, colours[self.edge])
        if self.face != NONE:
            _lay(image, (edge, edge, w - edge, h - lip - edge), radius - edge, colours[self.face])
        return image

    def pressed(self) -> Plate:
        """The plate under a finger: lower, nearly without lip, and of another shade."""
        edge = load_theme().edge
        solid = {"jade": "jade_lip", "lotus": "lotus_lip", "marigold": "marigold_mist"}
        face = solid.get(self.face, "mist")
        return replace(self, h=self.h - edge["press_shift"], lip_h=edge["lip_pressed"], face=face)


@dataclass(frozen=True, slots=True)
class Corner:
    """The upper left (or right) corner of the sheet."""

    radius: float
    colour: str
    right: bool = False
    edge: str = NONE

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """A quarter of a disc, with a line of two pixels where there is an edge."""
        r = round(self.radius * scale)
        whole = Image.new("RGBA", (2 * r, 2 * r), (0, 0, 0, 0))
        inner = 0 if self.edge == NONE else max(1, round(2 * scale))
        if inner:
            _lay(whole, (0, 0, 2 * r, 2 * r), r, colours[self.edge])
        _lay(whole, (0, inner, 2 * r, 2 * r), r, colours[self.colour])
        return whole.crop((r, 0, 2 * r, r) if self.right else (0, 0, r, r))


@dataclass(frozen=True, slots=True)
class Oval:
    """A filled ellipse with an edge inside its border."""

    w: float
    h: float
    face: str
    edge: str = NONE
    edge_w: float = 0.0

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """The ellipse, filling the image."""
        image, pen, unit = canvas(self.w, self.h, scale)
        x, y = image.size
        inner = self.edge_w * unit if self.edge != NONE else 0
        if inner:
            pen.ellipse((0, 0, x - 1, y - 1), fill=colours[self.edge])
        if self.face != NONE:
            pen.ellipse((inner, inner, x - 1 - inner, y - 1 - inner), fill=colours[self.face])
        return finish(image)


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle line of which `share` is filled, clockwise from the top."""

    size: float
    width: float
    share: float
    colour: str
    rest: str

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """The rest, the share, and its two round ends."""
        image, pen, unit = canvas(self.size, self.size, scale)
        n, wide = image.size[0], self.width * unit
        box = (0, 0, n - 1, n - 1)
        pen.arc(box, 0, 360, fill=colours[self.rest], width=round(wide))
        if self.share > 0:
            pen.arc(box, -90, -90 + 360 * min(self.share, 1), fill=colours[self.colour], width=round(wide))
            for angle in (-90.0, -90 + 360 * min(self.share, 1)):
                x = n / 2 + (n - wide) / 2 * math.cos(math.radians(angle))
                y = n / 2 + (n - wide) / 2 * math.sin(math.radians(angle))
                pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=colours[self.colour])
        return finish(image)


@dataclass(frozen=True, slots=True)
class Qr:
    """A code of `text`, black on light whatever the mode; on a light card a narrow border is quiet enough."""

    text: str
    size: float
    border: int = 4  # modules
    paper: str = "#FFFFFF"

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """Whole pixels a module as far as they go, centred."""
        code = qrcode.QRCode(border=self.border, error_correction=qrcode.constants.ERROR_CORRECT_M)
        code.add_data(self.text)
        code.make(fit=True)
        rows = code.get_matrix()
        n, side = len(rows), max(round(self.size * scale), 1)
        small = Image.new("L", (n, n), 255)
        small.putdata([0 if dark else 255 for row in rows for dark in row])
        fit = max(side // n, 1) * n if side >= n else side
        image = Image.new("L", (side, side), 255)
        image.paste(small.resize((fit, fit), Image.Resampling.NEAREST), ((side - fit) // 2, (side - fit) // 2))
        light = Image.new("RGBA", image.size, self.paper)
        light.paste(Image.new("RGBA", image.size, "#000000"), (0, 0), image.point(lambda v: 255 - v))
        return light


@dataclass(frozen=True, slots=True)
class Icon:
    """An icon of icons.yaml in a square of `size`, on a disc of `disc` pixels if there is one."""

    name: str
    size: float
    line: str = "ink"
    fill: str = "celadon"
    disc: float = 0.0
    disc_face: str = "mist"
    disc_edge: str = NONE
    weight: float = 1.0  # of the strokes

    @property
    def side(self) -> float:
        """The side of the whole picture."""
        return max(self.size, self.disc)

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """The disc, then stroke by stroke."""
        image, pen, unit = canvas(self.side, self.side, scale)
        if self.disc:
            x, y = image.size
            edge = 4 * unit if self.disc_edge != NONE else 0
            if edge:
                pen.ellipse((0, 0, x - 1, y - 1), fill=colours[self.disc_edge])
            if self.disc_face != NONE:
                pen.ellipse((edge, edge, x - 1 - edge, y - 1 - edge), fill=colours[self.disc_face])
        k = self.size * unit / load_theme().icon["grid"]
        shift = (self.side - self.size) * unit / 2
        named = {"line": colours[self.line], "fill": _plain(self.fill, colours), "white": _plain("white", colours)}
        for stroke in load_icons()[self.name]:
            draw_stroke(pen, stroke, k, shift, named, self.weight)
        return finish(image)


def _plain(name: str, colours: Colours) -> str | None:
    return None if name == NONE else colours[name]


def draw_stroke(
    pen: ImageDraw.ImageDraw, stroke: Stroke, k: float, shift: float, named: dict[str, str | None], weight: float = 1
) -> None:
    """One shape of an icon: filled, then outlined with round caps and joins."""
    wide = (stroke.width or load_theme().icon["stroke"]) * k * weight
    points = _points(stroke, k, shift)
    closed = stroke.line is None and (stroke.arc is None or stroke.to - stroke.start >= 360)
    fill = named.get(stroke.fill)
    if closed and fill is not None and stroke.arc is None:
        pen.polygon(points, fill=fill)
    if stroke.outline != NONE:
        pen.line([*points, points[0]] if closed else points, fill=named["line"], width=round(wide))
        for x, y in points:
            pen.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), fill=named["line"])


def _points(stroke: Stroke, k: float, shift: float) -> list[tuple[float, float]]:
    flat = stroke.line or stroke.polygon
    if flat:
        found = list(zip(flat[::2], flat[1::2], strict=True))
    elif stroke.rect:
        found = _rounded_outline(*stroke.rect, stroke.radius)
    else:
        cx, cy, rx, ry = stroke.oval or stroke.arc or (0, 0, 0, 0)
        start, to = (0.0, 360.0) if stroke.oval else (stroke.start, stroke.to)
        found = on_ellipse(cx, cy, rx, ry, start, to)
    return [(x * k + shift, y * k + shift) for x, y in found]


def on_ellipse(cx: float, cy: float, rx: float, ry: float, start: float, to: float) -> list[tuple[float, float]]:
    count = max(4, round((to - start) / 3))
    turns = [math.radians(start + (to - start) * i / count) for i in range(count + 1)]
    return [(cx + rx * math.cos(a), cy + ry * math.sin(a)) for a in turns]


def _rounded_outline(x0: float, y0: float, x1: float, y1: float, r: float) -> list[tuple[float, float]]:
    if r <= 0:
        return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
    corners = ((x1 - r, y0 + r, -90), (x1 - r, y1 - r, 0), (x0 + r, y1 - r, 90), (x0 + r, y0 + r, 180))
    return [point for cx, cy, start in corners for point in on_ellipse(cx, cy, r, r, start, start + 90)]

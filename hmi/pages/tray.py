"""The page that offers water and candy, with a drawing of the tray."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from hmi.items import Rect
from hmi.pages.draft import Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import disc, standard
from hmi.paint import Colours, Icon, canvas, draw_stroke, finish
from hmi.theme import load_icons
from robot.pages import DrinksContent

CUPS, CANDIES = 4, 6  # as many as are drawn


@dataclass(frozen=True, slots=True)
class TrayArt:
    """A tray with cups of water and a heap of candies, on a grid of 1000 x 360."""

    cups: int
    candies: int
    w: float
    h: float

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """Cups left, candies right, the tray before them."""
        image, pen, _ = canvas(self.w, self.h, scale)
        k = min(image.size[0] / 1000, image.size[1] / 360)
        for i in range(min(self.cups, CUPS)):
            _cup(pen, 168 + i * 178 - (70 if self.cups >= CUPS else 0), k, colours)
        heap = ((0, 0), (142, 0), (71, -86), (142, -172), (213, -86), (284, 0))
        for i in range(min(self.candies, CANDIES)):
            x, y = heap[i]
            _candy(pen, 644 + x, 175 + y, ("marigold", "r1", "r5")[i % 3], k, colours)
        _tray(pen, k, colours)
        return finish(image)


def _cup(pen: ImageDraw.ImageDraw, x: float, k: float, colours: Colours) -> None:
    def at(*points: tuple[float, float]) -> list[tuple[float, float]]:
        return [((x + px) * k, py * k) for px, py in points]

    pen.polygon(at((-66, 20), (66, 20), (48, 296), (-48, 296)), fill=colours["white"])
    pen.polygon(at((-60, 100), (60, 100), (48, 296), (-48, 296)), fill=colours["sky"])
    for line in (at((-66, 20), (-48, 296)), at((66, 20), (48, 296)), at((-78, 18), (78, 18)), at((-60, 98), (60, 98))):
        pen.line(
            line,
            fill=colours["ink"],
            width=round(9 * k) if line[0][1] != line[1][1] or line[0][1] < 40 * k else round(4 * k),
        )
    for rim in at((-78, 18), (78, 18)):
        pen.ellipse((rim[0] - 5 * k, rim[1] - 5 * k, rim[0] + 5 * k, rim[1] + 5 * k), fill=colours["ink"])
    pen.line(at((-26, 124), (-20, 220)), fill=colours["white"], width=round(9 * k))


def _candy(pen: ImageDraw.ImageDraw, x: float, y: float, colour: str, k: float, colours: Colours) -> None:
    one = 1.575 * k
    named: dict[str, str | None] = {"line": colours["ink"], "fill": colours[colour], "white": colours["white"]}
    moved = _Moved(pen, x * k, y * k)
    for stroke in load_icons()["candy"]:
        draw_stroke(moved, stroke, one, 0, named)  # type: ignore[arg-type]


class _Moved:
    """A pen whose origin is elsewhere."""

    def __init__(self, pen: ImageDraw.ImageDraw, x: float, y: float) -> None:
        self._pen = pen
        self._x = x
        self._y = y

    def _shift(self, points: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(px + self._x, py + self._y) for px, py in points]

    def polygon(self, points: list[tuple[float, float]], fill: str) -> None:
        self._pen.polygon(self._shift(points), fill=fill)

    def line(self, points: list[tuple[float, float]], fill: str, width: int) -> None:
        self._pen.line(self._shift(points), fill=fill, width=width)

    def ellipse(self, box: tuple[float, float, float, float], fill: str) -> None:
        x0, y0, x1, y1 = box
        self._pen.ellipse((x0 + self._x, y0 + self._y, x1 + self._x, y1 + self._y), fill=fill)


def _tray(pen: ImageDraw.ImageDraw, k: float, colours: Colours) -> None:
    for shift, colour in ((10, "jade_lip"), (0, "jade")):
        for x0, x1 in ((16, 70), (984, 930)):
            pen.line(
                [(x0 * k, (244 + shift) * k), (x1 * k, (312 + shift) * k)], fill=colours[colour], width=round(30 * k)
            )
            for x, y in ((x0, 244 + shift), (x1, 312 + shift)):
                pen.ellipse(((x - 15) * k, (y - 15) * k, (x + 15) * k, (y + 15) * k), fill=colours[colour])
        box = (56 * k, (296 + shift) * k, 944 * k, (346 + shift) * k)
        pen.rounded_rectangle(box, radius=24 * k, fill=colours[colour])


@draws("drinks")
def drinks(d: Draft, content: DrinksContent) -> None:
    """What is on the tray and where; taken, or no thanks."""
    standard(d, d.t("drinks.title"), d.sub("drinks.title", in_head=True))
    left, right = d.body.cut(right=760), d.body.cut(left=1064)
    d.card(left, "mist")
    top = 156.0 if d.roomy else 90.0
    for x, key in ((left.x + 350, "water"), (left.x + 804, "candy")):
        words = [Par(d.t(f"drinks.{key}"), 56, True), Par(d.sub(f"drinks.{key}"), 40, colour="ink2")]
        d.block(Rect(x - 190, left.y + 20, 380, top - 20), words, "c")
    high = left.h - top - 150
    wide = min(left.w - 40, high * 1000 / 360)
    high = wide * 0.36
    d.art(left.centre[0] - wide / 2, left.bottom - 126 - high, TrayArt(content.cups, content.candies, wide, high))
    d.block(Rect(left.x, left.bottom - 116, left.w, 100), [Par(d.t("drinks.where"), 52, True)], "c")
    buttons = Rect(right.x, right.bottom - 288, right.w, 288).rows(2, 32)
    d.button(buttons[0], "primary", d.t("drinks.taken"), "taken", icon="check", size=52)
    d.button(buttons[1], "tile", d.t("drinks.decline"), "decline", icon="close", size=48)
    _note(d, right.cut(bottom=320))


def _note(d: Draft, area: Rect) -> None:
    d.card(area)
    if area.h < 200:
        disc(d, "tray", area.x + 100, area.centre[1], min(120, area.h - 16))
        d.block(area.cut(left=190, right=16), [Par(d.t("drinks.help"), 48, True, lines=2)])
        return
    upper, lower = area.parts((222, 134), 0)
    size = min(120.0, upper.h - 16)
    disc(d, "tray", area.x + 100, upper.centre[1], size)
    d.block(upper.cut(left=190, right=16), [Par(d.t("drinks.help"), 48, True, lines=2)])
    d.box(Rect(area.x + 40, lower.y, area.w - 80, 3), "hair")
    size = min(100.0, lower.h - 12)
    d.icon("coin", area.x + 100, lower.centre[1], Icon("", size * 0.6, disc=size))
    d.line(d.t("drinks.free"), area.x + 190, lower.centre[1], 48, False, room=330)
    d.line(d.sub("drinks.free"), area.right - 40, lower.centre[1], 40, False, colour="ink2", align="e", room=180)

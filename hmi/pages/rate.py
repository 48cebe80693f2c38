"""Pages after the service: five faces, and what went wrong."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from hmi.items import Rect
from hmi.pages.draft import Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import check, disc, standard
from hmi.paint import Colours, canvas, finish, on_ellipse
from hmi.theme import load_theme
from robot.pages import RatingContent, ReasonsContent, Tile


@dataclass(frozen=True, slots=True)
class RatingArt:
    """The round face of one level, "5" to "1", on a grid of 100."""

    level: str
    size: float

    def draw(self, scale: float, colours: Colours) -> Image.Image:
        """Disc, eyes, brows and mouth."""
        image, pen, _ = canvas(self.size, self.size, scale)
        k, face, ink = image.size[0] / 100, load_theme().ratings[self.level], colours["ink"]
        pen.ellipse((0, 0, 100 * k - 1, 100 * k - 1), fill=ink)
        pen.ellipse((2.6 * k, 2.6 * k, 97.4 * k, 97.4 * k), fill=colours[face.colour])
        for x in (32.5, 67.5):
            if face.eyes == "arcs":
                _arc(pen, (x, 42, 9, 8), 190, 350, k, ink)
            else:
                pen.ellipse(((x - 5) * k, 34 * k, (x + 5) * k, 47 * k), fill=ink)
        if face.brows:
            _stroke(pen, [(22, 28), (38, 20)], k, ink)
            _stroke(pen, [(62, 20), (78, 28)], k, ink)
        _mouth(pen, face.mouth, k, ink, colours["r1"])
        return finish(image)


def _mouth(pen: ImageDraw.ImageDraw, mouth: str, k: float, ink: str, tongue: str) -> None:
    if mouth == "open":
        pen.pieslice((27 * k, 32 * k, 73 * k, 80 * k), 0, 180, fill=ink)
        pen.ellipse((39 * k, 66 * k, 61 * k, 78 * k), fill=tongue)
    elif mouth == "line":
        _stroke(pen, [(33, 69), (67, 69)], k, ink)
    else:
        ellipse, start, to = {
            "smile": ((50, 54, 21, 20), 25, 155),
            "frown": ((50, 84, 20, 16), 215, 325),
            "deep_frown": ((50, 84, 22, 18), 205, 335),
        }[mouth]
        _arc(pen, ellipse, start, to, k, ink)


def _arc(
    pen: ImageDraw.ImageDraw, at: tuple[float, float, float, float], start: int, to: int, k: float, ink: str
) -> None:
    _stroke(pen, on_ellipse(*at, start, to), k, ink)


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], k: float, ink: str) -> None:
    half = 2.5
    pen.line([(x * k, y * k) for x, y in points], fill=ink, width=round(2 * half * k))
    for x, y in points:
        pen.ellipse(((x - half) * k, (y - half) * k, (x + half) * k, (y + half) * k), fill=ink)


@draws("rating")
def rating(d: Draft, content: RatingContent) -> None:
    """Five faces with words; anonymous; skip."""
    standard(d, d.t("rating.title"), d.sub("rating.title", in_head=True))
    area = d.body
    faces = area.cut(top=8, bottom=160)
    for cell, level in zip(faces.columns(5, 32), load_theme().ratings, strict=True):
        with d.touch(cell, "tile", "rate", level) as face:
            size = min(240.0, face.h * 0.48)
            d.art(face.centre[0] - size / 2, face.y + face.h * 0.06, RatingArt(level, size))
            lower = face.cut(top=face.h * 0.08 + size, bottom=8).inset(12, 0)
            sub = d.sub(f"rating.{level}")
            d.block(lower.cut(bottom=64 if sub else 0), [Par(d.t(f"rating.{level}"), 48, True, lines=2)], "c")
            d.block(lower.cut(top=lower.h - 68, bottom=12), [Par(sub, 40, colour="ink2")], "c")
    y = area.bottom - 64
    disc(d, "lock", area.x + 44, y, 88)
    d.block(Rect(area.x + 112, y - 56, 1220, 112), [Par(d.t("rating.anonymous"), 44, lines=2)])
    skip = Rect(area.right - 424, area.bottom - 128, 424, 128)
    d.button(skip, "tile", d.t("skip"), "skip", icon="next", after=True)


@draws("reasons")
def reasons(d: Draft, content: ReasonsContent) -> None:
    """Tiles of which several may be chosen; say it, skip, send."""
    standard(d, d.t("reasons.title"), d.sub("reasons.title", in_head=True))
    area = d.body
    grid = [cell for row in area.cut(bottom=144).rows(2, 32) for cell in row.columns(3, 32)]
    for cell, reason in zip(grid, content.reasons, strict=False):
        _reason(d, cell, reason, reason.id in content.chosen)
    buttons = Rect(area.x, area.bottom - 112, area.w, 112).columns(3, 32)
    d.button(buttons[0], "voice_soft", d.t("reasons.speak"), "speak", icon="mic")
    d.button(buttons[1], "tile", d.t("skip"), "skip", icon="next", after=True)
    count = len(content.chosen)
    send = d.t("reasons.send", count=d.t(f"count.{count}")) if 1 < count <= 8 else d.t("reasons.send_one")
    if count:
        d.button(buttons[2], "primary", send, "send", icon="check")
    else:
        d.card(buttons[2], "sheet", 28, "hair")
        d.block(buttons[2].inset(20, 0), [Par(d.t("reasons.choose"), 40, colour="ink2")], "c")


def _reason(d: Draft, area: Rect, reason: Tile, chosen: bool) -> None:
    with d.touch(area, "tile", "reason", reason.id, chosen=chosen) as face:
        size = min(124.0, face.h - 24)
        disc(d, reason.icon, face.x + 28 + size / 2, face.centre[1], size, face="white" if chosen else "mist")
        lines = [Par(reason.name, 48, True, lines=2), Par(reason.detail if d.roomy else "", 40, colour="ink2")]
        d.block(face.cut(left=size + 56, right=16 if d.roomy else 76).inset(0, 8), lines)
        check(d, face.right - 46, face.y + 44, 48, chosen)

"""What many pages share: head with eyes, sheet, foot, door sign, tiles."""

from __future__ import annotations

from hmi.fonts import fit, width
from hmi.items import Rect
from hmi.pages.draft import FOOT_LINE, SCREEN, Draft, Par
from hmi.paint import Corner, Icon, Oval, Plate, Qr
from hmi.theme import load_theme
from robot.pages import Tile


def sheet(d: Draft, foot: bool = True) -> None:
    """The desk: a sheet with two round upper corners, from the head down; a hair line parts the foot."""
    radius = load_theme().regions["sheet_radius"]
    d.box(Rect(0, d.head + radius, 1920, 1080 - d.head - radius), "sheet")
    d.box(Rect(radius, d.head, 1920 - 2 * radius, radius), "sheet")
    edge = "hair" if d.modes.high_contrast else "none"
    d.art(0, d.head, Corner(radius, "sheet", False, edge))
    d.art(1920 - radius, d.head, Corner(radius, "sheet", True, edge))
    if d.modes.high_contrast:
        d.box(Rect(radius, d.head, 1920 - 2 * radius, 2), "hair")
    if foot:
        d.box(Rect(0, FOOT_LINE, 1920, 3), "hair")


def head(d: Draft, title: str, sub: str) -> None:
    """The eyes and, to their right, what the robot says."""
    if d.modes.low:
        d.head = load_theme().modes.low.head
        sheet(d)
        d.eyes(296, 236, "low")
        d.block(Rect(560, 60, 1296, 300), [Par(title, 80, True, lines=2), Par(sub, 48, colour="ink2")])
        return
    sheet(d)
    d.eyes(165, 108, "head")
    if sub:
        d.line(title, 310, 69, 64, True, room=1546)
        d.line(sub, 310, 143, 40, False, colour="ink2", room=1546)
    else:
        d.block(Rect(310, 16, 1546, 168), [Par(title, 64, True, lines=2)])


def tall_head(d: Draft, title: str, sub: str, high: float, where: str, size: float = 96, *, foot: bool = True) -> None:
    """The eyes above a centred line."""
    d.head = high
    sheet(d, foot)
    d.eyes(960, 124 if where == "welcome" else 118, where)
    d.line(title, 960, high * 0.65, size, True, align="c", room=1792)
    d.line(sub, 960, high * 0.65 + 98, 48, False, colour="ink2", align="c", room=1792)


def foot(d: Draft, left: bool = True) -> None:
    """The buttons that are always there; `left` are back and home."""
    y = 960.0
    if left:
        d.button(Rect(64, y, 276, 104), "tile", d.t("foot.back"), "back", icon="back", size=40)
        d.button(Rect(372, y, 316, 104), "tile", d.t("foot.home"), "home", icon="home", size=40)
    wide = (268, 268, 408) if d.language == "vi" else (312, 320, 312)
    kinds = (("easy_view", "text", "tile"), ("language", "globe", "tile"), ("call_staff", "bell", "help"))
    x = 848.0
    for w, (action, icon, style) in zip(wide, kinds, strict=True):
        d.button(Rect(x, y, w, 104), style, d.t(f"foot.{action}"), action, icon=icon, size=40)
        x += w + 32


def standard(d: Draft, title: str, sub: str) -> None:
    """Head, sheet and foot of most pages."""
    head(d, title, sub)
    foot(d)


def door_sign(d: Draft, area: Rect, door: str, size: float, word: bool = False, radius: float = 24) -> None:
    """The door's number, white on ink, as on the door; `word` writes "door" above it."""
    d.card(area, "ink", radius)
    x, _ = area.centre
    if not word:
        d.line(door, x, area.centre[1], size, True, colour="white", align="c", room=area.w - 16, least=24)
        return
    d.line(d.t("door"), x, area.y + area.h * 0.2, size * 0.32, True, colour="white", align="c", room=area.w - 24)
    d.line(door, x, area.y + area.h * 0.63, size, True, colour="white", align="c", room=area.w - 24, least=40)


def disc(d: Draft, name: str, x: float, y: float, size: float, *, face: str = "mist", line: str = "ink", fill: str = "celadon", edge: str = "none") -> None:  # noqa: E501  # fmt: skip
    """An icon on its round disc; in high contrast the icon alone, larger."""
    if d.modes.high_contrast and face in ("mist", "lotus_disc", "white"):
        d.icon(name, x, y, Icon("", size * 0.8, line, "none" if face == "lotus_disc" else "white"))
        return
    d.icon(name, x, y, Icon("", size * load_theme().icon["in_disc"], line, fill, size, face, edge))


def check(d: Draft, x: float, y: float, size: float, on: bool = True) -> None:
    """A round badge: checked on jade, or an empty ring."""
    if on:
        d.icon("check", x, y, Icon("", size * 0.6, "white", "none", size, "jade"))
    else:
        d.art(x - size / 2, y - size / 2, Oval(size, size, "white", "edge", 3))


def tile(d: Draft, area: Rect, item: Tile, action: str, style: str = "tile", chosen: bool = False) -> None:
    """A tile with icon, name and a sub line."""
    with d.touch(area, style, action, item.id, chosen=chosen) as face:
        size = min(108.0, face.h - 20)
        if face.h < 110:
            d.icon(item.icon, face.x + 62, face.centre[1], Icon("", 60))
            left = 116.0
        else:
            disc(d, item.icon, face.x + 24 + size / 2, face.centre[1], size, face="white" if chosen else "mist")
            left = size + 52.0
        room = face.cut(left=left, right=20).inset(0, 4)
        detail = d.detail(item.detail) if face.h >= 110 else ""
        two = 2 if face.h >= 180 or not detail else 1
        d.block(room, [Par(item.name, 48, True, lines=two), Par(detail, 40, colour="ink2")])


def tiles(
    d: Draft, area: Rect, items: tuple[Tile, ...], action: str, columns: int = 2, *, has_more: bool = False
) -> None:
    """Up to eight tiles, four in large text; "more" turns the page, and asks for further tiles when all were seen."""
    a_page = load_theme().modes.large_text.tiles_a_page if d.modes.large_text else 8
    pages = max(-(-len(items) // a_page), 1)
    page = d.turn % pages
    if pages > 1 or has_more:
        asks = has_more and page == pages - 1
        lower = Rect(area.x, area.bottom - 104, area.w, 104)
        d.button(lower, "tile", d.t("more"), "more" if asks else TURN, icon="next", after=True)
        area = area.cut(bottom=136)
    items = items[page * a_page : (page + 1) * a_page]
    rows = max(-(-len(items) // columns), 2)
    grid = [cell for row in area.rows(rows, 32) for cell in row.columns(columns, 32)]
    for cell, item in zip(grid, items, strict=False):
        tile(d, cell if cell.h < 240 else Rect(cell.x, cell.y, cell.w, min(cell.h, 240)), item, action)


TURN = "_turn"  # answered by the window itself: the page's next turn


def whole(d: Draft, action: str) -> None:
    """The whole screen is one target."""
    d.area_target(SCREEN, action)


def code(d: Draft, x: float, y: float, side: float, words: str, paper: str) -> None:
    """A QR code on a card of the colour `paper`, or with its own border where the card is dark."""
    dark = d.modes.high_contrast
    d.art(x, y, Qr(words, side, 4 if dark else 1, "#FFFFFF" if dark else load_theme().palette[paper]))


def pill(d: Draft, area: Rect, icon: str, words: str, size: float, face: str = "white", fill: str = "white") -> None:
    """One line with an icon, centred in a pill."""
    if face != "none":
        d.art(area.x, area.y, Plate(area.w, area.h, face, radius=84))
    side = size * 1.05
    shown, lines = fit(words, d.px(size), True, area.w - 96 - side - 24, 1, 40)
    wide = width(lines[0], shown, True)
    x = area.x + (area.w - wide - side - 24) / 2
    d.icon(icon, x + side / 2, area.centre[1], Icon("", side, fill=fill, weight=1.15))
    d.line(lines[0], x + side + 24, area.centre[1], size, True, room=area.w - 96 - side - 24)

"""The page that finds a procedure by a few letters."""

from __future__ import annotations

from hmi.items import Rect
from hmi.pages.draft import Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import standard
from hmi.paint import Icon
from robot.pages import SearchContent, Tile

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@draws("search")
def search(d: Draft, content: SearchContent) -> None:
    """What was typed, up to three finds, and the keys; letters without marks are enough."""
    standard(d, d.t("search.title"), d.sub("search.title", in_head=True))
    area = d.body
    if d.modes.low:
        upper, keys = area.cut(bottom=area.h - 100), area.cut(top=132)
        typed, found = Rect(upper.x, upper.y, 424, upper.h), upper.cut(left=456)
    else:
        typed, found = Rect(area.x, area.y, area.w, 96), Rect(area.x, area.y + 120, area.w, 136)
        keys = area.cut(top=288)
    d.card(typed, "white", 28, "edge")
    d.icon("search", typed.x + 60, typed.centre[1], Icon("", 56))
    words = content.typed or d.t("search.hint")
    d.line(
        words,
        typed.x + 112,
        typed.centre[1],
        52,
        bool(content.typed),
        colour="ink" if content.typed else "ink2",
        room=typed.w - 140,
    )
    places = 2 if d.modes.low else 3
    for cell, item in zip(found.columns(places, 32), content.found[:places], strict=False):
        _find(d, cell, item)
    if content.typed and not content.found:
        d.block(found, [Par(d.t("search.nothing"), 44, lines=2, colour="ink2")])
    _keys(d, keys)


def _find(d: Draft, area: Rect, item: Tile) -> None:
    with d.touch(area, "tile", "service", item.id) as face:
        d.icon(item.icon, face.x + 64, face.centre[1], Icon("", 64))
        d.block(face.cut(left=116, right=16), [Par(item.name, 44, True, lines=1 if face.h < 100 else 2)])


def _keys(d: Draft, area: Rect) -> None:
    for row, letters in zip(area.rows(3, 32), ROWS, strict=True):
        cells = row.columns(10, 32)
        for cell, letter in zip(cells, letters, strict=False):
            d.button(cell, "tile", letter.upper(), "key", letter, size=52)
        if len(letters) == 9:
            d.button(cells[9], "tile", "", "erase", icon="back")
        elif len(letters) == 7:
            wide = Rect(cells[7].x, row.y, row.right - cells[7].x, row.h)
            d.button(wide, "tile", d.t("search.space"), "key", " ")

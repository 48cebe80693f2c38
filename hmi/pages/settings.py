"""Pages that set something: easier to see and hear, more time, the staff's menu."""

from __future__ import annotations

from dataclasses import replace

from hmi.items import Rect
from hmi.pages.draft import Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import disc, head, standard, tall_head
from hmi.paint import Icon, Oval, Plate, Ring
from robot.pages import EasyViewContent, IdleContent, StaffPinContent

SWITCHES = (("large_text", "text"), ("low", "low"), ("high_contrast", "contrast"))
MENU = {"resume": "walk", "stop": "pause", "charge": "home", "refill": "tray", "clean": "redo", "report": "warn"}
ENTRY, NOTE_LINES = 112, 4
VOLUMES = 6


@draws("easy_view")
def easy_view(d: Draft, content: EasyViewContent) -> None:
    """Three switches, volume, speed; "done" applies."""
    standard(d, d.t("easy.title"), d.sub("easy.title", in_head=True))
    rows = d.body.parts((150, 150, 120) if d.modes.low else (272, 228, 112), 32)
    states = (content.large_text, content.low, content.high_contrast)
    for cell, (name, icon), on in zip(rows[0].columns(3, 32), SWITCHES, states, strict=True):
        _switch(d, cell, name, icon, on)
    _volume(d, Rect(64, rows[1].y, 880, rows[1].h), content.volume)
    _rate(d, Rect(976, rows[1].y, 880, rows[1].h), content.rate)
    buttons = rows[2].columns(3, 32)
    d.button(buttons[0], "tile", d.t("easy.reset"), "reset", icon="redo")
    d.button(buttons[1], "voice_soft", d.t("easy.try"), "try", icon="speaker")
    d.button(buttons[2], "primary", d.t("easy.done"), "done", icon="check", size=52)


def _switch(d: Draft, area: Rect, name: str, icon: str, on: bool) -> None:
    with d.touch(area, "tile", "set", name, chosen=on) as face:
        tall = face.h > 200
        size = 108 if tall else 84
        y = face.y + 28 + size / 2 if tall else face.centre[1]
        disc(d, icon, face.x + 28 + size / 2, y, size, face="white" if on else "mist")
        _toggle(d, face.right - 162, y, on)
        if tall:
            d.line(d.t("easy.on" if on else "easy.off"), face.right - 186, y, 44, True, align="e", room=170)
            words = [Par(d.t(f"easy.{name}"), 48, True), Par(d.sub(f"easy.{name}"), 40, colour="ink2")]
            d.block(face.cut(left=32, right=20, top=size + 26, bottom=14), words)
        else:
            d.block(face.cut(left=size + 44, right=176), [Par(d.t(f"easy.{name}"), 44, True, lines=2)])


def _toggle(d: Draft, x: float, y: float, on: bool) -> None:
    face, edge = ("jade", "jade") if on else ("white", "edge")
    d.art(x, y - 36, Plate(132, 72, face, edge, 4, radius=36))
    if on:
        d.icon("check", x + 96, y, Icon("", 36, "jade", "none", 56, "white"))
    else:
        d.art(x + 16, y - 22, Oval(44, 44, "edge"))


def _captioned(d: Draft, area: Rect, icon: str, key: str) -> Rect:
    d.card(area)
    if area.h < 190:
        return area.inset(36, 6)
    y = area.y + 54
    d.icon(icon, area.x + 66, y, Icon("", 56))
    wide = d.line(d.t(key), area.x + 116, y, 48, True, room=560)
    d.line(d.sub(key), area.x + 138 + wide, y, 40, False, colour="ink2", room=area.w - 170 - wide)
    return Rect(area.x + 36, area.bottom - 128, area.w - 72, 104)


def _volume(d: Draft, area: Rect, volume: int) -> None:
    row = _captioned(d, area, "speaker", "easy.volume")
    high = max(min(row.h, 104), 99)
    keys = (
        Rect(row.x, row.centre[1] - high / 2, 148, high),
        Rect(row.right - 148, row.centre[1] - high / 2, 148, high),
    )
    for key, value in zip(keys, ("-", "+"), strict=True):
        with d.touch(key, "tile", "volume", value) as face:
            x, y = face.centre
            d.card(Rect(x - 34, y - 5, 68, 10), "ink", 5)
            if value == "+":
                d.card(Rect(x - 5, y - 34, 10, 68), "ink", 5)
    for i in range(VOLUMES):
        size = 26 + 11 * i
        x = row.x + 192 + i * 74
        on = i < volume
        d.art(
            x,
            row.centre[1] + 40 - size,
            Plate(52, size, "jade" if on else "white", "none" if on else "edge", 4, radius=10),
        )


def _rate(d: Draft, area: Rect, rate: str) -> None:
    row = _captioned(d, area, "clock", "easy.rate")
    high = max(min(row.h, 104), 99)
    for cell, name in zip(row.columns(3, 32), ("slow", "normal", "fast"), strict=True):
        on = name == rate
        place = Rect(cell.x, cell.centre[1] - high / 2, cell.w, high)
        d.button(place, "tile", d.t(f"easy.{name}"), "rate", name, icon="check" if on else "", chosen=on)


@draws("idle_warning")
def idle_warning(d: Draft, content: IdleContent) -> None:
    """The seconds left, what is erased, one button."""
    tall_head(d, d.t("idle.title"), d.sub("idle.title", in_head=True), 456, "idle", foot=False)
    size = 304.0
    share = content.seconds_left / max(content.total, 1)
    d.art(84, 500, Ring(size, 28, share, "jade", "mist"))
    words = [Par(str(content.seconds_left), 128, True), Par(d.t("idle.seconds"), 48)]
    d.block(Rect(84 + 45, 508, size - 90, size - 20), words, "c")
    lines = [
        Par(d.t("idle.what"), 64, True),
        Par(d.t("idle.why"), 64),
        Par(d.sub("idle.what"), 44, colour="ink2", gap=14),
    ]
    d.block(Rect(472, 490, 1384, 330), lines)
    d.button(Rect(64, 848, 1792, 176), "primary", d.t("idle.more"), "more_time", icon="clock", size=88)


@draws("staff_pin")
def staff_pin(d: Draft, content: StaffPinContent) -> None:
    """Keys never shown pressed; the menu only after the code. Staff see it without the citizen's modes."""
    d.modes = replace(d.modes, low=False, large_text=False)
    head(d, d.t("pin.title"), d.sub("pin.title", in_head=True))
    bottom = 1052.0
    d.box(Rect(0, 930, 1920, 150), "sheet")
    left = Rect(64, d.head + 32, 728, bottom - d.head - 32)
    right = Rect(824, left.y, 1032, left.h)
    d.card(left)
    d.card(right)
    dots = 70.0 if left.h > 700 else 40.0
    for i in range(content.length):
        x = left.centre[0] + (i - (content.length - 1) / 2) * 84
        on = i < content.entered
        d.art(x - 23, left.y + dots + 3 - 23, Oval(46, 46, "ink" if on else "white", "ink" if on else "edge", 4))
    keys = left.inset(36, 0).cut(top=dots + 66, bottom=36)
    labels = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "cancel", "0", "erase")
    cells = [cell for row in keys.rows(4, 36) for cell in row.columns(3, 32)]
    for cell, label in zip(cells, labels, strict=True):
        if label.isdigit():
            d.button(cell, "tile", label, "key", label, size=72, sinks=False)
        elif label == "cancel":
            d.button(cell, "tile", d.t("pin.cancel"), "cancel", sinks=False)
        else:
            d.button(cell, "tile", "", "erase", icon="back", sinks=False)
    _menu(d, right, content)


def _entry(d: Draft, cell: Rect, name: str, chosen: bool) -> None:
    with d.touch(cell, "tile", "menu", name, chosen=chosen) as face:
        d.icon("check" if chosen else MENU[name], face.x + 60, face.centre[1], Icon("", 60))
        d.line(d.t(f"pin.{name}"), face.x + 108, face.centre[1], 44, True, room=face.w - 180)
    if not chosen:  # the sign's own ground is white
        d.tooltip(cell.right - 44, cell.y + (cell.h - 10) / 2, d.t(f"pin.{name}_hint"))


def _notes(d: Draft, area: Rect, notes: tuple[str, ...]) -> None:
    """What is wrong, in small print if need be: it is for the staff, from near by."""
    d.card(area, "marigold_mist", 28)
    lines = max(1, NOTE_LINES // len(notes))
    d.block(area.inset(28, 12), [Par(words, 40, lines=lines, least=32) for words in notes[:NOTE_LINES]])


def _menu(d: Draft, area: Rect, content: StaffPinContent) -> None:
    d.icon("lock", area.x + 66, area.y + 70, Icon("", 56, "ink" if not content.unlocked else "jade"))
    key = "pin.menu" if content.unlocked else "pin.locked"
    d.line(d.t(key), area.x + 116, area.y + 70, 48, True, room=area.w - 150)
    room = area.inset(36, 0).cut(top=130, bottom=100)
    rows = [Rect(room.x, room.y + i * (ENTRY + 32), room.w, ENTRY) for i in range(-(-len(content.offered) // 2))]
    cells = [cell for row in rows for cell in row.columns(2, 36)]
    for cell, name in zip(cells, content.offered, strict=False):
        if content.unlocked:
            _entry(d, cell, name, name in content.chosen)
        else:
            d.card(cell, "sheet", 28, "hair")
            d.icon(MENU[name], cell.x + 60, cell.centre[1], Icon("", 60, "ink2", "mist"))
            d.line(d.t(f"pin.{name}"), cell.x + 112, cell.centre[1], 48, True, colour="ink2", room=cell.w - 130)
    if content.notes:
        _notes(d, room.cut(top=len(rows) * (ENTRY + 32)), content.notes)
    d.line(content.status, area.x + 36, area.bottom - 56, 40, False, colour="ink2", room=area.w - 72)

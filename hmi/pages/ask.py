"""Pages that ask what the citizen needs: welcome, fields, services, doors, which one."""

from __future__ import annotations

from hmi.items import Rect
from hmi.pages.draft import Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import disc, foot, standard, tall_head, tiles
from hmi.paint import Icon
from hmi.theme import load_theme
from robot.pages import DoorsContent, FieldsContent, ServicesContent, Tile, WelcomeContent, WhichOneContent

WELCOME = (("speak", "mic"), ("fields", "papers"), ("take_number", "ticket"), ("show_way", "route"))


@draws("welcome")
def welcome(d: Draft, content: WelcomeContent) -> None:
    """The greeting above four tiles, voice first; the clock in the foot."""
    sub = "   ".join(words for words in (d.t("welcome.sub"), d.sub("welcome.sub")) if words)
    tall_head(d, d.t("welcome.title"), sub, load_theme().regions["head_welcome"], "welcome")
    for area, (action, icon) in zip(Rect(64, 488, 1792, 416).columns(4, 32), WELCOME, strict=True):
        style = load_theme().styles["voice" if action == "speak" else "tile"]
        with d.touch(area, "voice" if action == "speak" else "tile", action) as face:
            ground = "lotus_disc" if action == "speak" else "mist"
            at = (face.x + 28 + 66, face.y + 28 + 66)
            disc(d, icon, *at, 132, face=ground, line=style.text, fill=style.icon_fill)
            words = face.cut(left=36, right=20, top=168, bottom=14)
            name, sub = d.t(f"welcome.{action}"), d.sub(f"welcome.{action}")
            colour = "white" if action == "speak" else "ink2"
            d.block(words, [Par(name, 56, True, style.text, 2), Par(sub, 40, colour=colour, gap=8)])
    d.line(content.clock, 64, 1015, 64, True, room=190)
    d.line(content.date, 280, 1015, 40, False, colour="ink2", room=540)
    foot(d, left=False)


def speak_tile(d: Draft, area: Rect, listening: bool) -> None:
    """The large voice tile; while listening its words say so."""
    key = "listening" if listening else "speak"
    with d.touch(area, "voice", "speak") as face:
        size = min(180.0, face.h * 0.42)
        top = face.y + face.h * 0.09
        disc(d, "mic", face.centre[0], top + size / 2, size, face="lotus_disc", line="white", fill="lotus_line")
        words = Rect(face.x + 20, top + size + 16, face.w - 40, face.bottom - top - size - 32)
        lines = [Par(d.t(f"ask.{key}"), 48, True, "white", 2)]
        if not d.modes.large_text:
            lines.append(Par(d.t("ask.press") if d.roomy else "", 40, colour="white"))
        d.block(words, [*lines, Par(d.sub("ask.press"), 40, colour="white")], "c")


@draws("ask_fields")
def ask_fields(d: Draft, content: FieldsContent) -> None:
    """Left voice and search, right the fields."""
    standard(d, d.t("ask.title"), d.sub("ask.title", in_head=True))
    left, right = d.body.cut(right=1792 - 424), d.body.cut(left=456)
    if d.modes.low:
        speak_tile(d, left.cut(bottom=128), content.listening)
        d.button(left.cut(top=left.h - 96), "tile", d.t("ask.search"), "search", icon="search")
    else:
        speak_tile(d, left.cut(bottom=240), content.listening)
        lower = left.cut(top=left.h - 208)
        with d.touch(lower, "tile", "search") as face:
            disc(d, "search", face.x + 24 + 54, face.centre[1], 108)
            words = [Par(d.t("ask.search"), 48, True, lines=2), Par(d.t("ask.search_sub"), 40, colour="ink2")]
            d.block(face.cut(left=148, right=24), words)
    tiles(d, right, content.fields, "field")


@draws("services")
def services(d: Draft, content: ServicesContent) -> None:
    """The procedures of one field; `more` when there is another page of them."""
    standard(d, d.t("services.title", field=content.field), d.sub("services.title", field="", in_head=True))
    tiles(d, d.body, content.services, "service", has_more=content.has_more)


@draws("doors")
def doors(d: Draft, content: DoorsContent) -> None:
    """Which door to be shown the way to."""
    standard(d, d.t("doors.title"), d.sub("doors.title", in_head=True))
    tiles(d, d.body, content.doors, "door")


@draws("which_one")
def which_one(d: Draft, content: WhichOneContent) -> None:
    """What was heard, up to three choices with time and fee, none of these, say again."""
    standard(
        d, d.t("which_one.title", count=d.t(f"count.{len(content.choices)}")), d.sub("which_one.title", in_head=True)
    )
    area = d.body
    if not d.modes.low:
        _heard(d, Rect(area.x, area.y, area.w, 84), content.heard)
        area = area.cut(top=112)
    buttons = Rect(area.x, area.bottom - 112, area.w, 112).columns(2, 32)
    d.button(
        buttons[0], "tile", d.t("which_one.none", count=d.t(f"count.{len(content.choices)}")), "none", icon="close"
    )
    d.button(buttons[1], "voice_soft", d.t("which_one.again"), "again", icon="mic")
    cards = area.cut(bottom=144)
    for cell, choice in zip(cards.columns(max(len(content.choices), 3), 32), content.choices, strict=False):
        _choice(d, cell, choice)


def _heard(d: Draft, area: Rect, words: str) -> None:
    d.card(area, "lotus_mist", 28)
    d.icon("mic", area.x + 62, area.centre[1], Icon("", 56, "lotus", "lotus_fill"))
    wide = d.line(d.t("which_one.heard"), area.x + 112, area.centre[1], 40, False, colour="ink2", room=600)
    quoted = d.t("quoted", words=words)
    d.line(quoted, area.x + 128 + wide, area.centre[1], 44, True, room=area.w - 160 - wide)


def _choice(d: Draft, area: Rect, choice: Tile) -> None:
    with d.touch(area, "tile", "service", choice.id) as face:
        low = d.modes.low or d.modes.large_text
        disc(d, choice.icon, face.x + 28 + 62, face.y + 20 + 62, 124)
        d.block(Rect(face.x + 178, face.y + 14, face.w - 190, 140), [Par(choice.name, 52, True, lines=2)])
        if not low:
            d.block(Rect(face.x + 36, face.y + 150, face.w - 56, 112), [Par(choice.detail, 40, colour="ink2", lines=2)])
        bottom = face.bottom - 20
        if face.h > 320:
            d.box(Rect(face.x + 36, bottom - 124, face.w - 72, 3), "hair")
        for i, (icon, words) in enumerate((("clock", choice.time), ("coin", choice.fee))):
            y = bottom - 82 + i * 57
            if words:
                d.icon(icon, face.x + 62, y, Icon("", 48))
                d.line(words, face.x + 104, y, 40, False, room=face.w - 120)

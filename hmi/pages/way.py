"""Pages on the way and while staff come."""

from __future__ import annotations

from hmi.items import Rect
from hmi.pages.draft import Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import disc, door_sign, sheet, standard
from hmi.paint import Icon, Oval, Ring
from hmi.theme import load_theme
from robot.pages import CallStaffContent, FollowContent

ROUTE_Y = 677.0


@draws("follow_me")
def follow_me(d: Draft, content: FollowContent) -> None:
    """The route with the robot on it, the metres left, the door; wait, alone, staff."""
    d.head = load_theme().regions["head_follow"]
    sheet(d, foot=False)
    d.eyes(960, 148, "follow")
    key = "follow.paused" if content.paused else "follow.title"
    d.line(d.t(key), 960, 333, 112, True, align="c", room=1792)
    d.line(d.sub(key), 960, 442, 56, False, colour="ink2", align="c", room=1792)
    _route(d, content)
    d.box(Rect(0, 895, 1920, 3), "hair")
    buttons = Rect(64, 924, 1792, 128).columns(3, 32)
    action = "resume" if content.paused else "pause"
    d.button(buttons[0], "tile", d.t(f"follow.{action}"), action, icon="walk" if content.paused else "pause", size=46)
    d.button(buttons[1], "tile", d.t("ticket.alone"), "alone", icon="check", size=46)
    d.button(buttons[2], "help", d.t("foot.call_staff"), "call_staff", icon="bell", size=46)


def _route(d: Draft, content: FollowContent) -> None:
    start, end = 104.0, 1620.0
    x = start + 90 + (end - start - 180) * min(max(content.progress, 0.0), 1.0)
    d.box(Rect(start, ROUTE_Y - 8, x - start, 16), "jade")
    d.art(start - 30, ROUTE_Y - 30, Oval(60, 60, "sheet", "jade", 17))
    dot = x + 116
    while dot < end:
        d.art(dot - 10, ROUTE_Y - 10, Oval(20, 20, "edge"))
        dot += 64
    d.art(x - 70, ROUTE_Y - 70, Oval(140, 140, "jade"))
    for side in (-22, 22):
        d.art(x + side - 14, ROUTE_Y - 24, Oval(28, 42, "white"))
    door_sign(d, Rect(1688, 588, 168, 168), content.door, 128, radius=28)
    left = d.t("follow.left", metres=max(round(content.remaining), 0))
    d.line(d.t("follow.from"), 64, 794, 44, False, colour="ink2", room=400)
    d.line(left, min(max(x, 560), 1120), 792, 56, True, align="c", room=560)
    d.line(d.t("door_name", door=content.door, name=content.door_name), 1856, 794, 48, True, align="e", room=460)


@draws("call_staff")
def call_staff(d: Draft, content: CallStaffContent) -> None:
    """Called, accepted, coming; the minutes; a seat; say more, cancel."""
    who = content.who or d.t("staff.someone")
    if d.language == "en":
        who = who[:1].upper() + who[1:]  # it begins the sentence
    title = d.t("staff.coming_title", who=who) if content.step >= 2 else d.t("staff.called_title")
    standard(
        d,
        title,
        d.sub(
            "staff.coming_title" if content.step >= 2 else "staff.called_title", who="A member of staff", in_head=True
        ),
    )
    left, right = d.body.cut(right=760), d.body.cut(left=1064)
    d.card(left)
    _steps(d, left, content, who)
    size = min(260.0, left.h * 0.5)
    x, y = left.right - 176, left.centre[1]
    if content.step >= 2:
        d.art(x - size / 2, y - size / 2, Ring(size, 26, 1 / max(content.minutes, 1), "jade", "mist"))
        lines = [Par(str(content.minutes), size * 0.4, True), Par(d.t("minutes"), 44)]
        d.block(Rect(x - size / 2 + 30, y - size / 2 + 14, size - 60, size - 28), lines, "c")
    buttons = Rect(right.x, right.bottom - 256, right.w, 256).rows(2, 32)
    d.button(buttons[0], "voice_soft", d.t("staff.say"), "speak", icon="mic", size=48)
    d.button(buttons[1], "tile", d.t("staff.cancel"), "cancel", icon="close")
    seat = right.cut(bottom=288)
    d.card(seat, "marigold_mist")
    side = min(144.0, seat.h - 24)
    disc(
        d,
        "speaker" if content.words else "chair",
        seat.x + 32 + side / 2,
        seat.centre[1],
        side,
        face="marigold",
        line="on_marigold",
    )
    words = [Par(d.t("staff.sit"), 44, True, lines=2), Par(d.t("staff.wait"), 44, True, lines=2)]
    if content.words:
        words = [Par(content.words, 44, True, lines=max(2, int(seat.h // 58)))]
    d.block(seat.cut(left=side + 60, right=16).inset(0, 8), words)


def _steps(d: Draft, area: Rect, content: CallStaffContent, who: str) -> None:
    at = d.t("staff.at", time=content.called_at)
    accepted = d.t("staff.accepted_at", time=content.accepted_at, door=content.door) if content.accepted_at else ""
    if content.accepted_at and not content.door:
        accepted = d.t("staff.at", time=content.accepted_at)
    names = (d.t("staff.called"), d.t("staff.accepted", who=who[:1].upper() + who[1:]), d.t("staff.coming"))
    rows = area.inset(0, area.h * 0.045).rows(3, 0)
    x = area.x + 112
    for step, (row, name, note) in enumerate(zip(rows, names, (at, accepted, d.sub("staff.coming")), strict=True), 1):
        y = row.centre[1]
        if step < 3:
            d.box(Rect(x - 4, y, 8, row.h), "jade" if step < content.step else "hair")
        _step_sign(d, x, y, step, content.step)
        reached = step <= content.step
        size = 64 if step == content.step else 52
        words = [
            Par(name, size, True, "ink" if reached else "ink2", 2),
            Par(note, 44 if reached else 40, colour="ink2"),
        ]
        d.block(Rect(x + 108, row.y, area.w - 220 - (330 if content.step >= 2 else 0), row.h), words)


def _step_sign(d: Draft, x: float, y: float, step: int, now: int) -> None:
    if step == now == 3:
        d.icon("walk", x, y, Icon("", 84, "on_marigold", "none", 128, "marigold", "marigold_lip"))
    elif step <= now:
        d.icon("check", x, y, Icon("", 60, "white", "none", 96, "jade"))
    else:
        d.art(x - 48, y - 48, Oval(96, 96, "white", "edge", 4))

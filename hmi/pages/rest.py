"""Pages of the resting and the driving robot: board, calls, the face alone."""

from __future__ import annotations

from hmi.fonts import width
from hmi.items import Rect
from hmi.pages.draft import FOOT_LINE, SCREEN, Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import door_sign, foot, pill, sheet, whole
from hmi.paint import Corner, Icon, Plate, Qr
from hmi.theme import load_theme
from robot.pages import AnnouncementContent, BoardContent, CalledNumber, DoorWait, DrivingContent


def number(d: Draft, words: str, x: float, y: float, size: float, room: float, colour: str = "on_marigold") -> float:
    """A called number with a narrow gap behind its letter, shrunk to `room`; returns its width."""
    parts = words.replace("\u00a0", " ").split(" ")
    gap = load_theme().board.number_gap
    wide = sum(width(part, size, True) for part in parts) + gap * size * (len(parts) - 1)
    size = min(size, size * room / wide)
    at = x
    for part in parts:
        at += d.line(part, at, y, size, True, colour=colour, room=room + 4, least=20) + gap * size
    return at - gap * size - x


@draws("board")
def board(d: Draft, content: BoardContent) -> None:
    """Left the calls, right the waits and the news; a touch anywhere starts."""
    d.head = load_theme().regions["head_board"]
    d.page.clock_s = load_theme().board.turn_s
    sheet(d)
    whole(d, "start")
    d.eyes(215, 134, "board")
    d.line(d.t("board.title"), 400, 96, 96, True, room=1000)
    d.line(d.sub("board.title"), 400, 186, 48, False, colour="ink2", room=1000)
    if content.qr:
        code = load_theme().board.qr
        d.art(1856 - code, 12, Qr(content.qr, code, load_theme().board.qr_border))
        for i, row in enumerate((d.t("board.scan"), d.t("board.scan_for"), d.t("board.scan_help"))):
            d.line(row, 1600, 76 + 52 * i, 40, i == 0, align="e", room=196, least=30)
    _called(d, content.calls)
    _waits(d, Rect(1128, 276, 728, 456), content.doors)
    _news(d, Rect(1128, 752, 728, 164), content)
    d.button(Rect(64, 960, 360, 104), "primary", d.t("board.start"), "start", icon="next", size=52, after=True)
    d.button(Rect(456, 960, 360, 104), "voice_soft", d.t("board.speak"), "speak", icon="mic", size=40)
    foot(d, left=False)


def _called(d: Draft, calls: tuple[CalledNumber, ...]) -> None:
    area = Rect(64, 276, 1032, 348)
    d.card(area, "marigold")
    wide = d.line(d.t("board.now"), 104, 332, 52, True, colour="on_marigold", room=400)
    d.line(d.sub("board.now"), 124 + wide, 334, 40, False, colour="on_marigold", room=300)
    if calls:
        size = load_theme().type.sizes["board_number"].px
        number(d, calls[0].number, 104, 496, size, 730)
        door_sign(d, Rect(876, 296, 200, 308), calls[0].door, 200, word=0.32)
    else:
        d.block(Rect(104, 390, 940, 200), [Par(d.t("board.nobody"), 64, True, "on_marigold", 2)])
    lower = Rect(64, 644, 1032, 272)
    d.card(lower)
    wide = d.line(d.t("board.before"), 104, 684, 48, True, room=400)
    d.line(d.sub("board.before"), 122 + wide, 685, 40, False, colour="ink2", room=320)
    for i, call in enumerate(calls[1:5]):
        x, y = 104 + i % 2 * 520, 762 + i // 2 * 100
        number(d, call.number, x, y, 104, 320, "ink")
        door_sign(d, Rect(x + 352, y - 36, 80, 72), call.door, 56, radius=18)
    if len(calls) > 3:
        d.box(Rect(104, 811, 432, 3), "hair")
        d.box(Rect(624, 811, 432, 3), "hair")


def _waits(d: Draft, area: Rect, doors: tuple[DoorWait, ...]) -> None:
    a_turn = load_theme().board.doors_a_turn
    turns = max(-(-len(doors) // a_turn), 1)
    turn = d.turn % turns
    d.card(area)
    d.line(d.t("board.waits"), area.x + 36, area.y + 54, 48, True, room=560)
    for i in range(turns if turns > 1 else 0):
        on = i == turn
        x = area.right - 40 - 22 * (turns - i) - (12 if i < turn or on else 0)
        d.art(x, area.y + 46, Plate(30 if on else 16, 16, "ink" if on else "edge", radius=8))
    rows = area.cut(top=90, bottom=8).inset(36, 0).rows(a_turn, 0)
    for row, door in zip(rows, doors[turn * a_turn : (turn + 1) * a_turn], strict=False):
        d.box(Rect(row.x, row.y, row.w, 2), "hair")
        y = row.centre[1]
        d.card(Rect(row.x, y - 36, 80, 72), "ink" if door.is_open else "ink2", 18)
        d.line(door.door, row.x + 40, y, 56, True, colour="white", align="c", room=70)
        wide = _range(d, row.right, y, door)
        d.line(door.name, row.x + 100, y, 44, False, colour="ink2", room=row.w - 120 - wide, least=32)


def _range(d: Draft, right: float, y: float, door: DoorWait) -> float:
    if door.words:
        return d.line(door.words, right, y, 52, door.is_open, align="e", room=330, least=32)
    size = 96
    dash_w, dash_h, dash_gap = load_theme().board.range_dash
    high = d.line(str(door.high), right, y, size, True, align="e", room=200)
    x = right - high - dash_gap - dash_w
    d.box(Rect(x, y - dash_h / 2 + 4, dash_w, dash_h), "ink")
    low = d.line(str(door.low), x - dash_gap, y, size, True, align="e", room=200)
    return high + low + dash_w + 2 * dash_gap


def _news(d: Draft, area: Rect, content: BoardContent) -> None:
    d.card(area, "marigold_mist")
    lines = ((content.announcements, "speaker", True), (content.instructions, "idcard", False))
    for row, (words, icon, bold) in zip(area.inset(0, 14).rows(2, 0), lines, strict=True):
        if words:
            d.icon(icon, area.x + 68, row.centre[1], Icon("", 56, "ink", "marigold"))
            d.line(words[d.turn % len(words)], area.x + 124, row.centre[1], 52, bold, room=area.w - 150)


@draws("board_driving")
def board_driving(d: Draft, content: DrivingContent) -> None:
    """While calls run: the eyes, the call, one announcement, how to stop the robot."""
    whole(d, "stop")
    d.eyes(960, 250, "board_driving")
    if content.call is not None:
        d.card(Rect(64, 472, 1792, 304), "marigold")
        d.line(d.t("board.now"), 120, 594, 60, True, colour="on_marigold", room=296)
        d.line(d.sub("board.now"), 120, 666, 48, False, colour="on_marigold", room=280)
        size = load_theme().type.sizes["board_number"].px
        number(d, content.call.number, 464, 624, size, 680)
        d.icon("next", 1245, 624, Icon("", 128, "on_marigold", weight=2))
        d.card(Rect(1396, 496, 432, 256), "ink")
        wide = width(content.call.door, 236, True)
        d.line(content.call.door, 1796, 630, 236, True, colour="white", align="e", room=260)
        d.line(d.t("door"), 1780 - wide, 682, 96, True, colour="white", align="e", room=380 - wide, least=40)
    if content.announcement:
        pill(d, Rect(64, 804, 1792, 112), "speaker", content.announcement, 64, fill="marigold")
    pill(d, Rect(64, 940, 1792, 112), "pause", d.t("driving.stop"), 72, "none")


@draws("driving_face")
def driving_face(d: Draft, content: DrivingContent) -> None:
    """The eyes and one line in a pill."""
    whole(d, "stop")
    d.eyes(960, 424, "driving")
    pill(d, Rect(175, 842, 1570, 168), "pause", d.t("driving.stop"), 96, fill="celadon")


@draws("announcement")
def announcement(d: Draft, content: AnnouncementContent) -> None:
    """One call over the whole screen."""
    high = load_theme().regions["head_call"]
    d.head, call = high, content.call
    radius = load_theme().regions["sheet_radius"]
    d.box(Rect(0, high + radius, SCREEN.w, SCREEN.h - high - radius), "marigold")
    d.box(Rect(radius, high, SCREEN.w - 2 * radius, radius), "marigold")
    d.art(0, high, Corner(radius, "marigold"))
    d.art(SCREEN.w - radius, high, Corner(radius, "marigold", right=True))
    d.eyes(236, 128, "call")
    d.line(d.t("call.number"), 452, 128, 136, True, room=900)
    d.line(d.t("call.to"), 1396, 128, 136, True, room=460)
    number(d, call.number, 76, 588, load_theme().type.sizes["call_number"].px, 1280)
    door_sign(d, Rect(1396, 288, 460, 604), call.door, 432, word=0.37, radius=56)
    d.line(
        d.sub("call.line", number=call.number, door=call.door),
        72,
        FOOT_LINE + 44,
        64,
        False,
        colour="on_marigold",
        room=1250,
    )
    d.line(call.door_name, 1626, FOOT_LINE + 40, 80, True, colour="on_marigold", align="c", room=460)

"""Pages that tell: the papers of a procedure, the ticket, the tray, what is broken, one message."""

from __future__ import annotations

from hmi.fonts import width, wrap
from hmi.items import Align, Rect
from hmi.pages.draft import Draft, Par
from hmi.pages.makers import draws
from hmi.pages.parts import check, code, disc, door_sign, foot, standard, tall_head
from hmi.paint import Icon, Oval, Plate
from robot.pages import MessageContent, OutOfOrderContent, Paper, Part, ProcedureContent, TicketContent

SMALL = 32.0  # pixels: sources and exemptions rather get smaller than cut
HEAD_ROOM, LOW_HEAD_ROOM = 1546.0, 1080.0  # of an English line of 40 pixels


@draws("procedure")
def procedure(d: Draft, content: ProcedureContent) -> None:
    """Left the papers, right time, fee and note, and the one jade button."""
    count = d.t(f"count.{len(content.papers)}") if len(content.papers) <= 8 else str(len(content.papers))
    name = content.name[:1].lower() + content.name[1:] if d.language == "vi" else content.name
    sub = d.sub("procedure.sub", in_head=True, name=content.name_en) if content.name_en else ""
    if width(sub, 40, False) > (LOW_HEAD_ROOM if d.modes.low else HEAD_ROOM):
        sub = content.name_en
    standard(d, d.t("procedure.title", name=name, count=count), sub)
    left, right = d.body.cut(right=760), d.body.cut(left=1064)
    d.card(left)
    deep = 160 if d.modes.low else 184
    _papers(d, left.inset(40, 0).cut(top=12, bottom=deep + 28), content.papers)
    _take_home(d, Rect(left.x + 20, left.bottom - deep - 20, left.w - 40, deep), content)
    d.button(Rect(right.x, right.bottom - 128, right.w, 128), "primary", d.t("procedure.ticket", door=content.door),
             "ticket", icon="ticket", size=56)  # fmt: skip
    _facts(d, right.cut(bottom=156), content)


def _papers(d: Draft, area: Rect, papers: tuple[Paper, ...]) -> None:
    rows = area
    if not d.modes.low:
        d.block(Rect(area.x, area.y, area.w, 74), [Par(d.t("procedure.papers"), 52, True)])
        rows = area.cut(top=84)
    for number, (row, paper) in enumerate(zip(rows.rows(max(len(papers), 3), 0), papers, strict=False), start=1):
        if number > 1 or not d.modes.low:
            d.box(Rect(row.x, row.y, row.w, 3), "hair")
        x, y = row.x + 36, row.centre[1]
        size = min(72, row.h - 8)
        d.art(x - size / 2, y - size / 2, Oval(size, size, "jade"))
        d.line(str(number), x, y, 44, True, colour="white", align="c", room=60, least=24)
        detail = "" if row.h < 80 else d.detail(paper.detail)
        words = Rect(row.x + 100, row.y + 2, row.w - 100, row.h - 4)
        d.block(words, [Par(paper.title, 48, True), Par(detail, 40, colour="ink2", least=SMALL)])


def _take_home(d: Draft, area: Rect, content: ProcedureContent) -> None:
    d.card(area, "mist", 24)
    side = area.h - 20
    code(d, area.x + 16, area.y + 10, side, content.qr, "mist")
    words = Rect(area.x + side + 40, area.y, area.w - side - 56, area.h)
    lines = [Par(d.t("procedure.scan"), 44, True)]
    lines += [Par(d.t("procedure.source", source=content.source), 40, colour="ink2", lines=2, least=SMALL)]
    if content.checked:
        lines += [Par(d.t("procedure.checked", date=content.checked), 40, colour="ink2")]
    d.block(words, lines)


def _facts(d: Draft, area: Rect, content: ProcedureContent) -> None:
    """Time, fee and note below each other, each as high as its words need; an exemption is never cut for beauty."""
    facts = [
        ("chair", content.wait, d.t("procedure.wait", door=content.door) if content.wait else "", "white"),
        ("clock", content.time, d.detail(content.time_note), "white"),
        ("coin", content.fee, content.fee_note, "white"),
        ("help", "", content.note, "marigold_mist"),
    ]
    facts = [fact for fact in facts if fact[1] or fact[2]]
    needs = tuple(_need(d, words, note, area.w - 164) for _, words, note, _ in facts)
    for row, (icon, words, note, face) in zip(area.parts(needs, 20), facts, strict=True):
        d.card(row, face)
        if face == "white":
            disc(d, icon, row.x + 80, row.centre[1], max(min(108, row.h - 20), 60))
        else:
            d.icon(icon, row.x + 80, row.centre[1], Icon("", 68, "ink", "marigold"))
        words_ = [Par(words, 52, True), Par(note, 40, colour="ink2" if words else "ink", lines=4, least=SMALL)]
        d.block(Rect(row.x + 148, row.y + 4, row.w - 164, row.h - 8), words_)


def _need(d: Draft, words: str, note: str, room: float) -> float:
    lines = min(len(wrap(note, d.px(40), False, room)), 3) if note else 0
    return (76.0 if words else 0.0) + 24.0 + 52.0 * lines


@draws("ticket")
def ticket(d: Draft, content: TicketContent) -> None:
    """Left the number and its door, right the queue, the code and the two ways to go."""
    standard(d, d.t("ticket.title"), d.sub(f"ticket.paper.{content.paper}", in_head=True))
    left, right = d.body.cut(right=760), d.body.cut(left=1064)
    d.art(left.x, left.y, Plate(left.w, left.h, "marigold", "none", 0, "marigold_lip", 10, 40))
    top = 0.0
    if not d.modes.low:
        d.block(Rect(left.x, left.y + 10, left.w, 96), [Par(d.t("ticket.yours"), 52, True, "on_marigold")], "c")
        top = 100
    tear = left.y + left.h * 0.667
    size = 360 if not d.modes.low else 280
    middle = (left.y + top + tear) / 2 - (8 if top else 0)
    d.line(content.number, left.centre[0], middle, size, True, colour="on_marigold", align="c", room=940, least=200)
    for i in range(29):
        d.box(Rect(left.x + 62 + i * 31.2, tear - 3, 18, 5), "on_marigold")
    for x in (left.x, left.right):
        d.art(x - 24, tear - 24, Oval(48, 48, "sheet"))
    lower = Rect(left.x + 48, tear + 24, left.w - 80, left.bottom - 10 - tear - 48)
    side = min(128.0, lower.h)
    door_sign(d, Rect(lower.x, lower.centre[1] - side / 2, side, side), content.door, side * 0.75)
    name = d.t("door_name", door=content.door, name=content.door_name)
    words = [Par(name, 64, True, "on_marigold"), Par(content.service, 48, colour="on_marigold")]
    d.block(lower.cut(left=side + 28), words)
    _ticket_right(d, right, content)


def _ticket_right(d: Draft, area: Rect, content: TicketContent) -> None:
    buttons = Rect(area.x, area.bottom - 256, area.w, 256).rows(2, 32)
    d.button(buttons[0], "primary", d.t("ticket.guide", door=content.door), "guide", icon="walk", size=52)
    d.button(buttons[1], "tile", d.t("ticket.alone"), "alone", icon="check")
    if d.modes.low:
        _queue_low(d, area.cut(bottom=288), content)
        return
    queue, scan = area.cut(bottom=288).parts((164, 200), 24)
    d.card(queue)
    halves = (
        Rect(queue.x, queue.y + 4, 364, queue.h - 8),
        Rect(queue.x + 364, queue.y + 4, queue.w - 364, queue.h - 8),
    )
    d.box(Rect(queue.x + 364, queue.y + 32, 3, queue.h - 64), "hair")
    wait = [Par(d.t("range", low=content.wait_low, high=content.wait_high), 96, True)]
    wait.append(Par(d.t("ticket.minutes"), 40, colour="ink2"))
    if content.wait:
        wait = [Par(content.wait, 56, True, lines=2)]
    ahead = [Par(str(content.ahead), 96, True), Par(d.t("ticket.ahead"), 40, colour="ink2")]
    for half, lines in zip(halves, (ahead, wait), strict=True):
        d.block(half.inset(12, 0), lines, "c")
    d.card(scan)
    side = min(164.0, scan.h - 20)
    code(d, scan.x + 24, scan.centre[1] - side / 2, side, content.qr, "white")
    lines = [Par(d.t("ticket.scan"), 48, True), Par(d.t(f"ticket.paper.{content.paper}_short"), 40, colour="ink2")]
    lines.append(Par(d.sub("ticket.scan"), 40, colour="ink2"))
    d.block(scan.cut(left=side + 44, right=16), lines)


def _queue_low(d: Draft, area: Rect, content: TicketContent) -> None:
    d.card(area)
    side = area.h - 24
    code(d, area.x + 24, area.y + 12, side, content.qr, "white")
    minutes = d.t("range", low=content.wait_low, high=content.wait_high)
    words = (f"{content.ahead} {d.t('ticket.ahead')}", content.wait or f"{minutes} {d.t('ticket.minutes')}")
    d.block(area.cut(left=side + 52, right=16), [Par(line, 52, True) for line in words])


@draws("out_of_order")
def out_of_order(d: Draft, content: OutOfOrderContent) -> None:
    """Left what works first and what does not last, right where to go and who comes."""
    broken = [part for part in content.parts if not part.works]
    title = d.t("out_of_order.title", part=broken[0].name.lower()) if broken else d.t("out_of_order.well")
    standard(d, title, d.sub("out_of_order.sub", in_head=True))
    left, right = d.body.cut(right=912), d.body.cut(left=912)
    d.card(left)
    rows = left.inset(36, 0).cut(top=100, bottom=20) if not d.modes.low else left.inset(36, 12)
    if not d.modes.low:
        d.line(d.t("out_of_order.still"), left.x + 40, left.y + 52, 52, True, room=560)
        d.line(d.sub("out_of_order.still"), left.right - 36, left.y + 56, 40, False, colour="ink2", align="e", room=280)
    for row, part in zip(rows.rows(max(len(content.parts), 4), 0), content.parts, strict=False):
        _part(d, row, part)
    high = 112 if d.modes.low else 128
    upper, middle = right.cut(bottom=high + 28).rows(2, 28)
    lower = Rect(right.x, right.bottom - high, right.w, high)
    if content.where_door:
        d.card(upper, "marigold_mist")
        door_sign(
            d,
            Rect(upper.x + 36, upper.centre[1] - min(80, upper.h / 2 - 8), 160, min(160, upper.h - 16)),
            content.where_door,
            120,
        )
        lines = [Par(d.t("out_of_order.paper"), 52, True), Par(content.where, 44, lines=2)]
        d.block(upper.cut(left=230, right=16), [*lines, Par(d.sub("out_of_order.paper"), 40, colour="ink2")])
    d.card(middle)
    size = min(168, middle.h - 24)
    disc(d, "bell", middle.x + 116, middle.centre[1], size, face="marigold", line="on_marigold", fill="marigold_fill")
    who = d.t("out_of_order.who", who=content.who) if content.who else d.t("out_of_order.called")
    lines = [
        Par(who, 52, True),
        Par(d.t("out_of_order.mend"), 44),
        Par(d.sub("out_of_order.called"), 40, colour="ink2"),
    ]
    d.block(middle.cut(left=230, right=16), lines)
    d.button(lower, "primary", d.t("out_of_order.take"), "take_number", icon="ticket", size=52)


def _part(d: Draft, row: Rect, part: Part) -> None:
    if part.works:
        d.box(Rect(row.x, row.y, row.w, 3), "hair")
    else:
        d.card(Rect(row.x - 16, row.y + 4, row.w + 32, row.h - 4), "sheet", 24, "hair")
    size = min(104, row.h - 14)
    face, ink = ("mist", "ink") if part.works else ("white", "ink2")
    disc(d, part.icon, row.x + 66, row.centre[1], size, face=face, line=ink, fill="celadon" if part.works else "white")
    words = [Par(part.name, 48, True, ink), Par(d.detail(part.detail), 40, colour="ink2")]
    d.block(Rect(row.x + 142, row.y + 4, row.w - 250, row.h - 4), words)
    x, y = row.right - 44, row.centre[1]
    if part.works:
        check(d, x, y, 76)
    else:
        d.icon("close", x, y, Icon("", 40, "ink2", "none", 76, "white", "edge"))


@draws("message")
def message(d: Draft, content: MessageContent) -> None:
    """One thing the robot says in its own words."""
    tall_head(d, content.title, "", 456, "welcome", 80)
    area = Rect(64, 488, 1792, 416)
    left = 0.0
    if content.icon:
        disc(d, content.icon, area.x + 200, area.centre[1], 240)
        left = 400
    if content.detail:
        align: Align = "w" if content.icon else "c"
        d.block(area.cut(left=left, bottom=0), [Par(content.detail, 56, True, lines=4)], align)
    foot(d)

"""Draws a ticket slip as dots: Vietnamese as native printer text is unreliable, so all of it is a picture."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import qrcode
from fontpkg_be_vietnam_pro import ROOT
from PIL import Image, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_M

from robot.ports import TicketSlip
from text.placeholders import filled

WIDTHS = (576, 512, 384)  # dots that paper of 80 and 58 mm takes at 203 dpi
MARGIN = 24
NUMBER, DOOR, SERVICE, HEADING, TEXT, LEAST = 216, 52, 40, 32, 30, 28  # dots of type; none below LEAST
LINE = 1.4  # line height in type sizes: Vietnamese stacks two marks on a capital
QR, QR_BORDER = 208, 4  # dots a code may take; its quiet zone in modules
THRESHOLD = 165  # grey below it prints: a little bolder, for thermal paper
BLACK, WHITE = 0, 255
TALLEST = 4096  # dots of paper that one slip may take


def clamp_width(width: int) -> int:
    """The widest known paper that is no wider than `width` dots, the narrowest if none is."""
    return next((known for known in WIDTHS if known <= width), WIDTHS[-1])


def draw(slip: TicketSlip, words: Mapping[str, str], width: int = WIDTHS[0]) -> Image.Image:
    """The slip as a 1-bit picture, `width` dots wide (clamped); `words` are the site's texts with keys `ticket.…`."""
    sheet = _Sheet(clamp_width(width))
    _head(sheet, slip, words)
    _door(sheet, slip, words)
    _facts(sheet, slip, words)
    _papers(sheet, slip, words)
    _code(sheet, slip, words)
    return sheet.cut()


def _head(sheet: _Sheet, slip: TicketSlip, words: Mapping[str, str]) -> None:
    for row, line in enumerate(slip.centre.splitlines()):
        sheet.centred(line, TEXT if row == 0 else LEAST, bold=row == 0)
    sheet.rule()
    sheet.centred(words["ticket.your_number"], LEAST)
    sheet.number(slip.number)


def _door(sheet: _Sheet, slip: TicketSlip, words: Mapping[str, str]) -> None:
    sheet.banner(filled(words["ticket.door"], {"door": slip.door, "door_name": slip.door_name}))
    if slip.service:
        sheet.centred(slip.service, SERVICE, bold=True)
    sheet.dashes()


def _facts(sheet: _Sheet, slip: TicketSlip, words: Mapping[str, str]) -> None:
    if slip.ahead:
        sheet.row(words["ticket.ahead"], filled(words["ticket.people"], {"ahead": slip.ahead}))
    sheet.row(words["ticket.wait"], slip.wait)
    sheet.row(words["ticket.issued"], slip.issued)
    sheet.dashes()


def _papers(sheet: _Sheet, slip: TicketSlip, words: Mapping[str, str]) -> None:
    if not slip.notes:
        return
    sheet.left(words["ticket.bring"], HEADING, bold=True)
    for note in slip.notes:
        sheet.box(note)
    sheet.dashes()


def _code(sheet: _Sheet, slip: TicketSlip, words: Mapping[str, str]) -> None:
    """The code with its words beside it, or below it on narrow paper."""
    code = _qr(slip.qr)
    top, narrow = sheet.y, sheet.width < WIDTHS[1]
    sheet.image.paste(code, ((sheet.width - code.width) // 2 if narrow else MARGIN + (QR - code.width) // 2 - 20, top))
    sheet.y = top + (code.height if narrow else 8)
    left = MARGIN if narrow else QR
    sheet.left(words["ticket.scan"], HEADING, bold=True, x=left)
    sheet.y += 8
    sheet.left(words["ticket.missed"], LEAST, x=left)
    sheet.y = max(sheet.y, top + code.height) + 12


def _qr(link: str) -> Image.Image:
    """A code with its quiet zone, in whole dots a module."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=QR_BORDER)
    code.add_data(link)
    matrix = code.get_matrix()
    size, dots = len(matrix), max(3, QR // len(matrix))
    image = Image.new("L", (size, size))
    image.putdata([BLACK if dark else WHITE for row in matrix for dark in row])
    return image.resize((size * dots, size * dots), Image.Resampling.NEAREST)


class _Sheet:
    """Paper that is written on from the top: `y` is the next free row of dots."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.y = 14
        self.image = Image.new("L", (width, TALLEST), WHITE)
        self._pen = ImageDraw.Draw(self.image)
        self._fonts: dict[tuple[int, bool], ImageFont.FreeTypeFont] = {}

    def cut(self) -> Image.Image:
        """What was written so far, in black and white."""
        used = self.image.crop((0, 0, self.width, min(self.y, TALLEST)))
        return used.point([BLACK if grey < THRESHOLD else WHITE for grey in range(256)]).convert("1")

    def centred(self, text: str, size: int, bold: bool = False) -> None:
        """Lines in the middle of the paper."""
        for line in self._wrap(text, size, bold, self.width - 2 * MARGIN):
            self._line(line, size, bold, (self.width - self._length(line, size, bold)) / 2)

    def left(self, text: str, size: int, bold: bool = False, x: int = MARGIN) -> None:
        """Lines from `x` to the right margin."""
        for line in self._wrap(text, size, bold, self.width - MARGIN - x):
            self._line(line, size, bold, x)

    def row(self, label: str, value: str) -> None:
        """A label and, bold at the right margin, its value; the value goes below when both don't fit."""
        room = self.width - 2 * MARGIN - TEXT // 2
        beside = self._length(label, TEXT, False) + self._length(value, TEXT, True) <= room
        top = self.y
        self.left(label, TEXT)
        self.y = top if beside else self.y
        for line in self._wrap(value, TEXT, True, room):
            self._line(line, TEXT, True, self.width - MARGIN - self._length(line, TEXT, True))
        self.y += 6

    def box(self, text: str) -> None:
        """A line to tick off."""
        self._pen.rectangle((MARGIN, self.y + 8, MARGIN + 27, self.y + 35), outline=BLACK, width=3)
        self.left(text, TEXT, x=MARGIN + 46)
        self.y += 4

    def number(self, text: str) -> None:
        """The number, as large as the paper allows, without the empty room that a line of text has."""
        text, size = _nfc(text), NUMBER
        while self._length(text, size, True) > self.width - 2 * MARGIN and size > LEAST:
            size -= 4
        box = self._font(size, True).getbbox(text)
        top = self.y + 12
        self._pen.text(((self.width - box[2] - box[0]) / 2, top - box[1]), text, BLACK, self._font(size, True))
        self.y = int(top + box[3] - box[1]) + 30

    def banner(self, text: str) -> None:
        """White on black, for what is looked for from afar."""
        size = DOOR
        while self._length(text, size, True) > self.width - 4 * MARGIN and size > SERVICE:
            size -= 2
        lines = self._wrap(text, size, True, self.width - 4 * MARGIN)
        height = 32 + round(size * LINE) * len(lines)
        self._pen.rounded_rectangle((MARGIN, self.y, self.width - MARGIN - 1, self.y + height), 16, BLACK)
        bottom = self.y + height + 10
        self.y += 16
        for line in lines:
            self._line(line, size, True, (self.width - self._length(line, size, True)) / 2, WHITE)
        self.y = bottom

    def rule(self) -> None:
        """A line from margin to margin."""
        self._pen.rectangle((MARGIN, self.y + 8, self.width - MARGIN - 1, self.y + 11), BLACK)
        self.y += 24

    def dashes(self) -> None:
        """A dashed line from margin to margin."""
        for x in range(MARGIN, self.width - MARGIN, 26):
            self._pen.rectangle((x, self.y + 10, min(x + 15, self.width - MARGIN - 1), self.y + 12), BLACK)
        self.y += 30

    def _line(self, text: str, size: int, bold: bool, x: float, ink: int = BLACK) -> None:
        baseline = self.y + round(size * 1.04)
        self._pen.text((round(x), baseline), text, ink, self._font(size, bold), anchor="ls")
        self.y += round(size * LINE)

    def _wrap(self, text: str, size: int, bold: bool, room: float) -> list[str]:
        lines = [""]
        for word in _nfc(text).split(" "):
            longer = f"{lines[-1]} {word}" if lines[-1] else word
            if lines[-1] and self._length(longer, size, bold) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _length(self, text: str, size: int, bold: bool) -> float:
        return self._font(size, bold).getlength(_nfc(text))

    def _font(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = ImageFont.truetype(_font_file(bold), size)
        return self._fonts[size, bold]


def _font_file(bold: bool) -> str:
    name = f"BeVietnamPro-{'Bold' if bold else 'Regular'}.ttf"
    return str(next(ROOT.rglob(name)))


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)

"""The screen's typeface: registered for Tk, measured with Pillow, broken into balanced lines."""

from __future__ import annotations

import ctypes
import ctypes.util
from functools import cache, lru_cache
from pathlib import Path

import fontpkg_be_vietnam_pro
from PIL import ImageFont

from robot.types import LetanError

FAMILY = "Be Vietnam Pro"
FILES = Path(fontpkg_be_vietnam_pro.__file__).resolve().parent / "files"
NAMES = {False: "BeVietnamPro-Regular.ttf", True: "BeVietnamPro-Bold.ttf"}
MEASURED_AT = 200  # pixels; widths scale linearly, hinting aside


def register() -> None:
    """Makes Regular and Bold known to this process; must run before `Tk()`."""
    library = ctypes.util.find_library("fontconfig")
    if library is None:
        raise LetanError("libfontconfig is not installed, so the screen cannot write Vietnamese")
    fontconfig = ctypes.CDLL(library)
    fontconfig.FcConfigAppFontAddFile.argtypes = [ctypes.c_void_p, ctypes.c_char_p]
    for name in NAMES.values():
        if not fontconfig.FcConfigAppFontAddFile(None, str(FILES / name).encode()):
            raise LetanError(f"{FILES / name}: fontconfig cannot use this font")


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FILES / NAMES[bold]), MEASURED_AT)


@lru_cache(maxsize=4096)
def width(text: str, size: float, bold: bool) -> float:
    """How wide one line is, in pixels."""
    return _font(bold).getlength(text) * size / MEASURED_AT


def wrap(text: str, size: float, bold: bool, room: float) -> list[str]:
    """`text` on the fewest lines that are at most `room` wide, balanced; a newline always breaks.

    A break behind a comma or full stop is preferred to a more even one; a long word may stick out.
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in wrap(part, size, bold, room)]
    words = text.split(" ")
    greedy = _fill(words, size, bold, room)
    if len(greedy) == 2:
        return _halves(words, size, bold, room) or greedy
    low, high = room / max(len(greedy), 1), room
    while len(greedy) > 1 and high - low > 2:  # the narrowest room that needs no more lines balances them
        middle = (low + high) / 2
        lines = _fill(words, size, bold, middle)
        fits = len(lines) == len(greedy) and all(width(line, size, bold) <= middle for line in lines)
        low, high = (low, middle) if fits else (middle, high)
    return _fill(words, size, bold, high)


def _halves(words: list[str], size: float, bold: bool, room: float) -> list[str]:
    best, lines = room * 2, []
    for i in range(1, len(words)):
        pair = [" ".join(words[:i]), " ".join(words[i:])]
        widest = max(width(line, size, bold) for line in pair)
        cost = widest * (0.7 if words[i - 1][-1:] in ",.;:!?" else 1.0)
        if widest <= room and cost < best:
            best, lines = cost, pair
    return lines


def _fill(words: list[str], size: float, bold: bool, room: float) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if width(longer, size, bold) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def fit(text: str, size: float, bold: bool, room: float, lines: int, least: float) -> tuple[float, list[str]]:
    """The largest size down to `least` and the lines that fit; what still does not is cut with an ellipsis."""
    while True:
        found = wrap(text, size, bold, room)
        if len(found) <= lines and all(width(line, size, bold) <= room for line in found):
            return size, found
        if size <= least:
            return size, [*found[: lines - 1], _cut(" ".join(found[lines - 1 :]), size, bold, room)]
        size = max(least, size - 2)


def _cut(text: str, size: float, bold: bool, room: float) -> str:
    while text and width(f"{text}…", size, bold) > room:
        text = text[:-1]
    return f"{text.rstrip()}…"
